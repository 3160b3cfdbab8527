"""What a Supabase token sees: organisations with their plans, and projects that cost something.

A token sees every organisation of its owner, or those that it was limited to. `/v1/projects` has
the projects of all of them in one answer.
"""

from collections.abc import AsyncIterator
from datetime import date
from typing import NamedTuple
from urllib.parse import quote

import msgspec

from ecot.errors import AccessDenied, UnexpectedAnswer
from ecot.model.answer import Answer, Parsed
from ecot.model.rows import Category, Name
from ecot.providers.http import Http
from ecot.providers.reading import Node, opened
from ecot.providers.removed import listed

CATEGORY: Category = "infrastructure"
SUBSCRIPTION = "subscription"
ADDONS = "billing/addons"
FREE = "free"
RUNNING = ("ACTIVE_HEALTHY", "ACTIVE_UNHEALTHY")
# Of a paused project nothing is measured or billed ("Paused projects do not count towards usage",
# the dashboard's usage page, 2026), and the analytics answer 4xx.
STOPPED = ("INACTIVE", "REMOVED")
UNTOLD = "untold"  # in `asked`: the projects whose add-ons nobody told


class Project(NamedTuple):
    """A project: its id, the slug of its organisation, and how it stands."""

    ref: str
    organization: str
    status: str

    @property
    def is_running(self) -> bool:
        """Whether it answers requests."""
        return self.status in RUNNING

    def path(self, what: str) -> str:
        """Where something of it is asked for."""
        return f"/v1/projects/{quote(self.ref, safe='')}/{what}"


class Seen(NamedTuple):
    """What a token sees: the answer about each organisation, the list of all projects, and those
    projects of organisations that are not free, less the paused ones."""

    organizations: tuple[Answer, ...]
    listing: Answer
    paid: tuple[Project, ...]

    @property
    def running(self) -> tuple[Project, ...]:
        """Those of which something is measured."""
        return tuple(project for project in self.paid if project.is_running)


async def seen(http: Http, day: date | None) -> Seen:
    """The organisations and projects of now. A token that sees none of the former is refused: no
    cost at all would look like no cost."""
    organizations = await http.answer(SUBSCRIPTION, "/v1/organizations")
    listing = await http.answer(SUBSCRIPTION, "/v1/projects", day=day)
    projects = _projects(listing, http)
    entries = opened(organizations, f"{http.account}: organizations")
    slugs = dict.fromkeys(entry["slug"].text() for entry in entries)
    slugs |= dict.fromkeys(project.organization for project in projects)
    if not slugs:
        raise AccessDenied("{account}: the token sees no organization", account=http.account)
    answers = [await _organization(http, slug, day) for slug in slugs]
    free = {slug for slug, answer in zip(slugs, answers, strict=True) if _is_free(answer, http)}
    paid = [one for one in projects if one.organization not in free and one.status not in STOPPED]
    return Seen(tuple(answers), listing, tuple(paid))


async def _organization(http: Http, slug: str, day: date | None) -> Answer:
    path = f"/v1/organizations/{quote(slug, safe='')}"
    return await http.answer(SUBSCRIPTION, path, sub_account_id=slug, day=day)


def _is_free(answer: Answer, http: Http) -> bool:
    return opened(answer, f"{http.account}: organizations").optional("plan") == FREE


def _projects(listing: Answer, http: Http) -> list[Project]:
    return [
        Project(entry["ref"].text(), entry["organization_slug"].text(), entry["status"].text())
        for entry in opened(listing, f"{http.account}: projects")
    ]


async def subscriptions(http: Http, day: date) -> AsyncIterator[Answer]:
    """Each organisation, and the add-ons of each project in those that are not free. The list of
    projects stands for the answers of those that did not tell theirs."""
    here = await seen(http, day)
    for organization in here.organizations:
        yield organization
    untold = []
    for project in here.paid:
        if (addons := await _addons(http, project, day)) is None:
            untold.append(project.ref)
        else:
            yield addons
    if untold:
        yield msgspec.structs.replace(here.listing, asked={UNTOLD: " ".join(untold)})


async def _addons(http: Http, project: Project, day: date) -> Answer | None:
    """A project's add-ons; None where one that does not run refuses to tell them."""
    try:
        with listed(project.ref):
            return await asked(http, SUBSCRIPTION, project, ADDONS, day=day)
    except UnexpectedAnswer:
        if project.is_running:
            raise
        return None


async def asked(
    http: Http, stream: str, project: Project, what: str, *params: tuple[str, str],
    day: date | None = None,
) -> Answer:  # fmt: skip
    """One answer about one project."""
    return await http.answer(
        stream,
        project.path(what),
        params,
        sub_account_id=project.ref,
        day=day,
        asked={"organization": project.organization},
    )


def name(entry: Node, stream: str) -> Parsed:
    """What an organisation or a project is called. Both are sub accounts: the plan is paid by the
    one, add-ons are the other's."""
    id_ = entry["slug" if stream == "organizations" else "ref"].text()
    return Parsed(entry.place, Name("sub_account_id", id_, entry["name"].text()))


def tags(answer: Answer) -> dict[str, str]:
    """The organisation, which the answer about a project does not name."""
    return {name: answer.asked[name] for name in ("organization",) if name in answer.asked}
