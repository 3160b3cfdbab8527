"""Where an open month is heading: what is known of it, and the days to come as the last ones were.

Only measured use is carried forward. What is known of the days to come (plans, the spread of a bill
or of a longer charge) is added as it stands, and what has no daily use behind it (credits, seats
that are told on their day) stays as it is.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Literal

import msgspec

from ecot.model.money import quotient, times, total
from ecot.model.period import DAY

FEWEST_DAYS = 5
_WEEK = 7
LONGEST = 4 * _WEEK * DAY  # as far as a projection looks back


class Projection(msgspec.Struct, frozen=True, kw_only=True):
    """The month's total at its end. `first` to `last` are the complete days that it rests on;
    `run` is how many of them in a row make the range: seven, or one where there are too few.
    `is_part` says that there are costs which nobody knows, as in the total."""

    low: Decimal
    likely: Decimal
    high: Decimal
    first: date
    last: date
    run: Literal[1, 7]
    is_part: bool = False


class NoProjection(msgspec.Struct, frozen=True, kw_only=True):
    """Why the month's end is not worked out: there are fewer complete days than `FEWEST_DAYS`, or
    the `accounts` miss some of them."""

    days: int
    accounts: tuple[str, ...] = ()


def basis_days(costs: Mapping[date, Decimal], today: date) -> list[date]:
    """The days that a projection may rest on: from the first one with use, at most four weeks back,
    until yesterday; whole weeks of them, where there are two."""
    first = min((day for day in costs if today - LONGEST <= day < today), default=today)
    count = (today - first).days
    if count >= 2 * _WEEK:
        count -= count % _WEEK
    return [today - back * DAY for back in range(count, 0, -1)]


def projection(
    costs: Mapping[date, Decimal],
    today: date,
    last: date,
    *,
    known: Decimal,
    least: Decimal,
    is_part: bool = False,
) -> Projection | NoProjection:
    """The total at the end of the month's `last` day. `costs` are what each complete day's use cost
    (a day without use may be left out); `known` is all that the month has or will have beside the
    use of today and of later days; `least` is `known` with what was used today so far."""
    days = basis_days(costs, today)
    if len(days) < FEWEST_DAYS:
        return NoProjection(days=len(days))
    spent = [costs.get(day, Decimal(0)) for day in days]
    run: Literal[1, 7] = 7 if len(days) >= 2 * _WEEK else 1
    to_come = [today + ahead * DAY for ahead in range((last - today).days + 1)]
    likely = _carried(dict(zip(days, spent, strict=True)), to_come, run)
    low, high = _range(likely, spent, run)
    totals = (max(total((known, carried)), least) for carried in (low, likely, high))
    low, likely, high = totals
    return Projection(
        low=low, likely=likely, high=high, first=days[0], last=days[-1], run=run, is_part=is_part
    )


def _carried(spent: Mapping[date, Decimal], to_come: Sequence[date], run: int) -> Decimal:
    """What the days to come cost, each like the mean of the days of the basis that have its place
    in the week (in a run of one: of all of them)."""
    places = [total(cost for day, cost in spent.items() if _place(day, run) == place)
              for place in range(run)]  # fmt: skip
    carried = total(places[_place(day, run)] for day in to_come)
    return quotient(times(carried, Decimal(run)), Decimal(len(spent)))


def _place(day: date, run: int) -> int:
    return day.toordinal() % run


def _range(likely: Decimal, spent: Sequence[Decimal], run: int) -> tuple[Decimal, Decimal]:
    """The same if all that is to come were as cheap as the cheapest `run` days in a row, or as dear
    as the dearest. The basis holds whole runs, so that its mean is never outside."""
    sums = [total(spent[start : start + run]) for start in range(len(spent) - run + 1)]
    whole = total(spent)
    if not whole:
        return likely, likely
    low, high = (
        quotient(times(likely, times(of_run, Decimal(len(spent)))), times(whole, Decimal(run)))
        for of_run in (min(sums), max(sums))
    )
    return min(low, likely), max(high, likely)
