"""What a calendar month may cost, and what it has cost of that so far."""

from collections.abc import Iterator
from decimal import Decimal

import msgspec

from ecot.model.period import Month

MARKS = (80, 100)
"""Percent of a budget at which somebody is told: while there is time, and when over."""


class Budget(msgspec.Struct, frozen=True, kw_only=True):
    """What a month may cost, net of tax: a provider's part of it, or all of it (None)."""

    amount: Decimal
    currency: str
    provider: str | None = None


class Spent(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the month's cost until now, in the currency of its budget. `is_part` where
    there is more that nobody knows, or that was not read: the cost is at least that much."""

    budget: Budget
    month: Month
    cost: Decimal
    is_part: bool = False

    @property
    def marks(self) -> Iterator[tuple[int, str]]:
        """Each of MARKS that the cost has reached, and what names it: another amount is another
        budget, and tells anew."""
        for mark in MARKS:
            if self.cost * 100 >= self.budget.amount * mark:
                yield mark, f"{self._name}/{mark}"

    @property
    def ids(self) -> frozenset[str]:
        """What names MARKS, reached or not."""
        return frozenset(f"{self._name}/{mark}" for mark in MARKS)

    @property
    def _name(self) -> str:
        budget = self.budget
        return f"budget/{self.month}/{budget.provider or ''}/{budget.amount}{budget.currency}"
