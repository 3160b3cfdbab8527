"""What a month's page says beside its total: why it changed, where it is heading, the year so far.

Each of the three is asked of the ledger over days of its own; what is made of it is worked out in
`analysis`.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from ecot.analysis.compare import Change, change, elapsed, same_days_before
from ecot.analysis.decomposition import Decomposition, decomposition
from ecot.analysis.projection import (
    LONGEST,
    NoProjection,
    Projection,
    basis_days,
    projection,
)
from ecot.analysis.sums import cost_of
from ecot.analysis.totals import Totals, coverage, totals
from ecot.analysis.use import ahead, use_by_day
from ecot.analysis.year import YearToDate, months_with_cost, year_before
from ecot.jobs.figures import Settled, covered_days
from ecot.jobs.query import figures, heads_of, told_by_others
from ecot.jobs.site.edition import Edition
from ecot.jobs.site.history import History
from ecot.model.figure import Figure
from ecot.model.money import minus, total
from ecot.model.outcome import Progress
from ecot.model.period import DAY, Month, Period
from ecot.report.facts import Beside
from ecot.store.records import all_progress

Days = tuple[date, date]  # [first, after)


def beside_total(history: History, month: Month, compared: Change) -> Beside:
    """All of it; `compared` is the month's total beside the month before."""
    ledger = _Ledger(history, month)
    return Beside(
        decomposition=None if compared.difference is None else _decomposed(history, ledger),
        projection=_projected(ledger) if ledger.is_open else None,
        budget=_budget(history.edition) if ledger.is_open else None,
        year=_year(ledger),
    )


def _budget(edition: Edition) -> Decimal | None:
    """That of a whole month, as the settings have it today: of a month that is over nobody knows
    what it was."""
    found = (one for one in edition.budgets if one.provider is None)
    return next((one.amount for one in found if one.currency == edition.currency), None)


class _Ledger:
    """What the ledger knows of some days, as the month's page asks it."""

    def __init__(self, history: History, month: Month) -> None:
        self._history = history
        self._store, self._books, self.month = history.store, history.books, month
        self._question = history.edition.question(month.first, month.after)
        self.today, self.currency = history.edition.today, history.edition.currency

    @property
    def is_open(self) -> bool:
        return self.month.first <= self.today < self.month.after

    @property
    def fed(self) -> list[Progress]:
        """The accounts that are read day by day."""
        return [one for one in all_progress(self._store) if one.feeds]

    def settled(self, days: Days) -> Settled:
        """The figures of the days by service and model; also of days that are still to come."""
        first, after = days
        asked = replace(self._question, first=first, after=after, today=max(self.today, after))
        heads = heads_of(self._store, asked)
        return figures(self._store, asked, heads, "service", self._books)

    def totals(self, days: Days) -> tuple[Totals, list[Figure]]:
        """The total of the days with what is missing from it, and its figures by account, which of
        months that are over are their sums."""
        first, after = days
        asked = replace(self._question, first=first, after=after)
        parts = [self._history.costs(*part) for part in _by_month(first, after)]
        found = [figure for part in parts for figure in part.figures]
        unread = [gap for part in parts for gap in part.unread]
        added = totals(
            found,
            by="month",
            first=first,
            after=asked.until,
            currency=self.currency,
            missing=[*unread, *told_by_others(asked, found, unread)],
        )
        return added, found

    def missing(self, days: Days) -> set[str]:
        """The accounts that lack some of the days."""
        return {gap.account for gap in self.totals(days)[0].coverage.missing}

    def partly_read(self, days: Days) -> set[str]:
        """The accounts that are expected on some of the days only."""
        first, after = days
        return {
            one.account
            for one in self.fed
            if one.since > first or (one.until is not None and one.until < after)
        }


def _by_month(first: date, after: date) -> Iterator[Days]:
    """The days, cut where months begin."""
    for month in Period.of_days(first, after).months() if first < after else ():
        yield max(first, month.first), min(after, month.after)


def _decomposed(history: History, ledger: _Ledger) -> Decomposition:
    now, before = elapsed(ledger.month, ledger.today), same_days_before(ledger.month, ledger.today)
    lacking = ledger.missing(now) | ledger.missing(before)
    return decomposition(
        history.days(*now, "service"),
        history.days(*before, "service"),
        ledger.currency,
        incomplete=lacking | ledger.partly_read((before[0], now[1])),
    )


def _projected(ledger: _Ledger) -> Projection | NoProjection:
    today, currency = ledger.today, ledger.currency
    whole, bills = ledger.settled((ledger.month.first, ledger.month.after))
    recent = ledger.settled((today - LONGEST, today)).figures
    fed = {one.account for one in ledger.fed if one.until is None}
    fed -= {account for account, day in covered_days(bills) if day > today}
    known = ahead(whole, today)
    daily = use_by_day(map(_measured, recent), currency, fed, known)
    days = basis_days(daily, today)
    if lacking := ledger.missing((min([ledger.month.first, *days]), today)):
        return NoProjection(days=len(days), accounts=tuple(sorted(lacking)))
    so_far = cost_of(whole, currency) or Decimal(0)
    begun = use_by_day((one for one in whole if one.cell.day >= today), currency, fed, known)
    return projection(
        daily,
        today,
        ledger.month.after - DAY,
        known=minus(so_far, total(begun.values())),
        least=so_far,
        is_part=any(coverage(part, currency, ()).is_part for part in (whole, recent)),
    )


def _measured(figure: Figure) -> Figure:
    """The figure as it was read: a bill takes the place of a cost, and not of the use."""
    return figure._replace(is_replaced=False)


def _year(ledger: _Ledger) -> YearToDate:
    first = date(ledger.month.year, 1, 1)
    so_far, found = ledger.totals((first, ledger.month.after))
    months = months_with_cost(found, ledger.currency)
    over = first, elapsed(ledger.month, ledger.today)[1]
    return YearToDate(
        first=first,
        after=so_far.after,
        total=so_far.total,
        months=months,
        is_whole=_is_whole(so_far),
        change=_change(ledger, over) if len(months) == ledger.month.number else None,
    )


def _change(ledger: _Ledger, over: Days) -> Change | None:
    """The days, which are over, beside the same ones of the year before; None where one of the two
    is not whole."""
    earlier = year_before(over[0]), year_before(over[1])
    now, before = ledger.totals(over)[0], ledger.totals(earlier)[0]
    is_alike = _is_whole(now) and _is_whole(before)
    is_alike &= not ledger.partly_read((earlier[0], over[1]))
    if not is_alike or before.total is None:
        return None
    return change(now.total, before.total, earlier, complete=True)


def _is_whole(found: Totals) -> bool:
    lacking = found.coverage.missing or found.coverage.is_part
    return not (lacking or found.unconverted)
