"""Anthropic's analytics interface of 2026-10-29: a row for every day and group, without buckets.

Envelope, fields and limits are those of its reference (api/beta/organization/analytics, 2026-11);
how many rows a page has is not known from there.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta

from ecot.sandbox.anthropic.query import Query, invalid
from ecot.sandbox.anthropic.rows import (
    DESCRIBED,
    Row,
    cents,
    costs,
    grouped,
    measured,
    span,
    used_by,
)
from ecot.sandbox.anthropic.truth import AnthropicTruth

BETA = "analytics-usage-cost-2026-08-24"
FIRST_DAY, MOST_DAYS_BACK, MOST_DAYS = date(2026, 1, 1), timedelta(days=365), 31
COST_GROUPS = ("api_key_id", "workspace_id", *DESCRIBED)
USAGE_GROUPS = ("api_key_id", "context_window", "model", "service_tier", "workspace_id")
NEVER_HERE = ("product", "speed", "actor", "actor_type", "rbac_group_id", "agent_id")


def page(truth: AnthropicTruth, query: Query, operation: str, rows_a_page: int) -> Row:
    """One page of rows; the cursor is the number of rows before it."""
    query.known("starting_at", "ending_at", "time_bucket_width", "group_by[]", "page")
    if BETA not in query.request.headers.get("anthropic-beta", ""):
        invalid(f"anthropic-beta: {BETA} is required")
    if query.text("time_bucket_width") != "1d":
        raise NotImplementedError("the sandbox answers by day only")
    rows = [row for day in _days(truth, query) for row in ROWS[operation](truth, query, day)]
    first = _place(query, len(rows))
    following = first + rows_a_page
    return {
        "data": rows[first:following],
        "has_more": following < len(rows),
        "next_page": f"page_{following}" if following < len(rows) else None,
    }


def cost(truth: AnthropicTruth, query: Query, day: date) -> Iterator[Row]:
    """A day's costs in cents; no discounts here, so that the list price is the price."""
    asked = query.groups(COST_GROUPS)
    for group, parts in grouped(costs(truth, day), COST_GROUPS, asked, lambda part: part[0]):
        amount = cents(part[1] for part in parts)
        money = {"amount": amount, "list_amount": amount, "currency": "USD", "requests": None}
        yield span(day) | {"group": dict.fromkeys(NEVER_HERE) | group, "cost": money}


def usage(truth: AnthropicTruth, query: Query, day: date) -> Iterator[Row]:
    """A day's usage; every use was one request."""
    asked = query.groups(USAGE_GROUPS)
    for group, parts in grouped(truth.uses(day), USAGE_GROUPS, asked, used_by):
        measures = measured(parts) | {"requests": len(parts)}
        yield span(day) | {"group": dict.fromkeys(NEVER_HERE) | group, "usage": measures}


ROWS: Mapping[str, Callable[[AnthropicTruth, Query, date], Iterator[Row]]] = {
    "analytics/cost": cost,
    "analytics/usage": usage,
}


def _days(truth: AnthropicTruth, query: Query) -> list[date]:
    today = truth.now().date()
    days = query.days(today)
    if days[0] < max(FIRST_DAY, today - MOST_DAYS_BACK):
        invalid(f"starting_at: must be within the last 365 days and no earlier than {FIRST_DAY}")
    if len(days) > MOST_DAYS:
        invalid(f"ending_at: the range may span at most {MOST_DAYS} days")
    return days


def _place(query: Query, rows: int) -> int:
    text = (query.text("page") or "page_0").removeprefix("page_")
    if not (text.isdigit() and int(text) <= rows):
        invalid("page: Invalid page token")
    return int(text)
