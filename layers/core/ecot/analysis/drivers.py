"""What moved a line: its volume, its unit price, the mix of models, or its coming and going.

Of what is sold by one unit, the difference is exactly volume (at the earlier unit price) and price
(at the later volume). Where an account has several models of a service that are sold by the same
unit, the volume is that of all of them together, and what one of them grew more than the others is
the mix. Tokens of all kinds are one unit: a price is then what a token cost on average.
"""

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Literal, NamedTuple

from ecot.analysis.lines import Key, Side
from ecot.model.money import minus
from ecot.model.quantities import COUNTS, CREDITS, container

Driver = Literal[
    "volume",
    "mix",
    "price",
    "new model",
    "new service",
    "gone",
    "plan",
    "bill",
    "credits",
    "incomplete",
    "other",
]
_TOKENS = "tokens"
_BESIDE = "reasoning_tokens"  # measured beside the output that they are a part of, and not paid


class Cause(NamedTuple):
    """The parts of a line's difference, exactly; where they are volume and price, by which share
    these moved. `is_shared` says that the volume is that of several models together."""

    parts: Mapping[Driver, Fraction]
    volume: Fraction | None = None
    price: Fraction | None = None
    is_shared: bool = False


class Measured(NamedTuple):
    """What both spans measured of a line, in one unit."""

    unit: str
    before: Fraction
    now: Fraction


class Moved(NamedTuple):
    """A line in both spans."""

    key: Key
    before: Side
    now: Side

    @property
    def difference(self) -> Decimal:
        """What the later span costs more."""
        return minus(self.now.cost or Decimal(0), self.before.cost or Decimal(0))

    @property
    def measured(self) -> Measured | None:
        """The quantities of both spans, where one unit measures both, and costs are no refunds."""
        costs = self.before.cost, self.now.cost
        if self.key.kind != "charge" or any(cost is None or cost < 0 for cost in costs):
            return None
        units = {_unit(side.quantities) for side in (self.before, self.now)}
        unit = units.pop()
        if units or unit is None:
            return None
        return Measured(unit, *(_volume(side.quantities) for side in (self.before, self.now)))


Whole = Mapping[tuple[object, ...], Fraction]


def mixed(moved: Iterable[Moved], incomplete: Collection[str]) -> Whole:
    """For each account, service and unit with several models in both spans: the later volume of
    all of them as a multiple of the earlier one."""
    found: dict[tuple[object, ...], list[Measured]] = {}
    for one in moved:
        is_sure = not _is_incomplete(one, incomplete)
        if is_sure and one.key.model is not None and (measured := one.measured):
            found.setdefault(_group(one, measured), []).append(measured)
    return {
        group: sum((one.now for one in members), Fraction(0))
        / sum((one.before for one in members), Fraction(0))
        for group, members in found.items()
        if len(members) > 1
    }


def causes(
    moved: Moved, whole: Whole, charged: Collection[str], incomplete: Collection[str]
) -> Cause:
    """The difference of a line by driver; `charged` are the accounts that had charges before."""
    if (driver := _plain(moved, charged, incomplete)) is not None:
        return Cause({driver: Fraction(moved.difference)})
    measured = moved.measured
    if measured is None:
        return Cause({"other": Fraction(moved.difference)})
    return _of_volume(moved, measured, whole.get(_group(moved, measured)))


def _of_volume(moved: Moved, measured: Measured, together: Fraction | None) -> Cause:
    before, now = Fraction(moved.before.cost or 0), Fraction(moved.now.cost or 0)
    own = measured.now / measured.before
    all_models = own if together is None else together
    parts: dict[Driver, Fraction] = {
        "volume": before * (all_models - 1),
        "mix": before * (own - all_models),
        "price": now - before * own,
    }
    price = now / (before * own) - 1 if before else None
    return Cause(parts, all_models - 1, price, is_shared=together is not None)


def _plain(moved: Moved, charged: Collection[str], incomplete: Collection[str]) -> Driver | None:
    """The driver that needs no arithmetic."""
    key = moved.key
    if key.kind != "charge":
        return key.kind
    if _is_incomplete(moved, incomplete):
        return "incomplete"
    if moved.before.cost is None:
        return "new model" if key.model and key.account in charged else "new service"
    return "gone" if moved.now.cost is None else None


def _is_incomplete(moved: Moved, incomplete: Collection[str]) -> bool:
    return moved.key.account in incomplete or moved.before.is_part or moved.now.is_part


def _group(moved: Moved, measured: Measured) -> tuple[object, ...]:
    services = moved.before.services | moved.now.services
    return moved.key.account, measured.unit, services


def _unit(quantities: Mapping[str, Decimal]) -> str | None:
    """The one unit that measures the line; None where there is none, or several."""
    units = {_TOKENS if name.endswith("_tokens") else name for name in _telling(quantities)}
    return units.pop() if len(units) == 1 else None


def _volume(quantities: Mapping[str, Decimal]) -> Fraction:
    names = _telling(quantities)
    return sum((Fraction(quantities[name]) for name in names), Fraction(0))


def _telling(quantities: Mapping[str, Decimal]) -> list[str]:
    """The quantities that a cost depends on: none inside another, and calls of tools and counts of
    requests, which are paid apart, only where there is nothing else."""
    used = {name for name, amount in quantities.items() if amount > 0}
    if CREDITS in used:
        return [CREDITS]
    outer = {name for name in used if container(name, used) is None} - {_BESIDE, "errors"}
    calls = {name for name in outer if name.endswith("_calls")}
    for names in (outer - calls - COUNTS, calls, outer):
        if names:
            return sorted(names)
    return []
