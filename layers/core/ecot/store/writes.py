"""Many writes as one stream: in few calls, and never much of them in memory at a time."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from ecot.store.protocol import Store, Write

BATCH_BYTES = 4_000_000
Change = TypeVar("Change", bound=tuple[object, bytes | None])
"""A name with its new body, or with None where it is to go."""


def put_stream(store: Store, writes: Iterable[Write]) -> None:
    """Writes all of them, in calls of about 4 MB. Returns when all are written; where it raises,
    some may be."""
    for batch in batches(writes):
        store.put_all(batch)


def batches(changes: Iterable[Change], most: int | None = None) -> Iterator[list[Change]]:
    """Names with their new bodies (None: to be removed), in lists of about 4 MB, and of at most
    so many where that is said."""
    batch: list[Change] = []
    size = 0
    for change in changes:
        batch.append(change)
        size += len(change[1] or b"")
        if size >= BATCH_BYTES or len(batch) == most:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
