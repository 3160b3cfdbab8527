"""Collecting one account of a run: once, however often the event comes."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Literal, NamedTuple

from msgspec.structs import replace

from ecot.errors import Conflict, EcotError
from ecot.jobs.runs.events import Collect, Hand
from ecot.jobs.runs.state import Clock, Left, complete, finish, until
from ecot.model.outcome import Outcome
from ecot.model.run import Run, Waiting
from ecot.store.protocol import Store
from ecot.store.runs import InRun, drop_waiting, put_waiting, read_account

CollectState = Literal["collected", "already", "busy", "unknown"]


class Collected(NamedTuple):
    """What came of it: `collected` now, `already` earlier, `busy` (somebody is at it), or `unknown`
    (no such account, or no such run)."""

    state: CollectState
    outcome: Outcome | None = None


def collect(
    store: Store,
    event: Collect,
    read: Callable[[Run, Waiting], Outcome],
    now: Clock,
    left: Left,
    hand: Hand,
) -> Collected:
    """Collects the account with `read`, unless it has its outcome or somebody else is at it, and
    hands on what is next where it was the run's last.

    The right to do it lies in the account's item, for as long as the invocation lasts: one that was
    killed is followed by whoever comes after that. An outcome that it left in the ledger counts.
    """
    found = read_account(store, event.run, event.account)
    if (known := found.collected) is not None:
        return _already(store, event, found, known, now, hand)
    if found.run is None or found.waiting is None:
        return Collected("unknown")
    if (known := found.in_ledger) is not None:
        finish(store, event.run, known, now, hand)
        return Collected("already", known)
    held = _held(store, event.run, found.waiting, found.version, now(), left)
    if held is None:
        return Collected("busy")
    try:
        outcome = read(found.run, held)
    except Exception:
        with suppress(EcotError):  # else it runs out by itself
            _let_go(store, event, held)
        raise
    finish(store, event.run, outcome, now, hand)
    return Collected("collected", outcome)


def _already(
    store: Store, event: Collect, found: InRun, known: Outcome, now: Clock, hand: Hand
) -> Collected:
    """Whoever wrote the outcome may have died before the rest."""
    if found.waiting is not None:
        drop_waiting(store, event.run, event.account)
    if found.run is not None and found.run.due == "collect":
        complete(store, event.run, now, hand)
    return Collected("already", known)


def _held(
    store: Store, run: str, waiting: Waiting, version: int, now: datetime, left: Left
) -> Waiting | None:
    """The account, which only this invocation may collect."""
    if waiting.is_held(now):
        return None
    held = replace(waiting, held_until=until(now, left))
    try:
        put_waiting(store, run, held, version)
    except Conflict:
        return None  # somebody else has just taken it, or is done with it
    return held


def _let_go(store: Store, event: Collect, held: Waiting) -> None:
    """The next delivery need not wait until the right has run out."""
    found = read_account(store, event.run, event.account)
    if found.waiting is not None and found.waiting.held_until == held.held_until:
        put_waiting(store, event.run, replace(found.waiting, held_until=None), found.version)
