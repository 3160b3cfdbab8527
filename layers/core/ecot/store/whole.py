"""The whole of a place, item by item and file by file, and digests that two equal ones share."""

from collections.abc import Iterable, Iterator
from hashlib import blake2b
from typing import NamedTuple

from ecot.store import schema
from ecot.store.access import PARTITION as TOKENS
from ecot.store.heads import HEADS
from ecot.store.leases import PARTITION as LEASES
from ecot.store.mails import FOLDER as MAILS
from ecot.store.people import FOLDER as PEOPLE
from ecot.store.protocol import Files, Item, Key, Place, Store
from ecot.store.runs import is_trace

KEPT = ("evidence/", "copies/", MAILS, PEOPLE)  # the site is rendered anew
OWN = frozenset({schema.KEY, Key("ledger", "unreferenced")})
"""What a store notes about itself: its mark, and versions of items, which no other store shares."""


class Whole(NamedTuple):
    """How much there is, and its digest."""

    size: int
    digest: str


def all_items(store: Store) -> Iterator[Item]:
    """Every item but the store's own notes, in one order everywhere.

    Heads come first: what a head points to is only ever added, so that a ledger that is written to
    meanwhile is still read with everything that its heads name.
    """
    for partition in partitions(store):
        yield from items_of(store, partition)


def partitions(store: Store) -> list[str]:
    """Every partition of the ledger, the heads first, the others in order. What runs leave behind
    is none of it: a store may forget it at any moment. Nor are tokens: they open this place, and no
    other one that the ledger moves to."""
    found = (name for name in store.partitions() if not (is_trace(name) or name == TOKENS))
    return sorted(found, key=lambda name: (name != HEADS, name))


def items_of(store: Store, partition: str) -> Iterator[Item]:
    """The partition's items but the store's own notes, in order."""
    return (item for item in store.query(partition) if item.key not in OWN)


def kept_files(files: Files) -> Iterator[tuple[str, bytes]]:
    """Every file that belongs to the ledger, one in memory at a time."""
    for prefix in sorted(KEPT):
        for name in files.names(prefix):
            if (body := files.get(name)) is not None:
                yield name, body


def whole_of_items(items: Iterable[Item]) -> Whole:
    """The items' digest: of partitions, sorts and bodies, whatever their versions."""
    return _whole(
        (item.key.partition.encode(), item.key.sort.encode(), item.body) for item in items
    )


def whole_of_files(files: Files) -> Whole:
    """The kept files' digest: of names and bytes."""
    return _whole((name.encode(), body) for name, body in kept_files(files))


def is_bare(place: Place) -> bool:
    """Whether nothing of a ledger is there: no item but a lease that somebody died with, no kept
    file."""
    figures = (prefix for prefix in KEPT if prefix != PEOPLE)
    first_file = next((name for prefix in figures for name in place.files.names(prefix)), None)
    return first_file is None and all(one.key[0] == LEASES for one in all_items(place.store))


def _whole(parts: Iterable[tuple[bytes, ...]]) -> Whole:
    size, digest = 0, blake2b(digest_size=16)
    for one in parts:
        size += 1
        for part in one:
            digest.update(len(part).to_bytes(8) + part)
    return Whole(size, digest.hexdigest())
