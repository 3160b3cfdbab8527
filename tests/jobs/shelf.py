"""A ledger that tests fill by hand: charges of any account, bills, rates; and what it then says."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from ecot.jobs.bills import by_account, say
from ecot.jobs.commit import Commit, Writing, commit_month
from ecot.jobs.query import By, Question, Totals, answer
from ecot.jobs.round import Round
from ecot.ledger.months import begun
from ecot.ledger.reading import by_month, reading
from ecot.model.answer import Parsed
from ecot.model.bill import Bill
from ecot.model.period import DAY, Month, Period
from ecot.model.rates import Publication, TypedRate
from ecot.model.rows import AnyRow, Charge
from ecot.model.settlement import Settlement
from ecot.store.protocol import Place
from ecot.store.rates import add_publications
from ecot.store.records import put_progress
from tests.bills import entered, told
from tests.rows import charge

NOW = datetime(2026, 5, 20, 6, tzinfo=UTC)  # January to April are over and due to close


class Shelf:
    """The ledger, and the clock of whoever writes into it."""

    def __init__(self, place: Place, now: datetime = NOW, currency: str = "USD") -> None:
        self.place, self.now, self.currency = place, now, currency
        self.typed: tuple[TypedRate, ...] = ()
        self._runs = 0
        self._since: dict[str, date] = {}

    def round(self) -> Round:
        """A run that starts now."""
        self._runs += 1
        return Round(run=f"run-{self._runs}", today=self.now.date(), now=lambda: self.now)

    def put(
        self, account: str, rows: Iterable[AnyRow], days: Period, feed: str = "costs"
    ) -> list[Commit]:
        """The account's key gives these rows for all of the days (longer charges are spread)."""
        whole = reading(
            feed,
            days.days(),
            {"answer": [Parsed("/", row) for row in rows]},
            read_at=self.now,
            is_certain=True,
        )
        first = days.start.date()
        self._since[account] = min(first, self._since.get(account, first))
        progress = begun(account, (feed,), self._since[account])
        put_progress(self.place.store, progress)
        round_ = self.round()
        writing = Writing(
            run=round_.run,
            today=round_.today,
            now=self.now,
            progress=progress,
            lateness=DAY,
        )
        return [
            commit_month(self.place, month, [one], {}, writing)
            for month, one in by_month(whole).items()
        ]

    def enter(self, *bills: Bill) -> None:
        """Somebody types the bills."""
        for account, entries in by_account(map(entered, bills)).items():
            say(self.place, account, entries)

    def void(self, bill: Bill) -> None:
        say(self.place, bill.account, [told("voided", bill.number)])

    def book(self, bill: Bill) -> None:
        say(self.place, bill.account, [told("booked", bill.number)])

    def publish_rates(self, by_day: dict[date, dict[str, str]]) -> None:
        """What the ECB published on these days, in units for one euro."""
        add_publications(
            self.place.store,
            [
                Publication(day, {code: Decimal(rate) for code, rate in rates.items()})
                for day, rates in by_day.items()
            ],
        )

    def totals(self, first: Month, last: Month | None = None, by: By = "provider") -> Totals:
        """What the ledger says of the months, both inside."""
        return answer(self.place.store, self.question(first, last), by, {})

    def question(self, first: Month, last: Month | None = None) -> Question:
        return Question(
            first=first.first,
            after=(last or first).after,
            today=self.now.date(),
            currency=self.currency,
            typed=self.typed,
        )

    def settled(self, first: Month, last: Month | None = None) -> Settlement:
        """The only settlement of the months."""
        (one,) = self.totals(first, last).bills
        return one


def costs(
    amounts: Sequence[str], first: date, *, basis: str = "billed", **more: Any
) -> list[Charge]:
    """A charge a day from `first` on."""
    return [
        charge(amount, first + number * DAY, basis=basis, **more)
        for number, amount in enumerate(amounts)
    ]
