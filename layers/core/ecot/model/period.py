"""Spans of time. Every period includes its start and excludes its end, and is in UTC.

A month is `[2026-01-01, 2026-02-01)`; a day is a `datetime.date` and means the UTC day. Local time
zones exist on screen and in schedules only, never in a bucket of the ledger.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta

import msgspec

DAY = timedelta(days=1)


class Period(msgspec.Struct, frozen=True, order=True):
    """A half-open span of UTC time."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.utcoffset() != timedelta(0) or self.end.utcoffset() != timedelta(0):
            raise ValueError("a period is in UTC")
        if self.start >= self.end:
            raise ValueError(f"the period ends ({self.end}) before it starts ({self.start})")

    @classmethod
    def of_day(cls, day: date) -> "Period":
        """The UTC day."""
        return cls(midnight(day), midnight(day + DAY))

    @classmethod
    def of_days(cls, first: date, after: date) -> "Period":
        """All UTC days from `first` until the day before `after`."""
        return cls(midnight(first), midnight(after))

    @property
    def last(self) -> date:
        """The last UTC day that the period touches."""
        return (self.end - datetime.resolution).date()

    def days(self) -> Iterator[date]:
        """The UTC days that the period touches, in order."""
        day = self.start.date()
        while midnight(day) < self.end:
            yield day
            day += DAY

    def months(self) -> Iterator["Month"]:
        """The months that the period touches, in order."""
        month = Month.of(self.start.date())
        while midnight(month.first) < self.end:
            yield month
            month = month.next()


class Month(msgspec.Struct, frozen=True, order=True):
    """A calendar month in UTC, written `2026-01`."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not (1 <= self.number <= 12 and 1970 <= self.year <= 9998):
            raise ValueError(f"there is no month {self.number} of {self.year}")

    @classmethod
    def of(cls, day: date) -> "Month":
        """The month that holds the day."""
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> "Month":
        """`2026-01` as a month. Raises ValueError for anything else."""
        if not (found := re.fullmatch(r"([0-9]{4})-([0-9]{2})", text)):
            raise ValueError(f"{text!r} is not a month; write it as 2026-01")
        return cls(int(found[1]), int(found[2]))

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.number, 1)

    @property
    def after(self) -> date:
        """The first day of the next month."""
        return self.next().first

    def next(self) -> "Month":
        """The month that follows."""
        return self.shifted(1)

    def previous(self) -> "Month":
        """The month before."""
        return self.shifted(-1)

    def shifted(self, months: int) -> "Month":
        """The month that many months later (or earlier, where negative)."""
        year, zero_based = divmod(self.year * 12 + self.number - 1 + months, 12)
        return Month(year, zero_based + 1)

    def days(self) -> list[date]:
        """All its days."""
        return list(self.period.days())

    @property
    def period(self) -> Period:
        """The month as a period."""
        return Period.of_days(self.first, self.after)


def midnight(day: date) -> datetime:
    """The first instant of the UTC day."""
    return datetime.combine(day, time(), UTC)


def spans(days: Iterable[date]) -> Iterator[tuple[date, date]]:
    """The days, which are in order, as first and last of each unbroken row of them."""
    found: list[date] = []
    for day in days:
        if found and day != found[-1] + DAY:
            yield found[0], found[-1]
            found = []
        found.append(day)
    if found:
        yield found[0], found[-1]
