"""GitHub Copilot: AI credits by model, seats and what they are billed, what each person did.

Reads an organisation's billing (`ai_credits.py`, `licences.py`), the reports of what people
did (`reports.py`) and its seats (`seats.py`); each module says where its surprises were
seen. The interfaces before these are gone: `/orgs/{org}/copilot/metrics` since 2 April 2026, and
`/usage`. Enterprises have the same reports under paths of their own, which are not read.

The token is as for GitHub (`providers/github`), whose account leaves all lines of Copilot to
this one where both are collected.
"""

from collections.abc import AsyncIterator, Iterator
from datetime import date, timedelta
from urllib.parse import quote

from ecot.model.answer import Answer, Parsed
from ecot.model.period import Period
from ecot.providers.contract import Facts, Options, Provider
from ecot.providers.copilot import ai_credits, licences, reports, seats
from ecot.providers.copilot.ai_credits import CATEGORY
from ecot.providers.github.access import (
    BASE_URL,
    PERSONAL,
    REMEDIES,
    STATUS_PAGE,
    headers,
    recognise,
)
from ecot.providers.http import Http

CHECKED_DAY = date(2026, 11, 1)  # any day proves a token; where today is known, yesterday
CREDITS, LICENCES, PEOPLE, SEATS = "credits", "licences", "users", "seats"


class CopilotOptions(Options):
    """Whose Copilot is read."""

    organization: str | None = None


async def fetch(http: Http, stream: str, period: Period) -> AsyncIterator[Answer]:
    """Every answer of the stream for the period; seats are those of its last day."""
    owner = _owner(http)
    if stream == SEATS:
        answers = seats.seats_of(http, stream, owner, period.last)
    elif stream == LICENCES:
        answers = licences.licences_of(http, stream, owner, period)
    elif stream == CREDITS:
        answers = ai_credits.credits_of(http, stream, owner, period)
    else:
        answers = reports.reports_of(http, stream, owner, period)
    async for answer in answers:
        yield answer


def _owner(http: Http) -> str:
    options = http.options if isinstance(http.options, CopilotOptions) else CopilotOptions()
    return quote(options.organization or "", safe="")


async def check(http: Http) -> None:
    """One call of each permission: billing, seats, reports."""
    day = CHECKED_DAY if http.today is None else http.today - timedelta(days=1)
    async for answer in fetch(http, CREDITS, Period.of_day(day)):
        list(parse(answer))
    count = await seats.counted(http, SEATS, _owner(http), day, "not billed")
    list(parse(count))
    await reports.latest_day(http, _owner(http))


def parse(answer: Answer) -> Iterator[Parsed]:
    """The rows of an answer, by the stream that it is of."""
    return _PARSE[answer.feed](answer)


_PARSE = {
    CREDITS: ai_credits.parse,
    LICENCES: licences.parse,
    PEOPLE: reports.parse,
    SEATS: seats.parse,
}

COPILOT = Provider(
    name="copilot",
    title="GitHub Copilot",
    category=CATEGORY,
    base_url=BASE_URL,
    variables=("COPILOT_ADMIN_KEY", "COPILOT_API_KEY", "GITHUB_COPILOT_TOKEN"),
    facts=Facts(
        bills="AI credits by model; seats, where GitHub bills the organization for them; what "
        "each person did; seats without use.",
        grain="UTC day × model × SKU; what people did: UTC day × person.",
        history="AI credits since 2026-06-01; what people did, a year; seats: today only.",
        late="Reports some days; the running month is read whole again every night.",
        key="A fine-grained token of an owner of the organization.",
        permission="Organization permissions Administration, Organization Copilot metrics, GitHub "
        "Copilot Business: read; the policy “Copilot usage metrics”.",
        cannot_tell="What a person's credits cost; seats' prices that an enterprise pays; what is "
        "done on days whose report has not come.",
        sub_accounts="The organization.",
    ),
    feeds=(CREDITS, LICENCES, PEOPLE),
    snapshots=(SEATS,),
    headers=headers,
    fetch=fetch,
    parse=parse,
    check=check,
    recognise=recognise,
    status_page=STATUS_PAGE,
    remedies=REMEDIES,
    # Not documented for billing; reports come some days late.
    lateness=timedelta(days=4),
    # Of billing 24 months are kept, of the reports a year (`reports.py`). A first collection
    # reads 12 whole months, as GitHub's does: what that one leaves to this one, this one reads.
    history_days=400,
    # GitHub: 900 points a minute, of which a GET is one, and 5,000 requests an hour
    # (docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api, 2026).
    per_minute=600,
    wider=(LICENCES,),
    estimated={SEATS: "unplanned"},
    told_by_feeds=seats.are_told,
    personal=lambda _: ("user_login", *PERSONAL),
    needs={"organization": "GITHUB_ORGANIZATION"},
    options=CopilotOptions,
)
