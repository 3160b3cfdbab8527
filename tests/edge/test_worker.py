"""A laptop's worker: the same steps on one thread, one after another."""

import time
from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta
from threading import Event, Thread

import pytest

from ecot.edge.setup import Setup
from ecot.edge.worker import Worker
from ecot.errors import StoreUnavailable
from ecot.jobs.place import place_at, site_at
from ecot.jobs.runs.events import Dispatch, Publish
from ecot.jobs.runs.look import latest_runs
from tests.edge.stack import Stack, stack_over
from tests.jobs.conftest import world
from tests.jobs.world import World

__all__ = ["world"]  # a fixture, found by its name

NIGHT = Dispatch(time=datetime(2026, 11, 8, 6, tzinfo=UTC))


@pytest.fixture
def stack(world: World) -> Iterator[Stack]:
    with stack_over(world, world.home) as one:
        yield one


def test_a_run_is_done_step_by_step(stack: Stack) -> None:
    with Worker(stack.opens, time.monotonic) as hand:
        hand("dispatch", NIGHT)
        hand.finish()
    place = place_at(stack.home)
    (run,) = latest_runs(place.store, 9)
    place.store.close()
    assert (run.due, run.accounts) == (None, 2)
    assert "index.html" in set(site_at(stack.home).names())


def test_a_step_that_fails_does_not_stop_the_next(
    stack: Stack, caplog: pytest.LogCaptureFixture
) -> None:
    tries: list[int] = []

    def opens(variables: Collection[str] | None = None, /) -> Setup:
        tries.append(1)
        if len(tries) == 1:
            raise StoreUnavailable("the table does not answer")
        return stack.opens(variables)

    with Worker(opens, time.monotonic) as hand:
        hand("publish", Publish())
        hand("publish", Publish())
        hand.finish()
    assert "publish: the table does not answer" in caplog.text
    assert "index.html" in set(site_at(stack.home).names())


def test_what_a_worker_leaves_the_next_one_finds_and_begins_nothing_of_its_own(
    stack: Stack,
) -> None:
    """It stops after the step that it is at."""

    began, may_go_on = Event(), Event()

    def opens(variables: Collection[str] | None = None, /) -> Setup:
        began.set()
        may_go_on.wait()
        return stack.opens(variables)

    with Worker(opens, time.monotonic) as hand:
        hand("dispatch", NIGHT)
        began.wait()
        stopping = Thread(target=hand.stop)
        stopping.start()
        stopping.join(0.2)  # long enough for it to have said so
        assert stopping.is_alive()
        may_go_on.set()
        stopping.join()
    place = place_at(stack.home)
    assert [run.due for run in latest_runs(place.store, 9)] == ["collect"]
    stack.world.clock.moment = datetime(2026, 11, 8, 7, tzinfo=UTC)
    is_looking = Event()

    def looks(variables: Collection[str] | None = None, /) -> Setup:
        due = [run.due for run in latest_runs(place.store, 9)]
        if due == [None]:
            is_looking.set()
        return stack.opens(variables)

    with Worker(looks, time.monotonic, check_seconds=0.01):
        assert is_looking.wait(60)
        stack.world.clock.moment += timedelta(days=2)
        for _ in range(2):  # one more begins only when the one before has ended
            is_looking.clear()
            assert is_looking.wait(60)
    assert [run.due for run in latest_runs(place.store, 9)] == [None]
    place.store.close()
