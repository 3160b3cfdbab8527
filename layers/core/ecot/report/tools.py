"""The page of developer tools: who used which on which day, and what that cost."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal, NamedTuple

import msgspec

from ecot.analysis.activity import (
    RESULTS,
    Done,
    ToolDay,
    by_tool,
    by_week,
    done,
    in_use,
    of_tools,
)
from ecot.model.period import DAY
from ecot.model.sentence import Sentence
from ecot.report.calendar import Calendar, Day, calendar
from ecot.report.charts import Plot, Series
from ecot.report.frame import in_both
from ecot.report.labels import account_name
from ecot.report.origin import Missing, Share, Unpriced, missing, shares, unpriced
from ecot.report.productivity import FEWEST, Panel, panels
from ecot.report.shell import Shell
from ecot.report.tables import Table, table
from ecot.report.tool_tables import PersonLine, ToolLine, person_lines, tool_lines
from ecot.report.tools_facts import ToolsFacts

_STYLES = ("charts.css", "charts_more.css")
_COLOURS = 7  # the eighth is for all others
_IDLE = timedelta(days=30)


class Bar(NamedTuple):
    """A tool's person-days, and their part of the largest."""

    name: str
    number: int
    part: Decimal


class ToolsView(msgspec.Struct, frozen=True, kw_only=True):
    """The page. `used` sums up the tools whose use is told, over 90 days, and `top` is the one that
    was used on most person-days; where nothing but results is told (`only_results`), those who made
    them are counted instead."""

    facts: ToolsFacts
    used: Done
    only_results: bool
    top: str | None
    table: Table
    shares: tuple[Share, ...]
    unpriced: tuple[Unpriced, ...]
    missing: tuple[Missing, ...]
    calendar: Calendar | None
    use: Plot
    costs: Plot
    details: Plot
    bars: tuple[Bar, ...]
    lines: tuple[ToolLine, ...]
    persons: tuple[PersonLine, ...]
    panels: tuple[Panel, ...]

    @property
    def is_empty(self) -> bool:
        """Whether no developer tool is known at all."""
        return not (self.facts.days or self.facts.seats)

    @property
    def has_costs(self) -> bool:
        """Whether there is any charge, be its cost known or not."""
        return self.table.total is not None or self.facts.by_tool.coverage.is_part

    @property
    def last(self) -> date:
        """The last day of the 90."""
        return self.facts.today

    @property
    def days(self) -> int:
        """How many days the totals are about."""
        return (self.facts.today - self.facts.first).days + 1


def files(facts: ToolsFacts, shell: Shell) -> Iterator[tuple[str, bytes]]:
    """The page in both languages."""
    view = tools_view(facts)
    values = {"view": view, "facts": facts, "fewest": FEWEST}
    return in_both(shell, "tools", "tools.html", _STYLES, ("tools.js",), **values)


def tools_view(facts: ToolsFacts) -> ToolsView:
    """The facts as the page shows them."""
    tools = in_use(facts.days)
    recent = [one for one in facts.days if one.day >= facts.first]
    of_each = by_tool(recent)
    used = {tool: sums for tool, sums in of_each.items() if tool in tools and sums.person_days}
    return ToolsView(
        facts=facts,
        used=done(of_tools(recent, tools)),
        only_results=bool(tools) and not _tell_use(facts.days, tools),
        top=_top(used, facts.names),
        table=(costs := table(facts.by_tool, "provider", facts.names)),
        shares=shares(facts.by_tool),
        unpriced=unpriced(facts.by_tool, facts.names),
        missing=missing(facts.by_tool, facts.names),
        calendar=_calendar(facts, tools) if tools else None,
        use=_use(facts, tools),
        costs=_costs(facts, "cost"),
        details=_costs(facts, "detailed"),
        bars=_bars(used, facts.names),
        lines=tool_lines(facts, costs, of_each, by_tool(_last_month(facts))),
        persons=person_lines(facts, recent),
        panels=panels(facts, tools),
    )


