"""Rounding for people: the exact total once, and lines that still add up to it (ledger rule 4)."""

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from ecot.language import rounded
from ecot.model.money import minus, total


class Shown(msgspec.Struct, frozen=True):
    """A column of amounts as it is shown. An amount that is not known stays None; `rounding` is
    what the total has and the lines have not, 0 where they add up by themselves."""

    lines: tuple[Decimal | None, ...]
    rounding: Decimal
    total: Decimal | None


def shown(amounts: Sequence[Decimal | None], exact_total: Decimal | None, currency: str) -> Shown:
    """Each amount and their total in the digits of the currency.

    Raises ValueError where the known amounts are not the exact total's parts: a line that is called
    rounding never hides anything else.
    """
    known = [amount for amount in amounts if amount is not None]
    if total(known) != (exact_total or 0):
        raise ValueError(f"lines of {total(known)} are shown under a total of {exact_total}")
    lines = tuple(None if amount is None else rounded(amount, currency) for amount in amounts)
    if exact_total is None:
        return Shown(lines, Decimal(0), None)
    whole = rounded(exact_total, currency)
    return Shown(lines, minus(whole, total(line for line in lines if line is not None)), whole)
