"""Totals add up by every dimension, and say where they come from and what is missing."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecot.analysis.groups import By, Group, key_of
from ecot.analysis.sums import cost_of
from ecot.analysis.totals import Gap, Totals, coverage, totals
from ecot.model.cells import condensed
from ecot.model.figure import Figure
from ecot.model.period import DAY
from ecot.model.rows import AnyRow, Charge
from tests.rows import MONDAY, activity, charge, rows, usage

BY: tuple[By, ...] = get_args(By)
DIMENSIONS = ("sub_account_id", "service", "model", "user", "api_key_id")
FIGURES = st.lists(
    st.tuples(
        st.sampled_from(["openai/a", "openai/b", "aws/1"]),
        st.integers(0, 4).flatmap(lambda number: rows(MONDAY + number * DAY, 5)),
    ),
    max_size=5,
)
WEDNESDAY = MONDAY + 2 * DAY


def figures(found: Iterable[tuple[str, list[AnyRow]]]) -> list[Figure]:
    return [
        Figure(account, cell) for account, some in found for cell in condensed(some, DIMENSIONS)
    ]


def of(*found: AnyRow, by: By = "service", **more: Any) -> Totals:
    """The totals of one account's rows on and around Monday."""
    fields: dict[str, Any] = {"first": MONDAY, "after": WEDNESDAY, "currency": "USD"}
    return totals(figures([("openai/a", list(found))]), by=by, **(fields | more))


def truth(found: Iterable[AnyRow], currency: str, *, tax: bool) -> Fraction:
    """What a person would add up by hand."""
    return sum(
        (
            Fraction(row.billed_cost)
            for row in found
            if isinstance(row, Charge) and row.billed_cost is not None
            if row.role == "counted" and row.currency == currency and row.is_tax == tax
            if MONDAY <= row.day < WEDNESDAY
        ),
        Fraction(0),
    )


@given(FIGURES, st.sampled_from(BY))
def test_by_every_dimension_the_groups_add_up_to_the_total_of_the_rows(
    found: list[tuple[str, list[AnyRow]]], by: By
) -> None:
    all_rows = [row for _, some in found for row in some]
    one = totals(figures(found), by=by, first=MONDAY, after=WEDNESDAY, currency="USD")
    assert Fraction(one.total or 0) == truth(all_rows, "USD", tax=False)
    assert Fraction(one.tax or 0) == truth(all_rows, "USD", tax=True)
    assert Fraction(one.unconverted.get("EUR", 0)) == truth(all_rows, "EUR", tax=False)
    assert sum(Fraction(group.billed_cost or 0) for group in one.groups) == Fraction(one.total or 0)
    for group in one.groups:
        assert sum(map(Fraction, group.basis.values())) == Fraction(group.billed_cost or 0)
        assert (group.billed_cost is None) == (not group.basis)
    assert len({(group.provider, group.account, group.key) for group in one.groups}) == len(
        one.groups
    )
    assert one.coverage.unknown == sum(group.unpriced for group in one.groups)
    assert one.coverage.unknown == sum(one.coverage.unknown_of.values())
    assert all(one.coverage.unknown_of.values())


@given(FIGURES)
def test_the_shares_of_coverage_add_up_to_one_where_anything_moved(
    found: list[tuple[str, list[AnyRow]]],
) -> None:
    inside = figures(found)
    one = coverage(inside, "USD", ())
    moved = any(
        figure.cell.cost and figure.cell.currency == "USD" and not figure.cell.tax
        for figure in inside
        if figure.cell.role == "counted"
    )
    assert one.billed + one.estimated + one.entered == (1 if moved else 0)
    assert min(one.billed, one.estimated, one.entered) >= 0


def test_a_credit_does_not_undo_the_origin_of_a_charge() -> None:
    one = of(charge("10"), charge("-10", charge_category="Credit", service="credit"))
    assert [one.total, one.coverage.billed] == [0, 1]


def test_coverage_tells_bases_apart_and_counts_rows_without_a_price() -> None:
    one = of(
        charge("5"),
        charge("3", basis="estimated"),
        charge("2", basis="entered"),
        charge(None),
        charge(None, model="new"),
        charge("90", charge_category="Tax"),
        charge("90", currency="EUR"),
    ).coverage
    assert (one.billed, one.estimated, one.entered) == (
        Decimal("0.5"),
        Decimal("0.3"),
        Decimal("0.2"),
    )
    assert one.unknown == 2


def test_missing_days_come_along() -> None:
    gap = Gap(provider="aws", account="aws/1", first=MONDAY, last=MONDAY, days=1, reason="failed")
    assert of(charge(), missing=[gap]).coverage.missing == (gap,)


def test_usage_without_money_has_no_total_and_not_a_total_of_zero() -> None:
    one = of(usage({"input_tokens": "5"}))
    assert [one.total, one.groups[0].billed_cost, one.tax] == [None, None, None]
    assert one.groups[0].quantities == {"input_tokens": Decimal(5)}
    assert of().total is None
    assert of(charge(None)).total is None
    assert of(charge("0")).total == 0


def test_another_currency_is_listed_apart_and_neither_added_nor_dropped() -> None:
    one = of(charge("1"), charge("2", currency="EUR"), charge("3", currency="CHF", model="m"))
    assert one.total == 1
    assert one.unconverted == {"CHF": Decimal(3), "EUR": Decimal(2)}


def test_tax_stands_outside_the_total() -> None:
    one = of(charge("10"), charge("2", charge_category="Tax"))
    assert [one.total, one.tax] == [10, 2]
    assert [group.billed_cost for group in one.groups] == [10]


