"""A store that meters what DynamoDB would bill for each call: read and write units, and storage.

On demand, every read consistent. Sizes are DynamoDB's own: names and values of all attributes. A
call that reads nothing, or whose condition fails, is billed like one that does.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from ecot.store.protocol import Item, Key, Store, Write

READ_UNIT, WRITE_UNIT, PAGE = 4096, 1024, 1_048_576  # bytes
_NAMES_AND_VERSION = len("pk") + len("sk") + len("b") + len("v") + 11  # 19 digits are 11 bytes


def size_of(key: Key, body: bytes) -> int:
    """The bytes of the item in DynamoDB."""
    return _NAMES_AND_VERSION + len(key.partition.encode()) + len(key.sort.encode()) + len(body)


class MeteredStore:
    """A `Store` that counts units by what is being done (`doing`) and the beginning of partitions.

    It knows the sizes of what it has written itself: wrap an empty store, or only read.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._sizes: dict[Key, int] = {}
        self.doing = ""
        self.reads: Counter[tuple[str, str]] = Counter()
        self.writes: Counter[tuple[str, str]] = Counter()
        self.read_bytes: Counter[tuple[str, str]] = Counter()

    @property
    def stored_bytes(self) -> int:
        """With the 100 bytes of index that each item is billed for."""
        return sum(self._sizes.values()) + 100 * len(self._sizes)

    def get(self, keys: Sequence[Key]) -> Mapping[Key, Item]:
        found = self._store.get(keys)
        for key in dict.fromkeys(keys):
            size = size_of(key, found[key].body) if key in found else 0
            self._note_read(key.partition, size)
        return found

    def query(self, partition: str, first: str = "", before: str | None = None) -> Iterator[Item]:
        for page in _pages(self._store.query(partition, first, before)):
            self._note_read(partition, sum(size_of(item.key, item.body) for item in page))
            yield from page

    def latest(self, partition: str, most: int) -> Sequence[Item]:
        found = self._store.latest(partition, most)
        self._note_read(partition, sum(size_of(item.key, item.body) for item in found))
        return found

    def partitions(self) -> Iterator[str]:
        self._note_read("(scan)", sum(self._sizes.values()))
        return self._store.partitions()

    def put(
        self, key: Key, body: bytes, *, if_version: int | None = None,
        expires: datetime | None = None,
    ) -> None:  # fmt: skip
        self._note_write(key, size_of(key, body))
        self._store.put(key, body, if_version=if_version, expires=expires)
        self._sizes[key] = size_of(key, body)

    def put_all(self, items: Sequence[Write], *, expires: datetime | None = None) -> None:
        for key, body in items:
            self._note_write(key, size_of(key, body))
            self._sizes[key] = size_of(key, body)
        self._store.put_all(items, expires=expires)

    def delete(self, key: Key, *, if_version: int | None = None) -> None:
        self._note_write(key, 0)
        self._store.delete(key, if_version=if_version)
        self._sizes.pop(key, None)

    def close(self) -> None:
        self._store.close()

    def _note_read(self, partition: str, size: int) -> None:
        kind = (self.doing, partition.partition("#")[0])
        self.reads[kind] += max(1, -(-size // READ_UNIT))
        self.read_bytes[kind] += size

    def _note_write(self, key: Key, size: int) -> None:
        """The larger of what was there and what comes is billed."""
        larger = max(size, self._sizes.get(key, 0))
        kind = (self.doing, key.partition.partition("#")[0])
        self.writes[kind] += max(1, -(-larger // WRITE_UNIT))


def _pages(items: Iterable[Item]) -> Iterator[list[Item]]:
    """DynamoDB reads a megabyte at a time, however little of it is wanted."""
    page: list[Item] = []
    size = 0
    for item in items:
        page.append(item)
        size += size_of(item.key, item.body)
        if size >= PAGE:
            yield page
            page, size = [], 0
    if page or not size:
        yield page
