"""Points of two measures: both scales begin at zero, and weak points lie below the others."""

from datetime import date
from decimal import Decimal

from ecot.model.period import DAY
from ecot.report.charts import HEIGHT
from ecot.report.scatter import Scatter, Spot

MONDAY = date(2026, 3, 2)


def spot(cost: str, value: str, number: int = 0, *, is_weak: bool = False) -> Spot:
    return Spot(
        week=MONDAY + 7 * number * DAY, cost=Decimal(cost), value=Decimal(value),
        active_days=5, people=3, is_weak=is_weak,
    )  # fmt: skip


def chart(*spots: Spot) -> Scatter:
    return Scatter(spots=spots, currency="USD")


def test_scales_begin_at_zero_and_hold_all_points() -> None:
    made = chart(spot("90", "900"), spot("110", "1100", 1))

    for scale, largest in ((made.across, 110), (made.upwards, 1100)):
        assert scale.ticks[0] == 0
        assert scale.ticks[-1] >= largest


def test_more_is_further_right_and_higher() -> None:
    low, high = chart(spot("10", "1"), spot("20", "2", 1)).dots()

    assert low.x < high.x <= 100
    assert 0 <= high.y < low.y <= HEIGHT


def test_points_that_say_little_are_drawn_first() -> None:
    drawn = list(chart(spot("1", "1"), spot("2", "2", 1, is_weak=True)).dots())

    assert [dot.spot.is_weak for dot in drawn] == [True, False]


def test_costs_of_nothing_have_a_place() -> None:
    (dot,) = chart(spot("0", "0")).dots()

    assert dot.y == HEIGHT


def test_a_credit_stands_left_of_nothing() -> None:
    made = chart(spot("-5", "1"), spot("5", "1", 1))

    assert made.across.ticks[0] < 0
    assert [tick for _, tick in made.ticks()] == list(made.across.ticks)
