"""Shown lines add up to the shown total, whatever the amounts, the currency and the locale."""

import re
from decimal import Decimal, localcontext
from typing import get_args

import pytest
from babel.numbers import get_currency_precision, parse_decimal
from hypothesis import given
from hypothesis import strategies as st

from ecot.language import Language, LocaleName
from ecot.model.money import minus, total
from ecot.report.rounding import shown

AMOUNTS = st.lists(
    st.none()
    | st.decimals(
        min_value=-(10**15), max_value=10**15, places=13, allow_nan=False, allow_infinity=False
    )
    | st.integers(-(10**36), 10**36).map(lambda digits: Decimal(digits).scaleb(-9)),
    max_size=40,
)
CURRENCIES = st.sampled_from(["USD", "EUR", "CHF", "JPY", "BHD", "CLF", "KRW", "TND"])
LANGUAGES = st.sampled_from([Language(locale) for locale in get_args(LocaleName)])


def read_back(text: str, language: Language) -> Decimal:
    """The number that a person reads in an amount of money."""
    written = "".join(re.findall(r"[\d.,\u202f\u00a0-]", text)).strip("\u202f\u00a0")
    with localcontext(prec=400):
        return parse_decimal(written, locale=language.locale.replace("-", "_"), strict=True)


@given(AMOUNTS, CURRENCIES, LANGUAGES)
def test_shown_lines_add_up_to_the_shown_total(
    amounts: list[Decimal | None], currency: str, language: Language
) -> None:
    known = [amount for amount in amounts if amount is not None]
    column = shown(amounts, total(known) if known else None, currency)

    lines = [
        read_back(language.money(line, currency), language)
        for line in (*column.lines, column.rounding)
        if line is not None
    ]

    if column.total is None:
        assert not known
    else:
        assert total(lines) == read_back(language.money(column.total, currency), language)


@given(AMOUNTS, CURRENCIES)
def test_the_total_is_the_exact_one_rounded_once(
    amounts: list[Decimal | None], currency: str
) -> None:
    exact = total(amount for amount in amounts if amount is not None)
    unit = Decimal(1).scaleb(-get_currency_precision(currency))

    column = shown(amounts, exact, currency)

    assert column.total is not None
    assert minus(column.total, exact).copy_abs() <= unit / 2
    assert column.rounding.copy_abs() <= (len(amounts) + 1) * unit / 2
    assert [line is None for line in column.lines] == [amount is None for amount in amounts]


def test_lines_that_add_up_need_no_rounding() -> None:
    column = shown([Decimal("1.10"), None, Decimal("2.20")], Decimal("3.30"), "USD")

    assert column.lines == (Decimal("1.10"), None, Decimal("2.20"))
    assert column.rounding == 0


def test_a_difference_that_is_not_rounding_is_refused() -> None:
    with pytest.raises(ValueError, match="shown under a total"):
        shown([Decimal("1.10")], Decimal("9.99"), "USD")
