"""What changed between two spans of days, cut into drivers that add up to the difference exactly.

A line is one model of an account; a service, where a charge names no model; or an account, where
the other span has nothing of it. What moved a line is worked out by arithmetic alone: its volume at
the earlier unit price, what the mix of models adds to that, and the unit price at the later volume.
Where nothing is measured, or in several units, no cause is made up: the driver is "other".
"""

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from fractions import Fraction

import msgspec

from ecot.analysis.drivers import Cause, Driver, Moved, causes, mixed
from ecot.analysis.lines import Key, Side, lines, merged, replaced_charges
from ecot.model.figure import Figure
from ecot.model.money import minus, quotient, total

NOTHING = Side()


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line's costs in both spans (None: it has none there), and their difference by driver.

    `volume` and `price` are by which share the volume and the unit price moved (0.34 is 34 % more),
    where the drivers of these names are defined; `is_shared` says that the volume is that of
    several models together.
    """

    account: str
    service: str | None
    model: str | None
    before: Decimal | None
    now: Decimal | None
    difference: Decimal
    parts: Mapping[Driver, Decimal]
    volume: Decimal | None = None
    price: Decimal | None = None
    is_shared: bool = False

    @property
    def driver(self) -> Driver:
        """What moved the line most, in the direction in which it moved."""
        same_way = {
            driver: part.copy_abs()
            for driver, part in self.parts.items()
            if (part > 0) == (self.difference > 0)
        }
        return max(same_way, key=lambda driver: (same_way[driver], driver))


class Decomposition(msgspec.Struct, frozen=True, kw_only=True):
    """A difference of two totals and the lines that moved, largest first: they add up to it."""

    difference: Decimal
    lines: tuple[Line, ...]


def decomposition(
    now: Iterable[Figure],
    before: Iterable[Figure],
    currency: str,
    *,
    incomplete: Collection[str] = (),
) -> Decomposition:
    """The costs net of tax of `now` less those of `before`, by line and driver. Of the `incomplete`
    accounts days are missing in one of the two: nothing more is said of what moved them."""
    now, before = list(now), list(before)
    earlier, later = merged(
        lines(before, currency), lines(now, currency), replaced_charges((*now, *before))
    )
    keys = sorted({*earlier, *later}, key=Key.in_order)
    moved = {key: Moved(key, earlier.get(key, NOTHING), later.get(key, NOTHING)) for key in keys}
    whole = mixed(moved.values(), incomplete)
    charged = {key.account for key in earlier if key.kind == "charge"}
    found = [_line(one, causes(one, whole, charged, incomplete)) for one in moved.values()]
    changed = [line for line in found if line.difference]
    return Decomposition(
        difference=total(line.difference for line in changed),
        lines=tuple(sorted(changed, key=lambda line: -line.difference.copy_abs())),
    )


def _line(moved: Moved, cause: Cause) -> Line:
    key, difference = moved.key, moved.difference
    return Line(
        account=key.account,
        service=key.service,
        model=key.model,
        before=moved.before.cost,
        now=moved.now.cost,
        difference=difference,
        parts=_apportioned(difference, cause.parts),
        volume=_ratio(cause.volume),
        price=_ratio(cause.price),
        is_shared=cause.is_shared,
    )


def _apportioned(difference: Decimal, parts: Mapping[Driver, Fraction]) -> dict[Driver, Decimal]:
    """The parts, which come to the difference, as amounts that add up to it to the last digit: a
    part that no decimal number can write is rounded, and the largest takes what that leaves."""
    moved = {driver: part for driver, part in parts.items() if part}
    if not moved:
        return {}
    largest = max(moved, key=lambda driver: (abs(moved[driver]), driver))
    amounts = {driver: _decimal(part) for driver, part in moved.items() if driver != largest}
    return {**amounts, largest: minus(difference, total(amounts.values()))}


def _ratio(share: Fraction | None) -> Decimal | None:
    return None if share is None else _decimal(share)


def _decimal(part: Fraction) -> Decimal:
    return quotient(Decimal(part.numerator), Decimal(part.denominator))
