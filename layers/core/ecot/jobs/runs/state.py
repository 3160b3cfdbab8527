"""Moving a run on: each change is one conditional put, so that of several who try one does it, and
each step that is over hands on the next."""

from collections.abc import Callable
from datetime import datetime, timedelta

from msgspec.structs import replace

from ecot.errors import Conflict
from ecot.jobs.runs.events import Hand, Publish
from ecot.model.outcome import Outcome
from ecot.model.run import Run
from ecot.store.protocol import Store
from ecot.store.runs import is_waiting, put_collected, put_run, read_run

Clock = Callable[[], datetime]
Left = Callable[[], float]
"""The seconds that an invocation still has."""

SKEW = timedelta(seconds=30)
"""How long a right outlives whoever holds it: clocks differ, and a retry comes a minute later."""
_TRIES = 20  # each lost race means that somebody else moved the run on, so this ends


def until(now: datetime, left: Left) -> datetime:
    """When a right that is taken now runs out: with the invocation that takes it."""
    return now + timedelta(seconds=max(left(), 0.0)) + SKEW


def move_on(store: Store, name: str, change: Callable[[Run], Run | None]) -> Run | None:
    """The run as changed, if this is who changed it. `change` says what it becomes, or that it is
    not to be changed (None). Raises Conflict where others never stop writing it."""
    for _ in range(_TRIES):
        run, version = read_run(store, name)
        after = change(run) if run is not None else None
        if after is None:
            return None
        try:
            put_run(store, after, version)
        except Conflict:
            continue
        return after
    raise Conflict("{run} is written by somebody else all the time", run=name)


def finish(store: Store, run: str, outcome: Outcome, now: Clock, hand: Hand) -> None:
    """The account has its outcome in the run; whoever finds that it was the last hands on what is
    next."""
    put_collected(store, run, outcome)
    complete(store, run, now, hand)


def complete(store: Store, run: str, now: Clock, hand: Hand) -> None:
    """Hands the run on to be published if it waits for nobody. Of two who find that, one does: the
    last accounts are each removed before anybody looks, so that at least one finds it."""
    if is_waiting(store, run):
        return

    def change(one: Run) -> Run | None:
        if one.due != "collect":
            return None
        return replace(one, complete_at=now(), handed_at=now())

    if move_on(store, run, change) is not None:
        hand("publish", Publish(run=run))
