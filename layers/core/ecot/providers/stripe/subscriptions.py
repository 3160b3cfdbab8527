"""Stripe's subscriptions as rows: the monthly recurring revenue of the day, and how many there are.

Paused collection leaves the status as it is ("Pausing collection can affect accounting data, such
as MRR", docs.stripe.com/billing/subscriptions/pause): such subscriptions count, as the definition
has it, on rows of their own.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from ecot.model.answer import Parsed
from ecot.model.period import Period
from ecot.model.rows import Revenue
from ecot.providers.reading import Node
from ecot.providers.stripe.book import COUNTED, Book, status
from ecot.providers.stripe.mrr import shares
from ecot.providers.stripe.worth import Worth, worths

PAUSED = {"collection": "paused"}
ONE = Decimal(1)


def standing(content: Node, day: date | None) -> Iterator[Parsed]:
    """The MRR of the day of reading, item by item, and a count for each subscription."""
    if day is None:
        content.refuse("{source}: {place} is not of a day: {part}")
    book = Book()
    for part in content if isinstance(content.value, list) else (content,):
        book.add(part)
    for one in book.subscriptions.values():
        if not one["livemode"].flag():
            one.refuse("{source}: {place} is of Stripe's test mode, not money: {part}")
    found = [worth for one in book.counted() for worth in worths(one, book, day)]
    yield from _revenues(found, Period.of_day(day))
    yield from _counts(book, found, Period.of_day(day))


def _revenues(worths: list[Worth], today: Period) -> Iterator[Parsed]:
    """The MRR of each item; a currency's add up to its exact total, rounded once."""
    by_currency: dict[str, list[Worth]] = {}
    for worth in worths:
        by_currency.setdefault(worth.subscription["currency"].currency(), []).append(worth)
    for currency, group in by_currency.items():
        amounts = shares([worth.amount for worth in group])
        for worth, amount in zip(group, amounts, strict=True):
            row = Revenue(
                charge_period=today,
                category="other",
                name="mrr",
                service=worth.product,
                tags=PAUSED if _is_paused(worth.subscription) else {},
                currency=currency,
                amount=amount,
            )
            yield Parsed(worth.item.place, row)


def _counts(book: Book, found: list[Worth], today: Period) -> Iterator[Parsed]:
    """One count for each subscription. A customer counts once, at the first subscription that
    makes a (paying) subscriber of it, so that counts can be added up over currencies."""
    paid = {worth.subscription["id"].text() for worth in found if worth.amount > 0}
    known = set[tuple[str, str]]()
    for subscription_id, one in book.subscriptions.items():
        names = {("subscribers", _customer(one))} if status(one) in COUNTED else set()
        if names and subscription_id in paid:
            names.add(("paying_subscribers", _customer(one)))
        row = Revenue(
            charge_period=today,
            category="other",
            name="mrr",
            currency=one["currency"].currency(),
            amount=Decimal(0),
            counts=_standing_of(one) | {name: ONE for name, _ in names - known},
        )
        known |= names
        yield Parsed(one.place, row)


def _standing_of(subscription: Node) -> dict[str, Decimal]:
    """What the subscription counts as, whoever pays for it."""
    counts = {f"{status(subscription)}_subscriptions": ONE}
    is_paused = status(subscription) in COUNTED and _is_paused(subscription)
    return counts | ({"paused_collections": ONE} if is_paused else {})


def _customer(subscription: Node) -> str:
    """Who pays: the id of a customer, or of an account that stands for one."""
    found = subscription.get("customer") or subscription["customer_account"]
    return found["id"].text() if isinstance(found.value, dict) else found.text()


def _is_paused(subscription: Node) -> bool:
    return subscription.get("pause_collection") is not None
