"""What a company has beside charges in dollars: euros, bills, charges that a later month bills."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from msgspec.structs import replace

from ecot.jobs.bills import enter
from ecot.model.bill import Bill
from ecot.model.cells import Cell
from ecot.model.head import Head
from ecot.model.period import DAY, Month, Period
from ecot.model.rates import Publication
from ecot.model.target_days import is_target_day
from ecot.sandbox.ecb import published
from ecot.store.heads import put_head, query_heads, read_heads
from ecot.store.protocol import Place
from ecot.store.rates import add_publications
from tests.bench.company import LAST, READ_AT

EVERY = 5  # accounts of which one is in euros, one has bills, one is billed across months


def mix(place: Place, months: int) -> None:
    """Changes the heads of some accounts, enters a bill a month for others, and adds the rates. The
    cubes are left as they are: the view of months does not read them."""
    first = LAST.shifted(1 - months)
    heads = list(query_heads(place.store, first, LAST))
    accounts = sorted({head.account for head in heads})
    in_euros, billed, across = (set(accounts[start::EVERY]) for start in range(3))
    for head in heads:
        if head.account in in_euros | across:
            change = _in_euros if head.account in in_euros else _across
            version = read_heads(place.store, head.account, [head.month])[head.month].version
            put_head(place.store, replace(head, cells=tuple(change(head))), version)
    bills = [_bill(account, first.shifted(back)) for account in billed for back in range(months)]
    enter(place, bills, READ_AT, "bench")
    days = Period.of_days(first.first - timedelta(days=10), LAST.after).days()
    found = (Publication(day, published(day)) for day in days if is_target_day(day))
    add_publications(place.store, found)


def _in_euros(head: Head) -> Iterator[Cell]:
    return (replace(cell, currency="EUR") for cell in head.cells)


def _across(head: Head) -> Iterator[Cell]:
    """The month's last day is billed by the next month."""
    last = head.month.after - DAY
    for cell in head.cells:
        yield replace(cell, billed_on=head.month.after) if cell.day == last else cell


def _bill(account: str, month: Month) -> Bill:
    return Bill(
        account=account,
        number=f"INV-{month}",
        issued=month.after,
        first=month.first,
        after=month.after,
        net=Decimal("12.34"),
        currency="USD",
        category="ai",
    )
