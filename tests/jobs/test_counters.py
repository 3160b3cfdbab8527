"""Counters of money owed where two runs meet or a clock goes back, and where a ledger is exported,
moved or kept in order: nothing twice, nothing lost."""

import csv
import io
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ecot.jobs.dump import read_dump
from ecot.jobs.export import write_csv
from ecot.jobs.migrate import prepare
from ecot.jobs.move import move
from ecot.jobs.place import is_empty
from ecot.jobs.query import Question
from ecot.jobs.restore import reset, restore
from ecot.jobs.rows import rows
from ecot.jobs.sweep import sweep
from ecot.model.money import total
from ecot.model.outcome import Outcome
from ecot.model.period import DAY, Period
from ecot.model.rows import Balance
from ecot.store.protocol import Place
from tests.jobs.pieces import everything, months, rubbish
from tests.jobs.stepping import Stepped
from tests.jobs.test_snapshots import TODAY, Bank, balances, collected, costs_of, question
from tests.jobs.world import dump
from tests.ledger.book import in_memory
from tests.rows import on
from tests.store.backends import open_place_on

DECEMBER = date(2026, 12, 2)
SINCE = date(2026, 11, 16)


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


@pytest.mark.parametrize(
    "days",
    [(TODAY, TODAY), (DECEMBER, DECEMBER), (TODAY, TODAY + DAY), (TODAY + DAY, TODAY)],
    ids=["a day", "over a month's end", "midnight between", "a slow clock"],
)
@pytest.mark.parametrize("used", [("1.40", "1.50"), ("1.50", "1.40")], ids=" then ".join)
def test_a_run_that_meets_another_at_any_call_charges_nothing_twice_and_loses_nothing(
    days: tuple[date, date], used: tuple[str, str]
) -> None:
    """The snapshot that stands in the end is the one that the charges add up to."""
    calls, is_over, latest = 0, False, max(days)
    while not is_over:
        place = in_memory()
        _night("1.00", latest - 4 * DAY)(place)
        runs = [Stepped(place, _night(*one)) for one in zip(used, days, strict=True)]
        for _ in range(calls):
            runs[0].step()
        is_over, calls = runs[0].is_done, calls + 1
        for one in reversed(runs):
            one.finish()

        assert [one.error for one in runs] == [None, None]
        stands = [one.row for one in rows(place, question(latest), Balance)]
        assert max(stands, key=lambda one: one.day).used == owed(place), calls
        _night("1.70", latest + DAY)(place)
        assert owed(place) == Decimal("1.70"), calls
        place.store.close()
    assert calls > 15


def _night(used: str, day: date) -> Callable[[Place], Outcome]:
    bank = Bank(used, Period(on(SINCE, 0), on(SINCE + 30 * DAY, 0)))
    return lambda place: collected(place, bank, day, since=SINCE)


@pytest.fixture
def stood() -> Iterator[Place]:
    """A ledger with a counter over a month's end, of which a later snapshot of the day changed what
    the days between owe; a plan whose price is not told; and charges."""
    place = in_memory()
    costs = {TODAY - DAY: "1.00", TODAY: "2.00"}
    for used, day in (("1.00", TODAY), ("1.40", DECEMBER), ("1.70", DECEMBER)):
        collected(place, Bank(used, costs=costs, price=True), day)
    assert {(day, name) for day, name, _ in balances(place)} >= {(TODAY, "overage")}
    yield place
    place.store.close()


def test_an_export_comes_back_to_the_byte_and_goes_on_counting(stood: Place) -> None:
    place = in_memory()
    restore(place, read_dump(dump(stood), "ledger.json"), "ledger.json")
    assert dump(place) == dump(stood)
    assert everything(place) == everything(stood)
    for one in (place, stood):
        collected(one, Bank("2.00"), DECEMBER + DAY)
        assert owed(one) == Decimal("2.00")
    assert months(place) == months(stood)


def test_no_balance_is_a_line_of_the_csv_and_what_became_owed_is(stood: Place) -> None:
    every_day = Question(
        first=date(2026, 11, 1), after=DECEMBER + DAY, today=DECEMBER, currency="USD"
    )
    lines = list(csv.DictReader(io.StringIO(b"".join(write_csv(stood, every_day)).decode())))
    assert {one["kind"] for one in lines} == {"charge"}
    costs = [Decimal(one["cost"]) for one in lines if one["service"] == "overage"]
    assert total(costs) == owed(stood) == Decimal("1.70")
    assert {one["cost"] for one in lines if one["service"] == "plan starter"} == {""}


@pytest.mark.parametrize("backend", ["sqlite", "moto"])
def test_a_move_and_a_sweep_keep_all_that_is_needed(
    backend: str, stood: Place, tmp_path: Path
) -> None:
    before, said = everything(stood), dump(stood)
    assert rubbish(stood)
    prepare(stood)
    there = open_place_on(backend, tmp_path / "there")
    move(stood, there)
    assert dump(there) == said
    for days in (1, 3, 5):
        sweep(there, on(DECEMBER + days * DAY))
    assert not rubbish(there)
    assert (everything(there), dump(there)) == (before, said)
    collected(there, Bank("2.00"), DECEMBER + DAY)
    assert owed(there) == Decimal("2.00")
    there.store.close()


def test_after_a_reset_a_counter_counts_from_its_cycle_again(stood: Place) -> None:
    reset(stood)
    assert is_empty(stood)
    assert list(stood.files.names("evidence/")) == []
    collected(stood, Bank("2.00"), DECEMBER)
    assert owed(stood) == Decimal("2.00")


def test_documents_of_before_there_were_balances_go_on_beside_them() -> None:
    """The same supplier, by an Ecot that read no snapshots of it."""
    place = in_memory()
    costs = {TODAY - 2 * DAY: "1.00", TODAY - DAY: "2.00"}
    collected(place, Bank(costs=costs, fields={"snapshots": ()}), TODAY - DAY)
    assert costs_of(place) == {}
    before = costs_of(place, None)

    for number in range(2):
        collected(place, Bank(f"1.{number}0", costs=costs), TODAY + number * DAY)

    assert (owed(place), costs_of(place, None)) == (Decimal("1.10"), before)
