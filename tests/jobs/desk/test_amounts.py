"""Amounts as people type them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecot.errors import SettingsError
from ecot.jobs.desk.amounts import plain_amount
from ecot.jobs.written import amount_of
from ecot.language import Language


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        *(("1 234,56", "1234.56"), ("1\u202f234,56", "1234.56"), ("1\u00a0234,56", "1234.56")),
        *(("1,234.56", "1234.56"), ("1'234.50", "1234.50"), ("1’234.50", "1234.50")),
        *(("1.234,56", "1234.56"), ("1 234 567", "1234567"), ("12,5", "12.5"), ("12.5", "12.5")),
        *(("-1 234,56", "-1234.56"), ("\u22125", "-5"), ("+7", "7")),
        *(("1,234,567.8", "1234567.8"), ("1.234.567", "1234567"), (" 42 ", "42"), ("0", "0")),
        ("1 234", "1234"),
    ],
)
def test_an_amount_is_read_as_it_was_meant(typed: str, amount: str) -> None:
    assert amount_of(plain_amount(typed)) == Decimal(amount)


@pytest.mark.parametrize(
    "typed",
    [
        *("1,234", "1 23", "1 234,5,6", "1 234.567,8", "12 €", "", "1,23,456", "1e3", "NaN"),
        *("1 234 56", "1,234.5.6", "٣", "--5", "1,2345.6"),
    ],
)
def test_what_could_be_two_amounts_or_is_none_is_refused(typed: str) -> None:
    with pytest.raises(SettingsError):
        amount_of(plain_amount(typed))


@given(
    st.decimals(-(10**9), 10**9, places=2, allow_nan=False),
    st.sampled_from(["fr-FR", "fr-CH", "en-US", "en-GB"]),
)
def test_whatever_the_report_shows_can_be_typed_again(amount: Decimal, locale: str) -> None:
    language = Language(locale)  # type: ignore[arg-type] # one of the locales
    shown = language.number(amount.quantize(Decimal("0.01")) + Decimal("0.001") - Decimal("0.001"))
    try:
        read = amount_of(plain_amount(shown))
    except SettingsError:
        assert "," in shown  # 1,234: a thousand, or a bit over one
        return
    assert read == amount
