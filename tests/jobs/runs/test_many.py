"""A thousand accounts in one run: within the limits of an invocation, published once, and with
reads that grow as the accounts do. (On moto a query looks at every item, which takes long.)"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock

import pytest

from ecot.jobs.runs.check import check
from ecot.jobs.runs.collect import collect
from ecot.jobs.runs.dispatch import dispatch
from ecot.jobs.runs.events import Check, Collect, Dispatch, Event, Publish, Step
from ecot.jobs.runs.look import run_state
from ecot.jobs.runs.publish import publish
from ecot.model.outcome import Outcome
from ecot.model.run import Run, Waiting
from ecot.store.protocol import Store
from tests.bench.counting import CountingStore
from tests.store.backends import open_store_on

MANY = 1000
NOW = datetime(2026, 11, 22, 1, tzinfo=UTC)
RUN = "20261122T010000Z-daily"
LAMBDA_SECONDS = 900.0
BACKENDS = pytest.mark.parametrize(
    "backend", ["sqlite", pytest.param("moto", marks=pytest.mark.tools)]
)


class Queue:
    """Takes what is handed on, from several threads."""

    def __init__(self) -> None:
        self.events: list[tuple[Step, Event]] = []
        self._lock = Lock()

    def __call__(self, step: Step, event: Event) -> None:
        with self._lock:
            self.events.append((step, event))


def accounts(_: Run) -> list[Waiting]:
    names = (f"openai/team-{number:04}" for number in range(MANY))
    return [Waiting(account=name, provider="openai", handed_at=NOW) for name in names]


def now() -> datetime:
    return NOW


def left() -> float:
    return LAMBDA_SECONDS


def read(run: Run, waiting: Waiting) -> Outcome:
    """A supplier that has nothing to tell."""
    return Outcome(
        provider="openai", account=waiting.account, run=run.id, at=now(), state="no_data"
    )


def collected(store: Store, event: Event, hand: Queue) -> str:
    assert isinstance(event, Collect)
    return collect(store, event, read, now, left, hand).state


@BACKENDS
def test_a_thousand_accounts_are_one_run_and_published_once(backend: str, tmp_path: Path) -> None:
    store = CountingStore(open_store_on(backend, tmp_path))
    queue = Queue()
    run = dispatch(store, Dispatch(time=NOW), accounts, now, left, queue)
    assert run is not None
    assert run.accounts == MANY
    assert (sum(store.reads.values()), sum(store.read_items.values())) == (3, 2)
    assert store.writes == {"runs": MANY + 3}  # forty calls for the accounts, and the run's states
    collects = [event for step, event in queue.events if step == "collect"]
    assert len(collects) == len(queue.events) == MANY

    queue.events.clear()
    with ThreadPoolExecutor(8) as threads:
        states = list(threads.map(lambda event: collected(store, event, queue), collects))
    assert states == ["collected"] * MANY
    assert queue.events == [("publish", Publish(run=RUN))]
    assert sum(store.reads.values()) <= 2 * MANY + 20
    assert sum(store.read_items.values()) <= 3 * MANY + 20

    settled: list[Sequence[Outcome]] = []
    publishing = (lambda _, outcomes: settled.append(outcomes), lambda: None, now, left, queue)
    assert publish(store, Publish(run=RUN), *publishing).state == "published"
    assert publish(store, Publish(run=RUN), *publishing).state == "nothing"
    assert [len(outcomes) for outcomes in settled] == [MANY]
    assert sum(store.read_items.values()) <= 4 * MANY + 40
    state = run_state(store, RUN, NOW)
    assert state is not None
    assert (state.finished, len(state.accounts)) == (True, MANY)


@BACKENDS
def test_a_thousand_collectors_that_are_lost_are_handed_on_by_one_check(
    backend: str, tmp_path: Path
) -> None:
    store = CountingStore(open_store_on(backend, tmp_path))
    queue = Queue()
    dispatch(store, Dispatch(time=NOW), accounts, now, left, queue)
    queue.events.clear()
    before = sum(store.read_items.values())
    half = NOW + timedelta(minutes=30)
    done = check(store, Check(time=half), lambda _: None, lambda: half, left, queue)
    assert len(done.handed) == len(queue.events) == MANY
    assert sum(store.read_items.values()) - before <= MANY + 20
    again = check(store, Check(time=half), lambda _: None, lambda: half, left, queue)
    assert again.handed == []
