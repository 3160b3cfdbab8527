"""The year so far: which days, which months."""

from datetime import date

from ecot.analysis.year import months_with_cost, year_before
from ecot.model.period import Month
from tests.analysis.test_decomposition import GPT, MINI, figures, model
from tests.rows import charge


def test_the_year_before_a_leap_day_is_as_long() -> None:
    assert year_before(date(2028, 2, 29)) == date(2027, 3, 1)
    assert year_before(date(2028, 3, 1)) == date(2027, 3, 1)
    assert year_before(date(2026, 1, 1)) == date(2025, 1, 1)


def test_a_month_counts_where_a_cost_of_it_is_known() -> None:
    february = figures(charge(None, date(2026, 2, 1)))
    march = [one._replace(is_replaced=True) for one in figures(charge("1", date(2026, 3, 1)))]
    april = figures(charge("1", date(2026, 4, 1), charge_category="Tax"))
    found = [*model(GPT, "1", "2"), *model(MINI, "1"), *february, *march, *april]

    assert months_with_cost(found, "USD") == (Month(2026, 1),)
    assert months_with_cost(found, "EUR") == ()
