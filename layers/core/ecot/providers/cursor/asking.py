"""Asking Cursor: at most 30 days at a time, page by page, and whole.

Pages are numbered, so what happens while they are read moves the ones that follow: an event would
be read twice, or never. Events are therefore asked for until the moment at which the run began, and
a reading whose pages disagree on how many events there are, or do not have so many, is done again.
"""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

from ecot.errors import AccessDenied, NotOffered, UnexpectedAnswer
from ecot.model.answer import Answer
from ecot.model.period import Period, midnight
from ecot.providers.http import Http
from ecot.providers.pages import MOST_PAGES
from ecot.providers.reading import Node, opened

EVENTS, DAILY, SPEND, MEMBERS = "events", "daily", "spend", "members"
OLDER_EVENTS, OLDER_DAILY = "events.older", "daily.older"
ABOUT_EVENTS = (EVENTS, OLDER_EVENTS)
PATHS = {
    **dict.fromkeys(ABOUT_EVENTS, "/teams/filtered-usage-events"),
    **dict.fromkeys((DAILY, OLDER_DAILY), "/teams/daily-usage-data"),
    SPEND: "/teams/spend",
    MEMBERS: "/teams/members",
}
MOST_DAYS = timedelta(days=30)
A_PAGE = {**dict.fromkeys(PATHS, 1000), SPEND: 100}  # as others ask (2026); no most is documented
READINGS = 3  # of one stretch of events, before it is given up for the night
CHECKED_DAY = date(2026, 10, 1)  # any day proves a key; where today is known, a week ago

NO_END = "{source}: {place} leads back to the page {cursor}, or has no end: {part}"

Question = Mapping[str, Any]
Follows = Callable[[Node], bool]
"""Whether a page says that another one follows."""


async def fetch(http: Http, stream: str, period: Period) -> AsyncIterator[Answer]:
    """Every page of a stream; how things stand is as on the first day of the period."""
    with _plan_told():
        if stream == MEMBERS:
            yield await http.answer(stream, PATHS[stream], day=period.start.date())
        elif stream == SPEND:
            # by user: in the order of amounts, a request would move people from page to page
            question = {"sortBy": "user", "sortDirection": "asc"}
            async for answer in _pages(http, stream, question, _more_members(), period.start):
                yield answer
        else:
            for part in _parts(http, stream, period):
                for answer in await _read(http, stream, part):
                    yield answer


async def check(http: Http) -> None:
    """The members, and a day of events: the least that only a sufficient key may read."""
    day = CHECKED_DAY if http.today is None else http.today - timedelta(days=7)
    async for answer in fetch(http, MEMBERS, Period.of_day(day)):
        _ = opened(answer, http.account)["teamMembers"]
    question = {**_between(EVENTS, Period.of_day(day)), "page": 1, "pageSize": 1}
    with _plan_told():
        answer = await http.answer(EVENTS, PATHS[EVENTS], question=question)
    _ = opened(answer, http.account)["usageEvents"]


def _parts(http: Http, stream: str, period: Period) -> Iterator[Period]:
    """The period, cut where Cursor answers no longer, and where a running day begins: it alone may
    move while it is read."""
    end, running = period.end, period.end
    if http.now is not None and stream in ABOUT_EVENTS:
        end, running = min(period.end, http.now), midnight(http.now.date())
    start = period.start
    while start < end:
        after = min(start + MOST_DAYS, end, running if start < running else end)
        yield Period(start, after)
        start = after


async def _read(http: Http, stream: str, part: Period) -> list[Answer]:
    """All pages of some days, with which of them they are about."""
    question = _between(stream, part)
    limits = {"from": str(question["startDate"]), "to": str(question["endDate"])}
    for _ in range(READINGS):
        pages = _pages(http, stream, question, _has_next, asked=limits)
        answers = [answer async for answer in pages]
        if stream not in ABOUT_EVENTS or _is_whole(
            [opened(answer, http.account) for answer in answers]
        ):
            _remembers(http, stream, answers[0], part)
            return answers
    raise UnexpectedAnswer(
        "{account}: {provider} changed {feed} while they were read",
        remedy="Collect again later; what was read before is kept.",
        account=http.account,
        provider=http.provider,
        feed=stream,
    )


