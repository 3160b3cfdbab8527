"""Cost beside what was measured, week by week: a correlation at most, and never a score.

Every measure stands as one tool counts it. The reader picks; none is made of others.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple

import msgspec

from ecot.analysis.activity import Measure, ToolDay, by_week, done, measures, of_tools
from ecot.model.period import DAY
from ecot.model.sentence import Sentence
from ecot.report.charts import Plot, Series
from ecot.report.labels import account_name
from ecot.report.scatter import Scatter, Spot
from ecot.report.tools_facts import ToolsFacts


class Fewest(NamedTuple):
    """A week with fewer of either says little."""

    days: int
    people: int


FEWEST = Fewest(days=3, people=2)
MOST = 9  # measures that can be picked

Cost = Literal["charged", "detailed"]

NAMES = {
    "merged_pull_requests": Sentence("Merged pull requests"),
    "commits": Sentence("Commits"),
    "sessions": Sentence("Sessions"),
    "interactions": Sentence("Interactions"),
    "lines_added": Sentence("Lines added"),
    "pull_requests": Sentence("Pull requests"),
}


class Panel(msgspec.Struct, frozen=True, kw_only=True):
    """One measure beside one kind of cost: what all tools are charged, or what `tool` says of
    charges of another provider. `trend` is the measure alone, week by week."""

    measure: Sentence
    tool: str
    cost: Cost
    scatter: Scatter
    trend: Plot


Weeks = Sequence[tuple[date, list[ToolDay]]]


def panels(facts: ToolsFacts, tools: Collection[str]) -> tuple[Panel, ...]:
    """Each measure beside what is charged. Merged pull requests, and what a tool counts that tells
    of another provider's charges, stand beside these details too. Where there is no cost to lay
    beside any, measures stand alone. `tools` are those whose use is told."""
    weeks = list(by_week(facts.days, facts.since, facts.today))
    found = measures(facts.days, MOST)
    detailing = {one.tool for one in facts.days if one.detailed}
    of_details = [
        one for one in found
        if detailing and (one.tool in detailing or one.quantity == "merged_pull_requests")
    ]  # fmt: skip
    asked: list[tuple[Measure, Cost]] = [(one, "charged") for one in found]
    asked += [(one, "detailed") for one in of_details]
    made = [_panel(facts, one, cost, weeks, tools) for one, cost in asked]
    drawn = [panel for panel in made if panel.scatter.spots]
    return tuple(drawn or [panel for panel in made if panel.cost == "charged"])


def _panel(
    facts: ToolsFacts, measure: Measure, cost: Cost, weeks: Weeks, tools: Collection[str]
) -> Panel:
    tool = account_name(measure.tool, facts.names)
    values = [_value(facts, measure, week, days) for week, days in weeks]
    spots = list(_spots(facts, measure, cost, weeks, values, tools))
    name = NAMES[measure.quantity]
    return Panel(
        measure=name,
        tool=tool,
        cost=cost,
        scatter=Scatter(
            spots=tuple(spots), currency=facts.currency, undrawn=len(weeks) - len(spots)
        ),
        trend=Plot(
            points=tuple(week for week, _ in weeks),
            unit="",
            lines=(Series(name, tuple(values), "s0"),),
        ),
    )


def _value(
    facts: ToolsFacts, measure: Measure, week: date, days: Sequence[ToolDay]
) -> Decimal | None:
    """How many there were in the week: none where each day was read, unknown where one was not."""
    found = done(of_tools(days, {measure.tool})).quantities.get(measure.quantity)
    return Decimal(0) if found is None and _is_read(facts, measure, week) else found


def _is_read(facts: ToolsFacts, measure: Measure, week: date) -> bool:
    read = facts.read.get(measure.tool, frozenset())
    return all(week + place * DAY in read for place in range(7))


def _spots(
    facts: ToolsFacts,
    measure: Measure,
    cost: Cost,
    weeks: Weeks,
    values: Sequence[Decimal | None],
    tools: Collection[str],
) -> Iterator[Spot]:
    """The weeks of which both are known."""
    for (week, days), value in zip(weeks, values, strict=True):
        used, sums = done(of_tools(days, tools)), done(days)
        spent = sums.cost if cost == "charged" else sums.detailed
        if spent is None or value is None:
            continue
        is_few = used.active_days < FEWEST.days or len(used.people) < FEWEST.people
        yield Spot(
            week=week,
            cost=spent,
            value=value,
            active_days=used.active_days,
            people=len(used.people),
            is_weak=is_few or not _is_read(facts, measure, week),
            lacks_cost=cost == "charged" and sums.lacks_cost,
        )
