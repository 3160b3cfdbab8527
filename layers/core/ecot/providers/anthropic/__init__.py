"""Anthropic: what one Console organisation's API cost, what was used of it, what ids are called.

Reads `/v1/organizations/cost_report`, `/usage_report/messages`, `/workspaces` and `/api_keys`, as
the reference has them (platform.claude.com/docs/en/api/admin, 2026-08), or, with the account option
`source = "analytics"`, the beta interface of 2026-10-29 for the first two. Needs an Admin key
(sk-ant-admin…), which only an admin of an organisation can make; an individual account has none.

What Anthropic does not tell: invoices, tax, payments, prepaid credit, subscriptions (Pro, Max,
Team), the cost of the Priority Tier, requests, and in these reports the cost of a key. Figures come
"typically within 5 minutes" and may be later (usage-cost-api, 2026-08); how far back they go and
for how long they may change is not documented. Days are UTC.
"""

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import date, timedelta

from ecot.model.answer import Answer, Parsed
from ecot.model.period import Period
from ecot.providers.anthropic.costs import charges
from ecot.providers.anthropic.names import LISTS, fetch_names, names
from ecot.providers.anthropic.reports import (
    ANALYTICS,
    BETA,
    REPORTS,
    AnthropicOptions,
    by_analytics,
    fetch_report,
    report,
)
from ecot.providers.anthropic.rows import DEFAULT_WORKSPACE, Rows, utc_day
from ecot.providers.anthropic.usage import usages
from ecot.providers.contract import Facts, Options, Provider
from ecot.providers.http import Http
from ecot.providers.reading import Node, opened

CHECKED_DAY = date(2026, 1, 1)  # any day proves a key; where today is known, one a week ago

ROWS: Mapping[str, Rows] = {
    "cost_report": charges,
    "usage.messages": usages,
    "analytics.cost": charges,
    "analytics.usage": usages,
}

ADMIN_KEYS = "https://platform.claude.com/settings/admin-keys"
CREATE = f"an admin of the organization creates one under {ADMIN_KEYS}."


def fetch(http: Http, stream: str, period: Period) -> AsyncIterator[Answer]:
    """Every page of a stream; names are those of today, whatever the period."""
    if stream in LISTS:
        return fetch_names(http, stream)
    return fetch_report(http, stream, period)


async def check(http: Http) -> None:
    """One day of costs, of the interface that the account is read from: the least that only a
    sufficient key may read."""
    day = CHECKED_DAY if http.today is None else http.today - timedelta(days=7)
    await anext(report(http, "cost_report", Period.of_day(day)))


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
    return always | ({"anthropic-beta": BETA} if by_analytics(options) else {})


def recognise(secret: str) -> str | None:
    """The remedy for a key that its beginning shows to be of the wrong kind."""
    if secret.startswith("sk-ant-api"):
        return f"This is an ordinary API key; costs need an Admin key: {CREATE}"
    if secret.startswith("sk-ant-oat"):
        return f"This is a sign-in token of Claude Code; costs need an Admin key: {CREATE}"
    if secret.startswith(("sk-admin-", "sk-proj-", "sk-svcacct-")):
        return f"This is a key of OpenAI; Anthropic's costs need an Admin key: {CREATE}"
    if secret.startswith(("sk-or-", "sk_")):
        return f"This is a key of another supplier; Anthropic's costs need an Admin key: {CREATE}"
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
    status_page="https://status.claude.com",
    remedies={
        "access_denied": "Costs need an Admin key, which individual accounts do not have: "
        f"{CREATE}",
    },
    # "Delays may occasionally be longer" than 5 minutes (usage-cost-api, 2026-08), and a day of
    # costs was seen a day late (github.com/langwatch/langwatch pull 7178, 2026-08-18).
    lateness=timedelta(days=1),
    aliases=tuple(ANALYTICS.values()),
    unclaimed=(DEFAULT_WORKSPACE,),
    options=AnthropicOptions,
)
