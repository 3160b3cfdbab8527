"""Merged pull requests, from GitHub's search.

`/search/issues` gives 1,000 results at the most, whatever `total_count` says, and stops early with
`incomplete_results` (docs.github.com/rest/search/search, 2026). Neither is taken for the whole, nor
are pages that do not come to their own count, each pull request once: the span of time is halved
and asked about again, down to an hour; what is not whole then is refused. Spans are written with
their times in UTC, for a date alone does not say of which zone.

`merged_at` is in the specification (@octokit/openapi 23.0.2), though not required there: a result
without it is refused. 30 searches a minute are allowed, of everything else far more
(docs.github.com/rest/search/search, 2026): searches keep a pace of their own.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import datetime, timedelta

from ecot.errors import AccessDenied, UnexpectedAnswer
from ecot.model.answer import Answer, Parsed
from ecot.model.period import Period
from ecot.providers.github.items import utc_day
from ecot.providers.github_activity.rows import PAGE, activity, repository_of
from ecot.providers.http import Http
from ecot.providers.patience import Pace
from ecot.providers.reading import opened

PATH = "/search/issues"
MOST = 1000
SEARCHES_A_MINUTE = 30
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
NOT_SEARCHED = (
    "GitHub answers so where there is no such organization or repository, and where the token may "
    "not read it: look at the names in the settings, and at the repositories that the token was "
    "made for."
)
CHANGED = (
    "{account}: GitHub's search found {total} pull requests and gave {given}: they changed while "
    "they were read"
)
STOPPED = "{account}: GitHub's search stopped before it had found everything of {first} to {last}"
TOO_MANY = (
    "{account}: GitHub's search gives {most} results at the most, and found {total} pull requests "
    "merged from {first} to {last}"
)
NAME_THEM = (
    "Name the repositories in the settings of the account: each of them is searched by itself."
)
LATER = "Collect again: it goes on where it stopped."


async def merged(
    http: Http, stream: str, scopes: Sequence[str], period: Period
) -> AsyncIterator[Answer]:
    """Every pull request merged in the period, of "org:…" or of each "repo:…"."""
    for scope in scopes:
        async for answer in _between(http, stream, scope, period.start, period.end - SECOND):
            yield answer


async def _between(
    http: Http, stream: str, scope: str, first: datetime, last: datetime
) -> AsyncIterator[Answer]:
    """Every page about the moments from `first` to `last`, both of them included."""
    answers, lacking = await _asked(http, stream, scope, first, last)
    if lacking is None:
        for answer in answers:
            yield answer
        return
    for begin, end in _halves(first, last, lacking):
        async for answer in _between(http, stream, scope, begin, end):
            yield answer


async def _asked(
    http: Http, stream: str, scope: str, first: datetime, last: datetime
) -> tuple[list[Answer], UnexpectedAnswer | None]:
    """The pages of one search; and what is wrong where they are not the whole."""
    answers = [await searched(http, stream, scope, first, last)]
    page = opened(answers[0], f"{http.account}: {stream}")
    total = page["total_count"].whole()
    about = {"account": http.account, "first": moment(first), "last": moment(last)}
    if page["incomplete_results"].flag():
        return [], UnexpectedAnswer(STOPPED, remedy=LATER, **about)
    if total > MOST:
        return [], UnexpectedAnswer(TOO_MANY, remedy=NAME_THEM, **about, most=MOST, total=total)
    further = range(2, -(-total // PAGE) + 1)
    answers += [await searched(http, stream, scope, first, last, number) for number in further]
    given = _ids(answers, http)
    if len(given) != total or len(set(given)) != total:
        about = {"account": http.account, "total": str(total), "given": str(len(set(given)))}
        return [], UnexpectedAnswer(CHANGED, remedy=LATER, **about)
    return answers, None


async def searched(
    http: Http, stream: str, scope: str, first: datetime, last: datetime, number: int = 1
) -> Answer:
    """One page, in the order in which the pull requests were made: that of a search without one is
    by likeness, and may change from page to page."""
    await _in_turn(http)
    query = f"{scope} is:pr is:merged merged:{moment(first)}..{moment(last)}"
    order = [("sort", "created"), ("order", "asc")]
    params = [("q", query), *order, ("per_page", str(PAGE)), ("page", str(number))]
    try:
        return await http.answer(stream, PATH, params)
    except UnexpectedAnswer as error:
        if error.values.get("status") != "422":
            raise
        raise AccessDenied(error.text, remedy=NOT_SEARCHED, **error.values) from None


async def _in_turn(http: Http) -> None:
    """Waits until one more search is allowed."""
    pace = http.kept if isinstance(http.kept, Pace) else Pace(SEARCHES_A_MINUTE)
    http.kept = pace
    if (wait := pace.wait(http.budget.now())) > 0:
        await http.sleep(wait)


def _halves(
    first: datetime, last: datetime, lacking: UnexpectedAnswer
) -> list[tuple[datetime, datetime]]:
    """The two halves of a span that one search does not tell the whole of; raises what is wrong
    with it where it is short."""
    span = last - first + SECOND
    if span <= HOUR:
        raise lacking
    middle = first + SECOND * (span // SECOND // 2)
    return [(first, middle - SECOND), (middle, last)]


def moment(time: datetime) -> str:
    """As GitHub writes a time: 2026-11-01T00:00:00Z."""
    return f"{time:%Y-%m-%dT%H:%M:%SZ}"


def _ids(answers: Sequence[Answer], http: Http) -> list[int]:
    pages = (opened(answer, f"{http.account}: {answer.feed}") for answer in answers)
    return [item["id"].whole() for page in pages for item in page["items"]]


def parse(answer: Answer) -> Iterator[Parsed]:
    """One merged pull request a result, on the UTC day of its merge; its author is who opened it,
    not who merged it."""
    for item in opened(answer)["items"]:
        day = utc_day(item["pull_request"]["merged_at"])
        repository = repository_of(item["repository_url"])
        row = activity(day, repository, item.get("user"), "merged_pull_requests")
        yield Parsed(item.place, row)
