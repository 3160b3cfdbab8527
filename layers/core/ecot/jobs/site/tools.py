"""The page of developer tools: what people did with them over a year, and what that cost."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from ecot.analysis.activity import WEEK, ToolDay, monday, tool_days
from ecot.analysis.groups import By
from ecot.analysis.totals import Gap, Totals, totals
from ecot.jobs.figures import Settled
from ecot.jobs.known import shared
from ecot.jobs.query import gaps, heads_of
from ecot.jobs.site.history import History
from ecot.jobs.site.seats import known_tools, seats_of
from ecot.model.figure import Figure
from ecot.model.head import COMPLETE, SETTLED, Head
from ecot.model.outcome import Progress
from ecot.model.period import DAY, Month, Period
from ecot.model.rows import provider_of
from ecot.report.shell import Shell
from ecot.report.tools import files
from ecot.report.tools_facts import ToolsFacts
from ecot.store.records import all_progress

QUARTER = timedelta(days=90)  # today inside
_WEEKS = 52  # before the running one


def pages(history: History, shell: Shell) -> Iterator[tuple[str, bytes]]:
    """The page's files."""
    return files(tools_facts(history), shell)


def tools_facts(history: History) -> ToolsFacts:
    """Everything that the page shows. A year is read month by month, and kept as days of tools."""
    edition = history.edition
    after = edition.today + DAY
    first, year_first = after - QUARTER, monday(edition.today) - _WEEKS * WEEK
    days = list(_year(history, year_first, after))
    figures = [one for one in history.days(first, after, "person") if is_of_tools(one)]
    active = {one.tool for one in days if one.is_active}
    known, open_days = _reach(history, active, year_first)
    return ToolsFacts(
        today=edition.today,
        first=first,
        year_first=year_first,
        currency=edition.currency,
        by_tool=_totals(history, figures, "provider", first, _missing(history, figures, first)),
        by_person=_totals(history, [one for one in figures if one.cell.activity], "user", first),
        days=tuple(days),
        open=open_days,
        read=known,
        seats=tuple(seats_of(history.place, edition, figures)),
        names=history.names,
        people=edition.people,
    )


def _year(history: History, first: date, after: date) -> Iterator[ToolDay]:
    for month in Period.of_days(first, after).months():
        of_month = tool_days(history.month(month, "person").figures, history.edition.currency)
        yield from (one for one in of_month if first <= one.day < after)


def is_of_tools(figure: Figure) -> bool:
    """Whether it is of a developer tool."""
    return figure.cell.category == "developer tools"


def _totals(
    history: History, figures: list[Figure], by: By, first: date, missing: Sequence[Gap] = ()
) -> Totals:
    edition = history.edition
    return totals(
        figures,
        by=by,
        first=first,
        after=edition.today + DAY,
        currency=edition.currency,
        missing=missing,
        names=history.names,
        shared=shared(),
    )


def _missing(history: History, figures: list[Figure], first: date) -> list[Gap]:
    """What the costs of developer tools lack since `first`: also of one that was never read."""
    question = history.edition.question(first, history.edition.today + DAY)
    months = Period.of_days(question.first, question.until).months()
    bills = [one for month in months for one in history.month(month, "person").bills]
    tools = {one.provider for one in figures} | known_tools()
    found = gaps(history.store, question, heads_of(history.store, question), Settled([], bills))
    return [gap for gap in found if gap.provider in tools]


Days = dict[str, frozenset[date]]
_OfMonth = tuple[str, Month]


def _reach(history: History, tools: set[str], first: date) -> tuple[Days, Days]:
    """By tool, the days since `first` of which every account that was expected has told all, and
    those of which one has not, or may still tell more."""
    progress = [one for one in all_progress(history.store) if provider_of(one.account) in tools]
    heads = {
        (head.account, head.month): head
        for month in Period.of_days(first, history.edition.today + DAY).months()
        for head in history.heads(month)
    }
    known: Days = {}
    lacking: Days = {}
    for one in progress:
        tool = provider_of(one.account)
        expected = _expected(one, first, history.edition.today)
        told = {day for day in expected if _is_told(one, heads, day, history.edition.today)}
        lacking[tool] = lacking.get(tool, frozenset()) | (set(expected) - told)
        known[tool] = known.get(tool, frozenset()) | told
    return {tool: days - lacking[tool] for tool, days in known.items()}, lacking


def _expected(progress: Progress, first: date, today: date) -> list[date]:
    start = max(first, progress.since)
    after = min(today + DAY, progress.until or today + DAY)
    return list(Period.of_days(start, after).days()) if start < after else []


def _is_told(progress: Progress, heads: Mapping[_OfMonth, Head], day: date, today: date) -> bool:
    """Whether each feed gave the day. One of the last week counts once its provider's time for
    late figures is over; of an older one hardly anything comes, and no idle day waits for it."""
    head = heads.get((progress.account, Month.of(day)))
    enough = COMPLETE if day < today - WEEK else {SETTLED}
    return head is not None and all(head.mark(day, feed) in enough for feed in progress.feeds)
