"""Claude Code: what people did with it on a day, and what of Anthropic's bill that is.

Reads `/v1/organizations/usage_report/claude_code`, a UTC day a call, as the guide and the reference
of the Claude Code Analytics API have it (platform.claude.com/docs/en/api/claude-code-analytics-api,
2026-11). Needs an Admin key (sk-ant-admin…), the same as Anthropic's own account; an individual
account has none. What the records mean is in rows.py.

What it does not tell: use through Amazon Bedrock, Google Cloud or Microsoft Foundry; and, as people
report, anything of those who signed in with a subscription (github.com/anthropics/claude-code issue
27780, open since 2026-02-23; 20819 and 9700 before it): a whole Team was answered with {"data":[]}.
So a day without records says nothing, and never that nobody worked. Records come within an hour,
and only those older than an hour are answered, which keeps the pages stable. No limit of requests
and no end of the history is stated.
"""

from collections.abc import AsyncIterator
from datetime import date, timedelta

from ecot.model.answer import Answer
from ecot.model.period import Period
from ecot.providers.anthropic import recognise
from ecot.providers.claude_code.rows import parse
from ecot.providers.contract import Facts, Options, Provider
from ecot.providers.http import Http
from ecot.providers.pages import has_more, pages

PATH = "/v1/organizations/usage_report/claude_code"
MOST_A_PAGE = "1000"  # without a limit it is 20
CHECKED_DAY = date(2026, 10, 1)  # any day proves a key; where today is known, one a week ago

ADMIN_KEYS = "https://platform.claude.com/settings/admin-keys"
CREATE = f"an admin of the organization creates one under {ADMIN_KEYS}."


async def fetch(http: Http, stream: str, period: Period) -> AsyncIterator[Answer]:
    """Every page of every day: `starting_at` is one day, and there is no other end."""
    for day in period.days():
        params = [("starting_at", str(day)), ("limit", MOST_A_PAGE)]
        following = has_more("next_page")
        asked = {"day": str(day)}
        async for page in pages(
            http, stream, PATH, params, parameter="page", following=following, asked=asked
        ):
            yield page


async def check(http: Http) -> None:
    """One record of one day: the least that only a sufficient key may read."""
    day = CHECKED_DAY if http.today is None else http.today - timedelta(days=7)
    await http.answer("analytics", PATH, [("starting_at", str(day)), ("limit", "1")])


def headers(secret: str, _: Options) -> dict[str, str]:
    """The key, and the version of the interface."""
    return {"x-api-key": secret, "anthropic-version": "2023-06-01"}


CLAUDE_CODE = Provider(
    name="claude-code",
    title="Claude Code",
    category="developer tools",
    base_url="https://api.anthropic.com",
    # Not ANTHROPIC_ADMIN_KEY: who has one need not have Claude Code.
    variables=("CLAUDE_CODE_ADMIN_KEY", "CLAUDE_CODE_API_KEY"),
    facts=Facts(
        bills="Nothing: it details Anthropic's bill. Sessions, lines, commits and tokens of each "
        "person, with an estimate of their cost.",
        grain="UTC day × person or key × terminal × remote or local × kind of customer; tokens "
        "also × model.",
        history="Not documented; a first collection reads 3 months, a call a day.",
        late="Within an hour; the last 7 days are read again every night.",
        key="An Admin key (sk-ant-admin…), made by an admin of the organization.",
        permission="None to choose: an Admin key reads everything.",
        cannot_tell="What a subscription costs, and often who works with one: a day without "
        "records is no data, not zero. Use through other clouds.",
        sub_accounts="The organization.",
    ),
    feeds=("analytics",),
    headers=headers,
    fetch=fetch,
    parse=parse,
    check=check,
    recognise=recognise,
    status_page="https://status.claude.com",
    remedies={
        "access_denied": "Claude Code's figures need an Admin key, which individual accounts do "
        f"not have: {CREATE}",
    },
    tells="breakdowns",
    lateness=timedelta(hours=1),  # "typically within 1 hour" (the guide, 2026-11)
    backfill_months=3,
    # No limit is stated. A first collection asks for some 110 days: two minutes at this pace.
    per_minute=60,
    # Where an address is none, it is a person all the same.
    personal=lambda _: ("email_address",),
)
