"""Where the marks of a chart stand: geometry in percent of its width and pixels of its height.

Widths are in percent so that a chart fits a telephone and a desk with the same letters. Coordinates
are floats, for drawing; the figures themselves stay Decimal, and are written beside the marks.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

import msgspec

from ecot.model.period import Month
from ecot.model.sentence import Sentence

HEIGHT = 200  # pixels between the lowest and the highest line of the grid
_ROUND = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))

Point = Month | date | int | str  # a number is a month of any year


class Series(msgspec.Struct, frozen=True):
    """One value a point; None is not known and leaves a gap. `style` is a class of charts.css: "s0"
    to "s7", or the name of a category."""

    name: Sentence | str
    values: tuple[Decimal | None, ...]
    style: str


class Axis(msgspec.Struct, frozen=True):
    """A scale from the first tick to the last; zero is always on it."""

    ticks: tuple[Decimal, ...]

    def y(self, value: Decimal) -> float:
        """Pixels from the top."""
        low, high = self.ticks[0], self.ticks[-1]
        return round(float((high - value) / (high - low)) * HEIGHT, 2)

    def x(self, value: Decimal) -> float:
        """Percent from the left."""
        low, high = self.ticks[0], self.ticks[-1]
        return round(float((value - low) / (high - low)) * 100, 3)


class Box(NamedTuple):
    """A column, or a part of a stack."""

    x: float
    width: float
    y: float
    height: float
    series: Series
    point: int
    value: Decimal


class Plot(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """A chart over `points`: stacks of columns, areas and lines on one scale.

    `unit` is a currency, "percent", or "" for plain numbers.
    """

    points: tuple[Point, ...]
    unit: str
    stacks: tuple[Series, ...] = ()
    areas: tuple[Series, ...] = ()
    lines: tuple[Series, ...] = ()

    @property
    def series(self) -> tuple[Series, ...]:
        """All of them, as the legend and the table list them."""
        return (*self.stacks, *self.areas, *self.lines)

    @cached_property
    def axis(self) -> Axis:
        """The scale of all values."""
        return axis([*self._drawn(), *_ends(self.stacks, len(self.points))])

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(value is not None for one in self.series for value in one.values)

    def boxes(self) -> Iterator[Box]:
        """The parts of the stacks: what is above zero upwards, what is below it downwards."""
        width = 100 / max(len(self.points), 1)
        for point in range(len(self.points)):
            up = down = Decimal(0)
            for one in self.stacks:
                value = one.values[point]
                if not value:
                    continue
                start = up if value > 0 else down
                end = start + value
                up, down = (end, down) if value > 0 else (up, end)
                top, bottom = self.axis.y(max(start, end)), self.axis.y(min(start, end))
                x, part = round(width * (point + 0.15), 3), round(width * 0.7, 3)
                yield Box(x, part, top, round(bottom - top, 2), one, point, value)

    def line(self, one: Series) -> str:
        """The path of a line in a box of 100 × HEIGHT; it breaks where a value is not known."""
        return " ".join(
            f"M{' L'.join(f'{x},{y}' for x, y in run)}{' h0.01' if len(run) == 1 else ''}"
            for run in self._runs(one)
        )

    def area(self, one: Series) -> str:
        """The path between a line and zero."""
        zero = self.axis.y(Decimal(0))
        return " ".join(
            f"M{run[0][0]},{zero} L{' L'.join(f'{x},{y}' for x, y in run)} L{run[-1][0]},{zero}Z"
            for run in self._runs(one)
        )

    def middle(self, point: int) -> float:
        """Where a point stands, in percent."""
        return round((point + 0.5) * 100 / max(len(self.points), 1), 3)

    def _runs(self, one: Series) -> Iterator[list[tuple[float, float]]]:
        run: list[tuple[float, float]] = []
        for point, value in enumerate(one.values):
            if value is not None:
                run.append((self.middle(point), self.axis.y(value)))
            elif run:
                yield run
                run = []
        if run:
            yield run

    def _drawn(self) -> Iterator[Decimal]:
        for one in (*self.areas, *self.lines):
            yield from (value for value in one.values if value is not None)


def axis(values: Sequence[Decimal], most: int = 5) -> Axis:
    """Round ticks, at most `most` steps, that hold zero and all values."""
    low, high = min([*values, Decimal(0)]), max([*values, Decimal(0)])
    step = _step((high - low) / most) if high > low else Decimal(1)
    first, last = _floor(low, step), -_floor(-high, step)
    last = max(last, first + 1)
    return Axis(tuple(step * number for number in range(first, last + 1)))


def is_shown(point: int, points: int, most: int) -> bool:
    """Whether a label fits where at most so many do; the last one always stands."""
    every = -(-points // most)
    return (points - 1 - point) % every == 0


def _step(rough: Decimal) -> Decimal:
    magnitude = Decimal(1).scaleb(rough.adjusted())
    return next(magnitude * one for one in _ROUND if magnitude * one >= rough)


def _floor(value: Decimal, step: Decimal) -> int:
    return int((value / step).to_integral_value("ROUND_FLOOR"))


def _ends(stacks: Sequence[Series], points: int) -> Iterator[Decimal]:
    """How high and how deep each stack goes."""
    for point in range(points):
        values = [value for one in stacks if (value := one.values[point]) is not None]
        yield sum((value for value in values if value > 0), Decimal(0))
        yield sum((value for value in values if value < 0), Decimal(0))
