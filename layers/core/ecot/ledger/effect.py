"""What settlements do to figures: charges they replace, the bills in their place, adjustments."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

import msgspec

from ecot.ledger.settle import is_about
from ecot.model.bill import Bill
from ecot.model.cells import Cell
from ecot.model.figure import Figure
from ecot.model.money import spread
from ecot.model.settlement import Settlement


def effective(
    account: str, cells: Iterable[Cell], settlements: Sequence[Settlement]
) -> Iterator[Figure]:
    """The account's figures: its cells, marked where a bill replaces them, and what bills add."""
    for cell in cells:
        yield Figure(account, cell, any(replacing(one, cell) for one in settlements))
    for one in settlements:
        yield from _added(account, one)


def replacing(settlement: Settlement, cell: Cell) -> list[Bill]:
    """The bills that stand in place of the cell. One that states a tax stands for the tax of its
    own charges too, even where it reconciles."""
    if settlement.how == "reconcile" and not cell.tax:
        return []
    bills = (bill for bill in settlement.bills if bill.tax is not None or not cell.tax)
    return [bill for bill in bills if is_about(bill, cell)]


def _added(account: str, settlement: Settlement) -> Iterator[Figure]:
    for bill in settlement.bills:
        amounts = [(bill.net, False)] if settlement.how == "replace" else []
        amounts += [(bill.tax, True)] if bill.tax is not None else []
        for amount, tax in amounts:
            yield from _spread(account, bill, bill.period.days(), amount, bill.currency, tax=tax)
    if settlement.how == "reconcile" and settlement.is_booked and settlement.gap:
        latest = settlement.bills[-1]
        shared = msgspec.structs.replace(
            latest,
            service=_shared(bill.service for bill in settlement.bills),
            sub_account_id=_shared(bill.sub_account_id for bill in settlement.bills),
        )
        days, gap = settlement.days(), settlement.gap
        yield from _spread(account, shared, days, gap, settlement.currency, tax=False)


def _spread(
    account: str, bill: Bill, days: Iterable[date], amount: Decimal, currency: str, *, tax: bool
) -> Iterator[Figure]:
    """The amount on each day, adding up to it to the last digit (ledger rule 18)."""
    on = list(days)
    for day, part in zip(on, spread(amount, [1] * len(on)), strict=True):
        cell = Cell(
            day=day,
            category=bill.category,
            sub_account_id=bill.sub_account_id,
            service=bill.service,
            currency=currency,
            basis="entered",
            tax=tax,
            cost=part,
        )
        yield Figure(account, cell, rated_on=bill.issued)


def _shared(scopes: Iterable[str | None]) -> str | None:
    found = set(scopes)
    return found.pop() if len(found) == 1 else None
