"""A copy holds every item to the byte, in parts of bounded size, and says when it is finished."""

import pytest

from ecot.errors import LedgerError
from ecot.jobs.sweep import _NOTED
from ecot.store import copies, whole
from ecot.store.copies import finished_copies, put_manifest, put_parts, read_copy, read_manifest
from ecot.store.protocol import Item, Key, Place, Store
from ecot.store.schema import KEY
from ecot.store.whole import all_items, is_bare, whole_of_files, whole_of_items
from tests.ledger.book import MemoryFiles

ITEMS = [
    Item(Key("head", "2026-01#a/é"), b"\x00\xff\n", 1),
    Item(Key("billed", "x"), b"", 7),
    Item(Key("day#a/\u20ac", '"\n'), bytes(range(256)) * 40, 2),
]


@pytest.mark.parametrize("part_bytes", [1, 5_000, 4_000_000])
def test_a_copy_is_read_as_it_was_written(monkeypatch: pytest.MonkeyPatch, part_bytes: int) -> None:
    monkeypatch.setattr(copies, "PART_BYTES", part_bytes)
    files = MemoryFiles()
    manifest = put_parts(files, "schema-1", 1, ITEMS)
    assert (finished_copies(files), read_manifest(files, "schema-1")) == ([], None)
    put_manifest(files, "schema-1", manifest)

    assert finished_copies(files) == ["schema-1"]
    assert read_manifest(files, "schema-1") == manifest
    assert list(read_copy(files, "schema-1", manifest)) == [(one.key, one.body) for one in ITEMS]
    assert (manifest.items, manifest.digest) == whole_of_items(ITEMS)
    assert len(manifest.parts) == {1: 3, 5_000: 1, 4_000_000: 1}[part_bytes]


def test_making_a_copy_again_writes_the_same_files() -> None:
    files = MemoryFiles()
    manifest = put_parts(files, "schema-1", 1, ITEMS)
    before = dict(files.kept)
    assert put_parts(files, "schema-1", 1, ITEMS) == manifest
    assert files.kept == before


def test_an_empty_ledger_has_a_copy_without_parts() -> None:
    manifest = put_parts(MemoryFiles(), "schema-1", 1, [])
    assert (manifest.items, manifest.parts) == (0, ())


def test_a_digest_knows_where_each_part_ends_and_nothing_of_versions() -> None:
    def digest(partition: str, sort: str, body: bytes, version: int = 1) -> str:
        return whole_of_items([Item(Key(partition, sort), body, version)]).digest

    assert digest("a", "b", b"c") == digest("a", "b", b"c", version=9)
    assert len({digest("a", "b", b"c"), digest("ab", "", b"c"), digest("a", "", b"bc")}) == 3


def test_heads_come_first_and_the_stores_own_notes_not_at_all(store: Store) -> None:
    assert _NOTED in whole.OWN
    for key in (KEY, _NOTED, Key("ledger", "id"), *(one.key for one in ITEMS)):
        store.put(key, b"")
    found = [item.key for item in all_items(store)]
    assert found == [ITEMS[0].key, Key("billed", "x"), ITEMS[2].key, Key("ledger", "id")]


def test_only_kept_files_count_and_a_place_with_one_is_not_bare(store: Store) -> None:
    files = MemoryFiles()
    place = Place(store, files)
    store.put(KEY, b"2")
    files.put("site/index.html", b"")
    nothing = whole_of_files(files)
    assert (nothing.size, is_bare(place)) == (0, True)
    files.put("evidence/a", b"1")
    assert (whole_of_files(files).size, is_bare(place)) == (1, False)
    files.delete("evidence/a")
    store.put(Key("names", "a/b"), b"[]")
    assert not is_bare(place)


def test_a_part_that_is_missing_or_was_changed_is_no_part_of_the_ledger() -> None:
    files = MemoryFiles()
    manifest = put_parts(files, "schema-1", 1, ITEMS)
    (part,) = manifest.parts
    name, whole_part = f"copies/schema-1/{part}", files.kept[f"copies/schema-1/{part}"]
    files.put(name, whole_part + b"\n")
    with pytest.raises(LedgerError, match="The copy schema-1 is damaged: a part"):
        list(read_copy(files, "schema-1", manifest))
    files.delete(name)
    with pytest.raises(LedgerError, match="The copy schema-1 is damaged: a part"):
        list(read_copy(files, "schema-1", manifest))
    files.put(name, whole_part)
    assert len(list(read_copy(files, "schema-1", manifest))) == len(ITEMS)


def test_a_manifest_that_cannot_be_read_is_said_to_be_damaged() -> None:
    files = MemoryFiles()
    put_manifest(files, "schema-1", put_parts(files, "schema-1", 1, ITEMS))
    (name,) = (one for one in files.kept if one.endswith("manifest.json"))
    files.put(name, files.kept[name][:-9])
    with pytest.raises(LedgerError, match="its manifest cannot be read"):
        read_manifest(files, "schema-1")
