"""Anthropic: what one Console organisation's API cost, what was used of it, what ids are called.

Reads `/v1/organizations/cost_report`, `/usage_report/messages`, `/workspaces` and `/api_keys`, as
the reference has them (platform.claude.com/docs/en/api/admin, 2026-08), or, with the account option
`source = "analytics"`, the beta interface of 2026-10-29 for the first two. Needs an Admin key
(sk-ant-admin…), which only an admin of an organisation can make; an individual account has none.

What Anthropic does not tell: invoices, tax, payments, prepaid credit, subscriptions (Pro, Max,
Team), the cost of the Priority Tier, requests, and in these reports the cost of a key. Figures come
"typically within 5 minutes" and may be later (usage-cost-api, 2026-08); how far back they go and
for how long they may change is not documented. Days are UTC.

Both ends of a window are snapped to the day, and a window that is then empty is answered with 400
(github.com/constructorfabric/insight issue 1901, seen live 2026-07-24): a day is asked for from its
midnight to the next.
"""

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import date, timedelta
from typing import Literal

from ecot.model.answer import Answer, Parsed
from ecot.model.period import Period, midnight
from ecot.providers.anthropic_costs import charges
from ecot.providers.anthropic_names import LISTS, fetch_names, names
from ecot.providers.anthropic_rows import DEFAULT_WORKSPACE, Rows, utc_day
from ecot.providers.anthropic_usage import usages
from ecot.providers.contract import Facts, Options, Provider
from ecot.providers.http import Http
from ecot.providers.pages import has_more, pages
from ecot.providers.reading import Node, opened

ROOT = "/v1/organizations"
REPORTS = {"cost_report": "cost_report", "usage.messages": "usage_report/messages"}
DAYS_A_PAGE = 31  # the most that both reports allow
CHECKED_DAY = Period.of_day(date(2026, 1, 1))  # any day proves a key

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
ANALYTICS_SINCE = midnight(date(2026, 1, 1))  # it refuses to look further back (the same page)
ROWS: Mapping[str, Rows] = {
    "cost_report": charges,
    "usage.messages": usages,
    "analytics.cost": charges,
    "analytics.usage": usages,
}
BETA = "analytics-usage-cost-2026-08-24"

ADMIN_KEYS = "https://platform.claude.com/settings/admin-keys"
CREATE = f"an admin of the organization creates one under {ADMIN_KEYS}."


class AnthropicOptions(Options):
    """`source`: which of Anthropic's two interfaces costs and usage are read from."""

    source: Literal["admin", "analytics"] = "admin"


def fetch(http: Http, stream: str, period: Period) -> AsyncIterator[Answer]:
    """Every page of a stream; names are those of today, whatever the period."""
    if stream in LISTS:
        return fetch_names(http, stream)
    if _by_analytics(http.options) and period.start >= ANALYTICS_SINCE:
        feed = ANALYTICS[stream]
        path, width = feed.replace(".", "/"), [("time_bucket_width", "1d")]
    else:
        feed, path = stream, REPORTS[stream]
        width = [("bucket_width", "1d"), ("limit", str(DAYS_A_PAGE))]
    params = [*_window(period), *width, *(("group_by[]", name) for name in GROUPS[feed])]
    return pages(
        http, feed, f"{ROOT}/{path}", params, parameter="page", following=has_more("next_page")
    )


async def check(http: Http) -> None:
    """One day of costs: the least that only a sufficient key may read."""
    params = [*_window(CHECKED_DAY), ("limit", "1")]
    answer = await http.answer("cost_report", f"{ROOT}/cost_report", params)
    opened(answer, http.account)["has_more"].flag()


def _window(period: Period) -> list[tuple[str, str]]:
    start, end = (f"{moment:%Y-%m-%dT%H:%M:%SZ}" for moment in (period.start, period.end))
    return [("starting_at", start), ("ending_at", end)]


def _by_analytics(options: object) -> bool:
    return isinstance(options, AnthropicOptions) and options.source == "analytics"


def parse(answer: Answer) -> Iterator[Parsed]:
    """The rows and names that one page states."""
    page = opened(answer)
    if answer.feed in LISTS:
        yield from names(page, answer.feed)
        return
    for part in page["data"]:
        day = utc_day(part)
        for place, group, measures in _results(part, answer.feed):
            yield from (Parsed(place, row) for row in ROWS[answer.feed](day, group, measures))


def _results(part: Node, feed: str) -> Iterator[tuple[str, Node, Node]]:
    """The results of a bucket, each its own group; or the one result that the part itself is."""
    if feed in ANALYTICS.values():
        yield part.place, part["group"], part[feed.removeprefix("analytics.")]
        return
    for result in part["results"]:
        yield result.place, result, result


def headers(secret: str, options: Options) -> dict[str, str]:
    """The key, the version of the interface, and the beta where it is asked for."""
    always = {"x-api-key": secret, "anthropic-version": "2023-06-01"}
    return always | ({"anthropic-beta": BETA} if _by_analytics(options) else {})


def recognise(secret: str) -> str | None:
    """The remedy for a key that its beginning shows to be of the wrong kind."""
    if secret.startswith("sk-ant-api"):
        return f"This is an ordinary API key; costs need an Admin key: {CREATE}"
    if secret.startswith("sk-ant-oat"):
        return f"This is a sign-in token of Claude Code; costs need an Admin key: {CREATE}"
    if secret.startswith(("sk-admin-", "sk-proj-")):
        return f"This is a key of OpenAI; Anthropic's costs need an Admin key: {CREATE}"
    return None


ANTHROPIC = Provider(
    name="anthropic",
    title="Anthropic",
    category="ai",
    base_url="https://api.anthropic.com",
    variables=("ANTHROPIC_ADMIN_KEY", "ANTHROPIC_API_KEY"),
    facts=Facts(
        bills="The API's costs, by workspace, model and kind of token; what of it was used, by "
        "model and key.",
        grain="UTC day × workspace × description; usage also × key.",
        history="Not documented; a first collection reads 12 months.",
        late='"Typically within 5 minutes"; the last 7 days are read again every night.',
        key="An Admin key (sk-ant-admin…), made by an admin of the organization.",
        permission="None to choose: an Admin key reads everything.",
        cannot_tell="Invoices, tax, payments, prepaid credit, Claude subscriptions, the cost of "
        'the Priority Tier; requests, and the cost of a key, except by source = "analytics".',
        sub_accounts="Workspaces of the organization.",
    ),
    feeds=tuple(REPORTS),
    directories=tuple(LISTS),
    headers=headers,
    fetch=fetch,
    parse=parse,
    check=check,
    recognise=recognise,
    remedies={
        "access_denied": "Costs need an Admin key, which individual accounts do not have: "
        f"{CREATE}",
        "rate_limited": "Collect again in a few minutes; nothing is lost.",
        "unavailable": "Look at https://status.claude.com, then collect again; nothing is lost.",
        "unexpected_answer": "Anthropic may have changed its answers: look for a newer Ecot, else"
        " report this message.",
    },
    # "Delays may occasionally be longer" than 5 minutes (usage-cost-api, 2026-08), and a day of
    # costs was seen a day late (github.com/langwatch/langwatch pull 7178, 2026-08-18).
    lateness=timedelta(days=1),
    aliases=tuple(ANALYTICS.values()),
    unclaimed=(DEFAULT_WORKSPACE,),
    options=AnthropicOptions,
)
