"""The ECB's calendar, against dates that it announced, and the hour at which rates are out."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecot.model.target_days import easter_sunday, is_target_day, last_published, last_target_day

# TARGET closing days as announced by the ECB, weekends left out.
CLOSED = {
    2024: ["01-01", "03-29", "04-01", "05-01", "12-25", "12-26"],
    2025: ["01-01", "04-18", "04-21", "05-01", "12-25", "12-26"],
    2026: ["01-01", "04-03", "04-06", "05-01", "12-25"],
}


@pytest.mark.parametrize("year", CLOSED)
def test_a_year_is_closed_on_the_announced_days_and_weekends_only(year: int) -> None:
    days = [date(year, 1, 1) + timedelta(days=number) for number in range(365)]
    closed = [day for day in days if day.weekday() < 5 and not is_target_day(day)]
    assert [f"{day:%m-%d}" for day in closed] == CLOSED[year]
    assert not any(is_target_day(day) for day in days if day.weekday() >= 5)


@pytest.mark.parametrize(
    "easter", ["1999-04-04", "2000-04-23", "2008-03-23", "2011-04-24", "2038-04-25", "2076-04-19"]
)
def test_easter(easter: str) -> None:
    day = date.fromisoformat(easter)
    assert easter_sunday(day.year) == day


@given(st.dates(date(1999, 1, 4), date(2100, 1, 1)))
def test_the_last_working_day_is_open_and_at_most_five_days_ago(day: date) -> None:
    last = last_target_day(day)
    assert is_target_day(last)
    assert timedelta(0) <= day - last <= timedelta(days=5)


@pytest.mark.parametrize(
    ("moment", "published"),
    [
        (datetime(2026, 11, 20, 14, 59, tzinfo=UTC), date(2026, 11, 19)),  # winter: 15:59 there
        (datetime(2026, 11, 20, 15, 0, tzinfo=UTC), date(2026, 11, 20)),
        (datetime(2026, 7, 3, 13, 59, tzinfo=UTC), date(2026, 7, 2)),  # summer: 15:59 there
        (datetime(2026, 7, 3, 14, 0, tzinfo=UTC), date(2026, 7, 3)),
        (datetime(2026, 11, 22, 20, 0, tzinfo=UTC), date(2026, 11, 20)),  # a Sunday
        (datetime(2026, 4, 6, 20, 0, tzinfo=UTC), date(2026, 4, 2)),  # Easter Monday
        (datetime(2026, 11, 22, 23, 30, tzinfo=UTC), date(2026, 11, 20)),  # Monday already there
    ],
)
def test_rates_are_out_from_four_in_the_afternoon_in_frankfurt(
    moment: datetime, published: date
) -> None:
    assert last_published(moment) == published
