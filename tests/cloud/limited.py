"""A ledger as a function of the stack sees it: whatever its role does not allow is refused, as AWS
would. On SQLite and a folder, so that every test of the steps is one of the roles, too."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Literal

from ecot.edge.deployed import LEDGER
from ecot.edge.setup import Setup
from ecot.errors import LedgerError
from ecot.model.run import Step
from ecot.settings import Settings
from ecot.store.protocol import Files, Item, Key, Place, Store, Write
from tests.cloud.rights import Role, rights_of
from tests.cloud.template import STACK, Stack

Function = Step | Literal["api"]


@cache
def _is_allowed(function: Function, service: str, operation: str, name: str = "") -> bool:
    request = {"TableName": f"{STACK}-table", "Bucket": f"{STACK}-bucket"}
    if name:
        request["Key"] = f"{LEDGER}/{name}"
    return not _role(function).refused(set(rights_of(service, operation, request)))


@cache
def _role(function: Function) -> Role:
    return Role(function, Stack())


class LimitedStore:
    """A `Store` with the rights of a function."""

    def __init__(self, store: Store, function: Function) -> None:
        self._store, self._function = store, function

    def get(self, keys: Sequence[Key]) -> Mapping[Key, Item]:
        self._expect("BatchGetItem")
        return self._store.get(keys)

    def query(self, partition: str, first: str = "", before: str | None = None) -> Iterator[Item]:
        self._expect("Query")
        return self._store.query(partition, first, before)

    def latest(self, partition: str, most: int) -> Sequence[Item]:
        self._expect("Query")
        return self._store.latest(partition, most)

    def partitions(self) -> Iterator[str]:
        self._expect("Scan")
        return self._store.partitions()

    def put(
        self, key: Key, body: bytes, *, if_version: int | None = None,
        expires: datetime | None = None,
    ) -> None:  # fmt: skip
        self._expect("PutItem")
        self._store.put(key, body, if_version=if_version, expires=expires)

    def put_all(self, items: Sequence[Write], *, expires: datetime | None = None) -> None:
        self._expect("BatchWriteItem")
        self._store.put_all(items, expires=expires)

    def delete(self, key: Key, *, if_version: int | None = None) -> None:
        self._expect("DeleteItem")
        self._store.delete(key, if_version=if_version)

    def close(self) -> None:
        self._store.close()

    def _expect(self, operation: str) -> None:
        if not _is_allowed(self._function, "dynamodb", operation):
            raise _denied(self._function, f"dynamodb:{operation}")


class LimitedFiles:
    """`Files` with the rights of a function."""

    def __init__(self, files: Files, function: Function) -> None:
        self._files, self._function = files, function

    def put(self, name: str, body: bytes) -> None:
        self._expect("PutObject", name)
        self._files.put(name, body)

    def get(self, name: str) -> bytes | None:
        self._expect("GetObject", name)
        return self._files.get(name)

    def names(self, prefix: str = "") -> Iterator[str]:
        self._expect("ListObjectsV2")
        return self._files.names(prefix)

    def delete(self, name: str) -> None:
        self._expect("DeleteObject", name)
        self._files.delete(name)

    def _expect(self, operation: str, name: str = "") -> None:
        if not _is_allowed(self._function, "s3", operation, name):
            raise _denied(self._function, f"s3:{operation} {name}".rstrip())


def _denied(function: Function, what: str) -> LedgerError:
    return LedgerError("AWS denies {function} {what}", function=function, what=what)


def limited(place: Place, function: Function) -> Place:
    """The place as the function may use it."""
    return Place(LimitedStore(place.store, function), LimitedFiles(place.files, function))


class LimitedSetup(Setup):
    """A `Setup` whose ledger is used as the function may use it (None: as its owner may)."""

    def __init__(
        self, function: Function | None, settings: Settings, now: Callable[[], datetime]
    ) -> None:
        super().__init__(settings, now)
        self._function = function

    def opened(self, address: str) -> Place:
        place = super().opened(address)
        return place if self._function is None else limited(place, self._function)
