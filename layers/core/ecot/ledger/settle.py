"""Bills beside the charges they are about: which belong together, and what they come to.

Where every counted charge in their scope and period is one that the provider states itself, bills
reconcile: the gap is shown and can be booked. Otherwise they take the charges' place (rule 16).
All of it is worked out anew from the charges as they are now, so that a booked gap follows every
restatement, and nothing has to be written twice.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal, localcontext
from typing import Literal

import msgspec

from ecot.ledger.convert import RateBook
from ecot.ledger.reasons import Sums, reason_of
from ecot.model.bill import Bill, Standing
from ecot.model.cells import Cell
from ecot.model.money import minus, total
from ecot.model.settlement import Settlement

Group = tuple[Standing, ...]


def grouped(standing: Iterable[Standing]) -> list[Group]:
    """The invoices of one account, together where they could be about the same charge."""
    groups: list[Group] = []
    for one in standing:
        if one.bill.kind == "top-up":
            continue
        met = [group for group in groups if any(_may_meet(one.bill, other.bill) for other in group)]
        apart = [group for group in groups if group not in met]
        groups = [*apart, (*(member for group in met for member in group), one)]
    return [tuple(sorted(group, key=_by_issue)) for group in groups]


def billed_day(cell: Cell) -> date:
    """The day whose bill bills what the cell holds."""
    return cell.billed_on or cell.day


def is_about(bill: Bill, cell: Cell) -> bool:
    """Whether the bill bills what the cell holds: by the day on which that is billed."""
    return (
        cell.basis is not None
        and cell.role == "counted"
        and bill.first <= billed_day(cell) < bill.after
        and bill.service in (None, cell.service)
        and bill.sub_account_id in (None, cell.sub_account_id)
    )


def settlement(
    account: str,
    group: Group,
    cells: Iterable[Cell],
    rates: RateBook,
    *,
    is_closed: bool,
    is_over: bool = True,
) -> Settlement:
    """What the bills of a group come to beside `cells`, which hold all charges of their days.
    `is_over` says that all of these days are over, `is_closed` that the provider has said its last
    word about them. A booking waits for the former: till then the charges that are still to come
    would be in the gap, and in the total once more as they come."""
    bills = tuple(one.bill for one in group)
    about = [cell for cell in cells if any(is_about(bill, cell) for bill in bills)]
    net = [cell for cell in about if not cell.tax]
    how = _how(bills, net)
    currency = bills[0].currency
    billed = _billed(bills, currency, rates)
    charged = _charged(how, bills, net, rates)
    gap = minus(billed, charged) if billed is not None and charged is not None else None
    gap = None if how == "add" else gap
    sums = Sums(
        is_converted=any(cell.currency != currency for cell in net if cell.cost is not None),
        has_priced=any(cell.cost is not None for cell in net),
        has_unpriced=any(cell.unpriced for cell in net),
        is_closed=is_closed,
        credits=_in(currency, [_credits_of(cell) for cell in net if cell.credits], rates),
        taxes=(_in(currency, [cell for cell in about if cell.tax], rates), _tax(bills, currency)),
    )
    return Settlement(
        account=account,
        bills=bills,
        how=how,
        is_booked=any(one.is_booked for one in group),
        is_over=is_over,
        currency=currency,
        billed=billed,
        charged=charged,
        gap=gap,
        percent=_percent(gap, billed),
        reason=reason_of(gap, billed, currency, sums) if net and how != "add" else None,
        untaxed=_untaxed(bills, about),
    )


def _by_issue(one: Standing) -> tuple[str, str]:
    return (str(one.bill.issued), one.bill.number)


def _may_meet(one: Bill, other: Bill) -> bool:
    return (
        one.first < other.after
        and other.first < one.after
        and (None in (one.service, other.service) or one.service == other.service)
        and (
            None in (one.sub_account_id, other.sub_account_id)
            or one.sub_account_id == other.sub_account_id
        )
    )


def _how(bills: Sequence[Bill], net: Sequence[Cell]) -> Literal["reconcile", "replace", "add"]:
    if net and all(cell.basis == "billed" for cell in net):
        return "reconcile"
    return "add" if net and _are_credits(bills) else "replace"


def _are_credits(bills: Iterable[Bill]) -> bool:
    """Whether there is no invoice among them."""
    return all(bill.is_credit for bill in bills)


def _charged(
    how: str, bills: Sequence[Bill], net: Sequence[Cell], rates: RateBook
) -> Decimal | None:
    """What the bills are compared with: the charges. Credit notes alone have the credits among what
    the provider states to be compared with; against all of it, booking would give all of it back.
    """
    currency = bills[0].currency
    if how != "reconcile" or not _are_credits(bills):
        return _in(currency, net, rates)
    found = [one for one in map(_given_back, net) if one.cost]
    return _in(currency, found, rates) if found else Decimal(0)


def _given_back(cell: Cell) -> Cell:
    """The cell's credits, or all of it where it comes to less than nothing."""
    return cell if cell.cost is not None and cell.cost < 0 else _credits_of(cell)


def _untaxed(bills: Iterable[Bill], about: Iterable[Cell]) -> frozenset[date]:
    """The days on which one invoice states a tax and another none: what that one leaves unsaid is
    not zero, so that the charges' own stays. Empty where the charges have no tax on any of them."""
    invoices = [bill for bill in bills if not bill.is_credit]
    stating = {day for one in invoices if one.tax is not None for day in one.period.days()}
    silent = {day for one in invoices if one.tax is None for day in one.period.days()}
    days = frozenset(stating & silent)
    is_taxed = any(cell.tax and billed_day(cell) in days for cell in about)
    return days if is_taxed else frozenset()


def _billed(bills: Iterable[Bill], currency: str, rates: RateBook) -> Decimal | None:
    """The bills' net together; each converts at its own issue date."""
    return _sum([rates.converted(one.net, one.currency, currency, one.issued) for one in bills])


def _tax(bills: Iterable[Bill], currency: str) -> Decimal | None:
    taxes = [one.tax for one in bills if one.tax is not None and one.currency == currency]
    return total(taxes) if taxes else None


def _in(currency: str, cells: Sequence[Cell], rates: RateBook) -> Decimal | None:
    """The cells' cost in one currency; None where there is none, or a part has no rate."""
    return _sum(
        [
            rates.converted(cell.cost, cell.currency, currency, cell.day)
            for cell in cells
            if cell.cost is not None and cell.currency is not None
        ]
    )


def _credits_of(cell: Cell) -> Cell:
    return msgspec.structs.replace(cell, cost=cell.credits)


def _sum(parts: Sequence[tuple[Decimal, object] | None]) -> Decimal | None:
    known = [part[0] for part in parts if part is not None]
    return total(known) if known and len(known) == len(parts) else None


def _percent(gap: Decimal | None, billed: Decimal | None) -> Decimal | None:
    if gap is None or not billed:
        return None
    with localcontext(prec=400):
        return (gap * 100 / billed.copy_abs()).quantize(Decimal("0.1"))
