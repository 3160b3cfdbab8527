"""Deepgram: what each project of a key cost and was used for, and what is left of its credits.

Reads `/v1/projects`, and of each project `billing/breakdown`, `usage/breakdown` and `balances`, as
the reference has them (developers.deepgram.com/reference/manage, 2026; the official Python SDK
7.6.0, 2026-07-22). A key belongs to one project; `billing:read` comes with the roles admin and
owner (developers.deepgram.com/docs/working-with-roles, 2026), `usage:read` can be given alone.

What Deepgram does not tell: invoices and tax, which part of the dollars a promotional credit paid,
the names of keys, and the figures of a project that was deleted. Purchases are credits bought, not
a cost, and are not read; nor are the labels of line items (`billing/fields`).

Not documented (2026-11): the zone of the dates, whether `end` is inside, the range without dates,
how late figures come, and when `resolution` becomes coarser than a day. So both dates are sent, one
day past what is wanted; a row belongs to its own `grouping.start`; and where an answer is not by
day, each day is asked for by itself.
"""

from collections.abc import AsyncIterator, Iterator
from datetime import date, timedelta

from ecot.errors import AccessDenied
from ecot.model.answer import Answer, Parsed
from ecot.model.period import Period
from ecot.model.rows import Name
from ecot.providers.contract import Facts, Provider
from ecot.providers.deepgram.days import GROUPED, asked, by_day, has_days, path_of
from ecot.providers.deepgram.rows import balance, charge, usage
from ecot.providers.http import Http
from ecot.providers.reading import Node, opened
from ecot.providers.removed import listed

CHECKED_DAY = Period.of_day(date(2026, 1, 1))  # any day proves a key

KEYS = "https://console.deepgram.com (Settings, API Keys)"
CREATE = f"an admin or owner of the project creates one with the role Admin in {KEYS}."


async def fetch(http: Http, stream: str, period: Period) -> AsyncIterator[Answer]:
    """The list of projects, or a stream of each project in it; balances are those of now."""
    projects = await http.answer("projects", "/v1/projects")
    if stream == "projects":
        yield projects
        return
    for project in _ids(projects, http):
        with listed(project):
            async for answer in _of_project(http, stream, project, period):
                yield answer


async def _of_project(
    http: Http, stream: str, project: str, period: Period
) -> AsyncIterator[Answer]:
    if stream == "balances":
        path, today = path_of(project, stream), period.start.date()
        yield await http.answer(stream, path, sub_account_id=project, day=today)
        return
    async for answer in by_day(http, stream, project, period):
        yield answer


async def check(http: Http) -> None:
    """The projects, and a day of the first one's money, for which not every role suffices."""
    projects = await http.answer("projects", "/v1/projects")
    answer = await asked(http, "billing", _ids(projects, http)[0], CHECKED_DAY)
    has_days(opened(answer, http.account))


def _ids(answer: Answer, http: Http) -> list[str]:
    """The projects to read. An empty list would look as if every figure had been taken back."""
    projects = opened(answer, f"{http.account}: projects")["projects"]
    ids = dict.fromkeys(each["project_id"].text() for each in projects)
    if not ids:
        raise AccessDenied("{account}: the key sees no project", account=http.account)
    return list(ids)


def parse(answer: Answer) -> Iterator[Parsed]:
    """The rows and names that one answer states."""
    whole, project, day = opened(answer), answer.sub_account_id, answer.day
    if answer.feed == "projects":
        yield from _names(whole)
    elif answer.feed == "balances" and day is not None:
        for row in whole["balances"]:
            yield Parsed(row.place, balance(row, project, day))
    else:
        yield from _rows(whole, answer)


def _names(whole: Node) -> Iterator[Parsed]:
    for project in whole["projects"]:
        if (name := project.optional("name")) is not None:
            yield Parsed(project.place, Name("sub_account_id", project["project_id"].text(), name))


def _rows(whole: Node, answer: Answer) -> Iterator[Parsed]:
    if not has_days(whole):
        whole["resolution"].refuse("{source}: {place} is not a UTC day: {part}")
    meaning = charge if answer.feed == "billing" else usage
    for part in whole["results"]:
        row = meaning(part, answer.sub_account_id)
        if answer.day in (None, row.day):
            yield Parsed(part.place, row)


def recognise(secret: str) -> str | None:
    """The remedy for a key whose beginning is another supplier's, or a token's."""
    if secret.startswith(("sk-", "sk_")):
        return f"This is a key of another supplier; Deepgram's have 40 digits and letters: {CREATE}"
    if secret.startswith("eyJ"):
        return f"This is a temporary token, which can read no costs; a key can: {CREATE}"
    return None


DEEPGRAM = Provider(
    name="deepgram",
    title="Deepgram",
    category="ai",
    base_url="https://api.deepgram.com",
    variables=("DEEPGRAM_ADMIN_KEY", "DEEPGRAM_API_KEY"),
    facts=Facts(
        bills="What was used, in dollars, by project, line item and key; hours, characters, tokens "
        "and requests by model.",
        grain="Day × project × line item × key; usage by model.",
        history="Not limited, as far as is documented; a first collection reads 12 months.",
        late="How late is not documented; the last 7 days are read again every night.",
        key="A key of the project, made by an admin or owner of it.",
        permission="The role Admin (billing:read); usage:read alone tells no money.",
        cannot_tell="Invoices, tax, what promotional credit paid, names of keys, deleted projects; "
        "the zone of its days.",
        sub_accounts="Projects that the key belongs to.",
    ),
    feeds=tuple(GROUPED),
    snapshots=("balances",),
    directories=("projects",),
    headers=lambda secret, _: {"Authorization": f"Token {secret}"},
    fetch=fetch,
    parse=parse,
    check=check,
    recognise=recognise,
    status_page="https://status.deepgram.com",
    remedies={
        "access_denied": f"Costs need a key that may read billing: {CREATE}",
    },
    # Not documented. A whole day keeps what merely comes late from being announced as revised.
    lateness=timedelta(days=1),
    wider=tuple(GROUPED),
)
