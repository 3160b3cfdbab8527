"""Amounts as Stripe writes them: whole numbers of what Stripe takes for a currency's smallest unit.

That is not ISO 4217's (docs.stripe.com/currencies, read 2026-11): the ariary has no decimals, the
Icelandic króna and the Ugandan shilling still have two ("to charge 5 ISK, provide an amount value
of 500"; the shilling stands in the list of currencies without decimals too, but the page says the
same of it, at more length). The forint and the Taiwan dollar lose theirs in payouts only.
"""

from decimal import Decimal
from fractions import Fraction

from ecot.model.money import times
from ecot.providers.reading import Node

_WHOLE = frozenset("BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split())  # noqa: SIM905
_THOUSANDTHS = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})


def unit(currency: str) -> Decimal:
    """What an amount of 1 is worth in the currency."""
    decimals = 0 if currency in _WHOLE else 3 if currency in _THOUSANDTHS else 2
    return Decimal(1).scaleb(-decimals)


def money(amount: Node, currency: str) -> Decimal:
    """A whole number of smallest units, in the currency."""
    return times(Decimal(amount.whole()), unit(currency))


def fraction(amount: Node, currency: str) -> Fraction:
    """A number of smallest units that may have decimals of its own, in the currency."""
    return Fraction(times(amount.amount(), unit(currency)))
