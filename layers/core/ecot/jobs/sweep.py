"""Sweeping: what no head points to any more, once it has lain there for a day, and old evidence.

Dead runs leave documents, cubes and records that nobody reads, and so does every change. They are
noted at one sweep and removed at the next, if they are still as they were: a document that some
collector is just writing again has another version by then, and stays.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec

from ecot.errors import Conflict
from ecot.model.head import Head
from ecot.store.documents import cube_key, document_key
from ecot.store.evidence import expired_evidence
from ecot.store.heads import all_heads
from ecot.store.protocol import Item, Key, Place, Store

EVERY = timedelta(days=1)
_NOTED = Key("ledger", "unreferenced")
_NOTE_BYTES = 300_000
_STEM = {"day": slice(0, 2), "cube": slice(0, 3), "restatement": slice(1, 2)}
"""Which parts of a sort key, cut at "#", a head can name, by the beginning of the partition."""


class Noted(msgspec.Struct, frozen=True):
    """What lay unreferenced at a sweep: partition, sort key and version."""

    at: datetime
    items: set[tuple[str, str, int]]


def sweep(place: Place, now: datetime) -> int:
    """Sweeps if the last time was a day ago or more, and returns how many items and files went."""
    item = place.store.get([_NOTED]).get(_NOTED)
    before = msgspec.json.decode(item.body, type=Noted) if item else Noted(now - EVERY, set())
    if now - before.at < EVERY:
        return 0
    lying = {(*item.key, item.version) for item in _unreferenced(place.store)}
    gone = {one for one in lying & before.items if _removed(place.store, *one)}
    place.store.put(_NOTED, _note(now, lying - gone))
    old = expired_evidence(place.files, now.date())
    for name in old:
        place.files.delete(name)
    return len(gone) + len(old)


def _note(now: datetime, lying: set[tuple[str, str, int]]) -> bytes:
    """As much of it as an item holds: the rest is noted once this is gone."""
    items: list[tuple[str, str, int]] = []
    size = 0
    for one in sorted(lying):
        size += len(msgspec.json.encode(one)) + 1
        if size > _NOTE_BYTES:
            break
        items.append(one)
    return msgspec.json.encode(Noted(now, set(items)), order="sorted")


def _unreferenced(store: Store) -> Iterator[Item]:
    referenced = {stem for head in all_heads(store) for stem in _stems(head)}
    for partition in list(store.partitions()):
        stem = _STEM.get(partition.partition("#")[0])
        if stem is None:
            continue
        for item in store.query(partition):
            if Key(partition, "#".join(item.key.sort.split("#")[stem])) not in referenced:
                yield item


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


def _removed(store: Store, partition: str, sort: str, version: int) -> bool:
    try:
        store.delete(Key(partition, sort), if_version=version)
    except Conflict:
        return False
    return True
