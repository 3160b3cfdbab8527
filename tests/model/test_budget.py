"""A budget's marks: reached by what is known, named by the month, whose it is, and its amount."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis.strategies import decimals

from ecot.model.budget import MARKS, Budget, Spent
from ecot.model.period import Month

OCTOBER = Month(2026, 10)
AMOUNTS = decimals(min_value=Decimal("0.01"), max_value=10**9, places=2)
COSTS = decimals(min_value=-(10**9), max_value=10**10, places=10)


def spent(cost: str | Decimal, amount: str | Decimal = "1500", whose: str | None = None) -> Spent:
    budget = Budget(amount=Decimal(amount), currency="EUR", provider=whose)
    return Spent(budget=budget, month=OCTOBER, cost=Decimal(cost))


@pytest.mark.parametrize(
    ("cost", "reached"),
    [
        ("-1", []),
        ("1199.9999999999", []),
        ("1200", [80]),
        ("1499.99", [80]),
        ("1500", [80, 100]),
        ("9000", [80, 100]),
    ],
)
def test_a_mark_is_reached_at_its_very_amount(cost: str, reached: list[int]) -> None:
    assert [mark for mark, _ in spent(cost).marks] == reached


@given(COSTS, COSTS, AMOUNTS)
def test_whoever_spends_more_reaches_no_fewer(
    one: Decimal, other: Decimal, amount: Decimal
) -> None:
    less, more = sorted([one, other])
    assert {*spent(less, amount).marks} <= {*spent(more, amount).marks}
    assert {id_ for _, id_ in spent(more, amount).marks} <= spent(less, amount).ids


def test_another_month_provider_or_amount_is_another_budget() -> None:
    names = [one.ids for one in (spent("1"), spent("1", "1501"), spent("1", whose="openai"))]
    assert len(frozenset().union(*names)) == len(names) * len(MARKS)
    november = Spent(budget=spent("1").budget, month=Month(2026, 11), cost=Decimal(1))
    assert not november.ids & spent("1").ids
