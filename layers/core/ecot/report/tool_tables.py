"""The tables of developer tools: what each cost and did, and what each person did."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import timedelta
from decimal import Decimal

import msgspec

from ecot.analysis.activity import WEEK, Done, ToolDay, done, of_tools
from ecot.model.money import minus, quotient, times
from ecot.model.period import DAY, Period
from ecot.model.rows import provider_of
from ecot.report.labels import account_name
from ecot.report.tables import Line, Table
from ecot.report.tools_facts import Seats, ToolsFacts

IDLE = timedelta(days=30)  # a seat that nobody has used for so long is unused


class SeatLine(msgspec.Struct, frozen=True, kw_only=True):
    """The seats of a tool's account. `unused` is what the provider says, or (`is_counted`) the
    seats less the people of the last 30 days, where their use was read; `wasted` is what the unused
    ones cost a month."""

    name: str
    seats: Seats
    unused: Decimal | None = None
    is_counted: bool = False

    @property
    def wasted(self) -> Decimal | None:
        """In the currency of the seat's price; None where either is not known."""
        price = self.seats.price
        return None if price is None or self.unused is None else times(self.unused, price)


class ToolLine(msgspec.Struct, frozen=True, kw_only=True):
    """A tool. `cost` is its line of the costs, None where nothing is charged for it; `detailed` is
    what it says of another provider's charges. `each` is the cost of one of its people, None where
    a part of it is not known."""

    name: str
    sums: Done
    cost: Line | None
    detailed: Decimal | None
    each: Decimal | None
    each_detailed: Decimal | None
    seats: tuple[SeatLine, ...] = ()

    def count(self, quantity: str) -> Decimal | None:
        """How many of them; None where the tool does not tell."""
        return self.sums.quantities.get(quantity)


class PersonLine(msgspec.Struct, frozen=True, kw_only=True):
    """What a person (None: nobody is named) did with a tool in 90 days."""

    key: str | None
    name: str | None
    tool: str | None
    active_days: int | None
    quantities: Mapping[str, Decimal]

    def count(self, quantity: str) -> Decimal | None:
        """How many of them; None where the tool does not tell."""
        return self.quantities.get(quantity)


def tool_lines(
    facts: ToolsFacts, costs: Table, recent: Mapping[str, Done], month: Mapping[str, Done]
) -> tuple[ToolLine, ...]:
    """One line a tool, dear ones first; `recent` are the sums of 90 days, `month` of the last 30.
    The costs are rounded together, as their table has them."""
    charged = {line.key: line for line in costs.lines if line.key}
    tools = [*charged, *sorted({*recent, *_with_seats(facts)} - charged.keys())]
    return tuple(_line(facts, tool, charged.get(tool), recent, month) for tool in tools)


def _with_seats(facts: ToolsFacts) -> set[str]:
    return {provider_of(one.account) for one in facts.seats}


def _line(
    facts: ToolsFacts,
    tool: str,
    cost: Line | None,
    recent: Mapping[str, Done],
    month: Mapping[str, Done],
) -> ToolLine:
    sums = recent.get(tool) or done(())
    seats = [one for one in facts.seats if provider_of(one.account) == tool]
    people = len(month[tool].people) if tool in month and _knows_use(facts, tool) else None
    # An account's own people are not told apart: only where it is alone are its seats theirs.
    counted = people if len(seats) == 1 else None
    is_whole = cost is not None and not (cost.lacks_cost or cost.missing_days or cost.unconverted)
    return ToolLine(
        name=account_name(tool, facts.names),
        sums=sums,
        cost=cost if cost is not None and cost.only != "activity" else None,
        detailed=sums.detailed,
        each=_each(cost.exact if cost is not None and is_whole else None, sums),
        each_detailed=_each(sums.detailed, sums),
        seats=tuple(_seats(one, counted, facts.names) for one in seats),
    )


def _knows_use(facts: ToolsFacts, tool: str) -> bool:
    """Whether the tool tells of use, and of each of the last 30 days that may be asked for already:
    who was not read is not idle."""
    days = Period.of_days(facts.today - IDLE + DAY, facts.today - WEEK).days()
    is_told = any(one.is_active for one in of_tools(facts.days, {tool}))
    return is_told and set(days) <= facts.read.get(tool, frozenset())


def _each(cost: Decimal | None, sums: Done) -> Decimal | None:
    return quotient(cost, Decimal(len(sums.people))) if cost is not None and sums.people else None


def _seats(seats: Seats, people: int | None, names: Mapping[str, str]) -> SeatLine:
    name = account_name(seats.account, names)
    if seats.idle is not None or people is None:
        return SeatLine(name=name, seats=seats, unused=seats.idle)
    unused = max(minus(seats.seats, Decimal(people)), Decimal(0))
    return SeatLine(name=name, seats=seats, unused=unused, is_counted=True)


def person_lines(facts: ToolsFacts, recent: Iterable[ToolDay]) -> tuple[PersonLine, ...]:
    """One line a person and tool, by name and never by how much they did: no ranking of people.
    What names nobody (a key, a commit of an unknown author) stands last."""
    days = _days_of(recent)
    lines = [
        PersonLine(
            key=group.key,
            name=group.name or group.key,
            tool=account_name(group.provider, facts.names) if group.provider else None,
            active_days=days.get((group.key, group.provider)),
            quantities=group.quantities,
        )
        for group in facts.by_person.groups
        if any(group.quantities.values())
    ]
    return tuple(
        sorted(
            lines, key=lambda one: (one.key is None, (one.name or "").casefold(), one.tool or "")
        )
    )


def _days_of(days: Iterable[ToolDay]) -> Counter[tuple[str | None, str | None]]:
    """On how many days each person did something with each tool."""
    return Counter((person, one.tool) for one in days for person in one.people)
