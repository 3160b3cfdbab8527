"""What people did with developer tools: by day and tool, and added up over weeks.

A tool is its provider ("copilot"). Two tools never count the same thing in the same way: quantities
are only added up within a tool; what all of them have in common is who used them on which day.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

import msgspec

from ecot.analysis.sums import breakdowns, cost_of, counted, standing, unconverted, unpriced
from ecot.model.figure import Figure
from ecot.model.money import quotient, total
from ecot.model.period import DAY
from ecot.model.rows import add_quantities

WEEK = timedelta(days=7)
# What work came to. It does not tell that a tool was used: everything else that people do does.
RESULTS = ("merged_pull_requests", "commits", "pull_requests", "merge_commits")
# What cost may be laid beside, most telling first: what others have looked at before what a person
# did alone, and lines late, because tools inflate them.
MEASURES = (
    *("merged_pull_requests", "commits", "sessions", "interactions"),
    *("lines_added", "pull_requests"),
)


class ToolDay(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a tool on one UTC day.

    `people` are the persons and keys that did something; `quantities` are of what they did. `cost`
    is what is charged, net of tax, and None where nothing of it is known; `lacks_cost` says that a
    part of it is not. `detailed` is what the tool says of charges that another provider bills.
    """

    day: date
    tool: str
    people: frozenset[str] = frozenset()
    quantities: Mapping[str, Decimal] = {}
    cost: Decimal | None = None
    lacks_cost: bool = False
    detailed: Decimal | None = None

    @property
    def is_active(self) -> bool:
        """Whether anybody did anything."""
        return any(self.quantities.values())


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """Some days of tools, added up. A person-day is a person who used a tool on a day."""

    active_days: int
    people: frozenset[str]
    person_days: int
    quantities: Mapping[str, Decimal]
    cost: Decimal | None
    lacks_cost: bool
    detailed: Decimal | None

    @property
    def acceptance(self) -> Decimal | None:
        """The share of suggestions that were taken: of those that were shown, else of those that
        were decided on; None where neither is told."""
        stated = self.quantities
        taken, shown = stated.get("acceptances"), stated.get("suggestions")
        if shown is None and "rejections" in stated and taken is not None:
            shown = taken + stated["rejections"]
        return quotient(taken, shown) if taken is not None and shown else None


class Measure(NamedTuple):
    """A quantity as one tool counts it."""

    quantity: str
    tool: str


def tool_days(figures: Iterable[Figure], currency: str) -> list[ToolDay]:
    """The figures of category "developer tools", by day and tool, in that order."""
    found: dict[tuple[date, str], list[Figure]] = {}
    for figure in figures:
        if figure.cell.category == "developer tools":
            found.setdefault((figure.cell.day, figure.provider), []).append(figure)
    return [_tool_day(*key, found[key], currency) for key in sorted(found)]


def _tool_day(day: date, tool: str, figures: list[Figure], currency: str) -> ToolDay:
    did = [one.cell for one in figures if one.cell.activity and any(one.cell.quantities.values())]
    costs = counted(figures)
    details = breakdowns(figures, currency).values()
    return ToolDay(
        day=day,
        tool=tool,
        people=frozenset(who for one in did if (who := one.user or one.api_key_id)),
        quantities=add_quantities(one.quantities for one in did),
        cost=cost_of(costs, currency),
        lacks_cost=bool(unpriced(costs) or unconverted(list(standing(costs)), currency)),
        detailed=total(details) if details else None,
    )  # fmt: skip


def done(days: Iterable[ToolDay]) -> Done:
    """The days added up. A person who is known by the same name to two tools is one person."""
    days = list(days)
    costs = [one.cost for one in days if one.cost is not None]
    details = [one.detailed for one in days if one.detailed is not None]
    return Done(
        active_days=len({one.day for one in days if one.is_active}),
        people=frozenset[str]().union(*(one.people for one in days)),
        person_days=sum(len(one.people) for one in days),
        quantities=add_quantities(one.quantities for one in days),
        cost=total(costs) if costs else None,
        lacks_cost=any(one.lacks_cost for one in days),
        detailed=total(details) if details else None,
    )


def in_use(days: Iterable[ToolDay]) -> frozenset[str]:
    """The tools whose use is told; where only results are told (commits), those that tell them."""
    active = [one for one in days if one.is_active]
    used = {
        one.tool for one in active for name in one.quantities.keys() - set(RESULTS)
        if one.quantities[name]
    }  # fmt: skip
    return frozenset(used or {one.tool for one in active})


def of_tools(days: Iterable[ToolDay], tools: Collection[str]) -> list[ToolDay]:
    """Those of the tools."""
    return [one for one in days if one.tool in tools]


def by_tool(days: Iterable[ToolDay]) -> dict[str, Done]:
    """Each tool's days added up."""
    found: dict[str, list[ToolDay]] = {}
    for one in days:
        found.setdefault(one.tool, []).append(one)
    return {tool: done(found[tool]) for tool in sorted(found)}


def monday(day: date) -> date:
    """The first day of the day's week."""
    return day - day.weekday() * DAY


def by_week(
    days: Sequence[ToolDay], first: date, after: date
) -> Iterator[tuple[date, list[ToolDay]]]:
    """The whole weeks in `[first, after)`, by their Monday, from the first one of which something
    is known."""
    found: dict[date, list[ToolDay]] = {}
    for one in days:
        found.setdefault(monday(one.day), []).append(one)
    week = monday(max(first, min(found, default=after)) + 6 * DAY)
    while week + WEEK <= after:
        yield week, found.get(week, [])
        week += WEEK


def measures(days: Iterable[ToolDay], most: int) -> list[Measure]:
    """What cost may be laid beside, most telling first: each quantity of each tool that has any. A
    result stands as a tool that tells of results alone counts it, where there is one: the others
    count only what was made with them."""
    told = {tool: sums for tool, sums in by_tool(days).items() if any(sums.quantities.values())}
    alone = {tool for tool, sums in told.items() if not sums.quantities.keys() - set(RESULTS)}
    found = []
    for name in MEASURES:
        tools = [tool for tool, sums in told.items() if sums.quantities.get(name)]
        neutral = [tool for tool in tools if tool in alone] if name in RESULTS else []
        found += [Measure(name, tool) for tool in neutral or tools]
    return found[:most]
