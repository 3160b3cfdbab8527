"""Where a month is heading: as far as its last days say, and never less than is known."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from ecot.analysis.projection import (
    FEWEST_DAYS,
    NoProjection,
    Projection,
    basis_days,
    projection,
)
from ecot.model.money import times, total
from ecot.model.period import DAY, Month
from tests.rows import week

TODAY, LAST = date(2026, 1, 20), date(2026, 1, 31)
USES = st.decimals(0, 10_000, places=6)
Costs = dict[date, Decimal]
CENT = Decimal("0.01")


def days(count: int, until: date = TODAY) -> list[date]:
    """As many days before `until`."""
    return [until - back * DAY for back in range(count, 0, -1)]


def costs(*amounts: str, until: date = TODAY) -> Costs:
    """What the last days before `until` cost."""
    return dict(zip(days(len(amounts), until), map(Decimal, amounts), strict=True))


def projected(found: Costs, known: str = "0", least: str = "0", today: date = TODAY) -> Projection:
    one = projection(found, today, LAST, known=Decimal(known), least=Decimal(least))
    assert isinstance(one, Projection)
    return one


def spread(one: Projection) -> tuple[str, ...]:
    return tuple(format(amount.normalize(), "f") for amount in (one.low, one.likely, one.high))


USED = st.integers(FEWEST_DAYS, 40).flatmap(
    lambda count: st.lists(USES, min_size=count, max_size=count).map(
        lambda amounts: dict(zip(days(count), amounts, strict=True))
    )
)


@given(USED, USES, USES, st.integers(0, 11))
def test_the_range_holds_what_is_likely_and_nothing_is_below_what_is_known(
    found: Costs, known: Decimal, begun: Decimal, to_come: int
) -> None:
    last = TODAY + to_come * DAY
    least = total((known, begun))
    one = projection(found, TODAY, last, known=known, least=least)

    assert isinstance(one, Projection)
    assert least <= one.low <= one.likely <= one.high
    assert one.last == TODAY - DAY
    assert one.run == (7 if (TODAY - one.first).days >= 14 else 1)


@given(USES, st.integers(FEWEST_DAYS, 40))
def test_days_that_are_all_alike_go_on_so_without_a_range(cost: Decimal, count: int) -> None:
    one = projected(dict.fromkeys(days(count), cost))
    carried = times(cost, Decimal(12))

    assert one.low == one.high == one.likely
    assert abs(one.likely - carried) <= CENT


@given(USED, USES, USES)
def test_what_is_known_is_added_and_never_carried_forward(
    found: Costs, known: Decimal, more: Decimal
) -> None:
    one, other = (
        projection(found, TODAY, LAST, known=amount, least=Decimal(0))
        for amount in (known, total((known, more)))
    )
    assert isinstance(one, Projection)
    assert isinstance(other, Projection)
    assert total((one.likely, more)) == other.likely
    assert total((one.high, more)) == other.high


@given(USED, st.integers(2, 9))
def test_twice_the_use_is_twice_the_rest(found: Costs, factor: int) -> None:
    one = projected(found)
    other = projected({day: times(cost, Decimal(factor)) for day, cost in found.items()})

    assert abs(other.likely - one.likely * factor) <= CENT
    assert abs(other.low - one.low * factor) <= CENT


@given(st.lists(USES, max_size=FEWEST_DAYS - 1))
def test_a_few_days_are_not_enough(amounts: list[Decimal]) -> None:
    found = dict(zip(days(len(amounts)), amounts, strict=True))
    one = projection(found, TODAY, LAST, known=Decimal(9), least=Decimal(9))

    assert one == NoProjection(days=len(amounts))


def test_weekdays_cost_what_the_same_weekdays_did() -> None:
    """Monday 19 January 2026 is today; a dollar on each working day, nothing at the week's end."""
    monday = date(2026, 1, 19)
    found = {day: Decimal(1) for back in range(1, 5) for day in week(monday - back * 7 * DAY)[:5]}
    one = projection(found, monday, date(2026, 1, 25), known=Decimal(0), least=Decimal(0))

    assert isinstance(one, Projection)
    assert spread(one) == ("5", "5", "5")
    friday = projection(found, monday, date(2026, 1, 23), known=Decimal(0), least=Decimal(0))
    assert isinstance(friday, Projection)
    assert spread(friday) == ("5", "5", "5")


def test_a_short_history_is_carried_by_the_day() -> None:
    one = projected(costs("1", "2", "3", "4", "5"), known="100")

    assert spread(one) == ("112", "136", "160")
    assert (one.first, one.last, one.run) == (date(2026, 1, 15), date(2026, 1, 19), 1)


def test_two_weeks_are_carried_by_the_week() -> None:
    one = projected(costs(*["1"] * 7, *["3"] * 7), today=TODAY)

    assert one.run == 7
    assert spread(one) == ("12", "24", "36")


def test_only_whole_weeks_of_the_last_four_count() -> None:
    assert len(basis_days(costs(*["1"] * 40), TODAY)) == 28
    assert len(basis_days(costs(*["1"] * 20), TODAY)) == 14
    assert len(basis_days(costs(*["1"] * 13), TODAY)) == 13
    assert basis_days({}, TODAY) == []
    assert basis_days({TODAY: Decimal(1)}, TODAY) == []


def test_days_without_use_inside_the_basis_count_as_such() -> None:
    used = costs("6", "0", "0", "0", "0", "0")
    found = {day: cost for day, cost in used.items() if cost}

    assert spread(projected(found)) == ("0", "12", "72")


def test_today_already_dearer_than_any_day_raises_the_projection() -> None:
    assert spread(projected(costs(*["1"] * 6), known="10", least="50")) == ("50", "50", "50")


def test_the_first_day_of_a_month_is_carried_by_the_month_before() -> None:
    month = Month(2026, 2)
    one = projection(
        costs(*["2"] * 28, until=month.first),
        month.first,
        month.after - DAY,
        known=Decimal(0),
        least=Decimal(0),
    )

    assert isinstance(one, Projection)
    assert one.likely == 56
