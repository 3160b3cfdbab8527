"""What the accounts that earn have told: how MRR last stood, and the net revenue of each day.

MRR is a snapshot: it is of the day on which it was read and of no other. Nothing here is converted,
and nothing here is a cost: amounts stay in their currencies, by currency.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import msgspec

from ecot.jobs.earnings import earns, revenue_on
from ecot.jobs.known import snapshots_of
from ecot.jobs.query import Question, heads_of
from ecot.jobs.rows import rows
from ecot.model.head import UNREAD, Head
from ecot.model.money import total
from ecot.model.rows import Revenue, add_quantities, provider_of
from ecot.store.protocol import Place, Store


class Mrr(msgspec.Struct, frozen=True, kw_only=True):
    """The monthly recurring revenue of an account on a day, by currency: all of it, what of it is
    paused, and what each product (or None) brings. `counts` are of subscriptions and subscribers,
    whatever their currency."""

    account: str
    day: date
    amounts: Mapping[str, Decimal]
    paused: Mapping[str, Decimal]
    products: Mapping[str, Mapping[str, Decimal]]
    counts: Mapping[str, Decimal]


class Earned(msgspec.Struct, frozen=True, kw_only=True):
    """What a day brought in (or took away) in one category and currency: `net` is `gross` less
    `fees`. A `net` of None: nobody knows whether that is revenue."""

    account: str
    day: date
    category: str | None
    currency: str
    net: Decimal | None
    gross: Decimal | None
    fees: Decimal | None


def latest_mrr(place: Place, question: Question) -> list[Mrr]:
    """Each account's MRR on the newest of the question's days on which it was read."""
    return [
        _mrr(account, *found)
        for account, heads in _earning_heads(place, question).items()
        for feed in snapshots_of(provider_of(account))
        if (found := next(_snapshots(place.store, question, heads, feed), None)) is not None
    ]


def mrr_by_day(place: Place, question: Question) -> list[Mrr]:
    """Each account's MRR on every one of the question's days on which it was read, by day."""
    found = [
        _mrr(account, *snapshot)
        for account, heads in _earning_heads(place, question).items()
        for feed in snapshots_of(provider_of(account))
        for snapshot in _snapshots(place.store, question, heads, feed)
    ]
    return sorted(found, key=lambda one: (one.day, one.account))


def net_revenue(place: Place, question: Question) -> list[Earned]:
    """The net revenue of the question's days, by day, account, category and currency."""
    found = [
        _earned(one.account, one.row)
        for account in _earning_heads(place, question)
        for one in rows(place, replace(question, account=account), Revenue)
        if one.row.name == "net revenue"
    ]
    return sorted(found, key=lambda one: (one.day, one.account, one.category or "", one.currency))


def sums(found: Sequence[Earned]) -> dict[str, Decimal]:
    """What is known to be revenue, by currency."""
    known: dict[str, list[Decimal]] = {}
    for one in found:
        if one.net is not None:
            known.setdefault(one.currency, []).append(one.net)
    return {currency: total(known[currency]) for currency in sorted(known)}


def _earning_heads(place: Place, question: Question) -> dict[str, list[Head]]:
    """The heads of the accounts that earn, by account, newest first."""
    found: dict[str, list[Head]] = {}
    for head in heads_of(place.store, question):
        if earns(head):
            found.setdefault(head.account, []).insert(0, head)
    return {account: found[account] for account in sorted(found)}


def _snapshots(
    store: Store, question: Question, heads: Sequence[Head], feed: str
) -> Iterator[tuple[date, list[Revenue]]]:
    """The days on which the snapshot was read, newest first, and what it said: nothing, where no
    subscription was left."""
    for head in heads:
        documents = dict(head.documents())
        for day in reversed(head.month.days()):
            if question.first <= day < question.until and head.mark(day, feed) != UNREAD:
                name = documents.get(day)
                rows = revenue_on(store, head.account, day, name) if name else ()
                yield day, [row for of, row in rows if of == feed and row.name == "mrr"]


def _mrr(account: str, day: date, stated: Sequence[Revenue]) -> Mrr:
    by_currency: dict[str, list[Revenue]] = {}
    for row in stated:
        by_currency.setdefault(row.currency, []).append(row)
    currencies = sorted(by_currency)
    return Mrr(
        account=account,
        day=day,
        amounts={code: _total(by_currency[code]) for code in currencies},
        paused={
            code: paused
            for code in currencies
            if (paused := _total(row for row in by_currency[code] if row.tags))
        },
        products={code: _products(by_currency[code]) for code in currencies},
        counts=add_quantities(row.counts for row in stated),
    )


def _products(stated: Sequence[Revenue]) -> dict[str, Decimal]:
    names = sorted({row.service for row in stated if row.service is not None})
    return {name: _total(row for row in stated if row.service == name) for name in names}


def _total(stated: Sequence[Revenue] | Iterator[Revenue]) -> Decimal:
    """Every row of MRR has an amount."""
    return total(row.amount for row in stated if row.amount is not None)


def _earned(account: str, row: Revenue) -> Earned:
    return Earned(
        account=account,
        day=row.day,
        category=row.service,
        currency=row.currency,
        net=row.amount,
        gross=row.gross,
        fees=row.fees,
    )
