"""A place that fails at a chosen call: before it, after it, half-way through it, or for good."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Literal, get_args

from ecot.errors import LedgerError
from ecot.store.protocol import Files, Item, Key, Place, Store

Fault = Literal["refused", "answer lost", "half a batch", "gone for good", "killed"]
FAULTS: tuple[Fault, ...] = get_args(Fault)


class Killed(BaseException):
    """The process is no more: nobody catches this, and no call after it is made."""


class Fuse:
    """Counts calls and fails at the `at`-th (0: never)."""

    def __init__(self, fault: Fault = "refused", at: int = 0) -> None:
        self.fault, self.at, self.calls = fault, at, 0

    @property
    def is_blown(self) -> bool:
        """Whether the call has come."""
        return 0 < self.at <= self.calls

    def before(self, parts: int) -> int:
        """To be called before each call of so many parts; returns how many of them to do."""
        self.calls += 1
        if self.fault in ("gone for good", "killed") and self.is_blown:
            raise Killed if self.fault == "killed" else _refused()
        if self.calls != self.at:
            return parts
        if self.fault == "refused":
            raise _refused()
        return parts // 2 if self.fault == "half a batch" else parts

    def after(self) -> None:
        """To be called after it."""
        if self.calls == self.at and self.fault in ("answer lost", "half a batch"):
            raise _refused()


def _refused() -> LedgerError:
    return LedgerError("the store does not answer", remedy="Try again.")


class FaultyStore:
    """A `Store` behind a fuse."""

    def __init__(self, store: Store, fuse: Fuse) -> None:
        self._store, self._fuse = store, fuse

    def get(self, keys: Sequence[Key]) -> Mapping[Key, Item]:
        self._fuse.before(1)
        found = self._store.get(keys)
        self._fuse.after()
        return found

    def query(self, partition: str, first: str = "", before: str | None = None) -> Iterator[Item]:
        self._fuse.before(1)
        found = list(self._store.query(partition, first, before))
        self._fuse.after()
        return iter(found)

    def latest(self, partition: str, most: int) -> Sequence[Item]:
        self._fuse.before(1)
        found = self._store.latest(partition, most)
        self._fuse.after()
        return found

    def partitions(self) -> Iterator[str]:
        self._fuse.before(1)
        found = list(self._store.partitions())
        self._fuse.after()
        return iter(found)

    def put(
        self, key: Key, body: bytes, *, if_version: int | None = None,
        expires: datetime | None = None,
    ) -> None:  # fmt: skip
        if self._fuse.before(1):
            self._store.put(key, body, if_version=if_version, expires=expires)
        self._fuse.after()

    def put_all(
        self, items: Sequence[tuple[Key, bytes]], *, expires: datetime | None = None
    ) -> None:
        if done := self._fuse.before(len(items)):
            self._store.put_all(items[:done], expires=expires)
        self._fuse.after()

    def delete(self, key: Key, *, if_version: int | None = None) -> None:
        if self._fuse.before(1):
            self._store.delete(key, if_version=if_version)
        self._fuse.after()

    def close(self) -> None:
        self._store.close()


class FaultyFiles:
    """`Files` behind a fuse."""

    def __init__(self, files: Files, fuse: Fuse) -> None:
        self._files, self._fuse = files, fuse

    def put(self, name: str, body: bytes) -> None:
        if self._fuse.before(1):
            self._files.put(name, body)
        self._fuse.after()

    def get(self, name: str) -> bytes | None:
        self._fuse.before(1)
        body = self._files.get(name)
        self._fuse.after()
        return body

    def names(self, prefix: str = "") -> Iterator[str]:
        self._fuse.before(1)
        found = list(self._files.names(prefix))
        self._fuse.after()
        return iter(found)

    def delete(self, name: str) -> None:
        if self._fuse.before(1):
            self._files.delete(name)
        self._fuse.after()


def faulty(place: Place, fuse: Fuse) -> Place:
    """The place behind the fuse."""
    return Place(FaultyStore(place.store, fuse), FaultyFiles(place.files, fuse))
