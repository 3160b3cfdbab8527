"""How a team of Cursor's stands: its seats, and what was used in the running billing cycle."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

from ecot.model.answer import Parsed
from ecot.model.money import times
from ecot.model.period import DAY, Period, midnight
from ecot.model.rows import Balance, Usage
from ecot.providers.cursor.events import CATEGORY, CENT
from ecot.providers.reading import Node

SEAT_DAYS = "seat_days"
NO_SEAT = ("removed", "free-owner")
"""Roles that pay for no seat: who has left, and "unpaid admins" (cursor.com/docs, team roles)."""

GAUGES = {"spendCents": "spend", "overallSpendCents": "value of use"}


def seats(content: Node, day: date | None) -> Iterator[Parsed]:
    """A seat for each member who has one. Their names and e-mail addresses are not part of it."""
    if day is None:
        content.refuse("{source}: nobody says of which day {place} is: {part}")
    for member in content["teamMembers"]:
        removed = member.get("isRemoved")
        if member["role"].text() in NO_SEAT or (removed is not None and removed.flag()):
            continue
        yield Parsed(
            member.place,
            Usage(
                charge_period=Period.of_day(day),
                category=CATEGORY,
                service="seats",
                quantities={SEAT_DAYS: Decimal(1)},
            ),
        )


def spend(content: Node, day: date | None) -> Iterator[Parsed]:
    """What members used in the cycle so far, added up by the day's reading: what is owed beyond the
    plan ("spend"), and that with what the plan includes ("value of use"). Events state the same
    money day by day, so it never becomes a charge.
    """
    if day is None:
        content.refuse("{source}: nobody says of which day {place} is: {part}")
    cycle = _cycle(content["subscriptionCycleStart"], day)
    for member in content["teamMemberSpend"]:
        member["spendCents"].amount()
        for field, name in GAUGES.items():
            cents = member.get(field)
            yield Parsed(
                member.place,
                Balance(
                    charge_period=Period.of_day(day),
                    category=CATEGORY,
                    name=name,
                    unit="USD",
                    cycle=cycle,
                    used=None if cents is None else times(cents.amount(), CENT),
                ),
            )


def _cycle(start: Node, day: date) -> Period:
    """From the start of the cycle until now: when it ends is not told."""
    after = midnight(day + DAY)
    if not 0 < start.whole() < int(after.timestamp()) * 1000:
        start.refuse("{source}: {place} is no moment before the day of the answer: {part}")
    return Period(datetime.fromtimestamp(start.whole() // 1000, UTC), after)
