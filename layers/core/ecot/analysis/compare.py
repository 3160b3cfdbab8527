"""Comparison of an open month with the same days of the month before (design rule 20)."""

from datetime import date
from decimal import Decimal

import msgspec

from ecot.model.money import minus
from ecot.model.period import DAY, Month


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A total beside an earlier one. `percent` is None where it would mislead: no earlier total,
    an earlier total that is not positive, or one of the two is incomplete."""

    now: Decimal | None
    before: Decimal | None
    first_before: date
    after_before: date
    difference: Decimal | None
    percent: Decimal | None


def same_days_before(month: Month, today: date) -> tuple[date, date]:
    """The days `[first, after)` of the month before that an open month is compared with.

    Of a finished month that is the whole month before; of a running one its elapsed days, today
    included, as far as the shorter month goes.
    """
    previous = month.previous()
    if today >= month.after:
        return previous.first, previous.after
    return previous.first, min(previous.first + (today + DAY - month.first), previous.after)


def change(
    now: Decimal | None,
    before: Decimal | None,
    days_before: tuple[date, date],
    *,
    complete: bool,
) -> Change:
    """`now` beside `before`; `complete` says that no day is missing from either."""
    known = now is not None and before is not None
    difference = minus(now, before) if now is not None and before is not None else None
    percent = None
    if known and complete and difference is not None and before is not None and before > 0:
        percent = (difference * 100 / before).quantize(Decimal("0.1"))
    first, after = days_before
    return Change(
        now=now,
        before=before,
        first_before=first,
        after_before=after,
        difference=difference,
        percent=percent,
    )
