"""Amounts are read, added and cut without losing a digit."""

from decimal import Decimal, Inexact
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ecot.model.money import (
    currency,
    exact,
    minus,
    quotient,
    rounded_shares,
    spread,
    text,
    times,
    total,
)
from tests.rows import amounts

WEIGHTS = st.lists(st.integers(0, 100_000), min_size=1, max_size=40).filter(any)


@pytest.mark.parametrize("value", ["0.0000008", "1E-7", "-12.50", 7, Decimal("1.10"), "0E-9"])
def test_an_exact_amount_keeps_its_own_digits(value: object) -> None:
    assert exact(value).as_tuple() == Decimal(str(value)).as_tuple()


@pytest.mark.parametrize(
    "value",
    [
        0.1,
        True,
        None,
        "NaN",
        "Infinity",
        "-inf",
        "sNaN",
        "",
        "1,5",
        "12 USD",
        "1E+41",
        "1E-41",
        "0." + "1" * 81,
        Decimal("NaN"),
        "1e999999999999999999999",
    ],
)
def test_what_is_not_an_exact_amount_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"not|decimals"):
        exact(value)


@pytest.mark.parametrize("value", ["9E+40", "-1E-40", "0." + "0" * 39 + "1" * 41])
def test_the_largest_and_smallest_amounts_are_accepted(value: str) -> None:
    assert exact(value) == Decimal(value)


def test_a_currency_is_an_iso_code_in_capitals() -> None:
    assert currency(" usd ") == "USD"
    with pytest.raises(ValueError, match="'BTC' is not a currency"):
        currency("BTC")


@given(st.lists(amounts(), max_size=20))
def test_a_total_is_exact_beyond_28_digits(parts: list[Decimal]) -> None:
    assert Fraction(total(parts)) == sum(map(Fraction, parts), Fraction(0))


@given(amounts(), amounts())
def test_differences_are_exact(one: Decimal, other: Decimal) -> None:
    assert Fraction(minus(one, other)) == Fraction(one) - Fraction(other)


@given(amounts(), amounts())
def test_products_are_exact_and_written_out(one: Decimal, other: Decimal) -> None:
    product = times(one, other)
    assert Fraction(product) == Fraction(one) * Fraction(other)
    assert int(product.as_tuple().exponent) <= 0


@pytest.mark.parametrize(
    ("amount", "divisor", "ratio"),
    [
        ("1", "3", "0.333333333333"),
        ("2", "3", "0.666666666667"),
        ("1", "8", "0.125"),
        ("1000000000005", "10", "100000000000"),  # half to even
        ("1000000000015", "10", "100000000002"),
        ("1", "1E-20", "100000000000000000000"),
    ],
)
def test_a_quotient_has_twelve_digits_half_to_even(amount: str, divisor: str, ratio: str) -> None:
    found = quotient(Decimal(amount), Decimal(divisor))
    assert text(found) == ratio
    assert int(found.as_tuple().exponent) <= 0


def test_nothing_is_divided_by_zero() -> None:
    with pytest.raises(ZeroDivisionError):
        quotient(Decimal(1), Decimal(0))


def test_arithmetic_says_so_before_it_would_round() -> None:
    with pytest.raises(Inexact):
        total([Decimal("1E+300"), Decimal("1E-300")])


@given(amounts())
def test_the_text_of_an_amount_has_no_exponent_and_means_the_same(amount: Decimal) -> None:
    assert "E" not in text(amount).upper()
    assert Decimal(text(amount)) == amount


def test_a_tiny_price_is_written_out() -> None:
    assert text(Decimal("8E-7")) == "0.0000008"
    assert text(Decimal("1E+3")) == "1000"


@given(amounts(), WEIGHTS)
@example(Decimal("-0.01"), [1] * 31)
@example(Decimal("0.0000001"), [86_400] * 28)
@example(Decimal("1E+3"), [1, 1, 1])
@example(Decimal("-0.00"), [1, 2])
@example(Decimal("9E+40"), [1, 0, 6])
def test_the_parts_of_a_spread_add_up_and_are_in_proportion(
    amount: Decimal, weights: list[int]
) -> None:
    parts = spread(amount, weights)
    unit = Fraction(10) ** min(int(amount.as_tuple().exponent), -2)
    assert total(parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        share = Fraction(amount) * weight / sum(weights)
        assert abs(Fraction(part) - share) < unit
        assert (Fraction(part) / unit).denominator == 1


@given(amounts(), WEIGHTS)
def test_a_day_without_time_gets_nothing(amount: Decimal, weights: list[int]) -> None:
    parts = spread(amount, [*weights, 0])
    assert parts[-1] == 0


def test_what_is_left_of_a_spread_goes_to_the_largest_remainders_first_come_first() -> None:
    assert list(map(str, spread(Decimal("0.05"), [1, 1, 1]))) == ["0.02", "0.02", "0.01"]
    assert list(map(str, spread(Decimal(10), [3, 3, 1]))) == ["4.29", "4.28", "1.43"]


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1, 1]])
def test_a_spread_over_nothing_is_refused(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        spread(Decimal(1), weights)


@given(st.lists(amounts(), max_size=12), st.sampled_from(["0.01", "1", "0.0001", "0.05", "1000"]))
@example([Decimal("0.005"), Decimal("0.005"), Decimal("-0.005")], "0.01")
@example([Decimal("-0.3"), Decimal("-0.3"), Decimal("-0.3")], "1")
def test_rounded_shares_add_up_to_the_rounded_sum(parts: list[Decimal], unit_text: str) -> None:
    unit = Decimal(unit_text)
    shares = rounded_shares(parts, unit)
    assert Fraction(total(shares)) == round(sum(map(Fraction, parts)) / Fraction(unit)) * Fraction(
        unit
    )
    for share, part in zip(shares, parts, strict=True):
        assert abs(Fraction(share) - Fraction(part)) < Fraction(unit)
        assert (Fraction(share) / Fraction(unit)).denominator == 1
    assert [share for share, part in zip(shares, parts, strict=True) if not part] == [
        0 for part in parts if not part
    ]
