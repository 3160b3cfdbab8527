"""The pictures of developer tools: people by day, person-days and costs by week."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from ecot.analysis.activity import WEEK, Done, ToolDay, by_tool, by_week, done, in_use, of_tools
from ecot.model.period import DAY, Period
from ecot.model.sentence import Sentence
from ecot.report.calendar import Calendar, Day, calendar
from ecot.report.charts import Plot, Series
from ecot.report.labels import account_name
from ecot.report.tools_facts import ToolsFacts

_COLOURS = 7  # the eighth is for all others

# What some tools did in a week, from its days.
Value = Callable[[date, list[ToolDay], frozenset[str]], Decimal | None]


class Group(NamedTuple):
    """Tools that share a colour."""

    name: Sentence | str
    tools: frozenset[str]
    style: str


class Bar(NamedTuple):
    """A tool's person-days, and their part of the largest."""

    name: str
    number: int
    part: Decimal
    style: str


def bars(facts: ToolsFacts, used: Mapping[str, Done]) -> tuple[Bar, ...]:
    """The person-days of each tool that was used, the most first."""
    days = {tool: sums.person_days for tool, sums in used.items()}
    ordered = sorted(days, key=lambda tool: (-days[tool], tool))
    styles = {tool: one.style for one in _groups(facts) for tool in one.tools}
    return tuple(
        Bar(
            account_name(tool, facts.names),
            days[tool],
            Decimal(days[tool]) / days[ordered[0]],
            styles[tool],
        )
        for tool in ordered
    )


def people_by_day(facts: ToolsFacts, tools: frozenset[str]) -> Calendar:
    """How many people used a tool on each day of the year. A day without anybody is one only where
    every tool that was expected has told it."""
    people: dict[date, frozenset[str]] = {}
    active = set[date]()
    for one in of_tools(facts.days, tools):
        people[one.day] = people.get(one.day, frozenset()) | one.people
        active.update({one.day} if one.is_active else ())
    known: dict[date, Day] = {}
    for day in Period.of_days(facts.year_first, facts.today + DAY).days():
        is_open = any(day in facts.open.get(tool, ()) for tool in tools)
        is_read = any(day in facts.read.get(tool, ()) for tool in tools)
        number = len(people.get(day, ())) or int(day in active)
        if number:
            known[day] = Day(number, "partly known" if is_open else "known")
        elif is_open or not is_read:
            known[day] = Day(0, "unknown")
    return calendar(known, facts.year_first, facts.today)


def person_days(facts: ToolsFacts, tools: frozenset[str]) -> Plot:
    """Person-days by week and tool; a week of which no day of a tool was read is not known."""

    def value(week: date, days: list[ToolDay], tool: frozenset[str]) -> Decimal | None:
        read = frozenset[date]().union(*(facts.read.get(one, ()) for one in tool & tools))
        number = done(days).person_days
        return Decimal(number) if number or read.intersection(_days(week)) else None

    return _by_week(facts, of_tools(facts.days, tools), value, "")


def open_weeks(facts: ToolsFacts, tools: frozenset[str]) -> int:
    """How many of the weeks have a day that was not read of one of the tools, or may still grow."""
    days = frozenset[date]().union(*(facts.open.get(tool, ()) for tool in tools))
    weeks = by_week(of_tools(facts.days, tools), facts.since, facts.today)
    return sum(1 for week, _ in weeks if days.intersection(_days(week)))


def _days(week: date) -> Iterator[date]:
    return Period.of_days(week, week + WEEK).days()


def costs(facts: ToolsFacts) -> Plot:
    """What is charged, by week and tool."""
    return _by_week(facts, facts.days, lambda _, days, __: done(days).cost, facts.currency)


def details(facts: ToolsFacts) -> Plot:
    """What tools say of charges that others bill, by week and tool."""
    return _by_week(facts, facts.days, lambda _, days, __: done(days).detailed, facts.currency)


def _by_week(facts: ToolsFacts, days: Sequence[ToolDay], value: Value, unit: str) -> Plot:
    weeks = list(by_week(days, facts.since, facts.today))
    made = [
        Series(
            name, tuple(value(week, of_tools(found, tools), tools) for week, found in weeks), style
        )
        for name, tools, style in _groups(facts)
    ]
    drawn = tuple(one for one in made if any(one.values))
    return Plot(points=tuple(week for week, _ in weeks), unit=unit, stacks=drawn)


def _groups(facts: ToolsFacts) -> Iterator[Group]:
    """The tools by their colour, which is the same in every picture: those that most people use
    first, then dear ones; many tools end in one group of all others."""
    sums, used = by_tool(facts.days), in_use(facts.days)
    drawn = [tool for tool, one in sums.items() if tool in used or one.cost or one.detailed]
    ranked = sorted(
        drawn, key=lambda tool: (-sums[tool].person_days, -(sums[tool].cost or 0), tool)
    )
    for place, tool in enumerate(ranked[:_COLOURS]):
        yield Group(account_name(tool, facts.names), frozenset({tool}), f"s{place}")
    if ranked[_COLOURS:]:
        yield Group(Sentence("Other tools"), frozenset(ranked[_COLOURS:]), "s7")
