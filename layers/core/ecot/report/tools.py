"""The page of developer tools: who used which on which day, and what that cost."""

from collections.abc import Iterator, Mapping
from datetime import date

import msgspec

from ecot.analysis.activity import (
    RESULTS,
    Done,
    ToolDay,
    by_tool,
    done,
    in_use,
    of_tools,
)
from ecot.model.period import DAY, Month, Period
from ecot.report import tool_charts
from ecot.report.calendar import Calendar
from ecot.report.charts import Plot
from ecot.report.frame import in_both
from ecot.report.labels import account_name
from ecot.report.origin import Missing, Share, Unpriced, missing, shares, unpriced
from ecot.report.productivity import FEWEST, Panel, panels
from ecot.report.shell import Shell
from ecot.report.tables import Table, table
from ecot.report.tool_tables import IDLE, PersonLine, ToolLine, person_lines, tool_lines
from ecot.report.tools_facts import ToolsFacts

_STYLES = ("charts.css", "calendar.css", "scatter.css", "tools.css")


class ToolsView(msgspec.Struct, frozen=True, kw_only=True):
    """The page. `used` sums up the tools whose use is told, over 90 days, and `top` is the one that
    was used on most person-days; where nothing but results is told (`only_results`), those who made
    them are counted instead. `open_weeks` are drawn weeks that lack a day, or may still grow."""

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
    bars: tuple[tool_charts.Bar, ...]
    lines: tuple[ToolLine, ...]
    persons: tuple[PersonLine, ...]
    panels: tuple[Panel, ...]
    open_weeks: int

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
    def months(self) -> tuple[Month, ...]:
        """Those that the 90 days are in."""
        return tuple(Period.of_days(self.facts.first, self.last + DAY).months())

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
        table=(charged := table(facts.by_tool, "provider", facts.names)),
        shares=shares(facts.by_tool),
        unpriced=unpriced(facts.by_tool, facts.names),
        missing=missing(facts.by_tool, facts.names),
        calendar=tool_charts.people_by_day(facts, tools) if tools else None,
        use=tool_charts.person_days(facts, tools),
        costs=tool_charts.costs(facts),
        details=tool_charts.details(facts),
        bars=tool_charts.bars(facts, used),
        lines=tool_lines(facts, charged, of_each, by_tool(_last_month(facts))),
        persons=person_lines(facts, recent),
        panels=panels(facts, tools),
        open_weeks=tool_charts.open_weeks(facts, tools),
    )


def _tell_use(days: tuple[ToolDay, ...], tools: frozenset[str]) -> bool:
    told = done(of_tools(days, tools)).quantities
    return any(told[name] for name in told.keys() - set(RESULTS))


def _last_month(facts: ToolsFacts) -> list[ToolDay]:
    return [one for one in facts.days if one.day > facts.today - IDLE]


def _top(used: Mapping[str, Done], names: Mapping[str, str]) -> str | None:
    tool = max(used, key=lambda one: (used[one].person_days, one), default=None)
    return tool and account_name(tool, names)
