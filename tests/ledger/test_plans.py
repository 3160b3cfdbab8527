"""A plan is a known cost: each month and each year of it adds up to its price exactly."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecot.ledger.plans import Plan, in_force, rows_of
from ecot.model.money import total
from ecot.model.period import Month, Period
from ecot.model.rows import Charge
from tests.plans import plan
from tests.rows import amounts

MONTHS = st.builds(Month, st.integers(2023, 2029), st.integers(1, 12))


def cost(one: Plan, month: Month) -> Decimal:
    return total(charge.billed_cost or Decimal(0) for charge in charges(one, month))


def charges(one: Plan, month: Month) -> list[Charge]:
    found = [row for of_day in rows_of(one, month).values() for row in of_day]
    return [row for row in found if isinstance(row, Charge)]


@given(amounts(), MONTHS)
def test_a_monthly_plan_is_on_every_day_and_costs_its_price_each_month(
    amount: Decimal, month: Month
) -> None:
    one = plan(str(amount), since=month)
    for later in (month, month.shifted(1), month.shifted(13)):
        assert list(rows_of(one, later)) == later.days()
        assert cost(one, later) == amount


@settings(max_examples=20)  # each cuts a year into days, month by month
@given(amounts(), MONTHS, st.integers(0, 3))
def test_a_yearly_plan_costs_its_price_each_year_from_the_month_it_began(
    amount: Decimal, since: Month, years: int
) -> None:
    one = plan(str(amount), every="year", since=since)
    months = [since.shifted(12 * years + number) for number in range(12)]
    assert total(cost(one, month) for month in months) == amount
    assert [list(rows_of(one, month)) for month in months] == [month.days() for month in months]


@pytest.mark.parametrize(
    ("since", "february", "cost_of_february"),
    [
        (Month(2024, 1), Month(2024, 2), "29.00"),
        (Month(2023, 3), Month(2024, 2), "29.00"),
        (Month(2025, 1), Month(2025, 2), "28.00"),
        (Month(2024, 1), Month(2025, 2), "28.00"),
    ],
)
def test_a_leap_year_has_366_days_to_pay_for(
    since: Month, february: Month, cost_of_february: str
) -> None:
    days = 366 if cost_of_february == "29.00" else 365
    assert cost(plan(f"{days}.00", every="year", since=since), february) == Decimal(
        cost_of_february
    )


def test_a_plan_is_entered_and_says_what_it_is_a_part_of() -> None:
    (first, *_) = charges(plan(), Month(2026, 2))
    assert (first.basis, first.charge_category, first.service) == ("entered", "Purchase", "pro")
    assert first.spread_from == Period.of_days(date(2026, 2, 1), date(2026, 3, 1))
    assert first.charge_period == Period.of_day(date(2026, 2, 1))
    assert plan().feed == "plan.pro"


OLD, NEW = plan("25"), plan("35", since=Month(2026, 6), until=Month(2026, 9))
PLANS = [NEW, OLD, plan("99", name="team"), plan("98", account="supabase/other")]


@pytest.mark.parametrize(
    ("month", "found"),
    [
        (Month(2025, 12), None),
        (Month(2026, 1), OLD),
        (Month(2026, 5), OLD),
        (Month(2026, 6), NEW),
        (Month(2026, 9), NEW),
        (Month(2026, 10), None),
    ],
)
def test_a_later_price_takes_over_and_a_plan_ends_after_its_last_month(
    month: Month, found: Plan | None
) -> None:
    assert in_force(PLANS, "supabase/supabase", "pro", month) == found
    assert in_force(PLANS, "supabase/supabase", "free", month) is None
