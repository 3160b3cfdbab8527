"""A store that counts what it is asked, by what lies there."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from ecot.store.protocol import Item, Key, Place, Store, Write


class CountingStore:
    """A `Store` that counts calls. `reads` are gets and queries, `read_bytes` what they brought;
    `writes` are puts by kind: "document", "head", "cube", …, parts of a pack apart."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.reads: Counter[str] = Counter()
        self.read_bytes: Counter[str] = Counter()
        self.read_items: Counter[str] = Counter()
        self.writes: Counter[str] = Counter()

    def get(self, keys: Sequence[Key]) -> Mapping[Key, Item]:
        found = self._store.get(keys)
        kinds = sorted({kind(key) for key in keys})
        self.reads["+".join(kinds)] += 1
        for item in found.values():
            self._note(item)
        return found

    def query(self, partition: str, first: str = "", before: str | None = None) -> Iterator[Item]:
        self.reads[kind(Key(partition, ""))] += 1
        for item in self._store.query(partition, first, before):
            self._note(item)
            yield item

    def latest(self, partition: str, most: int) -> Sequence[Item]:
        self.reads[kind(Key(partition, ""))] += 1
        found = self._store.latest(partition, most)
        for item in found:
            self._note(item)
        return found

    def partitions(self) -> Iterator[str]:
        return self._store.partitions()

    def put(
        self, key: Key, body: bytes, *, if_version: int | None = None,
        expires: datetime | None = None,
    ) -> None:  # fmt: skip
        self._store.put(key, body, if_version=if_version, expires=expires)
        self.writes[kind(key)] += 1

    def put_all(self, items: Sequence[Write], *, expires: datetime | None = None) -> None:
        self._store.put_all(items, expires=expires)
        self.writes.update(kind(key) for key, _ in items)

    def delete(self, key: Key, *, if_version: int | None = None) -> None:
        self._store.delete(key, if_version=if_version)
        self.writes["removed"] += 1

    def close(self) -> None:
        self._store.close()

    def _note(self, item: Item) -> None:
        self.read_items[kind(item.key)] += 1
        self.read_bytes[kind(item.key)] += len(item.body)


_KINDS = {"day": "document", "run": "outcome"}


def kind(key: Key) -> str:
    """What lies at a key: the beginning of its partition, where a pack's parts are "… part"."""
    begin = key.partition.partition("#")[0]
    separators = {"day": 1, "cube": 2}.get(begin)
    name = _KINDS.get(begin, begin)
    return name if separators is None or key.sort.count("#") <= separators else f"{name} part"


def counting(place: Place) -> tuple[Place, CountingStore]:
    """The place with a counting store, and that store."""
    store = CountingStore(place.store)
    return Place(store, place.files), store
