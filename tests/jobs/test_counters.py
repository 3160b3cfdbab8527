"""Counters of money owed where two runs meet, or a clock goes back: nothing twice, nothing lost."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecot.model.money import total
from ecot.model.outcome import Outcome
from ecot.model.period import DAY
from ecot.store.protocol import Place
from tests.jobs.stepping import Stepped
from tests.jobs.test_snapshots import TODAY, Bank, balances, collected, costs_of
from tests.ledger.book import in_memory


def owed(place: Place) -> Decimal:
    """All that the counter has come to, in charges."""
    return total(cost or Decimal(0) for cost in costs_of(place).values())


@pytest.mark.parametrize("latest", [date(2026, 12, 1), TODAY], ids=["new month", "same month"])
@pytest.mark.parametrize("goes_on", [0, 1], ids=["same day", "day after"])
def test_a_clock_that_goes_back_and_forward_counts_nothing_twice(
    latest: date, goes_on: int
) -> None:
    """What is owed was counted up to a later day; the snapshots of that day stay as well."""
    place = in_memory()
    collected(place, Bank("1.00"), TODAY - 4 * DAY)
    collected(place, Bank("1.50"), latest)
    before = dict(costs_of(place))

    assert collected(place, Bank("1.60"), latest - DAY).state == "ok"

    assert costs_of(place) == before
    assert owed(place) == Decimal("1.50")
    collected(place, Bank("1.70"), latest + goes_on * DAY)
    assert owed(place) == Decimal("1.70")


@settings(max_examples=25)
@given(st.lists(st.integers(0, 1), min_size=20, max_size=60))
@pytest.mark.parametrize("day", [TODAY], ids=["in a month"])
def test_two_runs_at_once_charge_nothing_twice_and_lose_nothing(
    day: date, turns: list[int]
) -> None:
    place = in_memory()
    collected(place, Bank("1.00"), day - 4 * DAY)

    runs = [Stepped(place, _night(used, day)) for used in ("1.40", "1.50")]
    for turn in turns:
        if not runs[turn].is_done:
            runs[turn].step()
    for one in runs:
        one.finish()

    assert [one.error for one in runs] == [None, None]
    assert owed(place) == balances(place)[-1][-1]
    collected(place, Bank("1.70"), day + DAY)
    assert owed(place) == Decimal("1.70")
    place.store.close()


def _night(used: str, day: date) -> Callable[[Place], Outcome]:
    return lambda place: collected(place, Bank(used), day)
