"""Two measures of the same weeks as points: where each stands, and which of them say little."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

import msgspec

from ecot.report.charts import Axis, axis

_LEFT, _WIDE = 6.0, 0.9  # percent: room for the numbers at the left, and the part for the points


class Spot(msgspec.Struct, frozen=True, kw_only=True):
    """A week: what it cost and what was measured. `is_weak` says that it rests on too little, or
    that a day of it is not known; `lacks_cost` that its cost is not all."""

    week: date
    cost: Decimal
    value: Decimal
    active_days: int
    people: int
    is_weak: bool = False
    lacks_cost: bool = False


class Dot(NamedTuple):
    """A point in its place: percent from the left, pixels from the top."""

    x: float
    y: float
    spot: Spot


class Scatter(msgspec.Struct, frozen=True, kw_only=True):
    """Points over `currency` to the right and plain numbers upwards; both scales begin at zero.
    `undrawn` are the weeks of which one of the two is not known."""

    spots: tuple[Spot, ...]
    currency: str
    undrawn: int = 0

    @property
    def across(self) -> Axis:
        """The scale of the costs."""
        return axis([spot.cost for spot in self.spots], most=4)

    @property
    def upwards(self) -> Axis:
        """The scale of the measure."""
        return axis([spot.value for spot in self.spots])

    def ticks(self) -> Iterator[tuple[float, Decimal]]:
        """Where each number of the costs stands."""
        scale = self.across
        return ((_inside(scale.x(tick)), tick) for tick in scale.ticks)

    def dots(self) -> Iterator[Dot]:
        """The points, those that say little first: the others lie upon them."""
        across, upwards = self.across, self.upwards
        for spot in _strong_last(self.spots):
            yield Dot(_inside(across.x(spot.cost)), upwards.y(spot.value), spot)


def _inside(percent: float) -> float:
    return round(_LEFT + percent * _WIDE, 2)


def _strong_last(spots: Sequence[Spot]) -> list[Spot]:
    return sorted(spots, key=lambda spot: (not spot.is_weak, spot.week))
