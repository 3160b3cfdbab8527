"""A store for one piece of work that reads much, such as a publication: it is asked once.

The first query of a partition brings all of it, and what is asked of it later is answered from
memory: all months of an account's cubes are one question, and whoever asks again sees what the
first did. What is written goes below at once, and its partition is forgotten. A `get` is never
answered from memory, for whoever gets an item may be about to put it under its version.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from ecot.store.protocol import Item, Key, Place, Store, Write

ROOM = 150_000_000
"""Bytes that are remembered; beyond it every question is asked anew."""
AN_ITEM = 400
"""Bytes that an item takes beside its body, about."""
_REMEMBERED = frozenset(
    {"ledger", "head", "billed", "progress", "outcome", "names", "claim", "bill", "rate"}
    | {"cube", "restatement"}
)
"""Where lies what a report is made of, by the beginning of the partition. Not rows: they are many,
and read as a stream."""


class OnceStore:
    """A `Store` above another one, for one thread; closing it is not its business."""

    def __init__(self, store: Store, room: int = ROOM) -> None:
        self._store, self._room = store, room
        self._known: dict[str, list[Item]] = {}
        self._last: dict[str, tuple[int, Sequence[Item]]] = {}

    def get(self, keys: Sequence[Key]) -> Mapping[Key, Item]:
        return self._store.get(keys)

    def query(self, partition: str, first: str = "", before: str | None = None) -> Iterator[Item]:
        known = self._remembered(partition)
        if known is None:
            return self._store.query(partition, first, before)
        start = _place_of(known, first)
        end = len(known) if before is None else max(_place_of(known, before), start)
        return iter(known[start:end])

    def latest(self, partition: str, most: int) -> Sequence[Item]:
        asked, found = self._last.get(partition, (0, ()))
        if asked != most:
            self._forget(partition)
            found = self._store.latest(partition, most)
            if self._room > 0:
                self._last[partition] = most, found
                self._room -= _size(found)
        return found

    def partitions(self) -> Iterator[str]:
        return self._store.partitions()

    def put(
        self,
        key: Key,
        body: bytes,
        *,
        if_version: int | None = None,
        expires: datetime | None = None,
    ) -> None:
        self._forget(key.partition)
        self._store.put(key, body, if_version=if_version, expires=expires)

    def put_all(self, items: Sequence[Write], *, expires: datetime | None = None) -> None:
        for key, _ in items:
            self._forget(key.partition)
        self._store.put_all(items, expires=expires)

    def delete(self, key: Key, *, if_version: int | None = None) -> None:
        self._forget(key.partition)
        self._store.delete(key, if_version=if_version)

    def close(self) -> None:
        """Leaves the store below open: it is somebody else's."""

    def _remembered(self, partition: str) -> list[Item] | None:
        """The whole partition; None where it is not to be remembered, or there is no room."""
        if partition not in self._known:
            if partition.partition("#")[0] not in _REMEMBERED or self._room <= 0:
                return None
            self._known[partition] = list(self._store.query(partition))
            self._room -= _size(self._known[partition])
        return self._known[partition]

    def _forget(self, partition: str) -> None:
        self._room += _size(self._known.pop(partition, ()))
        self._room += _size(self._last.pop(partition, (0, ()))[1])


def asked_once(place: Place) -> Place:
    """The place, whose store is asked once from now on; one that is already, as it is."""
    if isinstance(place.store, OnceStore):
        return place
    return Place(OnceStore(place.store), place.files)


def _place_of(items: Sequence[Item], sort: str) -> int:
    """Where the first item lies whose sort key is not before `sort`: keys are in order as bytes."""
    wanted = sort.encode()
    return bisect_left(items, wanted, key=lambda item: item.key.sort.encode())


def _size(items: Sequence[Item]) -> int:
    return sum(len(item.body) + AN_ITEM for item in items)
