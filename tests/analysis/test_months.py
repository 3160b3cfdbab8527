"""Months of figures: the same totals as their days, by every dimension."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any, get_args

from hypothesis import given
from hypothesis import strategies as st

from ecot.analysis.groups import By
from ecot.analysis.months import monthly
from ecot.analysis.totals import totals
from ecot.model.cells import Cell
from ecot.model.figure import Figure

FIRST, AFTER = date(2026, 1, 1), date(2026, 4, 1)
OF_MONTHS = [by for by in get_args(By) if by != "day"]


@st.composite
def figures(draw: st.DrawFn) -> Figure:
    """A charge or a measure of some day of a quarter."""
    day = FIRST + timedelta(draw(st.integers(0, 89)))
    account = draw(st.sampled_from(["openai/a", "openai/b", "aws/c"]))
    shared: dict[str, Any] = {
        "day": day,
        "category": draw(st.sampled_from(["ai", "infrastructure"])),
        "role": draw(st.sampled_from(["counted", "counted", "breakdown"])),
        "sub_account_id": draw(st.sampled_from([None, "p"])),
        "service": draw(st.sampled_from([None, "s"])),
        "model": draw(st.sampled_from([None, "m", "n"])),
    }
    amount = draw(st.decimals(-1000, 1000, places=8, allow_nan=False))
    match draw(st.sampled_from(["cost", "tax", "unknown", "usage", "converted"])):
        case "usage":
            return Figure(account, Cell(**shared, quantities={"requests": abs(amount)}))
        case "unknown":
            return Figure(account, Cell(**shared, currency="USD", basis="unknown", unpriced=2))
        case "converted":
            cell = Cell(**shared, currency="EUR", basis="billed", cost=amount)
            rated = draw(st.booleans())
            return Figure(account, cell, converted=amount * 2 if rated else None)
        case kind:
            cell = Cell(**shared, currency="USD", basis="billed", cost=amount, tax=kind == "tax")
            return Figure(account, cell, is_replaced=draw(st.booleans()))


@given(st.lists(figures(), max_size=40), st.sampled_from(OF_MONTHS))
def test_the_totals_of_months_are_those_of_their_days(days: list[Figure], by: By) -> None:
    asked: dict[str, Any] = {"by": by, "first": FIRST, "after": AFTER, "currency": "USD"}
    exact, summed = totals(days, **asked), totals(monthly(days), **asked)

    assert summed.total == exact.total
    assert summed.tax == exact.tax
    assert summed.unconverted == exact.unconverted
    assert summed.coverage.unknown_of == exact.coverage.unknown_of
    assert summed.coverage.without_cost == exact.coverage.without_cost
    assert summed.groups == exact.groups


@given(st.lists(figures(), max_size=40))
def test_a_month_summed_again_is_the_same(days: list[Figure]) -> None:
    once = monthly(days)

    assert monthly(once) == once
    assert all(figure.cell.day.day == 1 for figure in once)


def test_an_unknown_cost_stays_unknown() -> None:
    cell = Cell(day=FIRST, category="ai", currency="USD", basis="unknown", unpriced=1)
    (month,) = monthly([Figure("openai/a", cell), Figure("openai/a", cell)])

    assert month.cell.cost is None
    assert month.cell.unpriced == 2


def test_credits_are_kept_apart() -> None:
    cell = Cell(day=FIRST, category="ai", currency="USD", basis="billed", cost=Decimal(5))
    credit = Cell(
        day=FIRST,
        category="ai",
        currency="USD",
        basis="billed",
        cost=Decimal(-2),
        credits=Decimal(-2),
    )
    (month,) = monthly([Figure("openai/a", cell), Figure("openai/a", credit)])

    assert (month.cell.cost, month.cell.credits) == (Decimal(3), Decimal(-2))
