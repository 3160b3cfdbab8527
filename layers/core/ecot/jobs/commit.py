"""Writing one account's month: documents, evidence, records and cubes first, then the head.

The head's conditional put is the commit. A run that dies before it has changed nothing that
anybody reads; a run that loses the race for it reads again and works the change out anew.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from ecot.errors import Conflict
from ecot.jobs.round import Round
from ecot.ledger.commit import moved, recut_cube
from ecot.ledger.months import begun, settled_month
from ecot.ledger.reading import Reading
from ecot.ledger.replace import DayChange, replaced, with_feeds
from ecot.model.answer import Evidence
from ecot.model.cube import Cube, CubeKind
from ecot.model.document import Document
from ecot.model.head import Head
from ecot.model.outcome import Progress, Restatement
from ecot.model.period import Month
from ecot.store.documents import cube_writes, document_writes, read_cube, read_document
from ecot.store.evidence import put_evidence
from ecot.store.heads import Held, put_head, read_heads
from ecot.store.protocol import Place, Store, Write
from ecot.store.records import read_standing, restatement_write
from ecot.store.writes import put_stream

TRIES = 20  # each lost race means that somebody else committed, so this ends


class Commit(NamedTuple):
    """What became of a month: its head now, what was restated, and how many days were written."""

    head: Head
    restatements: tuple[Restatement, ...]
    days: int


class Writing(NamedTuple):
    """Who writes and when: `today` and `now` come from the edge, `progress` says which feeds a
    complete day needs, `lateness` when a day has settled. `plans` is the stamp of the plans that
    are written, where that is what is written. A month that is due is not closed by what `closes`
    nothing: a plan is still to be written into it, or to be taken out."""

    run: str
    today: date
    now: datetime
    progress: Progress
    lateness: timedelta
    plans: str | None = None
    closes: bool = True


def writing_of(
    store: Store,
    account: str,
    round_: Round,
    *,
    lateness: timedelta = timedelta(0),
    plans: str | None = None,
) -> Writing:
    """For what no key brings (plans, files, closing): an account that is collected too is still
    complete only with its key's feeds."""
    return Writing(
        run=round_.run,
        today=round_.today,
        now=round_.now(),
        progress=read_standing(store, account).progress or begun(account, (), round_.today),
        lateness=lateness,
        plans=plans,
    )


def commit_month(
    place: Place,
    month: Month,
    readings: Sequence[Reading],
    evidence: Mapping[str, Evidence],
    writing: Writing,
    held: Held | None = None,
    *,
    tries: int = TRIES,
) -> Commit:
    """Replaces the readings' days in the month. `held` is its head where it was read already;
    `evidence` holds the answers by the names that the readings use. Raises Conflict after so many
    lost races."""
    account = writing.progress.account
    for _ in range(tries):
        held = held or read_heads(place.store, account, [month])[month]
        try:
            return _attempt(place, held, readings, evidence, writing)
        except Conflict:
            held = None
    raise Conflict(
        "{account}: somebody else keeps writing {month}",
        remedy="Wait until the other collection has ended, then collect again.",
        account=account,
        month=month,
    )


def _attempt(
    place: Place,
    held: Held,
    readings: Sequence[Reading],
    evidence: Mapping[str, Evidence],
    writing: Writing,
) -> Commit:
    store, head = place.store, with_feeds(held.head, readings)

    def load(day: date, name: str) -> Document:
        return read_document(store, head.account, day, name)

    changes = replaced(head, readings, load, run=writing.run, lateness=writing.lateness)
    changed = [change for change in changes if change.is_changed]
    service, person = (_recut(store, head, changed, kind) for kind in ("service", "person"))
    _keep_evidence(place, changed, evidence)
    put_stream(store, _writes(changed, [cube for cube in (service, person) if cube]))
    read = _read_days(readings, writing.progress.feeds)
    new = moved(head, changes, service, person, plans=writing.plans)
    if writing.closes or new.closed_at is not None:
        new = settled_month(new, writing.progress, writing.today, writing.now, read)
    if new != held.head:
        put_head(store, new, held.version)
    restatements = tuple(change.restatement for change in changed if change.restatement)
    return Commit(new, restatements, len(changed))


def _read_days(readings: Sequence[Reading], feeds: Sequence[str]) -> set[date]:
    """The days that every one of the feeds has given."""
    days = {reading.feed: set(reading.days) for reading in readings}
    return set.intersection(*(days.get(feed, set()) for feed in feeds)) if feeds else set()


def _keep_evidence(
    place: Place, changed: Sequence[DayChange], evidence: Mapping[str, Evidence]
) -> None:
    stated_by = {name for change in changed for name in change.evidence}
    for name in sorted(stated_by & evidence.keys()):
        put_evidence(place.files, name, evidence[name])


def _writes(changed: Sequence[DayChange], cubes: Sequence[Cube]) -> Iterator[Write]:
    """Everything that the head is about to point to, as one stream."""
    for change in changed:
        if change.document:
            yield from document_writes(change.document)
        if change.restatement:
            yield restatement_write(change.restatement)
    for cube in cubes:
        if cube.cells:
            yield from cube_writes(cube)


def _recut(store: Store, head: Head, changed: Sequence[DayChange], kind: CubeKind) -> Cube | None:
    """The month's cube after the changes; None where nothing changed."""
    if not changed:
        return None
    name = head.service_cube if kind == "service" else head.person_cube
    old = read_cube(store, head.account, head.month, kind, name) if name else None
    return recut_cube(head, old, changed, kind)
