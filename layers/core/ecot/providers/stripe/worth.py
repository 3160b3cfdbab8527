"""What the items of a Stripe subscription are worth a month.

Surprises, with where they were seen (stripe-python 16, unless said otherwise):

* `unit_amount` is null for fractions of a cent: `unit_amount_decimal` is the price.
* A price may have several currencies: `currency` is the first of them, and not the subscription's.
* Trials of a single item (`current_trial`) leave the subscription active.

Not documented, and taken so: the flat amount of a first tier is due for a quantity of 0 too;
discounts come off one after another, an item's before the subscription's.
"""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from ecot.model.period import midnight
from ecot.providers.reading import Node
from ecot.providers.stripe.book import Book, is_licensed, is_plain
from ecot.providers.stripe.coupons import lasting
from ecot.providers.stripe.money import fraction
from ecot.providers.stripe.mrr import (
    A_MONTH,
    Line,
    Tier,
    discounted,
    graduated,
    transformed,
    volume,
    without_tax,
)

TIERS_MODES = {"graduated": graduated, "volume": volume}


class Worth(NamedTuple):
    """What an item is worth a month, where it stands, and of which subscription."""

    item: Node
    subscription: Node
    product: str
    amount: Fraction


def worths(subscription: Node, book: Book, day: date) -> Iterator[Worth]:
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
        for discount in lasting(item, currency, book):
            own = discounted(own, discount)
        lines += own
    for discount in lasting(subscription, currency, book):
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


def _contained_taxes(item: Node, subscription: Node) -> list[Fraction]:
    """The percentages of tax that are inside the price, as somebody entered them; an item's own
    take the place of the subscription's. What Stripe Tax works out is not told here."""
    own = item.get("tax_rates")
    rates = own if own is not None and own.value else subscription.get("default_tax_rates")
    return [
        Fraction(rate["percentage"].amount()) for rate in rates or () if rate["inclusive"].flag()
    ]
