"""The days on which the European Central Bank publishes rates: TARGET's working days.

TARGET is closed on Saturdays, Sundays, New Year's Day, Good Friday, Easter Monday, 1 May, 25 and
26 December, "from 2002 until further notice" (ECB, press release of 14 December 2000, seen in
2026-11: https://www.ecb.europa.eu/press/pr/date/2000/html/pr001214_4.en.html). The years
1999 to 2001 had calendars of their own. Rates appear at about 16:00 in Frankfurt, at 14:00 or 15:00
UTC of the same day; from 22:00 or 23:00 UTC on it is tomorrow there.
"""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from ecot.model.period import DAY

PUBLISHED_AT = time(16)
FRANKFURT = "Europe/Berlin"
_CLOSED = frozenset({(1, 1), (5, 1), (12, 25), (12, 26)})
_SATURDAY = 5


def is_target_day(day: date) -> bool:
    """Whether TARGET is open, and rates are published."""
    easter = easter_sunday(day.year)
    is_closed = (day.month, day.day) in _CLOSED or day in (easter - 2 * DAY, easter + DAY)
    return day.weekday() < _SATURDAY and not is_closed


def last_target_day(day: date) -> date:
    """The day itself, else the last one before it on which rates are published."""
    while not is_target_day(day):
        day -= DAY
    return day


def last_published(now: datetime) -> date:
    """The day of the latest publication that should be out by now."""
    there = now.astimezone(ZoneInfo(FRANKFURT))
    return last_target_day(there.date() if there.time() >= PUBLISHED_AT else there.date() - DAY)


def easter_sunday(year: int) -> date:
    """Easter in the Gregorian calendar ("Anonymous" algorithm; Nature, 20 April 1876)."""
    century, of_century = divmod(year, 100)
    skipped = century - century // 4 - (century - (century + 8) // 25 + 1) // 3
    moon = (19 * (year % 19) + skipped + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (of_century // 4) - moon - of_century % 4) % 7
    late = (year % 19 + 11 * moon + 22 * weekday) // 451
    month, zero_based = divmod(moon + weekday - 7 * late + 114, 31)
    return date(year, month, zero_based + 1)
