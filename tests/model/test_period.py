"""Periods include their start, exclude their end, and are in UTC."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecot.model.period import DAY, Month, Period, midnight, spans
from tests.rows import days

MONTHS = st.builds(Month, st.integers(1980, 9990), st.integers(1, 12))


@given(days(), st.integers(1, 70))
def test_a_period_of_days_has_each_day_once_and_not_its_end(first: date, count: int) -> None:
    period = Period.of_days(first, first + count * DAY)
    assert list(period.days()) == [first + number * DAY for number in range(count)]


def test_a_period_touches_the_day_of_its_last_instant_and_not_that_of_its_end() -> None:
    late = midnight(date(2026, 1, 31)) + timedelta(hours=23)
    assert list(Period(late, midnight(date(2026, 2, 1))).days()) == [date(2026, 1, 31)]
    after = midnight(date(2026, 2, 1)) + timedelta(microseconds=1)
    assert list(Period(late, after).days()) == [date(2026, 1, 31), date(2026, 2, 1)]
    assert list(Period(late, after).months()) == [Month(2026, 1), Month(2026, 2)]


def test_a_year_touches_twelve_months() -> None:
    year = Period.of_days(date(2026, 1, 1), date(2027, 1, 1))
    assert list(year.months()) == [Month(2026, number) for number in range(1, 13)]


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (datetime(2026, 1, 1), datetime(2026, 1, 2)),  # noqa: DTZ001 - naive on purpose
        (datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=1))), midnight(date(2026, 2, 1))),
        (midnight(date(2026, 1, 1)), midnight(date(2026, 1, 1))),
        (midnight(date(2026, 1, 2)), midnight(date(2026, 1, 1))),
    ],
)
def test_a_period_outside_utc_or_without_length_is_refused(start: datetime, end: datetime) -> None:
    with pytest.raises(ValueError, match="period"):
        Period(start, end)


@given(MONTHS)
def test_a_month_is_its_days_from_the_first_to_the_next_first(month: Month) -> None:
    assert month.days()[0] == month.first
    assert month.days()[-1] + DAY == month.after == month.next().first
    assert {Month.of(day) for day in month.days()} == {month}
    assert month.period == Period(midnight(month.first), midnight(month.after))
    assert month.next().previous() == month


@given(MONTHS, st.integers(-11, 11), st.integers(-11, 11))
def test_months_are_shifted_like_numbers(month: Month, one: int, other: int) -> None:
    assert month.shifted(one).shifted(other) == month.shifted(one + other)
    assert (month.shifted(one) > month) == (one > 0)


@given(MONTHS)
def test_a_month_is_read_as_it_is_written(month: Month) -> None:
    assert Month.parse(str(month)) == month


@pytest.mark.parametrize(
    "text",
    [
        "2026",
        "2026-1",
        "2026-13",
        "2026-00",
        "26-01",
        "2026-01-01",
        "2026-+1",
        "2026- 1",
        "٢٠٢٦-٠١",
        "2026-01\n",
        "1969-12",
        "",
    ],
)
def test_what_is_not_a_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="month"):
        Month.parse(text)


def test_midnight_is_the_first_instant_of_the_utc_day() -> None:
    assert midnight(date(2026, 3, 29)) == datetime(2026, 3, 29, tzinfo=UTC)


def test_days_are_told_as_unbroken_rows() -> None:
    first = date(2026, 1, 30)
    days = [first, first + DAY, first + 2 * DAY, first + 4 * DAY]

    assert list(spans(days)) == [(first, first + 2 * DAY), (first + 4 * DAY, first + 4 * DAY)]
    assert list(spans([])) == []
