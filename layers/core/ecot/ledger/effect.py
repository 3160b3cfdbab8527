"""What settlements do to figures: charges they replace, the bills in their place, adjustments."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from ecot.ledger.settle import billed_day, is_about
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
    """The bills that stand in place of the cell. Those that state a tax stand for the tax of their
    own charges too, even where they reconcile, if all the invoices there state one."""
    bills = [bill for bill in settlement.bills if is_about(bill, cell)]
    if not cell.tax:
        return bills if settlement.how == "replace" else []
    stating = [bill for bill in bills if bill.tax is not None]
    is_kept = billed_day(cell) in settlement.untaxed or all(bill.is_credit for bill in stating)
    return [] if is_kept else stating


def _added(account: str, settlement: Settlement) -> Iterator[Figure]:
    for bill in settlement.bills:
        days = list(bill.period.days())
        if settlement.how != "reconcile":
            yield from _spread(account, bill, days, bill.net, bill.currency, tax=False)
        if bill.tax is not None:
            taxes = _spread(account, bill, days, bill.tax, bill.currency, tax=True)
            kept = frozenset() if bill.is_credit else settlement.untaxed
            yield from (figure for figure in taxes if figure.cell.day not in kept)
    if gap := settlement.adjustment:
        bill, days = settlement.adjusting, settlement.days()
        yield from _spread(account, bill, days, gap, settlement.currency, tax=False)


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
