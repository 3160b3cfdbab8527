"""Balances and revenue: equal rows are summed, and what is not known makes the sum unknown."""

from decimal import Decimal
from typing import Any

import pytest

from ecot.model.period import Period
from ecot.model.rows import AnyRow, Balance, Revenue, merged
from tests.rows import MONDAY


def balance(**more: Any) -> Balance:
    fields: dict[str, Any] = {"name": "credit", "unit": "USD", "remaining": Decimal("4.50")}
    return Balance(
        charge_period=Period.of_day(MONDAY), category="infrastructure", **(fields | more)
    )


def revenue(**more: Any) -> Revenue:
    fields: dict[str, Any] = {
        "name": "net revenue",
        "currency": "EUR",
        "amount": Decimal("97.00"),
        "gross": Decimal("100.00"),
        "fees": Decimal("3.00"),
        "counts": {"subscribers": Decimal(2)},
    }
    return Revenue(charge_period=Period.of_day(MONDAY), category="other", **(fields | more))


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([balance(), balance()], balance(remaining=Decimal("9.00"))),
        ([balance(), balance(remaining=None)], balance(remaining=None)),
        (
            [revenue(), revenue(counts={"subscribers": Decimal(1), "paying": Decimal(1)})],
            revenue(
                amount=Decimal("194.00"),
                gross=Decimal("200.00"),
                fees=Decimal("6.00"),
                counts={"paying": Decimal(1), "subscribers": Decimal(3)},
            ),
        ),
        (
            [revenue(), revenue(amount=None)],
            revenue(
                amount=None,
                gross=Decimal("200.00"),
                fees=Decimal("6.00"),
                counts={"subscribers": Decimal(4)},
            ),
        ),
    ],
)
def test_equal_rows_are_one(rows: list[AnyRow], expected: AnyRow) -> None:
    assert merged(rows) == [expected]


def test_rows_that_differ_in_what_they_are_stay_apart() -> None:
    several: list[AnyRow] = [balance(), balance(name="owed"), revenue(), revenue(currency="USD")]
    assert len(merged(several)) == 4
    assert len({row.key() for row in several}) == 4
