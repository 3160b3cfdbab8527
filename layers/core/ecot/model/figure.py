"""A figure: a cell, whose it is, and what bills and exchange rates make of it."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from ecot.model.cells import Cell
from ecot.model.rates import Rate
from ecot.model.rows import provider_of


class Figure(NamedTuple):
    """A cell of an account ("openai/edugami").

    A figure that `is_replaced` has a bill in its place: it is shown, and never added. `rated_on` is
    the day whose exchange rate counts, where it is not the cell's own (a bill's is its issue date).
    `converted` is the cost in the report's currency at `rate`, where it had to be converted.
    """

    account: str
    cell: Cell
    is_replaced: bool = False
    rated_on: date | None = None
    converted: Decimal | None = None
    rate: Rate | None = None

    @property
    def provider(self) -> str:
        """The provider's name."""
        return provider_of(self.account)

    def cost(self, currency: str) -> Decimal | None:
        """The cost in `currency`: stated, or converted; None where it is not known."""
        return self.cell.cost if self.cell.currency == currency else self.converted
