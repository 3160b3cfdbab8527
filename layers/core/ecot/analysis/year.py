"""The year so far: from the first of January to the last day that is shown."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import msgspec

from ecot.analysis.compare import Change
from ecot.analysis.sums import counted, standing
from ecot.model.figure import Figure
from ecot.model.period import Month


class YearToDate(msgspec.Struct, frozen=True, kw_only=True):
    """The total of the days from `first` until before `after`.

    `months` are those of which the ledger has costs; `is_whole` says that no day and no cost is
    known to be missing. `change` is against the same days of the year before, None where one of the
    two is not whole.
    """

    first: date
    after: date
    total: Decimal | None
    months: tuple[Month, ...]
    is_whole: bool
    change: Change | None = None


def year_before(day: date) -> date:
    """The same day a year earlier; of the 29th of February, the 1st of March."""
    is_leap_day = (day.month, day.day) == (2, 29)
    return date(day.year - 1, 3, 1) if is_leap_day else day.replace(year=day.year - 1)


def months_with_cost(figures: Iterable[Figure], currency: str) -> tuple[Month, ...]:
    """The months of which a cost is known."""
    known = {
        Month.of(figure.cell.day)
        for figure in standing(counted(figures))
        if figure.cost(currency) is not None and not figure.cell.tax
    }
    return tuple(sorted(known))
