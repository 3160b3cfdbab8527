"""Typing bills: what is said goes into the account's book in one put, or not at all."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby

import msgspec

from ecot.analysis.sums import cost_of, counted, unconverted, unpriced
from ecot.errors import Conflict
from ecot.jobs.figures import Books, settlement_of
from ecot.jobs.query import Question, books_of, figures, gaps, heads_of
from ecot.ledger.bills import said, standing
from ecot.ledger.settle import grouped
from ecot.model.bill import Bill, Entry, Standing
from ecot.model.figure import Figure
from ecot.model.head import Head
from ecot.model.money import minus, total
from ecot.model.rates import Rate
from ecot.model.settlement import Settlement
from ecot.store.bills import all_books, put_book, read_book
from ecot.store.heads import query_heads
from ecot.store.protocol import Place, Store


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A bill that stands, and what it comes to together with those about the same charges (None
    for a top-up, which is about none). `converted` is its net in the currency that was asked for,
    at `rate`; None where there is no rate."""

    standing: Standing
    settlement: Settlement | None
    converted: Decimal | None = None
    rate: Rate | None = None


class Balance(msgspec.Struct, frozen=True, kw_only=True):
    """What was paid in advance for an account since its first top-up, and what of it is left if
    nothing was there before. `spent` and `left` are None where a day is missing, where a cost is
    unknown or has no rate, where no cost is known at all, and where the account was paid in several
    currencies: nobody says out of which it was spent."""

    account: str
    currency: str
    since: date
    paid_in: Decimal
    spent: Decimal | None
    left: Decimal | None


def say(place: Place, account: str, entries: Sequence[Entry]) -> int:
    """Puts the entries into the account's book, all at once, and returns how many were new: what
    stands already is not said again. Raises LedgerError where one of them cannot be said."""
    while True:
        before, version = read_book(place.store, account)
        after = before
        for entry in entries:
            after = said(after, entry)
        if after == before:
            return 0
        try:
            put_book(place.store, account, after, version)
        except Conflict:
            continue  # somebody else has written: what they said comes first
        return len(after) - len(before)


def enter(place: Place, bills: Iterable[Bill], at: datetime, by: str) -> int:
    """Enters the bills, one put an account, and returns how many were new or corrected."""
    entries = [
        Entry(action="entered", number=bill.number, at=at, by=by, bill=bill) for bill in bills
    ]
    return sum(say(place, account, own) for account, own in by_account(entries).items())


def stands(store: Store, account: str) -> Mapping[str, Bill]:
    """The account's bills that stand, by number."""
    book, _ = read_book(store, account)
    return {one.bill.number: one.bill for one in standing(book)}


def listed(store: Store, question: Question, books: Books | None = None) -> list[Listed]:
    """The bills of the question's accounts that stand, whatever their days, by account and day."""
    books = books or books_of(store, question)
    heads: dict[str, list[Head]] = {}
    for head in _heads(store, books):
        heads.setdefault(head.account, []).append(head)
    found: list[Listed] = []
    for account, stand in books.bills.items():
        if question.concerns(account):
            own = heads.get(account, [])
            settled = (settlement_of(store, account, group, own, books) for group in grouped(stand))
            groups = {bill.number: one for one in settled for bill in one.bills}
            found += (
                _listed(one, groups.get(one.bill.number), question.currency, books) for one in stand
            )
    return found


def _listed(one: Standing, settlement: Settlement | None, currency: str, books: Books) -> Listed:
    bill = one.bill
    found = books.rates.converted(bill.net, bill.currency, currency, bill.issued)
    converted, rate = found or (None, None)
    return Listed(standing=one, settlement=settlement, converted=converted, rate=rate)


def _heads(store: Store, books: Books) -> list[Head]:
    """All heads of all months that bills are about: one query."""
    bills = [one.bill for stand in books.bills.values() for one in stand]
    months = [month for bill in bills for month in bill.period.months()]
    return list(query_heads(store, min(months), max(months))) if months else []


def histories(
    store: Store, account: str | None = None, number: str | None = None
) -> Iterator[tuple[str, Entry]]:
    """Everything that was ever said about bills (of one account, or about one), in order: account
    and entry."""
    books = [(account, read_book(store, account)[0])] if account else all_books(store)
    for one, book in books:
        yield from ((one, entry) for entry in book if number in (None, entry.number))


def balances(store: Store, question: Question) -> list[Balance]:
    """What was paid in advance, by account and currency."""
    bills = books_of(store, question).top_ups
    ordered = sorted((bill for bill in bills if question.concerns(bill.account)), key=_whose)
    found = [
        _balance(store, *whose, list(top_ups), question)
        for whose, top_ups in groupby(ordered, key=_whose)
    ]
    purses = Counter(one.account for one in found)
    return [one if purses[one.account] == 1 else _unshared(one) for one in found]


def _unshared(one: Balance) -> Balance:
    """What was spent would be taken out of each of the account's balances."""
    return msgspec.structs.replace(one, spent=None, left=None)


def _whose(bill: Bill) -> tuple[str, str]:
    return bill.account, bill.currency


def _balance(
    store: Store, account: str, currency: str, top_ups: Sequence[Bill], question: Question
) -> Balance:
    since = min(bill.first for bill in top_ups)
    asked = Question(
        first=since,
        after=max(question.until, since),
        today=question.today,
        currency=currency,
        account=account,
        typed=question.typed,
    )
    heads = heads_of(store, asked)
    found = figures(store, asked, heads, None)
    spent = None if gaps(store, asked, heads, found) else _spent(found.figures, currency)
    paid_in = total(bill.net for bill in top_ups)
    return Balance(
        account=account,
        currency=currency,
        since=since,
        paid_in=paid_in,
        spent=spent,
        left=None if spent is None else minus(paid_in, spent),
    )


def _spent(figures: Sequence[Figure], currency: str) -> Decimal | None:
    own = counted(figures)
    is_known = not unconverted(own, currency) and not unpriced(own)
    return cost_of(own, currency) if is_known else None


def by_account(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    """Entered bills by the account that they are for."""
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.bill is not None:
            found.setdefault(entry.bill.account, []).append(entry)
    return found
