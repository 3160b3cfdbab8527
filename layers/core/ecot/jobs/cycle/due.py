"""Which month's mail is owed, and when the next one will be: the calendar of the user's time zone.

Months are the ledger's, in UTC; only the day on which somebody is written to is the user's own.
"""

from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from ecot.model.period import DAY, Month, midnight


class Schedule(NamedTuple):
    """From the `day` of the next month on a month's mail is due, where the user lives; so many days
    of `grace` are left to somebody else. `began` is the UTC day of the ledger's first run: nothing
    is owed about months before it."""

    timezone: str
    day: int
    began: date
    grace: int = 0

    def today(self, now: datetime) -> date:
        """The day that it is where the user lives."""
        return now.astimezone(ZoneInfo(self.timezone)).date()

    def due(self, month: Month) -> date:
        """The day, where the user lives, from which on the month's mail may go."""
        return month.after.replace(day=self.day) + self.grace * DAY


class Coming(NamedTuple):
    """The month whose mail comes next, and the first day, where the user lives, on which it may."""

    month: Month
    day: date


def owed(schedule: Schedule, now: datetime) -> Month | None:
    """The last month whose mail has become due, until that of the next one is; no earlier one,
    however long nobody has run anything. It is over in UTC too, wherever the user lives."""
    today = schedule.today(now)
    month = Month.of(today).previous()
    if today < schedule.due(month) or now < midnight(month.after):
        month = month.previous()
    return month if month >= Month.of(schedule.began) else None


def coming(schedule: Schedule, now: datetime) -> Coming:
    """The mail that comes after whatever is owed now."""
    last = owed(schedule, now)
    month = last.next() if last else Month.of(schedule.today(now)).previous()
    month = max(month, Month.of(schedule.began))
    return Coming(month, schedule.due(month))
