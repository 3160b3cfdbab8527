"""A made-up organisation's Anthropic: its two reports, its lists, and the analytics interface.

Days are UTC; buckets without results are there, empty. Only an Admin key reads anything, and every
refusal has Anthropic's body. The 429 has no `Retry-After` (PostHog PR 78268, 2026).
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

from ecot.sandbox.anthropic import analytics, lists
from ecot.sandbox.anthropic.query import Admitting, Query, Refused, cursor, invalid
from ecot.sandbox.anthropic.rows import USAGE_GROUPS, Row, cost_rows, span, usage_rows
from ecot.sandbox.anthropic.truth import AnthropicTruth
from ecot.sandbox.faults import Fault, Next
from ecot.sandbox.messages import Request, Response, json_response

ROOT = "/v1/organizations/"
ADMIN_KEY = "sk-ant-admin01-Lumen-0nly-Reads-B1lls-Qv7xT2"
WIDTHS = {"cost_report": ("1d",), "usage_report/messages": ("1d", "1h", "1m")}


class AnthropicSite(Admitting):
    """Serves a truth as Anthropic would. `entries_a_page` and `rows_a_page` make long what is short
    here: lists, and answers of the analytics interface."""

    def __init__(
        self, truth: AnthropicTruth, entries_a_page: int = 1000, rows_a_page: int = 100
    ) -> None:
        self.truth = truth
        self.keys = {ADMIN_KEY}
        self.limited = set()
        self.entries_a_page = entries_a_page
        self.rows_a_page = rows_a_page

    def _content(self, request: Request) -> Row:
        query, operation = Query(request), request.path.removeprefix(ROOT)
        if request.method == "GET" and operation in WIDTHS:
            return self._report(query, operation)
        if request.method == "GET" and operation in lists.ENTRIES:
            return lists.page(self.truth, query, operation, self.entries_a_page)
        if request.method == "GET" and operation in analytics.ROWS:
            return analytics.page(self.truth, query, operation, self.rows_a_page)
        raise Refused(404, "not_found_error", "Not found")

    def _report(self, query: Query, operation: str) -> Row:
        query.known("starting_at", "ending_at", "bucket_width", "group_by[]", "limit", "page")
        if (width := query.text("bucket_width") or "1d") not in WIDTHS[operation]:
            invalid(f"bucket_width: Input should be one of {', '.join(WIDTHS[operation])}")
        if width != "1d":
            raise NotImplementedError("the sandbox answers by day only")
        days, limit = query.days(self.truth.now().date()), query.whole("limit", 7, 31)
        first, rows = query.page(days), self._rows(query, operation)
        more = days[first + limit :]
        return {
            "data": [span(day) | {"results": [*rows(day)]} for day in days[first : first + limit]],
            "has_more": bool(more),
            "next_page": cursor(more[0]) if more else None,
        }

    def _rows(self, query: Query, operation: str) -> Callable[[date], Iterator[Row]]:
        if operation == "cost_report":
            groups = query.groups(("workspace_id", "description"))
            return lambda day: cost_rows(self.truth, day, groups)
        groups = query.groups(USAGE_GROUPS)
        return lambda day: usage_rows(self.truth, day, groups)


def rate_limited_until(seconds: float, now: Callable[[], datetime]) -> Fault:
    """429 as Anthropic sends it: no `Retry-After`, but when the limit is reset, as RFC 3339."""

    def effect(_request: Request, _rest: Next) -> Response:
        reset = now().astimezone(UTC) + timedelta(seconds=seconds)
        hint = {"anthropic-ratelimit-requests-reset": f"{reset:%Y-%m-%dT%H:%M:%SZ}"}
        error = {"type": "rate_limit_error", "message": "Rate limited"}
        return json_response({"type": "error", "error": error, "request_id": None}, 429, hint)

    return Fault("rate limited until its reset", effect)
