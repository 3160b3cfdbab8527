"""What people write is read strictly: an amount that could be two is none."""

from decimal import Decimal

import pytest
from hypothesis import given

from ecot.errors import SettingsError
from ecot.jobs.written import amount_of
from ecot.model.money import text
from tests.rows import amounts


@pytest.mark.parametrize(
    ("written", "amount"),
    [("25.10", "25.10"), ("25,10", "25.10"), ("-25,1", "-25.1"), ("+3", "3"), ("0,125", "0.125"),
     ("1.234", "1.234"), ("1234,567", "1234.567"), ("0.0000008", "0.0000008")],
)  # fmt: skip
def test_one_dot_or_one_comma_stands_before_the_decimals(written: str, amount: str) -> None:
    assert text(amount_of(written)) == amount


@pytest.mark.parametrize(
    "written",
    ["1,234", "1,234.50", "1.234,50", "1 234", "1\u202f234,50", "1'234", "€5", "5 EUR", "1e3", "",
     "٣", "1_000", "--1", ".5", "5.", "NaN", "−5", "12,345"],
)  # fmt: skip
def test_what_could_be_two_amounts_is_refused(written: str) -> None:
    with pytest.raises(SettingsError, match="is not an amount, or could be two"):
        amount_of(written)


def test_a_comma_is_refused_where_it_separates_cells() -> None:
    with pytest.raises(SettingsError):
        amount_of("25,10", "dot")


def test_a_dot_beside_decimal_commas_could_be_of_a_thousand() -> None:
    assert amount_of("1234,5", "comma, or dot") == Decimal("1234.5")
    assert amount_of("1.2340", "comma, or dot") == amount_of("1.234") == Decimal("1.234")
    for written in ("1.234", "-12.345", "1,234"):
        with pytest.raises(SettingsError, match="or could be two"):
            amount_of(written, "comma, or dot")


@given(amounts())
def test_every_amount_keeps_its_digits(amount: Decimal) -> None:
    assert text(amount_of(text(amount))) == text(amount)
