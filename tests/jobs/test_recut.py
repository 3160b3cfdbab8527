"""Drawn documents under heads and cubes of schema 1 become what a commit of today writes."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from ecot.jobs.migrate import prepare
from ecot.model.cells import Cell
from ecot.model.cube import Cube, CubeKind
from ecot.model.head import Head
from ecot.model.money import total
from ecot.model.period import Month
from ecot.model.rows import AnyRow, Charge, add_quantities
from ecot.store.documents import put_cube
from ecot.store.heads import put_head, read_heads
from ecot.store.schema import KEY
from tests.ledger.book import JANUARY, Book, fresh_book
from tests.rows import ACCOUNT, charge, rows, said

FIRST_DIMENSIONS: dict[CubeKind, tuple[str, ...]] = {
    "service": ("sub_account_id", "service", "model"),
    "person": ("sub_account_id", "user", "api_key_id"),
}
FEBRUARY = Month(2026, 2)
DAYS = [*JANUARY.days()[8:11], *FEBRUARY.days()[:2]]


def first_cells(found: Iterable[AnyRow], dimensions: tuple[str, ...] = ()) -> list[Cell]:
    """The rows as cells of schema 1, which knew no billing day and no credits."""
    groups: dict[tuple[Any, ...], list[Any]] = {}
    for row in found:
        shared = ("day", "category", "role", *dimensions)
        money = ("currency", "basis", "is_tax") if isinstance(row, Charge) else ()
        groups.setdefault(tuple(getattr(row, name) for name in (*shared, *money)), []).append(row)
    cells = []
    for group in groups.values():
        one = group[0]
        kept = {name: getattr(one, name) for name in ("day", "category", "role", *dimensions)}
        if not isinstance(one, Charge):
            cells.append(Cell(**kept, quantities=add_quantities(row.quantities for row in group)))
            continue
        known = one.basis != "unknown"
        cells.append(
            Cell(
                **kept,
                currency=one.currency,
                basis=one.basis,
                tax=one.is_tax,
                cost=total(row.billed_cost for row in group) if known else None,
                unpriced=0 if known else len(group),
            )
        )
    return cells


def make_older(book: Book, *months: Month) -> None:
    """Puts the months' heads and cubes into the form of schema 1, and marks it."""
    store = book.place.store
    for partition in (f"cube#{ACCOUNT}", "billed"):
        for item in list(store.query(partition)):
            store.delete(item.key)
    for month in months:
        make_month_older(book, month)
    store.put(KEY, b"1")


def make_month_older(book: Book, month: Month) -> None:
    head, documents, store = book.head(month), book.documents(month), book.place.store
    names: dict[str, str | None] = {}
    for kind, dimensions in FIRST_DIMENSIONS.items():
        cells = [cell for one in documents for cell in first_cells(one.rows(), dimensions)]
        cube = Cube(account=head.account, month=month, kind=kind, cells=tuple(cells))
        if cells:
            put_cube(store, cube)
        names[kind] = cube.name if cells else None
    cells = [cell for one in documents for cell in first_cells(one.charges())]
    older: Head = msgspec.structs.replace(
        head,
        cells=tuple(cells),
        service_cube=names["service"],
        person_cube=names["person"],
    )
    put_head(store, older, read_heads(store, head.account, [month])[month].version)


def look(book: Book) -> list[object]:
    """All that readers see, and where charges are billed."""
    billed = [item.key for item in book.place.store.query("billed")]
    return [*(book.figures(month) for month in (JANUARY, FEBRUARY)), billed]


drawn_days = st.fixed_dictionaries({day: rows(day, max_size=5) for day in DAYS})


@settings(max_examples=60, deadline=None)
@given(drawn_days)
def test_what_is_migrated_is_what_a_commit_of_today_writes(
    drawn: dict[date, list[AnyRow]],
) -> None:
    with fresh_book() as book:
        for month in (JANUARY, FEBRUARY):
            of_month = {day: found for day, found in drawn.items() if Month.of(day) == month}
            book.commit(said("costs", of_month), month=month)
        expected = look(book)
        make_older(book, JANUARY, FEBRUARY)
        assert prepare(book.place) == "schema-1"
        assert look(book) == expected
        book.assert_sound()


def test_cells_that_become_several_or_gain_a_field_are_told_apart() -> None:
    day = DAYS[0]
    with fresh_book() as book:
        of_day = [
            charge("10.00", day, billing_period=FEBRUARY.period),
            charge("2.5", day, service="chat"),
            charge("-1.00", day, service="chat", charge_category="Credit"),
        ]
        book.commit(said("costs", {day: of_day}))
        make_older(book, JANUARY)
        (before,) = book.head().cells
        prepare(book.place)
        cells = book.head().cells
        assert before.cost == total(cell.cost or Decimal(0) for cell in cells)
        assert [(cell.billed_on, cell.credits) for cell in cells] == [
            (None, Decimal("-1.00")),
            (FEBRUARY.first, None),
        ]
        assert [item.key.sort for item in book.place.store.query("billed")] == [
            f"2026-02#{book.head().account}#2026-01"
        ]
