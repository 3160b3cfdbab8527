"""A made-up team's Claude Code: the analytics of one UTC day a call, as Anthropic answers them.

Records are flat, a day without any is an empty page, and a cursor is good for its day only. Only an
Admin key reads anything. The answer to who signed in with a subscription is left out where
`has_subscriptions` is not set: many organisations see it so (claude-code issue 27780, 2026-02-23).
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import date
from typing import Any

from ecot.sandbox.anthropic.query import Admitting, Query, Refused, invalid
from ecot.sandbox.claude_code.truth import ORGANIZATION, Actor, ClaudeCodeTruth, ModelUse, Record
from ecot.sandbox.messages import Request

PATH = "/v1/organizations/usage_report/claude_code"
ADMIN_KEY = "sk-ant-admin01-Lumen-C0de-0nly-Reads-Hw4nQs"
MOST_A_PAGE = 1000


class ClaudeCodeSite(Admitting):
    """Serves a truth as Anthropic would. `records_a_page` makes days long that are short here."""

    def __init__(self, truth: ClaudeCodeTruth, records_a_page: int = MOST_A_PAGE) -> None:
        self.truth = truth
        self.keys = {ADMIN_KEY}
        self.limited = set()
        self.records_a_page = records_a_page
        self.has_subscriptions = True

    def _content(self, request: Request) -> dict[str, Any]:
        if request.method != "GET" or request.path != PATH:
            raise Refused(404, "not_found_error", "Not found")
        return self._page(Query(request))

    def _page(self, query: Query) -> dict[str, Any]:
        query.known("starting_at", "limit", "page")
        day, limit = _day(query.text("starting_at")), query.whole("limit", 20, MOST_A_PAGE)
        first, size = _first(query.text("page"), day), min(limit, self.records_a_page)
        found = [one for one in self.truth.records(day) if self._is_told(one.actor)]
        after = first + size
        has_more = after < len(found)
        return {
            "data": [_shown(record) for record in found[first:after]],
            "has_more": has_more,
            "next_page": _cursor(day, after) if has_more else None,
        }

    def _is_told(self, actor: Actor) -> bool:
        return self.has_subscriptions or actor.plan is None


def _day(text: str | None) -> date:
    if text is None:
        invalid("starting_at: Field required")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        invalid("starting_at: must be YYYY-MM-DD")
    return day if str(day) == text else invalid("starting_at: must be YYYY-MM-DD")


def _cursor(day: date, first: int) -> str:
    return "page_" + urlsafe_b64encode(f"{day}/{first}".encode()).decode()


def _first(cursor: str | None, day: date) -> int:
    """Where in the day the cursor points to; a cursor of another day is refused."""
    if cursor is None:
        return 0
    try:
        of, _, first = urlsafe_b64decode(cursor.removeprefix("page_")).decode().partition("/")
        return int(first) if of == str(day) else invalid("page: Invalid page token")
    except ValueError:
        invalid("page: Invalid page token")


def _shown(record: Record) -> dict[str, Any]:
    return {
        "date": f"{record.day}T00:00:00Z",
        "actor": _actor(record.actor),
        "organization_id": ORGANIZATION,
        "customer_type": record.actor.customer_type,
        "subscription_type": record.actor.plan,
        "terminal_type": record.terminal,
        "is_remote": record.is_remote,
        "core_metrics": {
            "num_sessions": record.sessions,
            "lines_of_code": {"added": record.added, "removed": record.removed},
            "commits_by_claude_code": record.commits,
            "pull_requests_by_claude_code": record.pull_requests,
        },
        "tool_actions": {
            tool: {"accepted": accepted, "rejected": rejected}
            for tool, (accepted, rejected) in record.decided.items()
        },
        "model_breakdown": [_model(used) for used in record.models],
    }


def _actor(actor: Actor) -> dict[str, str | None]:
    if actor.email is None:
        return {"type": "api_actor", "api_key_name": actor.key}
    return {"type": "user_actor", "email_address": actor.email}


def _model(used: ModelUse) -> dict[str, Any]:
    return {
        "model": used.model,
        "tokens": dict(used.tokens),
        "estimated_cost": {"currency": "USD", "amount": used.cents},
    }
