"""Carrying what differs from one place to another: item by item and file by file, in order.

Heads are carried last, as a collection writes them: whatever a head names is there before it.

Whoever carries gives a `check`, which raises where the target is no longer theirs to write to, for
somebody else has filled it meanwhile. It is asked before each batch of items and before each file.
What stays open is the time of one batch or file: what the other one writes between a check and the
end of the write after it (at most 100 items of about 4 MB together, or one file), and under the
very same names, is written over or removed.
"""

from collections.abc import Callable, Iterable, Iterator
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from ecot.jobs.round import Told
from ecot.store.heads import HEADS
from ecot.store.protocol import Files, Key, Store
from ecot.store.whole import items_of, kept_files, partitions
from ecot.store.writes import Change, batches

_BATCH_ITEMS = 100  # few, for a check stands before each batch
Check = Callable[[], None]


class Carried(NamedTuple):
    """How much was written at the target, and how much was removed from it."""

    written: int
    removed: int


def carry_items(source: Store, target: Store, told: Told, check: Check) -> Carried:
    """Makes the target's items equal to the source's."""
    written = removed = 0
    there = {*partitions(source), *partitions(target)}
    for partition in sorted(there, key=lambda name: (name == HEADS, name)):
        told("move", partition)
        for batch in checked(_changed_items(source, target, partition), check):
            puts = [(Key(partition, sort), body) for sort, body in batch if body is not None]
            target.put_all(puts)
            gone = [sort for sort, body in batch if body is None]
            for sort in gone:
                target.delete(Key(partition, sort))
            written, removed = written + len(puts), removed + len(gone)
    return Carried(written, removed)


def carry_files(source: Files, target: Files, told: Told, check: Check) -> Carried:
    """Makes the target's kept files equal to the source's."""
    written = removed = 0
    for name, body in differences(kept_files(source), kept_files(target)):
        told("move", name)
        check()
        if body is None:
            target.delete(name)
            removed += 1
        else:
            target.put(name, body)
            written += 1
    return Carried(written, removed)


def checked(changes: Iterable[Change], check: Check) -> Iterator[list[Change]]:
    """The changes in small batches, with a check right before each."""
    for batch in batches(changes, _BATCH_ITEMS):
        check()
        yield batch


def differences(
    ours: Iterable[tuple[str, bytes]], theirs: Iterable[tuple[str, bytes]]
) -> Iterator[tuple[str, bytes | None]]:
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


def _changed_items(
    source: Store, target: Store, partition: str
) -> Iterator[tuple[str, bytes | None]]:
    return differences(
        *(
            ((item.key.sort, item.body) for item in items_of(store, partition))
            for store in (source, target)
        )
    )
