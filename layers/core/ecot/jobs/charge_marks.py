"""What bills and exchange rates make of single charges: a row as the totals count it."""

from decimal import Decimal
from typing import Any, NamedTuple

from ecot.jobs.query import Question, books_of, figures, heads_of
from ecot.ledger.effect import replacing
from ecot.model.cells import SERVICE_DIMENSIONS, condensed
from ecot.model.rates import Rate
from ecot.model.rows import Charge
from ecot.model.settlement import Settlement
from ecot.store.protocol import Store


class Mark(NamedTuple):
    """The cost in the question's currency (None: not known, or no rate), the rate where it had to
    be converted, and the numbers of the bills that stand in place of the charge."""

    cost: Decimal | None
    rate: Rate | None
    replaced_by: tuple[str, ...]


class Marks:
    """The marks of the charges that a question is about; bills and rates are read once."""

    def __init__(self, store: Store, question: Question) -> None:
        self._currency = question.currency
        self._books = books_of(store, question)
        heads = heads_of(store, question)
        self.bills: list[Settlement] = figures(store, question, heads, None, self._books).bills
        self.top_ups = [bill for bill in self._books.top_ups if question.concerns(bill.account)]
        self._by_account: dict[str, list[Settlement]] = {}
        for one in self.bills:
            self._by_account.setdefault(one.account, []).append(one)

    def of(self, account: str, charge: Charge) -> Mark:
        """The mark of a charge of the account."""
        cost, rate = self._converted(charge)
        return Mark(cost, rate, self._replaced_by(account, charge))

    def _converted(self, charge: Charge) -> tuple[Decimal | None, Rate | None]:
        if charge.billed_cost is None or charge.currency == self._currency:
            return charge.billed_cost, None
        found = self._books.rates.converted(
            charge.billed_cost, charge.currency, self._currency, charge.day
        )
        return found or (None, None)

    def _replaced_by(self, account: str, charge: Charge) -> tuple[str, ...]:
        settlements = self._by_account.get(account)
        if not settlements:
            return ()
        (cell,) = condensed([charge], SERVICE_DIMENSIONS)
        return tuple(bill.number for one in settlements for bill in replacing(one, cell))


def fields_of(mark: Mark) -> dict[str, Any]:
    """The mark, as `ecot charges --json` has it."""
    rate = mark.rate
    return {
        "converted_cost": mark.cost,
        "rate": rate.rate if rate else None,
        "rate_day": rate.day if rate else None,
        "rate_origin": rate.origin if rate else None,
        "replaced_by": mark.replaced_by,
    }
