"""Asking Deepgram for days: both dates, one day past what is wanted, and what the answer is about.

Not documented (2026-11): the zone of the dates, whether `end` is inside, the range without dates,
and from how many days on `resolution` is coarser than a day. The reference's sample is a week.
"""

from collections.abc import AsyncIterator
from datetime import date
from urllib.parse import quote

from ecot.errors import UnexpectedAnswer
from ecot.model.answer import Answer
from ecot.model.period import Period
from ecot.providers.deepgram.rows import day_of
from ecot.providers.http import Http
from ecot.providers.reading import Node, opened

# Usage comes first: a key that may read it and no money is then partial, not failed.
# Money is not grouped by tags: whether a request with two tags would be in two rows is not
# documented, and the same money counts once. Usage takes a single grouping (SDK 7.6.0, 2026-07).
GROUPED = {"usage": ("models",), "billing": ("accessor", "deployment", "line_item")}


async def by_day(http: Http, stream: str, project: str, period: Period) -> AsyncIterator[Answer]:
    """All days in one answer; where that is coarser than days or leaves some out, an answer for
    each day."""
    days = list(period.days())
    answer = await asked(http, stream, project, period)
    whole = _whole(answer, period, http)
    if (has_days(whole) and _holds(whole, period)) or len(days) == 1:
        yield answer
        return
    for day in days:
        answer = await asked(http, stream, project, Period.of_day(day), day)
        _whole(answer, Period.of_day(day), http)
        yield answer


async def asked(
    http: Http, stream: str, project: str, period: Period, day: date | None = None
) -> Answer:
    """One answer, which may hold the day after too; with `day` it counts for that day alone."""
    dates = (("start", str(period.start.date())), ("end", str(period.end.date())))
    params = (*dates, *(("grouping", name) for name in GROUPED[stream]))
    path = path_of(project, f"{stream}/breakdown")
    return await http.answer(stream, path, params, sub_account_id=project, day=day)


def path_of(project: str, what: str) -> str:
    """Where something of a project is."""
    return f"/v1/projects/{quote(project, safe='')}/{what}"


def has_days(whole: Node) -> bool:
    """Whether every row of the answer is about one day."""
    resolution = whole["resolution"]
    return resolution["units"].text() == "day" and resolution["amount"].amount() == 1


def _holds(whole: Node, period: Period) -> bool:
    """Whether the answer is about every day that was asked for."""
    first, last = _span(whole)
    return first <= period.start.date() and last >= period.last


def _span(whole: Node) -> tuple[date, date]:
    return day_of(whole["start"]), day_of(whole["end"])


def _whole(answer: Answer, period: Period, http: Http) -> Node:
    """The answer, decoded. Days that were not asked for are left out later; an answer that has no
    others would look like no cost, and is refused."""
    whole = opened(answer, f"{http.account}: {answer.feed}")
    first, last = _span(whole)
    if last < period.start.date() or first > period.last:
        raise UnexpectedAnswer(
            "{account}: {place} is about {day}, which was not asked for",
            account=http.account,
            place="the answer",
            day=f"{first} / {last}",
        )
    return whole
