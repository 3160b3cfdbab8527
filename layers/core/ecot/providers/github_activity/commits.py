"""Commits on the default branch of each repository.

`/repos/{owner}/{repo}/commits` without `sha` tells of the default branch alone. `since` and `until`
are about the committer's date, not the author's (github.com/rundel/ghclass issue 139, 2024-04-17),
so the day of a commit is the UTC day of its committer's date: of what was rebased or squashed, the
day on which that was done. Whether the two ends are included is not said: a second more is asked
for on either side, and what is of other days is left out.

A commit with more than one parent is a merge: it is counted apart (`merge_commits`), for it is the
work of those commits that it merges. A repository without a commit answers 409.
"""

from collections.abc import AsyncIterator, Iterator

from ecot.errors import UnexpectedAnswer
from ecot.model.answer import Answer, Parsed
from ecot.model.period import Period
from ecot.providers.github.access import permitted
from ecot.providers.github.items import utc_day
from ecot.providers.github_activity.repositories import Repository
from ecot.providers.github_activity.rows import PAGE, activity, repository_of
from ecot.providers.github_activity.search import LATER, SECOND, moment
from ecot.providers.http import Http
from ecot.providers.pages import MOST_PAGES
from ecot.providers.reading import opened
from ecot.providers.removed import listed

NOT_READ = (
    "GitHub answers so where the token may not read a repository, and where there is none of that "
    "name: look at the names in the settings, and at the repositories that the token was made for."
)
MOVED = "{account}: the commits of {repository} changed while they were read"


async def commits_of(
    http: Http, stream: str, repository: Repository, period: Period
) -> AsyncIterator[Answer]:
    """Every page of the repository's commits in the period."""
    given: list[str] = []
    for number in range(1, MOST_PAGES):
        answer = await made(http, stream, repository, period, number)
        if answer is None:
            return
        yield answer
        commits = [one["sha"].text() for one in opened(answer, f"{http.account}: {stream}")]
        given += commits
        if len(set(given)) < len(given):
            about = {"account": http.account, "repository": repository.name}
            raise UnexpectedAnswer(MOVED, remedy=LATER, **about)
        if len(commits) < PAGE:
            return


async def made(
    http: Http, stream: str, repository: Repository, period: Period, number: int = 1
) -> Answer | None:
    """One page; None of a repository in which there is nothing yet."""
    since, until = moment(period.start - SECOND), moment(period.end + SECOND)
    span = [("since", since), ("until", until)]
    params = [*span, ("per_page", str(PAGE)), ("page", str(number))]
    asking = http.answer(stream, f"/repos/{repository.path}/commits", params)
    try:
        if not repository.is_listed:
            return await permitted(asking, remedy=NOT_READ)
        with listed(repository.name):
            return await asking
    except UnexpectedAnswer as error:
        if error.values.get("status") == "409":
            return None
        raise


def parse(answer: Answer) -> Iterator[Parsed]:
    """One commit, or merge, an entry."""
    for one in opened(answer):
        commit, repository = one["commit"], repository_of(one["comments_url"])
        day = utc_day(commit["committer"]["date"])
        counted = "merge_commits" if len(list(one["parents"])) > 1 else "commits"
        address = None if (by := commit.get("author")) is None else by.optional("email")
        yield Parsed(one.place, activity(day, repository, one.get("author"), counted, address))
