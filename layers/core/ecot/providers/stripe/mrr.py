"""The arithmetic of monthly recurring revenue: what an item of a subscription is worth a month.

Stripe's own definition: "the sum of the monthly-normalized value of all your active and past_due
subscriptions", without trials, taxes, free plans and metered products
(docs.stripe.com/billing/subscriptions/analytics/glossary, read 2026-11), less coupons that last for
ever (support.stripe.com, billing analytics). The glossary's example does not add up (600 USD a year
against 800/12): it is nobody's test.

Everything here is exact: fractions of the currency's unit, rounded once, in `shares`.
"""

from collections.abc import Collection, Sequence
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import NamedTuple

from ecot.model.money import exact, text, times

# How often an interval goes into a month: a year has 12 months, 52 weeks, 365 days.
A_MONTH = {
    "day": Fraction(365, 12),
    "week": Fraction(52, 12),
    "month": Fraction(1),
    "year": Fraction(1, 12),
}
DIGITS = 12  # after the point: a third of a yen over a year still shows


class Tier(NamedTuple):
    """A tier of a price: up to which quantity (inside; None: any), at what price a unit, and with
    what flat amount once it is used."""

    up_to: int | None
    unit: Fraction
    flat: Fraction


class Line(NamedTuple):
    """What one item of a subscription is worth a month, and how often a month it is billed."""

    product: str
    worth: Fraction
    often: Fraction


class Discount(NamedTuple):
    """What a coupon takes off: a percentage, or an amount of each invoice; of some products, or of
    all (None)."""

    percent: Fraction
    amount: Fraction
    products: frozenset[str] | None = None


def transformed(quantity: int, divide_by: int, *, up: bool) -> int:
    """The quantity in packages of `divide_by`: a begun one counts (`up`), or does not."""
    return -(-quantity // divide_by) if up else quantity // divide_by


def graduated(quantity: int, tiers: Sequence[Tier]) -> Fraction | None:
    """Each slice of the quantity at the price of its tier, and the flat amount of every tier that
    is used; the first always is. None where the tiers end before the quantity does."""
    worth, below = Fraction(0), 0
    for tier in tiers:
        within = quantity if tier.up_to is None else min(quantity, tier.up_to)
        worth += tier.flat + tier.unit * (within - below)
        below = within
        if tier.up_to is None or quantity <= tier.up_to:
            return worth
    return None


def volume(quantity: int, tiers: Sequence[Tier]) -> Fraction | None:
    """The whole quantity at the price of the tier that it falls into. None where it falls into
    none."""
    for tier in tiers:
        if tier.up_to is None or quantity <= tier.up_to:
            return tier.flat + tier.unit * quantity
    return None


def discounted(lines: Sequence[Line], discount: Discount) -> list[Line]:
    """The lines less the discount; an amount is shared in proportion, and never takes more than
    there is. It comes off every invoice: as often as the line that is billed most often."""
    concerned = [line for line in lines if _concerns(discount, line)]
    whole = sum((line.worth for line in concerned), Fraction(0))
    if not whole:
        return list(lines)
    off = min(discount.amount * max(line.often for line in concerned), whole)
    left = (1 - discount.percent / 100) * (1 - off / whole)
    return [
        line._replace(worth=line.worth * left) if _concerns(discount, line) else line
        for line in lines
    ]


def _concerns(discount: Discount, line: Line) -> bool:
    return discount.products is None or line.product in discount.products


def without_tax(worth: Fraction, percentages: Collection[Fraction]) -> Fraction:
    """What is left of a worth that contains tax at these percentages, each of the net."""
    return worth / (1 + sum(percentages, Fraction(0)) / 100)


def shares(parts: Sequence[Fraction]) -> list[Decimal]:
    """The parts in 12 digits after the point. Their exact sum is rounded once, half to even, and
    they add up to it: what is left over goes to the largest remainders, first come first."""
    scaled = [part * 10**DIGITS for part in parts]
    floors = [floor(part) for part in scaled]
    left = round(sum(scaled, Fraction(0))) - sum(floors)
    by_remainder = sorted(range(len(parts)), key=lambda at: (floors[at] - scaled[at], at))
    extra = set(by_remainder[:left])
    return [_decimal(number + (at in extra)) for at, number in enumerate(floors)]


def _decimal(number: int) -> Decimal:
    """So many of the last digit, without zeros at the end."""
    written = text(times(Decimal(number), Decimal(1).scaleb(-DIGITS)))
    return exact(written.rstrip("0").rstrip(".") if "." in written else written)