def _between(stream: str, part: Period) -> dict[str, int]:
    """Both ends in milliseconds. Whether the second is inside is not documented: an event of that
    very moment is left out later, while a day that begins then must not be asked for at all."""
    end = milliseconds(part.end)
    return {
        "startDate": milliseconds(part.start),
        "endDate": end if stream in ABOUT_EVENTS else end - 1,
    }


def milliseconds(moment: datetime) -> int:
    """Since 1970."""
    return int(moment.timestamp()) * 1000 + moment.microsecond // 1000


async def _pages(
    http: Http,
    stream: str,
    question: Question,
    follows: Follows,
    read_on: datetime | None = None,
    asked: Mapping[str, str] | None = None,
) -> AsyncIterator[Answer]:
    day = None if read_on is None else read_on.date()
    number = 1
    while True:
        numbered = {**question, "page": number, "pageSize": A_PAGE[stream]}
        answer = await http.answer(stream, PATHS[stream], question=numbered, day=day, asked=asked)
        page = opened(answer, f"{http.account}: {stream}")
        _expect_page(page, number)
        yield answer
        if not follows(page):
            return
        number += 1
        if number > MOST_PAGES:
            page.refuse(NO_END, cursor=str(number))


def _expect_page(page: Node, number: int) -> None:
    """A page that says it is another one would be counted in its place, and again in its own."""
    pagination = page.get("pagination")
    stated = pagination and (pagination.get("currentPage") or pagination.get("page"))
    if pagination and stated and stated.whole() != number:
        pagination.refuse(NO_END, cursor=str(stated.whole()))


def _has_next(page: Node) -> bool:
    """Activity is told without pages too, and is then whole (the documentation's own example)."""
    rows = page.get("usageEvents")
    pagination = page["pagination"] if rows else page.get("pagination")
    if pagination is None or not pagination["hasNextPage"].flag():
        return False
    if not list(rows or page["data"]):
        pagination.refuse("{source}: {place} has no end: after an empty page comes another: {part}")
    return True


def _more_members() -> Follows:
    """Spend only says how many pages there are, and not which one it is: one with people who were
    on another is that one again, or everybody has moved, and would be counted twice."""
    read: list[set[str]] = []

    def follows(page: Node) -> bool:
        people = {one for row in page["teamMemberSpend"] if (one := row.optional("email"))}
        if any(people & earlier for earlier in read):
            page.refuse(NO_END, cursor=str(len(read)))
        read.append(people)
        return len(read) < page["totalPages"].whole()

    return follows


def _is_whole(pages: list[Node]) -> bool:
    """Whether the pages agree on how many events there are, and have them."""
    stated = {total.whole() for page in pages if (total := page.get("totalUsageEventsCount"))}
    return not stated or stated == {sum(len(list(page["usageEvents"])) for page in pages)}


def _remembers(http: Http, stream: str, answer: Answer, part: Period) -> None:
    """Refuses an answer that begins later than what was asked for, be it within a day: what was
    before would look like days without cost, or like one that cost less."""
    period = opened(answer, f"{http.account}: {stream}").get("period")
    start = period.get("startDate") if period else None
    if start and start.amount() > milliseconds(part.start):
        raise UnexpectedAnswer(
            "{account}: {provider} does not have all of {feed} that was asked for: its answer "
            "begins after {day} does",
            remedy="Days that Cursor has forgotten stay missing. To begin later, set since in "
            "ecot.toml to the first day that it has whole; an account that was collected before "
            "needs `ecot reset` too.",
            account=http.account,
            provider=http.provider,
            feed=stream.partition(".")[0],
            day=str(part.start.date()),
        )


@contextmanager
def _plan_told() -> Iterator[None]:
    """A refusal with 403 is one of the plan (the documentation, 2026-03)."""
    try:
        yield
    except AccessDenied as error:
        if error.values.get("status") != "403":
            raise
        raise NotOffered(error.text, **error.values) from None
