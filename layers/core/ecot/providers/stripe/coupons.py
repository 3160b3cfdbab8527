"""What Stripe's coupons take off a subscription or an item for good.

`discounts` are ids unless expanded, and the coupon is at `source.coupon` (stripe-python 16). Only a
coupon that lasts for ever changes the MRR (support.stripe.com, billing analytics).
"""

from collections.abc import Iterator
from fractions import Fraction

from ecot.providers.reading import Node
from ecot.providers.stripe.book import Book, discounts
from ecot.providers.stripe.money import fraction
from ecot.providers.stripe.mrr import Discount


def lasting(part: Node, currency: str, book: Book) -> Iterator[Discount]:
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
