"""Charts: marks stand where their figures are, on a scale of round numbers that holds zero."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ecot.model.period import Month
from ecot.report.charts import HEIGHT, Axis, Plot, Series, axis, is_shown

AMOUNTS = st.decimals(-(10**9), 10**9, allow_nan=False, places=8)
MAYBE = st.none() | AMOUNTS


def plot(*rows: list[Decimal | None], drawn: str = "stacks") -> Plot:
    """A chart of these series."""
    series = tuple(Series(f"row {at}", tuple(row), f"s{at}") for at, row in enumerate(rows))
    points = tuple(Month(2026, 1).shifted(at) for at in range(len(rows[0])))
    return replace(Plot(points=points, unit="USD"), **{drawn: series})


@given(st.lists(AMOUNTS, max_size=20))
def test_an_axis_holds_every_value_and_zero_in_few_round_steps(values: list[Decimal]) -> None:
    ticks = axis(values).ticks

    assert ticks[0] <= min([*values, Decimal(0)])
    assert max([*values, Decimal(0)]) <= ticks[-1]
    assert Decimal(0) in ticks
    assert 2 <= len(ticks) <= 8
    steps = {one - other for other, one in pairwise(ticks)}
    assert len(steps) == 1


def test_an_axis_of_nothing_still_is_one() -> None:
    assert axis([]) == Axis((Decimal(0), Decimal(1)))


@given(st.lists(st.tuples(MAYBE, MAYBE, MAYBE), min_size=1, max_size=6))
def test_a_stack_is_as_high_as_its_values_and_stays_in_the_chart(
    points: list[tuple[Decimal | None, ...]],
) -> None:
    chart = plot(*(list(row) for row in zip(*points, strict=True)))
    boxes = list(chart.boxes())

    for at, values in enumerate(points):
        known = [value for value in values if value]
        mine = [box for box in boxes if box.point == at]
        assert [box.value for box in mine] == known
        span = float(chart.axis.ticks[-1] - chart.axis.ticks[0])
        high = sum(float(abs(value)) for value in known) / span * HEIGHT
        assert sum(box.height for box in mine) == pytest.approx(high, abs=0.1)
    for box in boxes:
        assert 0 <= box.x <= box.x + box.width <= 100.001
        assert -0.02 <= box.y <= box.y + box.height <= HEIGHT + 0.02


def test_what_is_not_known_breaks_a_line_and_is_not_zero() -> None:
    chart = plot([Decimal(4), None, Decimal(2), Decimal(8)], drawn="lines")
    (one,) = chart.lines

    assert chart.line(one) == "M12.5,100.0 h0.01 M62.5,150.0 L87.5,0.0"
    assert chart.area(one) == (
        "M12.5,200.0 L12.5,100.0 L12.5,200.0Z M62.5,200.0 L62.5,150.0 L87.5,0.0 L87.5,200.0Z"
    )


def test_a_chart_of_unknown_values_is_empty_and_one_of_zeros_is_not() -> None:
    assert plot([None, None]).is_empty
    assert not plot([None, Decimal(0)]).is_empty


@given(st.integers(1, 400), st.integers(1, 24))
def test_labels_are_few_and_the_newest_has_one(points: int, most: int) -> None:
    shown = [at for at in range(points) if is_shown(at, points, most)]

    assert shown[-1] == points - 1
    assert len(shown) <= most
