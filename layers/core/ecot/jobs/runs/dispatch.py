"""Beginning a run: written once, an item an account, and each account handed on.

An account is handed on only once all are written and the run is marked as begun: a second delivery
then finds nothing to do, and one that comes after a crash before that writes them all again.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from msgspec.structs import replace

from ecot.errors import Conflict, EcotError
from ecot.jobs.runs.events import Collect, Dispatch, Hand, Publish
from ecot.jobs.runs.state import Clock, Left, move_on, until
from ecot.model.run import Run, Waiting
from ecot.store.protocol import Store
from ecot.store.runs import put_all_waiting, put_run, read_run, stamp

AT_ONCE = 20
"""How many accounts are handed on side by side: a thousand take seconds."""


def run_of(event: Dispatch) -> str:
    """The id of the run that the event begins."""
    return event.run or f"{stamp(event.time)}-{event.kind}"


def dispatch(
    store: Store,
    event: Dispatch,
    accounts: Callable[[Run], Sequence[Waiting]],
    now: Clock,
    left: Left,
    hand: Hand,
) -> Run | None:
    """Begins the run, and returns it; None where it has begun, or somebody is at it. `accounts`
    are those that it is to collect; without any it is published at once.

    Raises StoreUnavailable where an account could not be handed on; `check` does that later.
    """
    held = _held(store, event, now, left)
    if held is None:
        return None
    try:
        waiting = accounts(held)
        put_all_waiting(store, held, waiting)
    except Exception:
        with suppress(EcotError):  # else it runs out by itself
            _let_go(store, held)
        raise

    def begun(run: Run) -> Run | None:
        if run.begun_at is not None or run.held_until != held.held_until:
            return None
        at = now()
        done = None if waiting else at
        return replace(run, begun_at=at, accounts=len(waiting), complete_at=done, handed_at=at)

    run = move_on(store, held.id, begun)
    if run is None:
        return None
    if waiting:
        _hand_on(run, waiting, hand)
    else:
        hand("publish", Publish(run=run.id))
    return run


def _held(store: Store, event: Dispatch, now: Clock, left: Left) -> Run | None:
    """The run, which only this invocation may begin."""
    name, at = run_of(event), now()
    _write(store, event, name, now)

    def hold(run: Run) -> Run | None:
        is_held = run.held_until is not None and at < run.held_until
        if run.begun_at is not None or is_held:
            return None
        return replace(run, held_until=until(at, left))

    return move_on(store, name, hold)


def _let_go(store: Store, held: Run) -> None:
    """The next delivery need not wait until the right has run out, nor take it for another's."""

    def change(run: Run) -> Run | None:
        return replace(run, held_until=None) if run.held_until == held.held_until else None

    move_on(store, held.id, change)


def _write(store: Store, event: Dispatch, name: str, now: Clock) -> None:
    """Writes the run down, unless it is."""
    if read_run(store, name)[0] is not None:
        return
    at = now()
    run = Run(id=name, kind=event.kind, time=event.time, made_at=at, handed_at=at)
    try:
        put_run(store, run, 0)
    except Conflict:
        return  # somebody else has just done it


def _hand_on(run: Run, waiting: Sequence[Waiting], hand: Hand) -> None:
    """Hands on every account; where some could not be, the others are all the same."""
    with ThreadPoolExecutor(AT_ONCE) as threads:
        handed = [
            threads.submit(hand, "collect", Collect(run=run.id, account=one.account))
            for one in waiting
        ]
    for one in handed:
        one.result()
