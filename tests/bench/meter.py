"""What some work comes to: units of DynamoDB, bytes read, our own CPU time."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from time import process_time
from typing import NamedTuple

from ecot.store.protocol import Store
from tests.bench.metering import MeteredStore


class Share(NamedTuple):
    """What one kind of work came to."""

    writes: float = 0
    reads: float = 0
    read_bytes: float = 0
    cpu: float = 0

    def times(self, factor: float) -> "Share":
        """As if it had been done so many times."""
        return Share(*(round(one * factor, 6) for one in self))


def together(shares: Iterable[Share]) -> Share:
    """All of them."""
    return Share(*(sum(parts) for parts in zip(*shares, strict=True)))


class Meter:
    """Watches a store, and says by what was done what it came to."""

    def __init__(self, store: Store) -> None:
        self.store = MeteredStore(store)
        self._cpu: defaultdict[str, float] = defaultdict(float)

    @contextmanager
    def doing(self, what: str) -> Iterator[None]:
        """Counts what is done inside as that. The counting itself is in the CPU time."""
        self.store.doing, start = what, process_time()
        try:
            yield
        finally:
            self._cpu[what] += process_time() - start

    def share(self, what: str, kind: str | None = None) -> Share:
        """What it came to; `kind` is the beginning of the only partitions to count."""
        writes, reads, read_bytes = (
            sum(
                count
                for (done, of_kind), count in counted.items()
                if done == what and kind in (None, of_kind)
            )
            for counted in (self.store.writes, self.store.reads, self.store.read_bytes)
        )
        return Share(writes, reads, read_bytes, self._cpu[what])
