"""Everything that was read to know the subscriptions of a day, sorted, and what is still lacking.

A snapshot is one answer: the list of what Stripe said, one thing after another, each as it was.
They belong together: a customer may stand on two pages and is one subscriber, a price is on no page
of subscriptions, and the total is rounded once.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ecot.providers.reading import Node

SUBSCRIPTIONS, ITEMS = "/v1/subscriptions", "/v1/subscription_items"
PRICES, COUPONS = "/v1/prices", "/v1/coupons"
COUNTED = ("active", "past_due")
NOT_COUNTED = ("trialing", "unpaid", "paused", "canceled", "incomplete", "incomplete_expired")


@dataclass
class Book:
    """Subscriptions, prices with their tiers, and coupons, by id; `items` are those of
    subscriptions whose own list did not hold them all, or not with their discounts."""

    subscriptions: dict[str, Node] = field(default_factory=dict)
    items: dict[str, dict[str, Node]] = field(default_factory=dict)
    prices: dict[str, Node] = field(default_factory=dict)
    coupons: dict[str, Node] = field(default_factory=dict)

    def add(self, part: Node) -> None:
        """Takes in a page, or a price."""
        if part["object"].text() == "price":
            self.prices[part["id"].text()] = part
            return
        path = part["url"].text().partition("?")[0]
        if path == ITEMS:
            for item in part["data"]:
                self.items.setdefault(item["subscription"].text(), {})[item["id"].text()] = item
        elif path in (SUBSCRIPTIONS, COUPONS):
            listed = self.subscriptions if path == SUBSCRIPTIONS else self.coupons
            listed.update({one["id"].text(): one for one in part["data"]})
        else:
            part.refuse("{source}: {place} is a list of something else: {part}")

    def counted(self) -> Iterator[Node]:
        """The subscriptions whose worth is monthly recurring revenue."""
        return (one for one in self.subscriptions.values() if status(one) in COUNTED)

    def items_of(self, subscription: Node) -> Iterable[Node]:
        """The items of a subscription, all of them."""
        known = self.items.get(subscription["id"].text())
        if known is not None:
            return known.values()
        if _is_short(subscription):
            subscription.refuse("{source}: {place} has items that were not read: {part}")
        return subscription["items"]["data"]

    def lacking_items(self) -> list[str]:
        """The subscriptions whose items have to be read on their own."""
        return [one["id"].text() for one in self.counted() if _is_short(one)]

    def lacking_prices(self) -> list[str]:
        """The prices that do not say in a subscription what they are; once each."""
        needed = {
            item["price"]["id"].text(): None
            for one in self.counted()
            for item in self.items_of(one)
            if not is_plain(item["price"], one["currency"].text())
        }
        return [price for price in needed if price not in self.prices]

    def has_discounts(self) -> bool:
        """Whether a coupon takes anything off."""
        return any(
            any(discounts(part)) for one in self.counted() for part in (one, *self.items_of(one))
        )


def status(subscription: Node) -> str:
    """Its status, which must be one whose meaning is known: it decides whether money counts."""
    found: str = subscription["status"].text()
    if found not in (*COUNTED, *NOT_COUNTED):
        subscription.refuse("{source}: {place} has a status that is not known: {part}")
    return found


def is_licensed(price: Node) -> bool:
    """Whether the price is of a quantity that is known beforehand; metered use is no MRR."""
    usage = price["recurring"]["usage_type"]
    if usage.text() not in ("licensed", "metered"):
        usage.refuse("{source}: {place} is no type of usage that is known: {part}")
    return usage.text() == "licensed"


def is_plain(price: Node, currency: str) -> bool:
    """Whether the price says all that is needed where it stands: no tiers, and no other currency
    than its own."""
    if not is_licensed(price):
        return True
    return price["billing_scheme"].text() == "per_unit" and price["currency"].text() == currency


def discounts(part: Node) -> Iterable[Node]:
    """The discounts of a subscription or of an item."""
    found = part.get("discounts")
    return () if found is None else found


def _is_short(subscription: Node) -> bool:
    """Whether the list inside the subscription is not enough: it goes on, or items of it have
    discounts, which stand there as ids (they are a fifth level, and Stripe expands four)."""
    items = subscription["items"]
    return items["has_more"].flag() or any(any(discounts(item)) for item in items["data"])
