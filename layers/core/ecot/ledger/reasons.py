"""Why a bill and its charges differ: the class of a gap, the plainest explanation first."""

from decimal import Decimal
from typing import NamedTuple

from ecot.model.money import minor_unit
from ecot.model.settlement import Reason

_MOVED_BY_RATES = Decimal("0.05")  # of the bill: a month's rates seldom move further apart


class Sums(NamedTuple):
    """What is known beside the gap, in the bill's currency: credits among the charges, the taxes
    that the charges and the bills state, and how firm the charges are."""

    is_converted: bool
    has_priced: bool
    has_unpriced: bool
    is_closed: bool
    credits: Decimal | None
    taxes: tuple[Decimal | None, ...]


def reason_of(
    gap: Decimal | None, billed: Decimal | None, currency: str, sums: Sums
) -> Reason | None:
    """The class of the gap, None where there is no gap. An amount that equals the tax or the
    credits is explained by them; what could still come explains what is left."""
    if gap is None or billed is None:
        return "exchange rate" if sums.has_priced else "unpriced"
    if not gap:
        return None
    unit = minor_unit(currency)
    if gap.copy_abs() < unit:
        return "rounding"
    if any(_is(gap, tax, unit) for tax in sums.taxes):
        return "tax"
    if _is(gap, sums.credits, unit):
        return "credit"
    if sums.has_unpriced:
        return "unpriced"
    if sums.is_converted and gap.copy_abs() <= billed.copy_abs() * _MOVED_BY_RATES:
        return "exchange rate"
    return "unexplained" if sums.is_closed else "late data"


def _is(gap: Decimal, amount: Decimal | None, unit: Decimal) -> bool:
    """Whether the gap is the amount, in either direction, but for a rounding."""
    return bool(amount) and abs(gap.copy_abs() - (amount or gap).copy_abs()) < unit
