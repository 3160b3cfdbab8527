"""Vercel: what one team is charged, day by day, by service, region and project.

Reads `/v1/billing/charges`, JSON lines of FOCUS 1.3 (vercel.com/docs/rest-api/billing/
list-focus-billing-charges, 2026-11; announced 2026-02-19), with a token of a person whose role in
the team may see billing. Days are UTC, `to` is exclusive, at most a year is answered at once.

The credit that a plan includes comes as rows of its own, negative, of the category Credit. The
project of a row is in its tags (ProjectId, ProjectName); rows of the whole team have none. At the
start of a month nothing is there yet: no rows, which is no cost that anybody stated.

What Vercel does not tell: invoices, payments, who used what; what an Enterprise contract commits to
is in another interface, and is no cost of a day. Neither how late figures come nor how far back
they go is documented (2026-11).
"""

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import date, timedelta

import msgspec

from ecot.errors import UnexpectedAnswer
from ecot.model.answer import Answer, Parsed
from ecot.model.period import Period
from ecot.model.rows import Category, Charge, Name
from ecot.providers.contract import Facts, Options, Provider
from ecot.providers.focus.charges import answered
from ecot.providers.http import Http, Params

CATEGORY: Category = "infrastructure"
CHECKED_DAY = date(2026, 10, 1)  # any day proves a key; where today is known, one a week ago
PROJECT, PROJECT_NAME = "ProjectId", "ProjectName"

TOKENS = "https://vercel.com/account/settings/tokens"
CREATE = (
    "an Owner, Member, Developer, Security, Billing or Enterprise Viewer of the team creates one "
    f"under {TOKENS}, with the team as its scope."
)
WHICH_TEAM = (
    "Look at the account's team_id or slug (the team's page, Settings, General), and at the team "
    "that the token has as its scope."
)


class VercelOptions(Options):
    """The team that is read, by its id ("team_…") or by its slug: the id, where both are given.
    With neither it is the one that the token is made for."""

    team_id: str | None = None
    slug: str | None = None


async def fetch(http: Http, stream: str, period: Period) -> AsyncIterator[Answer]:
    """The charges of some days, in one answer. A team that is not found is a wrong setting."""
    try:
        yield await http.answer(stream, "/v1/billing/charges", (*_window(period), *_team(http)))
    except UnexpectedAnswer as error:
        if error.values.get("status") != "404":
            raise
        raise UnexpectedAnswer(error.text, remedy=WHICH_TEAM, **error.values) from None


def _window(period: Period) -> Params:
    return [
        (name, f"{moment:%Y-%m-%dT%H:%M:%S}.000Z")
        for name, moment in (("from", period.start), ("to", period.end))
    ]


def _team(http: Http) -> Params:
    options = http.options
    if not isinstance(options, VercelOptions):
        return ()
    given = (("teamId", options.team_id), ("slug", options.slug))
    return [(name, value) for name, value in given if value is not None][:1]


async def check(http: Http) -> None:
    """One day of charges: the least that only a sufficient token may read."""
    day = CHECKED_DAY if http.today is None else http.today - timedelta(days=7)
    async for answer in fetch(http, "charges", Period.of_day(day)):
        list(parse(answer))


def parse(answer: Answer) -> Iterator[Parsed]:
    """The charges of the answer, each project's name before its first charge."""
    named: set[Name] = set()
    for place, charge in answered(answer):
        name = _project_name(charge.tags)
        if name is not None and name not in named:
            named.add(name)
            yield Parsed(place, name)
        yield Parsed(place, _of_team(charge))


def _project_name(tags: Mapping[str, str]) -> Name | None:
    number, name = tags.get(PROJECT), tags.get(PROJECT_NAME)
    return Name("sub_account_id", number, name) if number and name else None


def _of_team(charge: Charge) -> Charge:
    """The charge with its project as the sub account. The project's name is not part of it: a
    project that is renamed is the same project. What is of no category of its own (seats, the
    credit) belongs to the one that it pays for."""
    category = CATEGORY if charge.category == "other" else charge.category
    tags = {name: charge.tags[name] for name in charge.tags if name not in (PROJECT, PROJECT_NAME)}
    project = charge.tags.get(PROJECT) or charge.sub_account_id
    return msgspec.structs.replace(charge, category=category, sub_account_id=project, tags=tags)


def headers(secret: str, _: Options) -> dict[str, str]:
    """The token, and both kinds of answer: lines, and the JSON of a refusal."""
    return {"Authorization": f"Bearer {secret}", "Accept": "application/jsonl, application/json"}


def recognise(secret: str) -> str | None:
    """The remedy for a key that its beginning shows to be of the wrong kind
    (vercel.com/changelog/new-token-formats-and-secret-scanning, 2026)."""
    if secret.startswith(("vck_", "vcr_", "vci_")):
        return f"This is another kind of Vercel's keys; charges need an access token: {CREATE}"
    if secret.startswith(("sk-", "sk_", "ghp_", "github_pat_")):
        return f"This is a key of another supplier; Vercel's charges need an access token: {CREATE}"
    return None


VERCEL = Provider(
    name="vercel",
    title="Vercel",
    category=CATEGORY,
    base_url="https://api.vercel.com",
    variables=("VERCEL_ADMIN_KEY", "VERCEL_API_KEY", "VERCEL_TOKEN"),
    facts=Facts(
        bills="What the team is charged, by service, region and project; included credit.",
        grain="UTC day × service × region × project.",
        history="Not documented; a first collection reads 12 months.",
        late="Not documented; a new month begins empty; the last 7 days are read again every "
        "night.",
        key="An access token (vcp_…) with the team as its scope.",
        permission="A role of its owner that sees billing: Owner, Member, Developer, Security, "
        "Billing, Enterprise Viewer.",
        cannot_tell="Invoices, payments, who used what, what an Enterprise contract commits to.",
        sub_accounts="Projects of the team.",
    ),
    feeds=("charges",),
    headers=headers,
    fetch=fetch,
    parse=parse,
    check=check,
    recognise=recognise,
    status_page="https://www.vercel-status.com",
    remedies={
        "access_denied": f"Charges need an access token that may see billing: {CREATE}",
    },
    # Not documented. Two whole days keep what merely comes late from being announced as revised.
    lateness=timedelta(days=2),
    options=VercelOptions,
)
