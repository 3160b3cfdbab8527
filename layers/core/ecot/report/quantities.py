"""Which of a line's measured quantities are shown: at most three, and never one inside another."""

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from ecot.model.sentence import Sentence
from ecot.report.words import QUANTITIES

MOST = 3


class Quantity(msgspec.Struct, frozen=True):
    """A measured quantity and how it is said: a name of ours, or the provider's own words."""

    amount: Decimal
    one: Sentence | None
    many: Sentence | None
    name: str


def telling(quantities: Mapping[str, Decimal]) -> tuple[Quantity, ...]:
    """The most telling of the stated quantities. Names that we know no word for are shown as the
    provider writes them, and only where there is nothing better."""
    known = [
        Quantity(quantities[name], one, many, name)
        for name, (one, many) in QUANTITIES.items()
        if quantities.get(name)
    ]
    own_words = [
        Quantity(amount, None, None, name.replace("_", " "))
        for name, amount in sorted(quantities.items())
        if amount
    ]
    return tuple((known or own_words)[:MOST])
