"""An open month beside the same days of the month before: rule 20."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecot.analysis.compare import Change, change, elapsed, same_days_before
from ecot.model.period import Month
from tests.rows import amounts

FEBRUARY_WHOLE = (date(2026, 2, 1), date(2026, 3, 1))
ANY = amounts(10**20, 10)


@pytest.mark.parametrize(
    ("month", "today", "after"),
    [
        (Month(2026, 3), date(2026, 3, 1), date(2026, 2, 1)),
        (Month(2026, 3), date(2026, 3, 28), date(2026, 2, 28)),
        (Month(2026, 3), date(2026, 3, 31), date(2026, 3, 1)),
        (Month(2026, 3), date(2026, 4, 1), date(2026, 3, 1)),
        (Month(2024, 3), date(2024, 3, 29), date(2024, 2, 29)),
        (Month(2024, 3), date(2024, 3, 28), date(2024, 2, 28)),
        (Month(2026, 2), date(2026, 2, 28), date(2026, 1, 28)),
        (Month(2026, 2), date(2026, 3, 1), date(2026, 2, 1)),
        (Month(2026, 1), date(2026, 1, 15), date(2025, 12, 15)),
    ],
)
def test_the_same_days_go_as_far_as_the_shorter_month(
    month: Month, today: date, after: date
) -> None:
    assert same_days_before(month, today) == (month.previous().first, after)


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)))
def test_a_running_month_is_compared_with_as_many_days_as_there_are(today: date) -> None:
    month, month_before = Month.of(today), Month.of(today).previous()
    first, after = elapsed(month, today)
    assert first == month.first
    assert (after - first).days == min(today.day - 1, len(month_before.days()))
    start, end = same_days_before(month, today)
    assert end - start == after - first
    assert start == month_before.first <= end <= month.first


def test_today_is_not_compared_and_a_month_that_is_over_is_whole() -> None:
    month = Month(2026, 3)
    assert elapsed(month, date(2026, 3, 1)) == (month.first, month.first)
    assert elapsed(month, date(2026, 4, 9)) == (month.first, month.after)
    assert elapsed(month, date(2026, 2, 9)) == (month.first, month.first)


def test_a_factor_of_a_thousand_is_no_percentage() -> None:
    assert compared("100000", "100").percent == Decimal("99900.0")
    assert compared("100100", "100").percent is None


def compared(now: str | None, before: str | None, *, complete: bool = True) -> Change:
    one, other = (None if text is None else Decimal(text) for text in (now, before))
    return change(one, other, FEBRUARY_WHOLE, complete=complete)


@pytest.mark.parametrize(
    ("now", "before", "difference", "percent"),
    [
        ("120", "100", "20", "20.0"),
        ("99.95", "100", "-0.05", "0.0"),
        ("0", "100", "-100", "-100.0"),
        ("-10", "100", "-110", "-110.0"),
        ("1", "3", "-2", "-66.7"),
    ],
)
def test_a_change_is_a_difference_and_a_percentage(
    now: str, before: str, difference: str, percent: str
) -> None:
    found = compared(now, before)
    assert (found.difference, found.percent) == (Decimal(difference), Decimal(percent))
    assert (found.first_before, found.after_before) == FEBRUARY_WHOLE


@pytest.mark.parametrize("before", ["0", "-5"])
def test_there_is_no_percentage_of_nothing_or_of_a_credit(before: str) -> None:
    found = compared("10", before)
    assert (found.difference, found.percent) == (10 - Decimal(before), None)


def test_an_incomplete_comparison_shows_no_percentage() -> None:
    found = compared("120", "100", complete=False)
    assert [found.difference, found.percent] == [20, None]


@pytest.mark.parametrize(("now", "before"), [(None, "100"), ("100", None), (None, None)])
def test_what_is_unknown_is_not_compared(now: str | None, before: str | None) -> None:
    found = compared(now, before)
    assert (found.difference, found.percent) == (None, None)


@given(ANY, ANY)
def test_the_difference_is_exact(now: Decimal, before: Decimal) -> None:
    found = change(now, before, FEBRUARY_WHOLE, complete=True)
    assert found.difference is not None
    assert Fraction(found.difference) == Fraction(now) - Fraction(before)
    if before > 0 and found.percent is not None:
        off = Fraction(found.percent) - (Fraction(now) - Fraction(before)) * 100 / Fraction(before)
        assert abs(off) <= Fraction(1, 20)
