"""Which exchange rates the ledger needs, and what is known of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ecot.ledger.bills import standing as stand
from ecot.ledger.convert import RateBook
from ecot.model.bill import Bill
from ecot.model.period import Month
from ecot.model.rates import Rate, TypedRate
from ecot.store.bills import all_books
from ecot.store.heads import query_heads
from ecot.store.protocol import Store
from ecot.store.rates import latest_publication, read_rates

LOOKED_BACK = 12  # months before the running one: what the report can show and compare with

Needed = Mapping[str, Sequence[date]]
"""For each currency the days, in order, on which the ledger has costs in it."""


@dataclass(frozen=True, kw_only=True)
class Lack:
    """Days on which the ledger has costs in a currency and nobody says what it is worth."""

    currency: str
    first: date
    last: date
    days: int


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What is known: the day of the ECB's latest publication, one rate a currency that is needed,
    as of `today`, the typed rates, and what is lacking."""

    today: date
    target: str
    published: date | None
    rates: tuple[Rate, ...]
    typed: tuple[TypedRate, ...]
    lacking: tuple[Lack, ...]


def needed_days(store: Store, today: date, target: str) -> Needed:
    """The days on which the last 13 months have costs in another currency than `target`, by
    currency. Plans are in the ledger by the time that this is asked. One query of heads, and one
    of bills, whose charges are compared with them in their currency, day by day."""
    this_month = Month.of(today)
    days: dict[str, set[date]] = {}
    for head in query_heads(store, this_month.shifted(-LOOKED_BACK), this_month):
        for cell in head.cells:
            currency = cell.currency
            if currency is None or currency == target or cell.cost is None or cell.day > today:
                continue
            days.setdefault(currency, set()).add(cell.day)
    for bill in _bills(store):
        if bill.currency != target and Month.of(bill.issued) >= this_month.shifted(-LOOKED_BACK):
            about = (bill.issued, *bill.period.days())
            days.setdefault(bill.currency, set()).update(day for day in about if day <= today)
    return {code: sorted(found) for code, found in sorted(days.items())}


def _bills(store: Store) -> Iterator[Bill]:
    return (one.bill for _, book in all_books(store) for one in stand(book))


def rate_book(store: Store, first: Month, last: Month, typed: Sequence[TypedRate]) -> RateBook:
    """The rates of the months from `first` to `last`, both inside."""
    known = read_rates(store, first, last)
    return RateBook(known.publications, typed, known.fixed)


def standing(store: Store, today: date, target: str, typed: Sequence[TypedRate]) -> Standing:
    """What is known of the rates that the ledger needs."""
    needed = needed_days(store, today, target)
    this_month = Month.of(today)
    book = rate_book(store, this_month.shifted(-LOOKED_BACK), this_month, typed)
    rates = (book.rate(currency, target, today) for currency in needed)
    lacks = (_lack(book, currency, days, target) for currency, days in needed.items())
    latest = latest_publication(store)
    return Standing(
        today=today,
        target=target,
        published=latest.day if latest else None,
        rates=tuple(rate for rate in rates if rate),
        typed=tuple(sorted(typed, key=lambda one: (one.source, one.target, one.since))),
        lacking=tuple(lack for lack in lacks if lack),
    )


def _lack(book: RateBook, currency: str, days: Sequence[date], target: str) -> Lack | None:
    without = [day for day in days if book.rate(currency, target, day) is None]
    if not without:
        return None
    return Lack(currency=currency, first=without[0], last=without[-1], days=len(without))
