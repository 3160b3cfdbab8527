"""A place that tells of each of its calls, before and after: to step it, or to pull the plug."""

import os
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from ecot.store.protocol import Files, Item, Key, Place, Store, Write

Listener = Callable[[], None]


def nothing() -> None:
    """The listener that does not listen."""


class AtCall:
    """A listener that does something at the n-th call, and only then."""

    def __init__(self, calls: int, act: Listener) -> None:
        self._left, self._act = calls, act

    def __call__(self) -> None:
        self._left -= 1
        if self._left == 0:
            self._act()


def die() -> None:
    """Kills its own process."""
    os.kill(os.getpid(), signal.SIGKILL)


class DiskFull(Exception):
    """What a call may end with."""


def fail() -> None:
    raise DiskFull


class WatchedStore:
    """A `Store` with listeners. What a query finds, it finds in one call."""

    def __init__(self, store: Store, before: Listener, after: Listener) -> None:
        self._store, self._before, self._after = store, before, after

    def get(self, keys: Sequence[Key]) -> Mapping[Key, Item]:
        self._before()
        found = self._store.get(keys)
        self._after()
        return found

    def query(self, partition: str, first: str = "", before: str | None = None) -> Iterator[Item]:
        self._before()
        found = list(self._store.query(partition, first, before))
        self._after()
        return iter(found)

    def latest(self, partition: str, most: int) -> Sequence[Item]:
        self._before()
        found = self._store.latest(partition, most)
        self._after()
        return found

    def partitions(self) -> Iterator[str]:
        self._before()
        found = list(self._store.partitions())
        self._after()
        return iter(found)

    def put(
        self, key: Key, body: bytes, *, if_version: int | None = None,
        expires: datetime | None = None,
    ) -> None:  # fmt: skip
        self._before()
        self._store.put(key, body, if_version=if_version, expires=expires)
        self._after()

    def put_all(self, items: Sequence[Write], *, expires: datetime | None = None) -> None:
        """One after another, the last first: the worst that "in any order" allows."""
        for key, body in reversed(items):
            self.put(key, body, expires=expires)

    def delete(self, key: Key, *, if_version: int | None = None) -> None:
        self._before()
        self._store.delete(key, if_version=if_version)
        self._after()

    def close(self) -> None:
        self._store.close()


class WatchedFiles:
    """`Files` with listeners."""

    def __init__(self, files: Files, before: Listener, after: Listener) -> None:
        self._files, self._before, self._after = files, before, after

    def put(self, name: str, body: bytes) -> None:
        self._before()
        self._files.put(name, body)
        self._after()

    def get(self, name: str) -> bytes | None:
        self._before()
        body = self._files.get(name)
        self._after()
        return body

    def names(self, prefix: str = "") -> Iterator[str]:
        self._before()
        found = list(self._files.names(prefix))
        self._after()
        return iter(found)

    def delete(self, name: str) -> None:
        self._before()
        self._files.delete(name)
        self._after()


def watched(place: Place, before: Listener = nothing, after: Listener = nothing) -> Place:
    """The place, watched."""
    return Place(WatchedStore(place.store, before, after), WatchedFiles(place.files, before, after))
