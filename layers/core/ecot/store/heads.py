"""Monthly heads in the store: all in one partition by month, so that a year is one query."""

import zlib
from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from typing import NamedTuple

import msgspec

from ecot.model.head import Head
from ecot.model.period import Month
from ecot.store.packs import damaged
from ecot.store.protocol import Item, Key, Store

HEADS = "head"
"""The partition of all heads."""

_BILLED = "billed"
_HEAD = msgspec.json.Decoder(Head)


class Held(NamedTuple):
    """A head and the version under which the store has it (0: not yet)."""

    head: Head
    version: int


def read_heads(store: Store, account: str, months: Iterable[Month]) -> Mapping[Month, Held]:
    """The account's heads of these months, empty ones where there are none: one read."""
    wanted = {month: head_key(account, month) for month in months}
    found = store.get(list(wanted.values()))
    return {
        month: _held(found[key]) if key in found else Held(Head(account=account, month=month), 0)
        for month, key in wanted.items()
    }


def query_heads(store: Store, first: Month, last: Month) -> Iterator[Head]:
    """Every account's heads from month `first` to month `last`, both inside: one query."""
    for item in store.query(HEADS, f"{first}#", f"{last.next()}#"):
        yield _held(item).head


def all_heads(store: Store, since: str = "") -> Iterator[Head]:
    """Every head of the ledger, by month and account; `since` is the first month, as written."""
    for item in store.query(HEADS, since):
        yield _held(item).head


def digest_of_heads(store: Store) -> str:
    """A digest of every head of the ledger, as they are stored: 32 hex digits."""
    digest = blake2b(digest_size=16)
    for item in store.query(HEADS):
        digest.update(blake2b(item.key.sort.encode()).digest() + blake2b(item.body).digest())
    return digest.hexdigest()


def put_head(store: Store, head: Head, version: int) -> None:
    """Moves the head from `version` on. Raises Conflict where somebody else has moved it.

    Where some of its charges are billed is noted first, so that a bill finds them; such a note is
    never taken back, for it only makes a reader look.
    """
    for month in sorted(head.billed_in() - {head.month}):
        store.put(Key(_BILLED, f"{month}#{head.account}#{head.month}"), b"")
    store.put(head_key(head.account, head.month), encoded(head), if_version=version)


class Elsewhere(NamedTuple):
    """The account's month `charged` may hold charges that the month `billed` bills."""

    account: str
    charged: Month
    billed: Month


def billed_elsewhere(store: Store) -> Iterator[Elsewhere]:
    """Where charges may be that are billed on another day than their own: one query."""
    for item in store.query(_BILLED):
        billed, _, rest = item.key.sort.partition("#")
        account, _, charged = rest.rpartition("#")
        yield Elsewhere(account, Month.parse(charged), Month.parse(billed))


def encoded(head: Head) -> bytes:
    """The head as stored: JSON, compressed, for 31 pointers and their costs to fit in 4 KB."""
    return zlib.compress(msgspec.json.encode(head, order="sorted"), 9)


def head_key(account: str, month: Month) -> Key:
    """Where the head lies."""
    return Key(HEADS, f"{month}#{account}")


def _held(item: Item) -> Held:
    try:
        return Held(_HEAD.decode(zlib.decompress(item.body)), item.version)
    except (zlib.error, msgspec.DecodeError):
        raise damaged(item.key) from None
