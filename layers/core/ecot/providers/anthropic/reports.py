"""Asking Anthropic what was billed and used: of which interface, for which days, by which groups.

Both ends of a window are snapped to the day, and a window that is then empty is answered with 400
(github.com/constructorfabric/insight issue 1901, seen live 2026-07-24): a day is asked for from its
midnight to the next.

Whether a day is answered for that is not over is not documented; a window without an end stops at
this day's first moment (a client of the cost report, 2026). So the running day is asked for by
itself: that it is refused keeps no finished day from being read.
"""

import logging
from collections.abc import AsyncIterator, Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal

from ecot.errors import UnexpectedAnswer
from ecot.model.answer import Answer
from ecot.model.period import Period, midnight
from ecot.providers.contract import Options
from ecot.providers.http import Http
from ecot.providers.pages import has_more, pages

logger = logging.getLogger(__name__)

ROOT = "/v1/organizations"
REPORTS = {"cost_report": "cost_report", "usage.messages": "usage_report/messages"}
DAYS_A_PAGE = 31  # the most that both reports allow

# At most five dimensions, else 400 (github.com/PostHog/posthog issue 72556, seen live 2026-07-21).
GROUPS = {
    "cost_report": ("workspace_id", "description"),
    "usage.messages": ("workspace_id", "api_key_id", "model", "service_tier", "context_window"),
    "analytics.cost": ("workspace_id", "api_key_id", "model", "cost_type", "token_type"),
    "analytics.usage": ("workspace_id", "api_key_id", "model", "service_tier", "context_window"),
}

# Rows of a day and a group instead of buckets (reference of 2026-11, api/beta/organization/
# analytics/cost/list): {"starting_at", "ending_at", "group": {…}, "cost": {…} or "usage": {…}}.
ANALYTICS = {"cost_report": "analytics.cost", "usage.messages": "analytics.usage"}
ANALYTICS_SINCE = date(2026, 1, 1)  # it refuses to look further back (the same page)
ANALYTICS_KEPT = timedelta(days=364)  # "within 365 days", of which the running one is a part
BETA = "analytics-usage-cost-2026-08-24"


class AnthropicOptions(Options):
    """`source`: which of Anthropic's two interfaces costs and usage are read from."""

    source: Literal["admin", "analytics"] = "admin"


def by_analytics(options: object) -> bool:
    """Whether the account asks for the analytics interface."""
    return isinstance(options, AnthropicOptions) and options.source == "analytics"


async def fetch_report(http: Http, stream: str, period: Period) -> AsyncIterator[Answer]:
    """Every page about the days that are over, then about the running one, if it is answered."""
    for part in _parts(period, http.today):
        try:
            async for page in report(http, stream, part):
                yield page
        except UnexpectedAnswer as error:
            if not (_is_running(part, http.today) and error.values.get("status") == "400"):
                raise
            logger.info("%s; that day is not over, and is read again tomorrow", error)


def report(http: Http, stream: str, period: Period) -> AsyncIterator[Answer]:
    """Every page of a report, from the interface that answers for the period."""
    if by_analytics(http.options) and period.start >= midnight(_analytics_since(http.today)):
        feed = ANALYTICS[stream]
        path, width = feed.replace(".", "/"), [("time_bucket_width", "1d")]
    else:
        feed, path = stream, REPORTS[stream]
        width = [("bucket_width", "1d"), ("limit", str(DAYS_A_PAGE))]
    params = [*_window(period), *width, *(("group_by[]", name) for name in GROUPS[feed])]
    return pages(
        http, feed, f"{ROOT}/{path}", params, parameter="page", following=has_more("next_page")
    )


def _parts(period: Period, today: date | None) -> Iterator[Period]:
    """The period's days that are over, and those that are not."""
    cut = period.end if today is None else midnight(today)
    ends = (period.start, min(max(cut, period.start), period.end), period.end)
    return (Period(start, end) for start, end in pairwise(ends) if start < end)


def _is_running(part: Period, today: date | None) -> bool:
    return today is not None and part.start >= midnight(today)


def _analytics_since(today: date | None) -> date:
    return ANALYTICS_SINCE if today is None else max(ANALYTICS_SINCE, today - ANALYTICS_KEPT)


def _window(period: Period) -> list[tuple[str, str]]:
    start, end = (f"{moment:%Y-%m-%dT%H:%M:%SZ}" for moment in (period.start, period.end))
    return [("starting_at", start), ("ending_at", end)]
