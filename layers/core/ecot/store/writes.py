"""Many writes as one stream: in few calls, and never much of them in memory at a time."""

from collections.abc import Iterable

from ecot.store.protocol import Store, Write

BATCH_BYTES = 4_000_000


def put_stream(store: Store, writes: Iterable[Write]) -> None:
    """Writes all of them, in calls of about 4 MB. Returns when all are written; where it raises,
    some may be."""
    batch: list[Write] = []
    size = 0
    for write in writes:
        batch.append(write)
        size += len(write[1])
        if size >= BATCH_BYTES:
            store.put_all(batch)
            batch, size = [], 0
    if batch:
        store.put_all(batch)
