"""Comparisons: no percentage where it would mislead, no zero where nothing is known."""

from decimal import Decimal
from typing import Any

from ecot.model.cells import Cell
from ecot.model.figure import Figure
from ecot.model.period import Month
from ecot.report.compare import Amount, CompareFacts, CompareView, compare_view

RUNNING = Month(2026, 3)
MONTHS = tuple(Month(2026, number) for number in (1, 2, 3))


def cost(account: str, month: Month, amount: str | None, **more: Any) -> Figure:
    priced: dict[str, Any] = (
        {"cost": Decimal(amount), "basis": "billed"}
        if amount
        else {"unpriced": 1, "basis": "unknown"}
    )
    shared: dict[str, Any] = {"day": month.first, "category": "ai", "currency": "USD"}
    return Figure(account, Cell(**(shared | priced | more)))


def view(*figures: Figure, **changes: Any) -> CompareView:
    known: dict[str, Any] = {"running": RUNNING, "currency": "USD", "months": MONTHS}
    return compare_view(CompareFacts(**(known | {"figures": figures} | changes)))


def test_a_supplier_that_is_new_cost_nothing_before() -> None:
    found = view(
        cost("aws/a", MONTHS[0], "10"),
        cost("aws/a", MONTHS[1], "12"),
        cost("new/n", MONTHS[1], "5"),
    )
    (pair,) = found.pairs
    lines = {line.name: line for line in pair.lines}

    assert lines["aws"].percent == Decimal("20.0")
    assert lines["new"].before == Amount(None, is_nothing=True)
    assert (lines["new"].difference, lines["new"].percent) == (Decimal(5), None)
    assert (lines[None].difference, lines[None].percent) == (Decimal(7), Decimal("70.0"))


def test_an_unknown_cost_is_not_zero_and_leaves_no_percentage() -> None:
    found = view(cost("aws/a", MONTHS[0], "10"), cost("aws/a", MONTHS[1], None))
    (pair,) = found.pairs

    assert pair.lines[0].now == Amount(None, lacks=True)
    assert (pair.lines[0].difference, pair.lines[0].percent) == (None, None)


def test_a_month_that_lacks_days_has_no_percentage() -> None:
    figures = cost("aws/a", MONTHS[0], "10"), cost("aws/a", MONTHS[1], "12")
    found = view(*figures, lacking=frozenset({(MONTHS[1], "mistral"), (MONTHS[1], None)}))
    lines = {line.name: line for line in found.pairs[0].lines}

    assert lines["aws"].percent == Decimal("20.0")
    assert lines[None].percent is None
    assert lines[None].now.lacks
    assert found.short == (MONTHS[1],)


def test_a_cost_without_a_rate_leaves_no_percentage() -> None:
    francs = cost("aws/a", MONTHS[1], "5", currency="CHF")
    found = view(cost("aws/a", MONTHS[0], "10"), cost("aws/a", MONTHS[1], "12"), francs)

    for line in found.pairs[0].lines:
        assert (line.now, line.percent) == (Amount(Decimal(12), lacks=True), None)


def test_use_without_any_charge_is_a_cost_that_nobody_knows() -> None:
    used = Figure(
        "aws/b",
        Cell(day=MONTHS[1].first, category="ai", quantities={"requests": Decimal(1)}),
    )
    found = view(cost("aws/a", MONTHS[0], "10"), cost("aws/a", MONTHS[1], "12"), used)

    for line in found.pairs[0].lines:
        assert (line.now, line.percent) == (Amount(Decimal(12), lacks=True), None)


def test_months_of_different_accounts_are_no_measure_of_each_other() -> None:
    figures = [cost("aws/a", month, "10") for month in MONTHS]
    found = view(*figures, alike={(MONTHS[1], None): {"aws/a"}, (MONTHS[1], "gcp"): {"gcp/a"}})
    supplier, together = found.pairs[0].lines

    assert supplier.percent == Decimal("0.0")
    assert (together.difference, together.percent) == (Decimal(0), None)
    assert [one.kind for one in found.rows[-1].amounts] == [2, 1, 0]  # the first is still running


def test_the_running_month_is_in_the_table_and_in_no_comparison() -> None:
    found = view(*(cost("aws/a", month, "10") for month in MONTHS))

    assert found.months[0] == RUNNING
    assert {(pair.month, pair.other) for pair in found.pairs} == {(MONTHS[1], MONTHS[0])}
    assert found.years.lines[0].values[:3] == (Decimal(10), Decimal(10), None)


def test_a_year_before_stands_beside_the_month() -> None:
    months = tuple(Month(2025, 1).shifted(at) for at in range(15))
    found = view(*(cost("aws/a", month, "1") for month in months), months=months)

    assert [pair.other for pair in found.pairs] == [Month(2026, 1), Month(2025, 2)]
    assert [str(one.name) for one in found.years.lines] == ["2026", "2025"]
    assert [(span.first, span.last) for span in found.spans] == [
        (MONTHS[1], MONTHS[1]), (Month(2025, 12), MONTHS[1]), (Month(2025, 3), MONTHS[1]),
    ]  # fmt: skip


def test_one_month_alone_has_nothing_beside_it() -> None:
    found = view(cost("aws/a", RUNNING, "1"), months=(RUNNING,))

    assert (found.pairs, found.spans) == ((), ())


def test_many_projects_are_cut_and_it_is_said() -> None:
    figures = [cost("openai/a", MONTHS[1], "1", sub_account_id=f"p{at}") for at in range(55)]
    span = view(*figures).spans[0]

    assert (len(span.workspaces), span.others) == (40, 15)
