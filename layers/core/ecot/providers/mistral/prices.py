"""The prices that Mistral states beside its usage, and which of them fits a row.

A metric alone does not tell the price: one and the same has a price for tokens and another for
seconds of sound (steipete/CodexBar, a516f57, 2026: taking any of them was wrong by a hundred).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from ecot.providers.reading import Node

# Its identity and no date: prices come anew with every answer, and a date that changes with the
# day of reading would make every charge another one.
PRICE_LIST = "Mistral's own prices, stated with the usage"
PRICED_BY = ("event_type", "billing_metric", "billing_group", "api_zone", "service_tier")

Dimensions = tuple[str | None, ...]
Price = tuple[Dimensions, Decimal]


@dataclass(frozen=True)
class Prices:
    """The prices of one answer, by metric."""

    by_metric: Mapping[str, Sequence[Price]]

    @classmethod
    def of(cls, document: Node) -> Self:
        """Those that the answer states; `prices` may be null (specification, 2026-08-21)."""
        found: dict[str, list[Price]] = {}
        for entry in document.get("prices") or ():
            priced = (_dimensions(entry), entry["price"].amount())
            found.setdefault(entry["billing_metric"].text(), []).append(priced)
        return cls(found)

    def fitting(self, row: Node) -> Decimal | None:
        """The price of a row: one that agrees in everything, else the only one that nothing speaks
        against (an event type may be null, and older rows have neither zone nor tier)."""
        wanted = _dimensions(row)
        listed = self.by_metric.get(row["billing_metric"].text(), ())
        same = {price for dimensions, price in listed if dimensions == wanted}
        fitting = same or set(_agreeing(wanted, listed))
        if len(fitting) > 1:
            row.refuse("{source}: {place} has more than one price: {part}")
        return next(iter(fitting), None)


def _dimensions(part: Node) -> Dimensions:
    return tuple(part.optional(name) for name in PRICED_BY)


def _agreeing(wanted: Dimensions, listed: Sequence[Price]) -> Iterator[Decimal]:
    for dimensions, price in listed:
        pairs = zip(wanted, dimensions, strict=True)
        if all(one == other or None in (one, other) for one, other in pairs):
            yield price
