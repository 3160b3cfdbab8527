"""A calendar of days as a picture: weeks are columns, Monday on top, darker is more.

Cells have a size of their own, in pixels: the calendar is as wide as its weeks, and moves inside
its frame where that is narrower.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Literal, NamedTuple

import msgspec

from ecot.model.period import DAY, Period

STEPS = 5
PITCH, SIDE = 17, 14  # from cell to cell, and of a cell
LEFT, TOP = 34, 18  # room for the names of days and months
_DAYS = 7

State = Literal["known", "partly known", "unknown"]


class Day(NamedTuple):
    """What is known of a day: how many, and whether that is all (of an unknown day: nothing)."""

    number: int
    state: State = "known"


class Cell(NamedTuple):
    """A day in its place. `step` is 0 for none, up to STEPS for most; None is not known."""

    day: date
    x: int
    y: int
    step: int | None
    known: Day


class Calendar(msgspec.Struct, frozen=True, kw_only=True):
    """The days from `first` (a Monday) on, in order; each says how many of what is counted."""

    first: date
    days: tuple[Day, ...]

    @property
    def most(self) -> int:
        """The largest number of a day."""
        return max((one.number for one in self.days), default=0)

    @property
    def width(self) -> int:
        """Pixels of the whole."""
        return LEFT + PITCH * len(self.weeks())

    @property
    def height(self) -> int:
        """Pixels of the whole."""
        return TOP + PITCH * _DAYS

    def cells(self) -> Iterator[Cell]:
        """Every day, in order."""
        for place, known in enumerate(self.days):
            column, row = divmod(place, _DAYS)
            x, y = LEFT + PITCH * column, TOP + PITCH * row
            yield Cell(self.first + place * DAY, x, y, self.step(known), known)

    def weeks(self) -> list[list[Cell]]:
        """The cells by column."""
        cells = list(self.cells())
        return [cells[start : start + _DAYS] for start in range(0, len(cells), _DAYS)]

    def names(self) -> Iterator[tuple[int, int]]:
        """Where the name of a month (its number) stands: over the week with its first day."""
        for cell in self.cells():
            if cell.day.day == 1:
                yield cell.x, cell.day.month

    def step(self, known: Day) -> int | None:
        """How dark the day is."""
        if known.state == "unknown":
            return None
        return -(-STEPS * known.number // self.most) if self.most else 0

    def legend(self) -> Iterator[tuple[int, int, int]]:
        """Each step that a number can have, with the smallest and the largest one."""
        for step in range(1, STEPS + 1):
            low, high = (step - 1) * self.most // STEPS + 1, step * self.most // STEPS
            if low <= high:
                yield step, low, high


def calendar(known: Mapping[date, Day], first: date, last: date) -> Calendar:
    """The days from `first` (a Monday) to `last`, both inside; one that is not `known` is none."""
    days = Period.of_days(first, last + DAY).days()
    return Calendar(first=first, days=tuple(known.get(day, Day(0)) for day in days))
