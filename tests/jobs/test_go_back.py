"""Going back in two terminals: the slower one writes over nothing of what the faster one left."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import pytest

from ecot.errors import Conflict
from ecot.jobs.go_back import go_back
from ecot.jobs.place import Place, place_at
from ecot.store import writes
from ecot.store.copies import put_manifest, put_parts
from ecot.store.protocol import Item, Key, Store, Write
from ecot.store.schema import Mark, read_mark
from tests.ledger.book import MemoryFiles
from tests.store.watched import Listener, WatchedStore, nothing

HEAD, LAST = Key("head", "2026-01#a/b"), Key("names", "0249")
NAME = "schema-1"


@pytest.fixture
def source() -> MemoryFiles:
    """The files of a ledger with a copy of 251 items, and with kept answers."""
    return _copy_of([Item(HEAD, b"as it was", 1), *(_item(number, 10) for number in range(250))])


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Place]:
    place = place_at(str(tmp_path / "there"))
    yield place
    place.store.close()


def _item(number: int, size: int) -> Item:
    return Item(Key("names", f"{number:04}"), bytes(size), 1)


def _copy_of(items: Sequence[Item]) -> MemoryFiles:
    files = MemoryFiles()
    put_manifest(files, NAME, put_parts(files, NAME, 1, items))
    files.put("evidence/a", b"kept")
    return files


class Batches(WatchedStore):
    """A store that notes its batches, and tells after each."""

    def __init__(self, store: Store, after: Listener) -> None:
        super().__init__(store, nothing, nothing)
        self._told = after
        self.sizes: list[int] = []

    def put_all(self, items: Sequence[Write], *, expires: datetime | None = None) -> None:
        self._store.put_all(items, expires=expires)
        self.sizes.append(sum(len(body) for _, body in items))
        self._told()


def overtake(source: MemoryFiles, there: Place) -> None:
    """Somebody else goes back there, and goes on with the ledger."""
    go_back(source, NAME, there)
    for key in (HEAD, LAST):
        there.store.put(key, b"collected since")
    there.files.put("evidence/a", b"kept since")


def assert_went_on(there: Place) -> None:
    found = there.store.get([HEAD, LAST])
    assert [item.body for item in found.values()] == [b"collected since"] * 2
    assert there.files.get("evidence/a") == b"kept since"
    assert read_mark(there.store).mark == Mark(1)


@pytest.mark.parametrize("overtaken_at", [NAME, "evidence/a"])
def test_whoever_is_overtaken_before_items_or_files_leaves_them(
    source: MemoryFiles, there: Place, overtaken_at: str
) -> None:
    def told(_: str, step: str) -> None:
        if step == overtaken_at:
            overtake(source, there)

    with pytest.raises(Conflict, match="Somebody else has just moved this ledger there"):
        go_back(source, NAME, there, told)
    assert_went_on(there)


def test_whoever_is_overtaken_between_two_batches_leaves_the_rest(
    source: MemoryFiles, there: Place
) -> None:
    is_first = iter([True])

    def after() -> None:
        if next(is_first, False):
            overtake(source, there)

    with pytest.raises(Conflict, match="Somebody else has just moved this ledger there"):
        go_back(source, NAME, Place(Batches(there.store, after), there.files))
    assert_went_on(there)


def test_whoever_is_overtaken_at_the_end_is_told_the_true_reason(
    source: MemoryFiles, there: Place
) -> None:
    source.delete("evidence/a")
    batches = iter([False, False, True])

    def after() -> None:
        if next(batches):
            go_back(source, NAME, there)
            there.store.put(HEAD, b"collected since")

    with pytest.raises(Conflict, match="Somebody else has just moved this ledger there"):
        go_back(source, NAME, Place(Batches(there.store, after), there.files))


def test_large_items_are_written_in_small_batches(
    there: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writes, "BATCH_BYTES", 1_000_000)
    batches = Batches(there.store, nothing)
    source = _copy_of([_item(number, 330_000) for number in range(10)])
    go_back(source, NAME, Place(batches, there.files))
    assert batches.sizes == [4 * 330_000] * 2 + [2 * 330_000]
