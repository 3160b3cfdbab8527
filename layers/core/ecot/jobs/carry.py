"""Carrying what differs from one place to another: item by item and file by file, in order.

Heads are carried last, as a collection writes them: whatever a head names is there before it.
"""

from collections.abc import Callable, Iterable, Iterator
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from ecot.store.protocol import Files, Key, Store
from ecot.store.whole import items_of, kept_files, partitions

_BATCH_ITEMS, _BATCH_BYTES = 100, 4_000_000
Told = Callable[[str, str], None]
Change = tuple[str, bytes | None]
"""A name with its new body, or with None where it is to go."""


class Carried(NamedTuple):
    """How much was written at the target, and how much was removed from it."""

    written: int
    removed: int


def carry_items(
    source: Store, target: Store, told: Told, check: Callable[[], None] = lambda: None
) -> Carried:
    """Makes the target's items equal to the source's. `check` is asked before each batch, and
    raises where the target is no longer ours to write to."""
    written = removed = 0
    there = {*partitions(source), *partitions(target)}
    for partition in sorted(there, key=lambda name: (name == "head", name)):
        told("move", partition)
        for batch in _batches(_changed_items(source, target, partition)):
            check()
            puts = [(Key(partition, sort), body) for sort, body in batch if body is not None]
            target.put_all(puts)
            gone = [sort for sort, body in batch if body is None]
            for sort in gone:
                target.delete(Key(partition, sort))
            written, removed = written + len(puts), removed + len(gone)
    return Carried(written, removed)


def carry_files(source: Files, target: Files, told: Told) -> Carried:
    """Makes the target's kept files equal to the source's."""
    written = removed = 0
    for name, body in differences(kept_files(source), kept_files(target)):
        told("move", name)
        if body is None:
            target.delete(name)
            removed += 1
        else:
            target.put(name, body)
            written += 1
    return Carried(written, removed)


def differences(
    ours: Iterable[tuple[str, bytes]], theirs: Iterable[tuple[str, bytes]]
) -> Iterator[Change]:
    """What makes theirs equal to ours; both are in order of name, and read side by side."""
    sides = merge(
        ((name, 0, body) for name, body in ours),
        ((name, 1, body) for name, body in theirs),
        key=itemgetter(0, 1),
    )
    for name, found in groupby(sides, key=itemgetter(0)):
        bodies = {side: body for _, side, body in found}
        if bodies.get(0) != bodies.get(1):
            yield name, bodies.get(0)


def _changed_items(source: Store, target: Store, partition: str) -> Iterator[Change]:
    return differences(
        *(
            ((item.key.sort, item.body) for item in items_of(store, partition))
            for store in (source, target)
        )
    )


def _batches(changes: Iterable[Change]) -> Iterator[list[Change]]:
    batch: list[Change] = []
    size = 0
    for change in changes:
        batch.append(change)
        size += len(change[1] or b"")
        if len(batch) >= _BATCH_ITEMS or size >= _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
