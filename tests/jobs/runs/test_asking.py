"""Asking for a run: the same question is the same run, and nobody asks too often."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from ecot.errors import SettingsError, TooMany
from ecot.jobs.runs.asking import MONTHS_BACK, RUNS_AN_HOUR, Asked, ask
from ecot.jobs.runs.look import latest_runs, run_state
from ecot.model.period import Month
from ecot.model.run import Run, Wanted
from ecot.store.protocol import Place
from ecot.store.runs import put_run, read_run
from tests.store.watched import AtCall, WatchedStore, nothing

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
NOVEMBER = Month(2026, 11)


class Dead(Exception):
    """Whoever asked is no more."""


def die() -> None:
    raise Dead


def finished(place: Place, name: str) -> None:
    run, version = read_run(place.store, name)
    assert run is not None
    put_run(
        place.store,
        replace(run, begun_at=NOW, complete_at=NOW, published_at=NOW, sent_at=NOW),
        version,
    )


def test_the_same_question_is_the_same_run_until_it_is_published(backend_place: Place) -> None:
    store, wanted = backend_place.store, Wanted(provider="openai", month=NOVEMBER)
    first = ask(store, wanted, NOW)
    assert first == Asked("20261122T100000.000000Z-asked", is_new=True)
    assert ask(store, wanted, NOW + MINUTE) == (first.run, False)
    assert ask(store, replace(wanted, send_email=False), NOW + MINUTE) == (first.run, False)
    finished(backend_place, first.run)
    again = ask(store, wanted, NOW + 2 * MINUTE)
    assert again.is_new
    assert [run.id for run in latest_runs(store, 9)] == [again.run, first.run]


@pytest.mark.parametrize(
    "other",
    [
        Wanted(provider="anthropic", month=NOVEMBER, send_email=False),
        Wanted(provider="openai", send_email=False),
        Wanted(provider="openai", month=NOVEMBER.previous(), send_email=False),
        Wanted(account="openai/edugami", month=NOVEMBER, send_email=False),
        Wanted(provider="openai", month=NOVEMBER),  # nobody would mail anything
    ],
)
def test_another_question_is_another_run(place: Place, other: Wanted) -> None:
    first = ask(place.store, Wanted(provider="openai", month=NOVEMBER, send_email=False), NOW)
    assert ask(place.store, other, NOW).is_new
    assert ask(place.store, other, NOW).run != first.run


def test_the_nights_run_answers_who_asks_for_everything(place: Place) -> None:
    night = Run(id="20261122T010000Z-daily", kind="daily", time=NOW, made_at=NOW, handed_at=NOW)
    put_run(place.store, night, 0)
    assert ask(place.store, Wanted(), NOW) == (night.id, False)
    assert ask(place.store, Wanted(provider="openai"), NOW).is_new


def test_a_run_that_nobody_has_begun_is_handed_on_by_whoever_asks_again(place: Place) -> None:
    first = ask(place.store, Wanted(), NOW)
    assert ask(place.store, Wanted(), NOW + 15 * MINUTE) == (first.run, False)
    assert ask(place.store, Wanted(), NOW + 16 * MINUTE) == (first.run, True)


def test_closing_months_reads_nothing_and_answers_nobody(place: Place) -> None:
    close = Run(id="20261122T010000Z-close", kind="close", time=NOW, made_at=NOW, handed_at=NOW)
    put_run(place.store, close, 0)
    assert ask(place.store, Wanted(), NOW).is_new


def test_so_many_an_hour_and_no_more(place: Place) -> None:
    for number in range(RUNS_AN_HOUR):
        finished(place, ask(place.store, Wanted(), NOW + number * MINUTE).run)
    with pytest.raises(TooMany, match="6 runs were asked for within an hour") as refusal:
        ask(place.store, Wanted(), NOW + 10 * MINUTE)
    assert refusal.value.retry_after == 50 * 60 + 1
    assert "Ask again in 51 minutes" in refusal.value.remedy.format_map(refusal.value.values)
    assert len(latest_runs(place.store, 99)) == RUNS_AN_HOUR
    assert ask(place.store, Wanted(), NOW + HOUR).is_new


def test_a_dozen_accounts_are_connected_in_a_row_and_count_for_nobody(place: Place) -> None:
    """As on the first day, when everything is to be read once more at the end of it."""
    names = [f"openai/team-{number}" for number in range(2 * RUNS_AN_HOUR)]
    runs = [
        ask(place.store, Wanted(account=name, send_email=False), NOW, is_free=True)
        for name in names
    ]
    assert all(one.is_new for one in runs)
    assert len({one.run for one in runs}) == len(names)
    for number in range(RUNS_AN_HOUR):
        finished(place, ask(place.store, Wanted(), NOW + number * MINUTE).run)
    with pytest.raises(TooMany):
        ask(place.store, Wanted(), NOW + 10 * MINUTE)
    assert ask(place.store, Wanted(account=names[0], send_email=False), NOW) == (runs[0].run, False)
    again = ask(place.store, Wanted(account="openai/one-more"), NOW + 11 * MINUTE, is_free=True)
    assert again.is_new
    assert ask(place.store, Wanted(), NOW + HOUR).is_new


@pytest.mark.parametrize("months", [1, -MONTHS_BACK - 1])
def test_a_month_is_neither_to_come_nor_long_gone(place: Place, months: int) -> None:
    with pytest.raises(SettingsError, match="cannot be collected on demand"):
        ask(place.store, Wanted(month=NOVEMBER.shifted(months)), NOW)
    assert latest_runs(place.store, 1) == []


def test_of_many_who_ask_at_once_one_makes_the_run(backend_place: Place) -> None:
    with ThreadPoolExecutor(6) as threads:
        asked = list(threads.map(lambda _: ask(backend_place.store, Wanted(), NOW), range(6)))
    assert len({one.run for one in asked}) == 1
    assert sum(one.is_new for one in asked) >= 1
    assert len(latest_runs(backend_place.store, 9)) == 1


def test_different_questions_at_one_moment_have_different_runs(place: Place) -> None:
    names = ("openai", "anthropic", "mistral")
    runs = {ask(place.store, Wanted(provider=name), NOW).run for name in names}
    assert len(runs) == 3


@pytest.mark.parametrize("call", range(1, 6))
def test_whoever_dies_while_asking_leaves_no_question_without_its_run(
    call: int, place: Place
) -> None:
    dying = WatchedStore(place.store, AtCall(call, die), nothing)
    try:
        ask(dying, Wanted(), NOW)
    except Dead:
        asked = ask(place.store, Wanted(), NOW + MINUTE)
        state = run_state(place.store, asked.run, NOW)
        assert state is not None
        assert (state.progress, state.finished) == ("waiting", False)
    assert len(latest_runs(place.store, 9)) == 1


def test_nobody_knows_of_a_run_that_never_was(place: Place) -> None:
    assert run_state(place.store, "20261122T010000Z-daily", NOW) is None
