"""Which repositories' commits are read: those that the settings name, or all of the organisation's.

The list is `/orgs/{org}/repos` with `type=sources`: a fork brings with it the history of others, so
its commits are read where it is named. A repository that nobody has pushed to since the first day
asked for has no new commits there. The list has what the token may see, and says nothing of the
rest (docs.github.com/rest/repos/repos#list-organization-repositories, 2026).
"""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Annotated, NamedTuple
from urllib.parse import quote

from pydantic import Field

from ecot.errors import AccessDenied
from ecot.model.period import Period
from ecot.providers.contract import Options
from ecot.providers.github.access import permitted
from ecot.providers.github.items import utc_day
from ecot.providers.github_activity.rows import PAGE
from ecot.providers.http import Http
from ecot.providers.pages import MOST_PAGES
from ecot.providers.reading import Node, decoded

NOT_LISTED = (
    "GitHub answers so where there is no such organization, and where the token may not see it: "
    "look at its name in the settings. It is the resource owner that the token was made with."
)
NOTHING_SEEN = "{account}: the token sees no repository of {organization}"
CHOOSE = (
    "Give the token access to all repositories of the organization, or name those that it was made "
    "for in the settings of the account."
)
A_DAY = timedelta(days=1)  # for clocks of people that are fast


class GitHubActivityOptions(Options):
    """Whose activity is read; of which of its repositories, where not of all."""

    # No `\w`: a hundred times all letters that there are take 30 ms to compile, at every start.
    organization: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,100}$")] | None = None
    repositories: tuple[
        Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)?$")], ...
    ] = ()


class Repository(NamedTuple):
    """A repository, "owner/name"; whether GitHub listed it just before."""

    name: str
    is_listed: bool

    @property
    def path(self) -> str:
        """As it stands in an address."""
        return quote(self.name)


def named(options: GitHubActivityOptions) -> list[Repository]:
    """Those of the settings, each once; a name without an owner is the organisation's."""
    names = (
        name if "/" in name else f"{options.organization}/{name}" for name in options.repositories
    )
    return [Repository(name, False) for name in {name.lower(): name for name in names}.values()]


async def repositories(
    http: Http, options: GitHubActivityOptions, period: Period
) -> list[Repository]:
    """Those in which there may be commits of the period."""
    if options.repositories:
        return named(options)
    first, seen = period.start.date() - A_DAY, 0
    found: list[Repository] = []
    async for one in _all(http, options.organization or ""):
        pushed, seen = one.get("pushed_at"), seen + 1
        if pushed is None or utc_day(pushed) >= first:
            found.append(Repository(one["full_name"].text(), True))
    if not seen:
        raise nothing_seen(http, options)
    return found


def nothing_seen(http: Http, options: GitHubActivityOptions) -> AccessDenied:
    """That there is no repository is not that nobody worked."""
    about = {"account": http.account, "organization": options.organization}
    return AccessDenied(NOTHING_SEEN, remedy=CHOOSE, **about)


async def _all(http: Http, organization: str) -> AsyncIterator[Node]:
    """Every repository, until a page is empty: what a token may not see is taken off a page after
    it was cut."""
    before = b""
    for number in range(1, MOST_PAGES):
        body, page = await page_of(http, organization, number)
        if not (entries := list(page)):
            return
        if body == before:
            page.refuse("{source}: the page {number} is the one before: {part}", number=str(number))
        before = body
        for one in entries:
            yield one


async def page_of(http: Http, organization: str, number: int) -> tuple[bytes, Node]:
    """A page of the list, by name: what is pushed to meanwhile does not move."""
    order = [("type", "sources"), ("sort", "full_name"), ("direction", "asc")]
    params = [*order, ("per_page", str(PAGE)), ("page", str(number))]
    path = f"/orgs/{quote(organization, safe='')}/repos"
    body = await permitted(http.get(path, params), remedy=NOT_LISTED)
    page = decoded(http.without_people(body), http.account)
    return body, Node(page, f"{http.account}: repositories")
