"""From heads and cubes to figures: bills in the place of what they bill, one currency.

Bills are one query and what they are about is worked out here, each time: a bill that is entered,
voided or booked is one put, and every total follows.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import NamedTuple

from ecot.jobs.rates_needed import rate_book
from ecot.ledger.bills import standing
from ecot.ledger.convert import RateBook
from ecot.ledger.effect import effective
from ecot.ledger.settle import Group, grouped, is_about, settlement
from ecot.model.bill import Bill, Standing
from ecot.model.cells import Cell
from ecot.model.cube import CubeKind
from ecot.model.figure import Figure
from ecot.model.head import Head
from ecot.model.period import Month
from ecot.model.rates import TypedRate
from ecot.model.settlement import Settlement
from ecot.store.bills import all_books
from ecot.store.documents import read_cube
from ecot.store.heads import Elsewhere, billed_elsewhere, read_heads
from ecot.store.protocol import Store


class Books:
    """What bears on figures beside the heads: bills, and exchange rates. Each is read once, when it
    is first asked for, and what bills come to is worked out once.

    `first` and `last` are the months that are asked about; `today` (UTC) comes from the edge: bills
    about later days are not booked yet. `typed` are the rates of the settings.
    """

    def __init__(
        self, store: Store, first: Month, last: Month, today: date, typed: Sequence[TypedRate] = ()
    ) -> None:
        self._store, self._first, self._last, self._typed = store, first, last, typed
        self.today = today
        self.settled: dict[tuple[str, Group], Settlement] = {}

    @cached_property
    def bills(self) -> Mapping[str, Sequence[Standing]]:
        """The bills that stand, by account."""
        found = ((account, standing(book)) for account, book in all_books(self._store))
        return {account: stand for account, stand in found if stand}

    @property
    def top_ups(self) -> list[Bill]:
        """What was paid in advance."""
        stand = (one.bill for found in self.bills.values() for one in found)
        return [bill for bill in stand if bill.kind == "top-up"]

    @cached_property
    def elsewhere(self) -> Sequence[Elsewhere]:
        """Where charges are that another month bills."""
        return list(billed_elsewhere(self._store))

    @cached_property
    def rates(self) -> RateBook:
        """The rates of all days that are asked about, or that bills bring into it: their own, and
        those of charges that they bill later."""
        bills = [one.bill for stand in self.bills.values() for one in stand]
        days = [day for bill in bills for day in (bill.first, bill.issued, bill.after)]
        months = [self._first, self._last, *map(Month.of, days)]
        if bills:
            months += [one.charged for one in self.elsewhere if one.account in self.bills]
        return rate_book(self._store, min(months), max(months), self._typed)


class Asked(NamedTuple):
    """The days `[first, after)`, and by what they are to be told apart (None: by account alone)."""

    first: date
    after: date
    currency: str
    kind: CubeKind | None


class Settled(NamedTuple):
    """Figures of the days asked about, and the bills that bear on them."""

    figures: list[Figure]
    bills: list[Settlement]


def settled(
    store: Store, heads: Iterable[Head], accounts: Iterable[str], asked: Asked, books: Books
) -> Settled:
    """The figures of the heads with what the bills of `accounts` make of them, in the currency
    that is asked for. Of accounts without a bill nothing else is read."""
    by_account: dict[str, list[Head]] = {account: [] for account in accounts}
    for head in heads:
        by_account.setdefault(head.account, []).append(head)
    figures: list[Figure] = []
    bills: list[Settlement] = []
    for account, own in by_account.items():
        all_groups = grouped(books.bills.get(account, ()))
        kind = asked.kind or ("service" if any(map(_is_scoped, all_groups)) else None)
        cells = [cell for head in own for cell in cells_of(store, head, kind)]
        inside = [cell for cell in cells if asked.first <= cell.day < asked.after]
        groups = [group for group in all_groups if _bears(group, inside, asked)]
        found = [settlement_of(store, account, group, own, books) for group in groups]
        figures += effective(account, inside, found)
        bills += found
    elapsed = (one for one in figures if asked.first <= one.cell.day < asked.after)
    return Settled([_converted(one, asked.currency, books) for one in elapsed], bills)


def cells_of(store: Store, head: Head, kind: CubeKind | None) -> Sequence[Cell]:
    """The month's cells: the head's own, or those of a cube."""
    if kind is None:
        return head.cells
    name = head.service_cube if kind == "service" else head.person_cube
    return read_cube(store, head.account, head.month, kind, name).cells if name else ()


def _is_scoped(group: Group) -> bool:
    """Whether a bill is about a part of the account, which heads do not tell apart."""
    return any(one.bill.service or one.bill.sub_account_id for one in group)


def _bears(group: Group, cells: Iterable[Cell], asked: Asked) -> bool:
    bills = [one.bill for one in group]
    if any(bill.first < asked.after and asked.first < bill.after for bill in bills):
        return True
    return any(is_about(bill, cell) for bill in bills for cell in cells)


def settlement_of(
    store: Store, account: str, group: Group, own: Iterable[Head], books: Books
) -> Settlement:
    """What the group comes to beside all its charges, also those of days not asked about."""
    if (known := books.settled.get((account, group))) is None:
        known = books.settled[account, group] = _settled_anew(store, account, group, own, books)
    return known


def _settled_anew(
    store: Store, account: str, group: Group, own: Iterable[Head], books: Books
) -> Settlement:
    bills = [one.bill for one in group]
    heads = heads_about(store, account, bills, own, books.elsewhere).values()
    kind: CubeKind | None = "service" if _is_scoped(group) else None
    cells = [cell for head in heads for cell in cells_of(store, head, kind)]
    is_over = all(bill.after <= books.today for bill in bills)
    # A month without a head holds no charge: nothing of it is late once it is over.
    is_closed = is_over and all(head.closed_at is not None for head in heads)
    return settlement(account, group, cells, books.rates, is_over=is_over, is_closed=is_closed)


def heads_about(
    store: Store,
    account: str,
    bills: Iterable[Bill],
    own: Iterable[Head],
    elsewhere: Iterable[Elsewhere],
) -> Mapping[Month, Head]:
    """The account's heads of the bills' months, and of those whose charges they bill. `own` are
    heads of it that are known already."""
    months = {month for bill in bills for month in bill.period.months()}
    months |= {
        one.charged
        for one in elsewhere
        if one.account == account and min(months) <= one.billed <= max(months)
    }
    known = {head.month: head for head in own if head.month in months}
    missing = sorted(months - known.keys())
    found = read_heads(store, account, missing) if missing else {}
    return known | {month: held.head for month, held in found.items() if held.version}


def _converted(figure: Figure, currency: str, books: Books) -> Figure:
    cell = figure.cell
    if cell.cost is None or cell.currency is None or cell.currency == currency:
        return figure
    day = figure.rated_on or cell.day
    found = books.rates.converted(cell.cost, cell.currency, currency, day)
    return figure._replace(converted=found[0], rate=found[1]) if found else figure


def covered_days(bills: Iterable[Settlement]) -> Iterator[tuple[str, date]]:
    """Account and day of what bills settle whole: nothing is missing there."""
    for one in bills:
        if one.settles:
            yield from ((one.account, day) for day in one.whole_days())
