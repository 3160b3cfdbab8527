"""An older ledger is copied, then migrated; its figures stay, and what is new is there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ecot.errors import Conflict, LedgerError
from ecot.jobs.dump import read_dump
from ecot.jobs.go_back import go_back
from ecot.jobs.migrate import MIGRATIONS, check_usable, prepare
from ecot.jobs.place import Place, open_place, place_at
from ecot.jobs.restore import restore
from ecot.model.period import Month
from ecot.store.copies import finished_copies, put_manifest, put_parts, read_manifest
from ecot.store.documents import read_cube
from ecot.store.heads import Elsewhere, all_heads, billed_elsewhere
from ecot.store.packs import unpacked
from ecot.store.protocol import Item, Key
from ecot.store.schema import KEY, VERSION, Mark, put_mark, read_mark
from ecot.store.whole import all_items, whole_of_items
from tests.jobs.older import answers, export, said, write_older
from tests.jobs.world import dump
from tests.store.watched import WatchedStore, nothing, watched

JANUARY, FEBRUARY, MARCH = Month(2026, 1), Month(2026, 2), Month(2026, 3)


@dataclass
class Older:
    """A place that holds the ledger of schema 1, and all that was in it."""

    place: Place
    items: Mapping[Key, Item]


@pytest.fixture
def older(tmp_path: Path) -> Iterator[Older]:
    write_older(tmp_path / "older")
    place = place_at(str(tmp_path / "older"))
    yield Older(place, items(place))
    place.store.close()


def items(place: Place) -> dict[Key, Item]:
    """All that is in the store."""
    store = place.store
    return {item.key: item for name in store.partitions() for item in store.query(name)}


# What a migration promises


def test_there_is_a_migration_from_every_older_schema() -> None:
    assert len(MIGRATIONS) == VERSION - 1


def test_every_total_is_as_the_older_ecot_said_it(older: Older) -> None:
    prepare(older.place)
    today, questions = answers()
    assert len(questions) == 50
    for question in questions:
        now = said(older.place, today, question)
        assert _of_old(now, question["said"]) == question["said"], question["by"]


def _of_old(now: Any, before: Any) -> Any:
    """What is said now, less the fields that an older Ecot did not have; it said 0 of a tax that
    nobody stated."""
    if isinstance(before, dict) and isinstance(now, dict):
        if "tax" in now and now["tax"] is None:
            now = now | {"tax": "0"}
        return {name: _of_old(now.get(name), value) for name, value in before.items()}
    if isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        return [_of_old(*pair) for pair in zip(now, before, strict=True)]
    return now


def test_what_the_new_schema_knows_is_there(older: Older) -> None:
    prepare(older.place)
    heads = {(head.account, head.month): head for head in all_heads(older.place.store)}

    amazon = heads["aws/111", JANUARY]
    assert [(cell.day.day, cell.cost) for cell in amazon.cells if cell.billed_on] == [
        (31, Decimal("8.10"))
    ]
    given_back = [cell for cell in amazon.cells if cell.credits is not None]
    assert [(cell.day.day, str(cell.credits)) for cell in given_back] == [
        (6, "-3.2500"),
        (20, "0.00"),
    ]
    support = [cell.billed_on for cell in heads["oracle/ocid1", JANUARY].cells]
    assert set(support) == {date(2026, 2, 15)}
    assert set(billed_elsewhere(older.place.store)) == {
        Elsewhere("aws/111", JANUARY, FEBRUARY),
        Elsewhere("oracle/ocid1", JANUARY, FEBRUARY),
        Elsewhere("oracle/ocid1", FEBRUARY, MARCH),
    }

    openai = heads["openai/maison", FEBRUARY]
    assert openai.person_cube is not None
    cube = read_cube(older.place.store, openai.account, FEBRUARY, "person", openai.person_cube)
    assert any(cell.user and cell.service for cell in cube.cells)


def test_nothing_but_heads_and_cubes_is_touched(older: Older) -> None:
    prepare(older.place)
    after = items(older.place)
    changed = {key for key, item in older.items.items() if _content(after[key]) != _content(item)}
    new = after.keys() - older.items.keys()
    assert {key.partition for key in changed} == {"head", "ledger"}
    assert {key.partition.partition("#")[0] for key in new} == {"cube", "billed"}


def _content(item: Item) -> bytes:
    """What the item says: a cube that was there is written again, and Python 3.13 compresses the
    same lines to other bytes."""
    is_packed = item.body.startswith(b"\x1f\x8b")
    return unpacked(item.key, item.body) if is_packed else item.body


def test_it_equals_the_import_of_the_older_export(older: Older, place: Place) -> None:
    prepare(older.place)
    restore(place, read_dump(export(), "older.json"), "older.json")
    heads = [list(all_heads(one.store)) for one in (place, older.place)]
    assert heads[0] == heads[1]
    documents = [
        dump(one).split(b'"documents":[')[1].split(b'"evidence":[')[0]
        for one in (place, older.place)
    ]
    assert documents[0] == documents[1]


def test_the_second_time_nothing_is_written_and_one_item_is_read(older: Older) -> None:
    told: list[tuple[str, str]] = []
    assert prepare(older.place, lambda *step: told.append(step)) == "schema-1"
    assert ("copies", "schema-1") in told
    assert ("aws/111", "2026-01") in told
    before = items(older.place)

    calls: list[None] = []
    assert prepare(watched(older.place, before=lambda: calls.append(None))) is None
    assert len(calls) == 1
    for migration in MIGRATIONS:
        migration(older.place, lambda *_: None)
    assert items(older.place) == before


def test_a_new_ledger_is_marked_once(tmp_path: Path) -> None:
    place = place_at(str(tmp_path))
    assert (prepare(place), prepare(place)) == (None, None)
    (item,) = items(place).values()
    assert (item.key, item.body) == (KEY, b"%d" % VERSION)
    assert not finished_copies(place.files)
    place.store.close()


# What is refused, and changes nothing


@pytest.mark.parametrize(
    "found",
    [
        *(b"%d" % (VERSION + 1), b"\xffwhat", b"", b"0", b"2 odd", b"03"),
        b"%d copied schema-%d" % (VERSION, VERSION),  # a later Ecot is migrating it
    ],
)
def test_a_newer_or_unreadable_schema_is_refused(older: Older, found: bytes) -> None:
    older.place.store.put(KEY, found)
    before = items(older.place)
    with pytest.raises(LedgerError, match=f"and this Ecot knows version {VERSION}"):
        prepare(older.place)
    with pytest.raises(LedgerError, match=f"and this Ecot knows version {VERSION}"):
        check_usable(older.place.store)
    assert items(older.place) == before
    assert not list(older.place.files.names("copies/"))


@pytest.mark.parametrize("spoilt", ["missing document", "missing part", "document", "head"])
def test_a_damaged_ledger_is_refused_before_anything_is_changed(older: Older, spoilt: str) -> None:
    days = [key for key in older.items if key.partition == "day#supabase/supabase"]
    store = older.place.store
    if spoilt == "head":
        store.put(Key("head", "2026-03#supabase/supabase"), b"not a head")
    elif spoilt == "document":
        part = next(key for key in reversed(days) if key.sort.endswith("#00000"))
        store.put(part, store.get([part])[part].body[:-9])
    else:
        is_part = spoilt == "missing part"
        store.delete(next(key for key in reversed(days) if key.sort.endswith("#00000") is is_part))
    before = items(older.place)
    with pytest.raises(LedgerError, match="The ledger is damaged: ") as refusal:
        prepare(older.place)
    assert refusal.value.remedy
    assert items(older.place) == before
    assert not list(older.place.files.names("copies/"))


def test_a_ledger_that_cannot_be_opened_is_closed_again(tmp_path: Path) -> None:
    write_older(tmp_path)
    place = place_at(str(tmp_path))
    place.store.put(KEY, b"9")
    place.store.close()
    with pytest.raises(LedgerError):
        open_place(tmp_path)  # a connection left open would be a warning, and warnings are errors


# Somebody else at the same time


def test_two_who_migrate_at_once_come_to_the_same_end(older: Older, tmp_path: Path) -> None:
    write_older(tmp_path / "alone")
    alone = open_place(tmp_path / "alone")
    expected = whole_of_items(all_items(alone.store))
    alone.store.close()
    other = place_at(str(tmp_path / "older"))

    def told(*step: str) -> None:
        if step == ("openai/maison", "2026-02"):
            prepare(other)

    assert prepare(older.place, told) is None  # the other one did it
    other.store.close()
    assert whole_of_items(all_items(older.place.store)) == expected
    assert finished_copies(older.place.files) == ["schema-1"]
    assert len(list(older.place.files.names("copies/"))) == 2
    _is_the_copy_of(older)


@pytest.mark.parametrize("calls", [3, 9])
def test_a_copy_that_somebody_overtakes_is_not_finished(
    older: Older, tmp_path: Path, calls: int
) -> None:
    other, copying = place_at(str(tmp_path / "older")), iter([False])

    def told(name: str, _: str) -> None:
        nonlocal copying
        if name == "copies":
            copying = iter([False] * calls + [True])

    def after() -> None:
        if next(copying, False):
            assert prepare(other) == "schema-1"

    assert prepare(watched(older.place, after=after), told) is None
    assert not list(copying)
    other.store.close()
    assert finished_copies(older.place.files) == ["schema-1"]
    _is_the_copy_of(older)


def test_a_head_that_somebody_keeps_moving_is_given_up(older: Older) -> None:
    key = Key("head", "2026-01#aws/111")
    store = older.place.store

    def push() -> None:
        store.put(key, store.get([key])[key].body)

    with pytest.raises(Conflict, match="aws/111: somebody else keeps writing 2026-01"):
        MIGRATIONS[0](watched(older.place, after=push), lambda *_: None)


def test_whoever_keeps_the_mark_moving_is_not_fought(older: Older) -> None:
    prepare(older.place)
    store = older.place.store
    put_mark(store, Mark(1, "copied", "schema-1"), read_mark(store).version)

    def push() -> None:
        mark, version = read_mark(store)
        if mark is not None:
            put_mark(store, mark, version)

    with pytest.raises(Conflict, match="Somebody else keeps migrating"):
        prepare(watched(older.place, before=push))


# The copy


def _is_the_copy_of(older: Older) -> None:
    manifest = read_manifest(older.place.files, "schema-1")
    assert manifest is not None
    assert (manifest.schema, manifest.items) == (1, len(older.items) - 1)  # the mark is no item
    kept = (item for item in sorted(older.items.values(), key=_order) if item.key != KEY)
    assert whole_of_items(kept).digest == manifest.digest


def _order(item: Item) -> Any:
    return item.key.partition != "head", item.key


def test_the_copy_is_put_back_to_the_last_byte_and_migrates_again(
    older: Older, tmp_path: Path
) -> None:
    older.place.files.put("evidence/openai%2Fmaison/2026-03-04/x.json.gz", b"kept")
    prepare(older.place)
    _is_the_copy_of(older)
    back = place_at(str(tmp_path / "back"))
    go_back(older.place.files, "schema-1", back)

    assert {key: item.body for key, item in items(back).items()} == {
        key: item.body for key, item in older.items.items()
    }
    assert back.files.get("evidence/openai%2Fmaison/2026-03-04/x.json.gz") == b"kept"
    assert prepare(back) == "schema-1"  # its own copy came along, and is still the same
    assert finished_copies(back.files) == ["schema-1"]
    assert dump(back) == dump(older.place)
    back.store.close()


def test_an_older_ledger_that_went_on_is_copied_beside_the_first_copy(older: Older) -> None:
    prepare(older.place)
    store = older.place.store
    for key, item in older.items.items():
        store.put(key, item.body)
    store.put(Key("names", "aws/111"), b"[]")
    assert prepare(older.place) == "schema-1-2"
    assert finished_copies(older.place.files) == ["schema-1", "schema-1-2"]
    _is_the_copy_of(older)


def test_a_finished_copy_is_not_made_twice_and_an_unfinished_one_is(older: Older) -> None:
    prepare(older.place)
    files, store = older.place.files, older.place.store
    (part,) = [name for name in files.names("copies/") if "manifest" not in name]
    put_mark(store, Mark(1, "copied", "schema-1"), read_mark(store).version)
    files.delete(part)
    prepare(older.place)
    assert files.get(part) is None

    for key, item in older.items.items():
        store.put(key, item.body)
    for key in items(older.place).keys() - older.items.keys():
        store.delete(key)
    files.delete("copies/schema-1/manifest.json")
    assert prepare(older.place) == "schema-1"
    assert files.get(part) is not None


def test_the_ledger_is_read_once_for_all_its_older_copies(older: Older) -> None:
    for name in ("schema-1", "schema-1-2", "schema-1-3"):
        put_manifest(older.place.files, name, put_parts(older.place.files, name, 1, []))
    looked = Looked(older.place.store, nothing, nothing)
    assert prepare(Place(looked, older.place.files)) == "schema-1-4"
    assert looked.times == 2  # to compare, and to copy


class Looked(WatchedStore):
    """A store that counts how often it was asked for all that it holds."""

    times = 0

    def partitions(self) -> Iterator[str]:
        self.times += 1
        return super().partitions()


def test_an_older_copy_that_cannot_be_read_is_put_elsewhere_to_migrate(older: Older) -> None:
    manifest = "copies/schema-1/manifest.json"
    older.place.files.put(manifest, b"{}")
    before = items(older.place)
    with pytest.raises(LedgerError, match="schema-1 is damaged: its manifest") as refusal:
        prepare(older.place)
    assert "first put the folder copies/{name} elsewhere" in refusal.value.remedy
    assert refusal.value.values == {"name": "schema-1"}
    assert items(older.place) == before
    older.place.files.delete(manifest)
    assert prepare(older.place) == "schema-1"


@pytest.mark.parametrize("spoil", ["lost part", "changed part", "manifest"])
def test_a_damaged_copy_is_not_put_back(older: Older, tmp_path: Path, spoil: str) -> None:
    prepare(older.place)
    files = older.place.files
    (part,) = [name for name in files.names("copies/") if "manifest" not in name]
    if spoil == "lost part":
        files.delete(part)
    elif spoil == "changed part":
        files.put(part, (files.get(part) or b"")[:-1] + b"x")
    else:
        files.put("copies/schema-1/manifest.json", b"{}")
    back = place_at(str(tmp_path / "back"))
    with pytest.raises(LedgerError, match="The copy schema-1 is damaged"):
        go_back(files, "schema-1", back)
    if spoil != "manifest":
        with pytest.raises(LedgerError, match="still being filled"):
            prepare(back)
    back.store.close()


def test_a_copy_that_is_not_there_is_named_with_those_that_are(older: Older, place: Place) -> None:
    prepare(older.place)
    with pytest.raises(
        LedgerError, match="There is no finished copy schema-7; there are: schema-1"
    ):
        go_back(older.place.files, "schema-7", place)


def test_a_copy_is_put_into_an_empty_place_only(older: Older, place: Place) -> None:
    prepare(older.place)
    with pytest.raises(LedgerError, match="already something else"):
        go_back(older.place.files, "schema-1", older.place)
    place.store.put(Key("head", "2026-01#a/b"), b"")
    with pytest.raises(LedgerError, match="already something else"):
        go_back(older.place.files, "schema-1", place)


def test_what_arrives_otherwise_than_it_is_in_the_copy_is_found(
    older: Older, tmp_path: Path
) -> None:
    prepare(older.place)
    back = place_at(str(tmp_path / "back"))

    def told(*_: str) -> None:
        back.store.put(Key("names", "somebody/else"), b"[]")

    with pytest.raises(LedgerError, match="What arrived is not what is in the copy"):
        go_back(older.place.files, "schema-1", back, told)
    back.store.close()
