"""Books of bills in the store: one item an account, so that what is said is said in one put."""

import zlib
from collections.abc import Iterator, Sequence

import msgspec

from ecot.model.bill import Entry
from ecot.store.packs import damaged
from ecot.store.protocol import Item, Key, Store

_PARTITION = "bill"
_BOOK = msgspec.json.Decoder(tuple[Entry, ...])


def read_book(store: Store, account: str) -> tuple[tuple[Entry, ...], int]:
    """The account's book and its version (0: none yet)."""
    key = Key(_PARTITION, account)
    item = store.get([key]).get(key)
    return (_entries(item), item.version) if item else ((), 0)


def all_books(store: Store) -> Iterator[tuple[str, tuple[Entry, ...]]]:
    """Every account that has a book, and its book: one query."""
    for item in store.query(_PARTITION):
        yield item.key.sort, _entries(item)


def put_book(store: Store, account: str, book: Sequence[Entry], version: int) -> None:
    """Writes the book. Raises Conflict where somebody else has written since `version`."""
    body = zlib.compress(msgspec.json.encode(book, order="sorted"), 9)
    store.put(Key(_PARTITION, account), body, if_version=version)


def _entries(item: Item) -> tuple[Entry, ...]:
    try:
        return _BOOK.decode(zlib.decompress(item.body))
    except (zlib.error, msgspec.DecodeError):
        raise damaged(item.key) from None
