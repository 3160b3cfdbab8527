"""Publishing after runs: one publisher at a time, and nothing that came meanwhile is forgotten.

What is to be published says so itself: a run that is complete and not published, and the note that
somebody typed something. Whoever finds the lease held leaves it at that, for the holder looks again
once it has let go; one that died has left what it was about as it was, and its lease runs out.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

import msgspec
from msgspec.structs import replace

from ecot.errors import Conflict
from ecot.jobs.runs.events import Hand, Publish, Send
from ecot.jobs.runs.state import SKEW, Clock, Left, move_on
from ecot.model.outcome import Outcome
from ecot.model.run import Run
from ecot.store.leases import release, take
from ecot.store.protocol import Store
from ecot.store.runs import accounts_of, drop_mark, put_mark, read_mark, runs_since

LEASE = "publish"
LOOKED_BACK = timedelta(days=3)
"""For so long a run is looked after that does not come to its end."""
_NOTE, _WATCH = "publish", "watch"
_TRIES = 20


class Note(msgspec.Struct, frozen=True):
    """Somebody has typed something since the site was published, the last time `at`."""

    at: datetime


class Watch(msgspec.Struct, frozen=True, kw_only=True):
    """Since when runs are watched, and when the last one of a night was published that was no
    failure altogether: none of its accounts could be read."""

    since: datetime
    published_at: datetime | None = None


class Published(NamedTuple):
    """What came of it: `published`, `busy` (somebody else is at it, and will do this too), or
    `nothing` (there was nothing to publish); and the runs that were published."""

    state: Literal["published", "busy", "nothing"]
    runs: Sequence[Run] = ()


class _Due(NamedTuple):
    runs: list[Run]
    note: int  # its version, 0: there is none

    @property
    def is_any(self) -> bool:
        return bool(self.runs or self.note)


def publish(
    store: Store,
    event: Publish,
    settle: Callable[[Run, Sequence[Outcome]], None],
    show: Callable[[], None],
    now: Clock,
    left: Left,
    hand: Hand,
) -> Published:
    """Settles the ledger after each run that is complete, shows what the ledger holds, marks these
    runs as published and hands on their mails. What came meanwhile is handed on to another
    invocation, which has all of its time for it."""
    if event.run is None:
        put_mark(store, _NOTE, Note(now()), None)
    if not _due(store, now()).is_any:
        return Published("nothing")
    lease = take(store, LEASE, now(), timedelta(seconds=max(left(), 0.0)) + SKEW)
    if lease is None:
        return Published("busy")
    try:
        published = _published(store, settle, show, now)
    finally:
        release(store, lease)
    for run in published:
        if run.due == "send":
            hand("send", Send(run=run.id))
    due = _due(store, now())
    if due.is_any:
        hand("publish", Publish(run=due.runs[0].id if due.runs else None))
    return Published("published", published)


def noted_at(store: Store) -> datetime | None:
    """When somebody last typed something that is not on the site yet; None where all of it is."""
    note, _ = read_mark(store, _NOTE, Note)
    return note.at if note else None


def seen_watch(store: Store) -> Watch | None:
    """Since when runs are watched; None where nobody does."""
    return read_mark(store, _WATCH, Watch)[0]


def watched(store: Store, now: datetime) -> Watch:
    """Since when runs are watched: whoever looks first begins it."""
    watch = seen_watch(store)
    if watch is None:
        watch = Watch(since=now)
        try:
            put_mark(store, _WATCH, watch, 0)
        except Conflict:
            return watched(store, now)
    return watch


def _due(store: Store, now: datetime) -> _Due:
    runs = [run for run in runs_since(store, now - LOOKED_BACK) if run.due == "publish"]
    return _Due(runs, read_mark(store, _NOTE, Note)[1])


def _published(
    store: Store,
    settle: Callable[[Run, Sequence[Outcome]], None],
    show: Callable[[], None],
    now: Clock,
) -> list[Run]:
    due = _due(store, now())  # as it is now that nobody else publishes
    if not due.is_any:
        return []
    outcomes = {run.id: accounts_of(store, run.id).outcomes for run in due.runs}
    for run in due.runs:
        settle(run, outcomes[run.id])
    show()
    if due.note:
        try:
            drop_mark(store, _NOTE, due.note)
        except Conflict:
            pass  # somebody has typed something since: it stays due
    marked = [_marked(store, run, outcomes[run.id], now) for run in due.runs]
    return [run for run in marked if run is not None]


def _marked(store: Store, run: Run, outcomes: Sequence[Outcome], now: Clock) -> Run | None:
    """The run, marked as published, if it is this invocation that did."""
    at = now()

    def change(one: Run) -> Run | None:
        return None if one.due != "publish" else replace(one, published_at=at, handed_at=at)

    after = move_on(store, run.id, change)
    has_failed = any(one.state == "failed" for one in outcomes)
    if run.is_of_the_night and (not has_failed or any(one.is_read for one in outcomes)):
        _note_published(store, at)
    return after


def _note_published(store: Store, at: datetime) -> None:
    for _ in range(_TRIES):
        watched(store, at)
        watch, version = read_mark(store, _WATCH, Watch)
        if watch is None or (watch.published_at is not None and watch.published_at >= at):
            return
        try:
            put_mark(store, _WATCH, replace(watch, published_at=at), version)
        except Conflict:
            continue
        return
