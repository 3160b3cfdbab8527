"""Cells and cubes: rows added up over what nobody asked for, without losing anything."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecot.model.cells import PERSON_DIMENSIONS, SERVICE_DIMENSIONS, Cell, condensed
from ecot.model.cube import DIMENSIONS, Cube
from ecot.model.period import Month
from ecot.model.rows import AnyRow, Charge, Usage
from tests.rows import ACCOUNT, MONDAY, charge, rows, to_the_letter, usage

ALL = tuple(dict.fromkeys((*SERVICE_DIMENSIONS, *PERSON_DIMENSIONS)))
SETS = st.lists(st.sampled_from(ALL), unique=True).map(tuple)


def _class(row: AnyRow | Cell, dimensions: tuple[str, ...], *, tax: bool) -> tuple[object, ...]:
    kept = (getattr(row, name) for name in ("day", "category", "role", *dimensions))
    money = (getattr(row, name, None) for name in ("currency", "basis", "billed_on"))
    return (*kept, *money, tax)


@given(rows(max_size=15), SETS)
def test_the_cells_of_any_dimensions_hold_exactly_what_the_rows_hold(
    found: list[AnyRow], dimensions: tuple[str, ...]
) -> None:
    expected: dict[tuple[object, ...], dict[str, Fraction]] = {}
    for row in found:
        is_charge = isinstance(row, Charge)
        sums = expected.setdefault(
            (is_charge, *_class(row, dimensions, tax=isinstance(row, Charge) and row.is_tax)),
            defaultdict(Fraction),
        )
        assert isinstance(row, Charge | Usage)
        if isinstance(row, Usage):
            for name, amount in row.quantities.items():
                sums[name] += Fraction(amount)
        elif row.billed_cost is None:
            sums["unpriced"] += 1
        else:
            sums["cost"] += Fraction(row.billed_cost)
    cells = condensed(found, dimensions)
    assert {
        (cell.basis is not None, *_class(cell, dimensions, tax=cell.tax)): _measures(cell)
        for cell in cells
    } == expected
    assert len(cells) == len(expected)


def _measures(cell: Cell) -> dict[str, Fraction]:
    if cell.basis is None:
        return {name: Fraction(amount) for name, amount in cell.quantities.items()}
    if cell.cost is None:
        return {"unpriced": Fraction(cell.unpriced)}
    return {"cost": Fraction(cell.cost)}


@given(rows(max_size=12), SETS, st.randoms())
def test_cells_do_not_depend_on_the_order_of_rows(
    found: list[AnyRow], dimensions: tuple[str, ...], random: Any
) -> None:
    shuffled = list(found)
    random.shuffle(shuffled)
    assert to_the_letter(condensed(shuffled, dimensions)) == to_the_letter(
        condensed(found, dimensions)
    )


def test_an_unknown_cost_is_counted_and_is_not_zero() -> None:
    known, unknown = condensed([charge("0"), charge(None), charge(None)])
    assert (known.cost, known.unpriced) == (Decimal(0), 0)
    assert (unknown.cost, unknown.unpriced, unknown.basis) == (None, 2, "unknown")


def test_tax_breakdowns_currencies_and_usage_never_share_a_cell() -> None:
    different: list[AnyRow] = [
        charge(),
        charge(charge_category="Tax"),
        charge(role="breakdown", parent="openai/edugami"),
        charge(currency="EUR"),
        charge(basis="entered"),
        charge(category="other"),
        usage({"input_tokens": "1"}),
    ]
    assert len(condensed(different)) == len(different)


def test_a_cell_says_what_of_its_cost_was_given_back() -> None:
    (cell,) = condensed([charge("10"), charge("-2"), charge("-0.50", charge_category="Credit")])
    assert (cell.cost, cell.credits) == (Decimal("7.50"), Decimal("-2.50"))
    assert condensed([charge("10")])[0].credits is None
    assert condensed([charge(None, charge_category="Credit")])[0].credits is None


def test_a_charge_of_another_billing_period_has_a_cell_of_its_own_and_says_when_it_is_billed() -> (
    None
):
    december, february = Month(2025, 12).period, Month(2026, 2).period
    late = [charge(billing_period=period) for period in (None, december, february)]
    assert [cell.billed_on for cell in condensed(late)] == [
        None,
        date(2025, 12, 31),
        date(2026, 2, 1),
    ]
    assert charge(billing_period=Month(2026, 1).period).billed_on is None


def _cube(*cells: Cell, **more: Any) -> Cube:
    fields: dict[str, Any] = {"account": ACCOUNT, "month": Month(2026, 1), "kind": "service"}
    return Cube(cells=cells, **(fields | more))


@pytest.mark.parametrize(
    "other", [{"account": "openai/b"}, {"month": Month(2026, 2)}, {"kind": "person"}]
)
def test_a_cube_is_named_by_its_content(other: dict[str, Any]) -> None:
    (cell,) = condensed([charge()], DIMENSIONS["service"])
    assert _cube(cell).name == _cube(*condensed([charge()], DIMENSIONS["service"])).name
    assert _cube(cell).name != _cube().name
    assert _cube(cell, **other).name != _cube(cell).name
    assert cell.day == MONDAY