def _tell_use(days: tuple[ToolDay, ...], tools: frozenset[str]) -> bool:
    told = done(of_tools(days, tools)).quantities
    return any(told[name] for name in told.keys() - set(RESULTS))


def _last_month(facts: ToolsFacts) -> list[ToolDay]:
    return [one for one in facts.days if one.day > facts.today - _IDLE]


def _top(used: Mapping[str, Done], names: Mapping[str, str]) -> str | None:
    tool = max(used, key=lambda one: (used[one].person_days, one), default=None)
    return tool and account_name(tool, names)


def _bars(used: Mapping[str, Done], names: Mapping[str, str]) -> tuple[Bar, ...]:
    days = {tool: sums.person_days for tool, sums in used.items()}
    ordered = sorted(days, key=lambda tool: (-days[tool], tool))
    return tuple(
        Bar(account_name(tool, names), days[tool], Decimal(days[tool]) / days[ordered[0]])
        for tool in ordered
    )


def _calendar(facts: ToolsFacts, tools: frozenset[str]) -> Calendar:
    """How many people used a tool on each day. A day without anybody is one only where every tool
    that was expected has told it."""
    people: dict[date, frozenset[str]] = {}
    active = set[date]()
    for one in of_tools(facts.days, tools):
        people[one.day] = people.get(one.day, frozenset()) | one.people
        active.update({one.day} if one.is_active else ())
    known: dict[date, Day] = {}
    day = facts.year_first
    while day <= facts.today:
        is_open = any(day in facts.open.get(tool, ()) for tool in tools)
        is_read = any(day in facts.read.get(tool, ()) for tool in tools)
        number = len(people.get(day, ())) or int(day in active)
        if number:
            known[day] = Day(number, "partly known" if is_open else "known")
        elif is_open or not is_read:
            known[day] = Day(0, "unknown")
        day += DAY
    return calendar(known, facts.year_first, facts.today)


def _use(facts: ToolsFacts, tools: frozenset[str]) -> Plot:
    """Person-days by week and tool; a week of which no day of a tool was read is not known."""
    weeks = list(by_week(of_tools(facts.days, tools), facts.year_first, facts.today))
    series = []
    for place, tool in enumerate(sorted(tools)[:_COLOURS]):
        read = facts.read.get(tool, frozenset())
        values = tuple(
            _person_days(of_tools(days, {tool}), any(week + n * DAY in read for n in range(7)))
            for week, days in weeks
        )
        series.append(Series(account_name(tool, facts.names), values, f"s{place}"))
    return Plot(points=tuple(week for week, _ in weeks), unit="", stacks=tuple(series))


def _person_days(days: list[ToolDay], is_read: bool) -> Decimal | None:
    return Decimal(done(days).person_days) if days or is_read else None


def _costs(facts: ToolsFacts, kind: Literal["cost", "detailed"]) -> Plot:
    """What is charged by week and tool, or what tools say of others' charges; the cheapest of many
    tools stand together."""
    weeks = list(by_week(facts.days, facts.year_first, facts.today))
    sums = {tool: cost for tool, one in by_tool(facts.days).items() if (cost := getattr(one, kind))}
    ordered = sorted(sums, key=lambda tool: (-sums[tool], tool))
    named, others = ordered[:_COLOURS], ordered[_COLOURS:]
    groups = [(account_name(tool, facts.names), {tool}) for tool in named]
    series = [
        Series(name, _weekly(weeks, tools, kind), f"s{place}")
        for place, (name, tools) in enumerate(groups)
    ]
    if others:
        series.append(Series(Sentence("Other tools"), _weekly(weeks, set(others), kind), "s7"))
    return Plot(points=tuple(week for week, _ in weeks), unit=facts.currency, stacks=tuple(series))


def _weekly(
    weeks: list[tuple[date, list[ToolDay]]], tools: set[str], kind: Literal["cost", "detailed"]
) -> tuple[Decimal | None, ...]:
    return tuple(getattr(done(of_tools(days, tools)), kind) for _, days in weeks)
