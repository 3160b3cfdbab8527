"""Stripe's subscriptions as monthly recurring revenue: what each is worth, and how many there are.

Surprises, with where they were seen:

* `unit_amount` is null for fractions of a cent: `unit_amount_decimal` is the price.
* A price may have several currencies: `currency` is the first of them, and not the subscription's.
* `discounts` are ids unless expanded, and the coupon is at `source.coupon` (stripe-python 16).
* Trials of a single item (`current_trial`) leave the subscription active.
* Paused collection leaves the status as it is ("Pausing collection can affect accounting data, such
  as MRR", docs.stripe.com/billing/subscriptions/pause): such subscriptions count, as the definition
  has it, on rows of their own.

Not documented, and taken so: the flat amount of a first tier is due for a quantity of 0 too;
discounts come off one after another, an item's before the subscription's.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from ecot.model.answer import Parsed
from ecot.model.period import Period, midnight
from ecot.model.rows import Revenue
from ecot.providers.reading import Node
from ecot.providers.stripe_book import Book, discounts, is_licensed, is_plain, status
from ecot.providers.stripe_money import fraction
from ecot.providers.stripe_mrr import (
    A_MONTH,
    Discount,
    Line,
    Tier,
    discounted,
    graduated,
    shares,
    transformed,
    volume,
    without_tax,
)

PAUSED = {"collection": "paused"}
ONE = Decimal(1)
TIERS_MODES = {"graduated": graduated, "volume": volume}


class Worth(NamedTuple):
    """What an item is worth a month, where it stands, and of which subscription."""

    item: Node
    subscription: Node
    product: str
    amount: Fraction


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
    worths = [worth for one in book.counted() for worth in _worths(one, book, day)]
    yield from _revenues(worths, Period.of_day(day))
    yield from _counts(book, worths, Period.of_day(day))


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


def _counts(book: Book, worths: list[Worth], today: Period) -> Iterator[Parsed]:
    """One count for each subscription. A customer counts once, at the first subscription that
    makes a (paying) subscriber of it, so that counts can be added up over currencies."""
    paid = {worth.subscription["id"].text() for worth in worths if worth.amount > 0}
    counted = {one["id"].text() for one in book.counted()}
    subscribers, paying = set[str](), set[str]()
    for subscription_id, one in book.subscriptions.items():
        counts = {f"{status(one)}_subscriptions": ONE}
        if subscription_id in counted:
            if _is_paused(one):
                counts["paused_collections"] = ONE
            customer = _customer(one)
            if customer not in subscribers:
                counts["subscribers"] = ONE
            subscribers.add(customer)
            if subscription_id in paid:
                if customer not in paying:
                    counts["paying_subscribers"] = ONE
                paying.add(customer)
        row = Revenue(
            charge_period=today,
            category="other",
            name="mrr",
            currency=one["currency"].currency(),
            amount=Decimal(0),
            counts=counts,
        )
        yield Parsed(one.place, row)


def _customer(subscription: Node) -> str:
    """Who pays: the id of a customer, or of an account that stands for one."""
    found = subscription.get("customer") or subscription["customer_account"]
    return found["id"].text() if isinstance(found.value, dict) else found.text()


def _is_paused(subscription: Node) -> bool:
    return subscription.get("pause_collection") is not None


def _worths(subscription: Node, book: Book, day: date) -> Iterator[Worth]:
    """The items of a subscription that count, less what lasting coupons take off, without tax."""
    currency = subscription["currency"].text()
    items = [
        item
        for item in book.items_of(subscription)
        if is_licensed(item["price"]) and not _is_on_trial(item, day)
    ]
    lines: list[Line] = []
    for item in items:
        own = [_line(item, currency, book)]
        for discount in _lasting(item, currency, book):
            own = discounted(own, discount)
        lines += own
    for discount in _lasting(subscription, currency, book):
        lines = discounted(lines, discount)
    for item, line in zip(items, lines, strict=True):
        net = without_tax(line.worth, _contained_taxes(item, subscription))
        yield Worth(item, subscription, line.product, net)


def _is_on_trial(item: Node, day: date) -> bool:
    """Whether the item is free for now. A trial that ends on the day counts from the next day on:
    the hour of reading is not known here."""
    trial = item.get("current_trial")
    return trial is not None and trial["end_date"].whole() > midnight(day).timestamp()


def _line(item: Node, currency: str, book: Book) -> Line:
    price = item["price"]
    recurring = price["recurring"]
    interval, count = recurring["interval"], recurring["interval_count"].whole()
    if interval.text() not in A_MONTH or count < 1:
        recurring.refuse("{source}: {place} is no interval that is known: {part}")
    often = A_MONTH[interval.text()] / count
    product = price["product"]
    name = product["id"] if isinstance(product.value, dict) else product
    return Line(name.text(), _due(item, currency, book) * often, often)


def _due(item: Node, currency: str, book: Book) -> Fraction:
    """What the item costs each time that it is billed."""
    price, quantity = item["price"], item["quantity"].whole()
    if quantity < 0:
        item.refuse("{source}: {place} has a quantity below zero: {part}")
    if not is_plain(price, currency):
        price = _read_on(price, book)
    terms = price
    if price["currency"].text() != currency:
        terms = price["currency_options"][currency]
    if price["billing_scheme"].text() == "per_unit":
        return fraction(terms["unit_amount_decimal"], currency.upper()) * _units(price, quantity)
    if price["billing_scheme"].text() != "tiered":
        price.refuse("{source}: {place} is no billing scheme that is known: {part}")
    return _tiered(price, terms, quantity, currency)


def _read_on(price: Node, book: Book) -> Node:
    known = book.prices.get(price["id"].text())
    return known or price.refuse("{source}: {place} is a price that was not read: {part}")


def _units(price: Node, quantity: int) -> int:
    transform = price.get("transform_quantity")
    if transform is None:
        return quantity
    rounding, divide_by = transform["round"].text(), transform["divide_by"].whole()
    if rounding not in ("up", "down") or divide_by < 1:
        transform.refuse("{source}: {place} is no rounding that is known: {part}")
    return transformed(quantity, divide_by, up=rounding == "up")


def _tiered(price: Node, terms: Node, quantity: int, currency: str) -> Fraction:
    tiers = [_tier(tier, currency.upper()) for tier in terms["tiers"]]
    mode = price["tiers_mode"]
    if mode.text() not in TIERS_MODES:
        mode.refuse("{source}: {place} is no mode of tiers that is known: {part}")
    due = TIERS_MODES[mode.text()](quantity, tiers)
    if due is None:
        price.refuse("{source}: {place} has no tier for a quantity: {part}")
    return due


def _tier(tier: Node, currency: str) -> Tier:
    """A tier; it may state a price a unit, a flat amount, or both, but not neither."""
    unit, flat = tier.get("unit_amount_decimal"), tier.get("flat_amount_decimal")
    if unit is None and flat is None:
        tier.refuse("{source}: {place} has no price: {part}")
    up_to = tier.get("up_to")
    prices = (Fraction(0) if one is None else fraction(one, currency) for one in (unit, flat))
    return Tier(None if up_to is None else up_to.whole(), *prices)


def _lasting(part: Node, currency: str, book: Book) -> Iterator[Discount]:
    """The discounts that never end, in their order; one that ends leaves the MRR as it is."""
    for discount in discounts(part):
        coupon = _coupon(discount, book)
        duration = coupon["duration"].text()
        if duration not in ("forever", "once", "repeating"):
            coupon.refuse("{source}: {place} lasts for a time that is not known: {part}")
        if duration == "forever":
            yield _discount(coupon, currency)


def _coupon(discount: Node, book: Book) -> Node:
    """The coupon as the list of coupons has it; a deleted one is only where it is still used."""
    source = discount["source"]
    source.expect("type", "coupon")
    coupon = source["coupon"]
    is_whole = isinstance(coupon.value, dict)
    known = book.coupons.get((coupon["id"] if is_whole else coupon).text())
    if known is None and not is_whole:
        discount.refuse("{source}: {place} is of a coupon that was not read: {part}")
    return known or coupon


def _discount(coupon: Node, currency: str) -> Discount:
    products = coupon.get("applies_to")
    only = frozenset(one.text() for one in products["products"]) if products else None
    percent = coupon.get("percent_off")
    if percent is not None:
        if not 0 <= percent.amount() <= 100:
            coupon.refuse("{source}: {place} takes off what no percentage is: {part}")
        return Discount(Fraction(percent.amount()), Fraction(0), only)
    stated = coupon
    if coupon["currency"].text() != currency:
        stated = coupon["currency_options"][currency]
    off = fraction(stated["amount_off"], currency.upper())
    if off < 0:
        coupon.refuse("{source}: {place} takes off less than nothing: {part}")
    return Discount(Fraction(0), off, only)


def _contained_taxes(item: Node, subscription: Node) -> list[Fraction]:
    """The percentages of tax that are inside the price, as somebody entered them; an item's own
    take the place of the subscription's. What Stripe Tax works out is not told here."""
    own = item.get("tax_rates")
    rates = own if own is not None and own.value else subscription.get("default_tax_rates")
    return [
        Fraction(rate["percentage"].amount()) for rate in rates or () if rate["inclusive"].flag()
    ]
