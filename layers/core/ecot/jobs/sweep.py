"""Sweeping: what no head points to any more, once it has lain there for a day, and what is old:
evidence, mails, and traces of runs.

Dead runs leave documents, cubes and records that nobody reads, and so does every change. They are
noted at one sweep and removed at the next, if they are still as they were: a document that some
collector is just writing again has another version by then, and stays. Most nights look through the
last months only, in which nearly everything happens; once a month a sweep looks everywhere.
"""

from collections.abc import Iterator, Set
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from ecot.errors import Conflict
from ecot.model.head import Head
from ecot.model.period import Month
from ecot.store.documents import cube_key, document_key
from ecot.store.evidence import expired_evidence
from ecot.store.heads import all_heads
from ecot.store.mails import expired_mail_files
from ecot.store.protocol import Key, Place, Store
from ecot.store.records import all_progress
from ecot.store.runs import drop_expired

EVERY = timedelta(days=1)
EVERYWHERE_EVERY = timedelta(days=28)
LOOKED_BACK = 2  # months before the running one: closed months are read late as far back as that
_NOTED = Key("ledger", "unreferenced")
_NOTE_BYTES = 300_000
_MONTH = 7  # letters of a month, with which the sort keys of all that is swept begin
_STEM = {"day": slice(0, 2), "cube": slice(0, 3), "restatement": slice(1, 2)}
"""Which parts of a sort key, cut at "#", a head can name, by the beginning of the partition."""


class Lying(NamedTuple):
    """An item that no head points to: where it lies, and as which version."""

    partition: str
    sort: str
    version: int


class Noted(msgspec.Struct, frozen=True):
    """What lay unreferenced at a sweep, and when one looked everywhere and could note all of it."""

    at: datetime
    items: set[Lying]
    everywhere_at: datetime | None = None


def sweep(place: Place, now: datetime) -> int:
    """Sweeps if the last time was a day ago or more, and returns how many items and files went."""
    store = place.store
    before = _noted(store, now)
    if now - before.at < EVERY:
        return 0
    since = _since(before, now)
    pointed = _pointed(store, min([since, *(one.sort[:_MONTH] for one in before.items)]))
    gone = [one for one in sorted(before.items) if pointed.misses(*one[:2]) and _goes(store, one)]
    store.put(_NOTED, _note(sorted(_lying(store, since, pointed)), before, since, now))
    today = now.date()
    old = [*expired_evidence(place.files, today), *expired_mail_files(place.files, today)]
    for name in old:
        place.files.delete(name)
    return len(gone) + len(old) + drop_expired(store, now)


def looks_everywhere(store: Store, now: datetime) -> bool:
    """Whether a sweep would now look through the whole ledger."""
    before = _noted(store, now)
    return now - before.at >= EVERY and not _since(before, now)


def _noted(store: Store, now: datetime) -> Noted:
    item = store.get([_NOTED]).get(_NOTED)
    return msgspec.json.decode(item.body, type=Noted) if item else Noted(now - EVERY, set())


def _since(before: Noted, now: datetime) -> str:
    """The first month to look through; none where it is time to look everywhere."""
    if before.everywhere_at is None or now - before.everywhere_at >= EVERYWHERE_EVERY:
        return ""
    return str(Month.of(now.date()).shifted(-LOOKED_BACK))


class _Pointed(NamedTuple):
    """What some months' heads point to, and the accounts that have any."""

    stems: Set[Key]
    accounts: Set[str]

    def misses(self, partition: str, sort: str) -> bool:
        """Whether none of them points there."""
        stem = _STEM[partition.partition("#")[0]]
        return Key(partition, "#".join(sort.split("#")[stem])) not in self.stems


def _pointed(store: Store, since: str) -> _Pointed:
    stems: set[Key] = set()
    accounts: set[str] = set()
    for head in all_heads(store, since):
        stems.update(_stems(head))
        accounts.add(head.account)
    return _Pointed(stems, accounts)


def _lying(store: Store, since: str, pointed: _Pointed) -> Iterator[Lying]:
    for partition in _partitions(store, since, pointed.accounts):
        for item in store.query(partition, since):
            if pointed.misses(*item.key):
                yield Lying(*item.key, item.version)


def _partitions(store: Store, since: str, accounts: Set[str]) -> list[str]:
    """Those to look through. Only to look everywhere the whole table is asked what there is."""
    if not since:
        return [one for one in store.partitions() if one.partition("#")[0] in _STEM]
    expected = {progress.account for progress in all_progress(store)}  # some have no head yet
    return [f"{begin}#{account}" for account in sorted(accounts | expected) for begin in _STEM]


def _note(lying: list[Lying], before: Noted, since: str, now: datetime) -> bytes:
    """As much of it as an item holds: the rest is noted once this is gone."""
    noted: set[Lying] = set()
    size = 0
    for one in lying:
        size += len(msgspec.json.encode(one)) + 1
        if size > _NOTE_BYTES:
            break
        noted.add(one)
    looked = before.everywhere_at if since else now
    is_whole = len(noted) == len(lying)
    return msgspec.json.encode(Noted(now, noted, looked if is_whole else None), order="sorted")


def _stems(head: Head) -> Iterator[Key]:
    """Where everything lies that the head points to."""
    for day, name in head.documents():
        yield document_key(head.account, day, name)
    if head.service_cube is not None:
        yield cube_key(head.account, head.month, "service", head.service_cube)
    if head.person_cube is not None:
        yield cube_key(head.account, head.month, "person", head.person_cube)
    for record in head.restated:
        yield Key(f"restatement#{head.account}", record)


def _goes(store: Store, one: Lying) -> bool:
    try:
        store.delete(Key(one.partition, one.sort), if_version=one.version)
    except Conflict:
        return False
    return True
