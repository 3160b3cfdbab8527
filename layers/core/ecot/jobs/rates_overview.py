"""What `ecot rates` tells: which exchange rates are known, of those that the ledger needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ecot.jobs.rates_needed import needed_days, rate_book
from ecot.ledger.convert import RateBook
from ecot.model.period import Month
from ecot.model.rates import Rate, TypedRate
from ecot.store.protocol import Store
from ecot.store.rates import latest_publication


@dataclass(frozen=True, kw_only=True)
class Lack:
    """Days on which something is to be converted from a currency or into it (see `Needed`) and
    nobody says what it is worth."""

    currency: str
    first: date
    last: date
    days: int


@dataclass(frozen=True, kw_only=True)
class Overview:
    """What is known: the day of the ECB's latest publication, one rate a currency that is needed,
    as of `today`, the typed rates, and what is lacking."""

    today: date
    target: str
    published: date | None
    rates: tuple[Rate, ...]
    typed: tuple[TypedRate, ...]
    lacking: tuple[Lack, ...]


def overview(store: Store, today: date, target: str, typed: Sequence[TypedRate]) -> Overview:
    """What is known of the rates that the ledger needs."""
    needed = needed_days(store, today, target)
    first = min((days[0] for days in needed.values()), default=today)
    book = rate_book(store, Month.of(first), Month.of(today), typed)
    rates = (book.rate(currency, target, today) for currency in needed)
    lacks = (_lack(book, currency, days, target) for currency, days in needed.items())
    latest = latest_publication(store, Month.of(today))
    return Overview(
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
