"""Small records that jobs keep: a value under a name, in a partition of their own."""

import zlib
from collections.abc import Iterator
from typing import TypeVar

import msgspec

from ecot.store.packs import damaged
from ecot.store.protocol import Item, Key, Store

_T = TypeVar("_T")


def read_note(store: Store, key: Key, kind: type[_T]) -> _T | None:
    """The value that lies there, or None."""
    item = store.get([key]).get(key)
    return None if item is None else _decoded(item, kind)


def read_notes(store: Store, partition: str, kind: type[_T]) -> Iterator[tuple[str, _T]]:
    """Every value of the partition, by name: one query."""
    return ((item.key.sort, _decoded(item, kind)) for item in store.query(partition))


def put_note(store: Store, key: Key, value: object) -> None:
    """Writes the value, unless it lies there already: whoever looks for changes finds none."""
    body = zlib.compress(msgspec.json.encode(value, order="sorted"), 6)
    item = store.get([key]).get(key)
    if item is None or item.body != body:
        store.put(key, body)


def _decoded(item: Item, kind: type[_T]) -> _T:
    try:
        return msgspec.json.decode(zlib.decompress(item.body), type=kind)
    except (zlib.error, msgspec.DecodeError):
        raise damaged(item.key) from None