def test_a_breakdown_is_never_counted_in_anything() -> None:
    detail: dict[str, Any] = {"role": "breakdown", "parent": "anthropic", "service": "details"}
    one = of(
        charge("10"),
        charge("7", **detail),
        charge(None, **detail),
        charge("7", currency="EUR", **detail),
        charge("7", charge_category="Tax", **detail),
        usage({"input_tokens": "5"}, **detail),
    )
    assert [one.total, one.tax, one.unconverted, one.coverage.unknown] == [10, None, {}, 0]
    assert [group.key for group in one.groups] == [None]
    assert cost_of(figures([("openai/a", [charge("7", **detail)])]), "USD") is None


@pytest.mark.parametrize(
    ("day", "is_inside"), [(MONDAY - DAY, 0), (MONDAY, 1), (MONDAY + DAY, 1), (WEDNESDAY, 0)]
)
def test_days_are_half_open(day: date, is_inside: int) -> None:
    assert len(of(charge("1", day)).groups) == is_inside


def test_groups_are_from_dear_to_cheap_and_the_unpriced_come_last() -> None:
    one = of(
        usage({"characters": "9"}, service="speech"),
        charge("-3", service="credit"),
        charge("5", service="chat"),
        charge("5"),
        charge("50", service="images"),
        names={"chat": "Chat", "credit": "Avoir"},
    )
    assert [group.key for group in one.groups] == ["images", None, "chat", "credit", "speech"]
    assert [group.name for group in one.groups] == [None, None, "Chat", "Avoir", None]


@pytest.mark.parametrize(
    ("by", "key"),
    [
        ("provider", "openai"),
        ("account", "openai/a"),
        ("sub_account", "proj_a"),
        ("service", "chat"),
        ("model", "gpt-5.2"),
        ("api_key", "key_1"),
        ("user", "ana"),
        ("category", "ai"),
        ("day", "2026-01-05"),
        ("month", "2026-01"),
    ],
)
def test_a_figure_is_called_by_what_is_asked_for(by: By, key: str) -> None:
    row = charge(
        sub_account_id="proj_a", service="chat", model="gpt-5.2", api_key_id="key_1", user="ana"
    )
    (figure,) = figures([("openai/a", [row])])
    assert key_of(figure, by) == key
    assert len(BY) == 10


def of_marked(*found: tuple[AnyRow, bool]) -> Totals:
    """The totals of rows, each with whether a bill stands in its place."""
    return totals(
        [
            Figure("openai/a", cell, is_replaced)
            for row, is_replaced in found
            for cell in condensed([row], DIMENSIONS)
        ],
        by="account",
        first=MONDAY,
        after=WEDNESDAY,
        currency="USD",
    )


def group_of(*found: tuple[AnyRow, bool]) -> Group:
    """Their one group."""
    (group,) = of_marked(*found).groups
    return group


def test_what_a_bill_replaces_is_neither_unconverted_nor_unknown() -> None:
    foreign = charge("2", currency="EUR")
    tax = charge("2", currency="EUR", charge_category="Tax")
    rows = [charge("1"), foreign, tax, charge(None)]
    still, gone = (
        of_marked(*((row, is_replaced) for row in rows)) for is_replaced in (False, True)
    )
    assert (still.unconverted, still.unconverted_tax) == ({"EUR": Decimal(2)}, {"EUR": Decimal(2)})
    assert (still.coverage.unknown, gone.coverage.unknown) == (1, 0)
    assert (gone.unconverted, gone.unconverted_tax, gone.groups[0].unconverted) == ({}, {}, {})


def test_a_tax_that_nobody_stated_is_unknown_and_not_zero() -> None:
    nothing, foreign = charge("0", charge_category="Tax"), charge("1", currency="EUR")
    unsaid, none = of(charge("10")), of(charge("10"), nothing)
    elsewhere = of(charge("10"), charge("2", currency="EUR", charge_category="Tax"), foreign)
    assert (unsaid.total, unsaid.tax) == (Decimal(10), None)
    assert (none.total, none.tax) == (Decimal(10), Decimal(0)), "somebody said that there is none"
    assert (elsewhere.tax, elsewhere.unconverted_tax) == (None, {"EUR": Decimal(2)})


def test_a_group_without_a_cost_says_what_it_has_instead() -> None:
    cost, tax, unknown = charge("1"), charge("1", charge_category="Tax"), charge(None)
    foreign, used = charge("1", currency="EUR"), usage({"requests": "3"})
    assert group_of((tax, False)).only == "tax"
    assert group_of((cost, True)).only == "replaced"
    assert group_of((cost, True), (used, False)).only == "replaced"
    assert group_of((foreign, True), (tax, False)).only == "replaced"
    assert group_of((unknown, True)).only == "replaced"
    assert group_of((tax, True)).only == "replaced"
    assert group_of((tax, False), (used, False)).only is None
    assert group_of((cost, True), (unknown, False)).only is None
    assert group_of((foreign, False)).only is None
    assert group_of((used, False)).only is None
    assert group_of((activity({"commits": "2"}), False)).only == "activity"
    assert group_of((activity({"commits": "2"}), False), (used, False)).only is None
    assert group_of((activity({"commits": "2"}), False), (tax, False)).only == "tax"


def test_what_people_did_is_no_use_of_unknown_cost() -> None:
    did = of(activity({"sessions": "3"}, user="ana"), by="user")
    assert (did.coverage.without_cost, did.coverage.is_part) == ((), False)
    assert did.groups[0].quantities == {"sessions": Decimal(3)}
    both = of(activity({"sessions": "3"}), usage({"sessions": "3"}))
    assert both.coverage.without_cost == ("openai/a",)
    assert both.groups[0].quantities == {"sessions": Decimal(6)}
