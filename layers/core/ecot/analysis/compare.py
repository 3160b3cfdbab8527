"""Comparison of an open month with the same days of the month before (ledger rule 20)."""

from datetime import date
from decimal import Decimal, localcontext

import msgspec

from ecot.model.money import minus
from ecot.model.period import Month


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A total beside an earlier one. `percent` is None where it would mislead: no earlier total,
    an earlier total that is not positive, or one of the two is incomplete."""

    now: Decimal | None
    before: Decimal | None
    first_before: date
    after_before: date
    difference: Decimal | None
    percent: Decimal | None


def elapsed(month: Month, today: date) -> tuple[date, date]:
    """The month's days `[first, after)` that are over and that the month before has too. Of a
    running month not today, which is only partly read: a morning must not look like a saving."""
    if today >= month.after:
        return month.first, month.after
    as_many = month.first + (month.first - month.previous().first)
    return month.first, max(month.first, min(today, as_many))


def same_days_before(month: Month, today: date) -> tuple[date, date]:
    """The days `[first, after)` of the month before that the elapsed ones are compared with: the
    whole month where this one is over, else as many days, as far as the shorter month goes."""
    previous = month.previous()
    if today >= month.after:
        return previous.first, previous.after
    first, after = elapsed(month, today)
    return previous.first, previous.first + (after - first)


def change(
    now: Decimal | None,
    before: Decimal | None,
    days_before: tuple[date, date],
    *,
    complete: bool,
) -> Change:
    """`now` beside `before`, both of as many elapsed days; `complete` says that none is missing."""
    difference = minus(now, before) if now is not None and before is not None else None
    percent = None
    if complete and difference is not None and before is not None and before > 0:
        percent = _percent(difference, before)
    first, after = days_before
    return Change(
        now=now,
        before=before,
        first_before=first,
        after_before=after,
        difference=difference,
        percent=percent,
    )


def _percent(difference: Decimal, before: Decimal) -> Decimal | None:
    """To a tenth; None for a factor of a thousand and more: that is another thing, no change."""
    with localcontext(prec=400):
        percent = (difference * 100 / before).quantize(Decimal("0.1"))
    return percent if abs(percent) < 100_000 else None
