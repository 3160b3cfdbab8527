"""Which exchange rates the ledger needs.

Needed is what the report and `ecot bill list` convert: charges and revenue into the currency that
is shown, bills into it at their day of issue, and charges into the currency of the bills beside
them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

import msgspec

from ecot.jobs.earnings import revenue_of
from ecot.ledger.bills import standing
from ecot.ledger.convert import RateBook
from ecot.ledger.settle import Group, grouped, is_about
from ecot.model.bill import Bill
from ecot.model.cells import Cell
from ecot.model.period import Month
from ecot.model.rates import TypedRate
from ecot.store.bills import all_books
from ecot.store.heads import billed_elsewhere, query_heads
from ecot.store.protocol import Store
from ecot.store.rates import read_rates

LOOKED_BACK = 12  # months before the running one: what the report can show and compare with
_EVER = Month(1970, 1)

Needed = Mapping[str, Sequence[date]]
"""For each currency the days, in order, of whose rate something is converted: days of charges and
of revenue in it, days of issue of bills in it, and days of charges that are compared with such a
bill."""

_Use = tuple[str, str, date]
"""Two currencies of which one is converted into the other, and the day whose rate that takes."""


def needed_days(store: Store, today: date, target: str, *, everywhere: bool = False) -> Needed:
    """The days of whose rates the last 13 months need any (`everywhere`: all months), by currency
    other than `target`. A bill that reaches into them needs those of its charges too, however old
    they are. Plans are in the ledger by the time that this is asked. One query of heads and one of
    bills; where there are bills, one of where their charges are; and the days of accounts that
    earn, for heads do not say in which currency."""
    since = _EVER if everywhere else Month.of(today).shifted(-LOOKED_BACK)
    days: dict[str, set[date]] = {}
    for one, other, day in _uses(store, since, Month.of(today), target):
        if one != other and day <= today:
            for currency in {one, other} - {target}:
                days.setdefault(currency, set()).add(day)
    return {code: sorted(found) for code, found in sorted(days.items())}


def _uses(store: Store, since: Month, last: Month, target: str) -> Iterator[_Use]:
    groups = _groups(store, since)
    for head in query_heads(store, _first_month(store, since, groups), last):
        if head.month >= since:
            yield from _of_cells(head.cells, target)
            yield from ((row.currency, target, row.day) for _, row in revenue_of(store, head))
        for group in groups.get(head.account, ()):
            yield from _of_cells(_beside(group, head.cells), group[0].bill.currency)
    for bills in groups.values():
        yield from (use for group in bills for use in _of_bills(group, target))


def _groups(store: Store, since: Month) -> Mapping[str, Sequence[Group]]:
    """The bills that reach into the months from `since` on, by account, together where they are
    compared together. A top-up is alone, and its balance reaches until today."""
    found: dict[str, list[Group]] = {}
    for account, book in all_books(store):
        stand = standing(book)
        top_ups = [(one,) for one in stand if one.bill.kind == "top-up"]
        for group in (*grouped(stand), *top_ups):
            if any(_reaches(one.bill, since.first) for one in group):
                found.setdefault(account, []).append(group)
    return found


def _reaches(bill: Bill, first: date) -> bool:
    return bill.kind == "top-up" or bill.after > first or bill.issued >= first


def _first_month(store: Store, since: Month, groups: Mapping[str, Sequence[Group]]) -> Month:
    """The first that has charges of the months from `since` on, or of their bills."""
    bills = [one.bill for found in groups.values() for group in found for one in group]
    first = min([since, *(Month.of(one.first) for one in bills if one.kind == "invoice")])
    elsewhere = billed_elsewhere(store) if bills else ()
    charged = (one.charged for one in elsewhere if one.account in groups and one.billed >= first)
    return min([first, *charged])


def _of_cells(cells: Iterable[Cell], into: str) -> Iterator[_Use]:
    for cell in cells:
        if cell.cost is not None and cell.currency is not None:
            yield cell.currency, into, cell.day


def _beside(group: Group, cells: Iterable[Cell]) -> Iterator[Cell]:
    """The charges that the bills are compared with, or that a top-up pays. Heads do not tell
    services apart, so that a bill about one of them counts here as one about all."""
    bills = [msgspec.structs.replace(one.bill, service=None, sub_account_id=None) for one in group]
    for cell in cells:
        if any(_concerns(bill, cell) for bill in bills):
            yield cell


def _concerns(bill: Bill, cell: Cell) -> bool:
    return cell.day >= bill.first if bill.kind == "top-up" else is_about(bill, cell)


def _of_bills(group: Group, target: str) -> Iterator[_Use]:
    """Each at its day of issue: into the currency that is shown, and into that of its group."""
    for bill in (one.bill for one in group):
        yield bill.currency, target, bill.issued
        yield bill.currency, group[0].bill.currency, bill.issued


def rate_book(store: Store, first: Month, last: Month, typed: Sequence[TypedRate]) -> RateBook:
    """The rates of the months from `first` to `last`, both inside."""
    known = read_rates(store, first, last)
    return RateBook(known.publications, typed, known.fixed)
