"""A calendar of days: weeks are columns, and what is not known has no shade."""

from datetime import date

from ecot.model.period import DAY
from ecot.report.calendar import LEFT, PITCH, STEPS, TOP, Day, calendar

MONDAY = date(2026, 3, 2)


def test_weeks_are_columns_with_monday_on_top() -> None:
    made = calendar({}, MONDAY, MONDAY + 9 * DAY)
    places = [(cell.x, cell.y) for cell in made.cells()]

    assert places[0] == (LEFT, TOP)
    assert places[6] == (LEFT, TOP + 6 * PITCH)
    assert places[7] == (LEFT + PITCH, TOP)
    assert [len(week) for week in made.weeks()] == [7, 3]


def test_the_most_is_darkest_little_is_not_none_and_unknown_has_no_shade() -> None:
    known = {
        MONDAY: Day(100),
        MONDAY + DAY: Day(1),
        MONDAY + 2 * DAY: Day(0),
        MONDAY + 3 * DAY: Day(0, "unknown"),
        MONDAY + 4 * DAY: Day(40, "partly known"),
    }
    made = calendar(known, MONDAY, MONDAY + 4 * DAY)

    assert [cell.step for cell in made.cells()] == [STEPS, 1, 0, None, 2]


def test_the_legend_names_every_number_once() -> None:
    for most in (1, 3, 5, 9, 100):
        made = calendar({MONDAY: Day(most)}, MONDAY, MONDAY)
        named = [number for _, low, high in made.legend() for number in range(low, high + 1)]
        assert named == list(range(1, most + 1))
        for step, low, high in made.legend():
            assert {made.step(Day(low)), made.step(Day(high))} == {step}


def test_a_calendar_of_nothing_has_no_legend() -> None:
    made = calendar({}, MONDAY, MONDAY + 6 * DAY)

    assert list(made.legend()) == []
    assert {cell.step for cell in made.cells()} == {0}


def test_a_month_is_named_over_the_week_of_its_first_day() -> None:
    made = calendar({}, MONDAY, date(2026, 5, 3))

    assert list(made.names()) == [(LEFT + 4 * PITCH, 4), (LEFT + 8 * PITCH, 5)]
