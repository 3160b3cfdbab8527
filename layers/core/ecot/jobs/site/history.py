"""What the ledger holds of all its months, asked once for all pages of the site.

Days are read month by month and let go: of three years only the sums of each month stay in memory.
"""

from collections.abc import Sequence
from datetime import date
from functools import cached_property, lru_cache
from typing import NamedTuple

from ecot.analysis.months import monthly
from ecot.analysis.sums import converted, counted
from ecot.analysis.totals import Gap
from ecot.jobs.figures import Books, Settled
from ecot.jobs.query import figures, gaps, heads_of, names, unread_costs
from ecot.jobs.site.edition import Edition
from ecot.jobs.site.shelf import stamp_of
from ecot.ledger.bills import standing
from ecot.model.cube import CubeKind
from ecot.model.figure import Figure
from ecot.model.head import Head
from ecot.model.outcome import Outcome
from ecot.model.period import Month, Period
from ecot.model.settlement import Settlement
from ecot.store.bills import all_books
from ecot.store.heads import all_heads
from ecot.store.protocol import Place, Store
from ecot.store.records import all_progress, latest_outcomes

_KEPT_MONTHS = 4  # of days; a page that draws trailing days touches three
_KEPT_HEADS = 2  # months of them; a page asks for those of its month again and again


class Costs(NamedTuple):
    """Charges by account alone, with what bills make of them, and the gaps that were to be read.
    What counts is one sum a month, unless the month still goes on."""

    figures: Sequence[Figure]
    unread: Sequence[Gap]


class History:
    """The ledger as an edition shows it: bills and exchange rates applied to every figure."""

    def __init__(self, place: Place, edition: Edition) -> None:
        self.place, self.edition = place, edition
        self.months: Sequence[Month] = known_months(place.store, edition.today)
        ends = self.months or [Month.of(edition.today)]
        self.books = Books(place.store, ends[0].previous(), ends[-1], edition.today, edition.typed)
        self._gaps: dict[Month, Sequence[Gap]] = {}
        self._content: dict[Month, str] = {}
        self._bills: dict[Month, Sequence[Settlement]] = {}
        self._sums: dict[tuple[Month, CubeKind], Sequence[Figure]] = {}
        self._costs: dict[tuple[date, date], Costs] = {}
        self._month = lru_cache(maxsize=_KEPT_MONTHS)(self._read_month)
        self._heads = lru_cache(maxsize=_KEPT_HEADS)(self._read_heads)

    @property
    def store(self) -> Store:
        """Where heads and cubes are."""
        return self.place.store

    @cached_property
    def outcomes(self) -> tuple[Outcome, ...]:
        """The latest one of each account."""
        return tuple(latest_outcomes(self.store))

    @cached_property
    def names(self) -> dict[str, str]:
        """What people call providers, projects, keys and, where that is wanted, persons."""
        return names(self.store, self.edition.titles, people=self.edition.people)

    def heads(self, month: Month) -> Sequence[Head]:
        """The heads of a month."""
        return self._heads(month)

    def month(self, month: Month, kind: CubeKind) -> Settled:
        """Every figure of the month's elapsed days, by service and model or by person and key."""
        return self._month(month, kind)

    def content(self, month: Month) -> str:
        """A digest of everything that the month's figures are made of: equal where they are. It is
        taken when the month is read."""
        if month not in self._content:
            self.month(month, "service")
        return self._content[month]

    def gaps(self, month: Month) -> Sequence[Gap]:
        """What is missing from the month's elapsed days."""
        if month not in self._gaps:
            question = self.edition.question(month.first, month.after)
            found = self.month(month, "service")
            self._gaps[month] = gaps(self.store, question, self.heads(month), found)
        return self._gaps[month]

    def bills(self, month: Month) -> Sequence[Settlement]:
        """What the bills come to that bear on the month."""
        if month not in self._bills:
            self._read_month(month, "service")
        return self._bills[month]

    def costs(self, first: date, after: date) -> Costs:
        """What the days `[first, after)` of one month cost, as the heads have it: a year is asked
        for by each of its months, and the year after it."""
        if (first, after) not in self._costs:
            self._costs[first, after] = self._read_costs(first, after)
        return self._costs[first, after]

    def days(self, first: date, after: date, kind: CubeKind) -> list[Figure]:
        """Every figure of the days `[first, after)`."""
        months = Period.of_days(first, after).months() if first < after else ()
        return [
            figure
            for month in months
            for figure in self.month(month, kind).figures
            if first <= figure.cell.day < after
        ]

    @cached_property
    def by_service(self) -> list[Figure]:
        """All months: each figure is the sum of a month, on its first day."""
        return self._monthly("service")

    @cached_property
    def by_person(self) -> list[Figure]:
        """The same by person and key, without models."""
        return self._monthly("person")

    def _monthly(self, kind: CubeKind) -> list[Figure]:
        return [figure for month in self.months for figure in self._sum(month, kind)]

    def _sum(self, month: Month, kind: CubeKind) -> Sequence[Figure]:
        if (month, kind) not in self._sums:
            self._read_month(month, kind)
        return self._sums[month, kind]

    def _read_month(self, month: Month, kind: CubeKind) -> Settled:
        question = self.edition.question(month.first, month.after)
        found = figures(self.store, question, self.heads(month), kind, self.books)
        self._bills.setdefault(month, found.bills)
        if (month, kind) not in self._sums:  # days are let go, and read again for other pages
            self._sums[month, kind] = list(monthly(found.figures))
        if kind == "service" and month not in self._content:
            self._content[month] = self._digest(month, found)
        return found

    def _read_heads(self, month: Month) -> Sequence[Head]:
        return heads_of(self.store, self.edition.question(month.first, month.after))

    def _read_costs(self, first: date, after: date) -> Costs:
        question, heads = self.edition.question(first, after), self.heads(Month.of(first))
        found = figures(self.store, question, heads, None, self.books)
        unread = unread_costs(self.store, question, heads, found.bills)
        if after > self.edition.today:
            return Costs(found.figures, unread)
        details = [one for one in found.figures if one.cell.role == "breakdown"]
        return Costs([*monthly(counted(found.figures)), *details], unread)

    def _digest(self, month: Month, found: Settled) -> str:
        heads = sorted(self.heads(month), key=lambda head: head.account)
        return stamp_of(
            heads, found.bills, converted(found.figures), self.edition.typed, self.names
        )


def known_months(store: Store, today: date) -> list[Month]:
    """Every month that has figures, and every one in which an account is expected to: a month of
    which nothing could be read has a page that says so."""
    months = {head.month for head in all_heads(store)} | _billed(store, Month.of(today))
    for progress in all_progress(store):
        before = min(progress.until or today, today)
        first = progress.since if progress.feeds else min(progress.daily.values(), default=before)
        if first < before:
            months.update(Period.of_days(first, before).months())
    return sorted(months)


def _billed(store: Store, last: Month) -> set[Month]:
    """The months that have begun and that a bill is about."""
    bills = (one.bill for _, book in all_books(store) for one in standing(book))
    invoices = (bill for bill in bills if bill.kind == "invoice")
    return {month for bill in invoices for month in bill.period.months() if month <= last}
