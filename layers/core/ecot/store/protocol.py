"""What a store can do: get, query, conditional put, delete. Everything else is written above it.

An item is bytes under a partition and a sort key, with a version that is another one after every
put. A put or a delete that names a version succeeds only if the item still has it, atomically: that
is the commit point on which the whole ledger rests. Nothing here knows what the bytes mean.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol


class Key(NamedTuple):
    """Where an item lies. Items of a partition are ordered by `sort`, as UTF-8 bytes."""

    partition: str
    sort: str


class Item(NamedTuple):
    """What lies there. `version` is another one after every put, and never 0; nothing else can be
    read from it: one store counts, another draws."""

    key: Key
    body: bytes
    version: int


Write = tuple[Key, bytes]
"""What is to lie where."""


class Store(Protocol):
    """A place for items, safe to use from several threads and processes.

    All of them refuse the same keys and bodies (`store/refusals.py`), with a LedgerError.
    """

    def get(self, keys: Sequence[Key]) -> Mapping[Key, Item]:
        """The items that exist among `keys`, each as last put by anybody."""

    def query(self, partition: str, first: str = "", before: str | None = None) -> Iterator[Item]:
        """The partition's items with `first <= sort`, and `sort < before` if given, in order."""

    def latest(self, partition: str, most: int) -> Sequence[Item]:
        """The partition's last items, at most so many (1 or more), the last one first; no others
        are read."""

    def partitions(self) -> Iterator[str]:
        """Every partition that holds an item, in order. Reads widely: for export and reset."""

    def put(
        self,
        key: Key,
        body: bytes,
        *,
        if_version: int | None = None,
        expires: datetime | None = None,
    ) -> None:
        """Writes the item. `if_version` 0 means "must not exist yet". From the moment `expires`
        (UTC; None: never) on the store may forget it by itself; nobody is promised that it does.

        Raises Conflict, and writes nothing, where the item has another version. (Over a network
        that lost an answer, Conflict may also mean that it was written and replaced meanwhile:
        whoever replaced it named its version, and has read it.)
        """

    def put_all(self, items: Sequence[Write], *, expires: datetime | None = None) -> None:
        """Writes all of them unconditionally, in any order and not atomically; of a key that comes
        twice, the last. Returns when all are written; where it raises, some may be. `expires` is as
        in `put`, of all of them."""

    def delete(self, key: Key, *, if_version: int | None = None) -> None:
        """Removes the item; removing what is not there is no error, unless a version is named.

        Raises Conflict, and removes nothing, where the item has another version.
        """

    def close(self) -> None:
        """Lets go of files and connections."""


class Files(Protocol):
    """A place for whole files: evidence and copies. Names are relative, with forward slashes."""

    def put(self, name: str, body: bytes) -> None:
        """Writes the file whole or not at all."""

    def get(self, name: str) -> bytes | None:
        """The file, or None."""

    def names(self, prefix: str = "") -> Iterator[str]:
        """The names that begin with `prefix`, in order."""

    def delete(self, name: str) -> None:
        """Removes the file; removing what is not there is no error."""


class Place(NamedTuple):
    """Where one ledger is kept."""

    store: Store
    files: Files


def after_prefix(prefix: str) -> str:
    """The smallest text that is greater than every text beginning with `prefix`."""
    return prefix[:-1] + chr(ord(prefix[-1]) + 1)
