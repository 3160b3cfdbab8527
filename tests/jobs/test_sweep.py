"""The sweep removes what nobody points to, after a day, and never anything else."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import msgspec
import pytest
from msgspec.structs import replace

from ecot.jobs.sweep import sweep
from ecot.ledger.months import begun
from ecot.model.document import Document
from ecot.model.head import SETTLED, DayPointer, Head
from ecot.model.period import Month
from ecot.store.documents import document_key, put_document
from ecot.store.heads import all_heads, put_head
from ecot.store.protocol import Item, Key, Place, Store
from ecot.store.records import put_progress
from tests.jobs.conftest import NOW
from tests.jobs.world import World, dump
from tests.rows import charge
from tests.store.watched import WatchedStore, nothing

OCTOBER = Month(2026, 10)
DAY = timedelta(days=1)
ORPHAN = Document(
    account="openai/studio",
    day=OCTOBER.first,
    feeds={"costs": (charge("1.25", OCTOBER.first),)},
    first_read=NOW,
    run="one that died",
)
HEADER = document_key(ORPHAN.account, ORPHAN.day, ORPHAN.name)


@pytest.fixture
def collected(world: World) -> World:
    """A ledger with a restatement, and thereby with one replaced document and its cubes."""
    world.collect()
    day = next(day for day in OCTOBER.days() if world.truth.costs(world.first, day))
    world.truth.restate(world.first, day, factor=Decimal(2))
    (outcome,) = world.collect()
    assert outcome.restatements
    return world


def items(world: World) -> set[Key]:
    store = world.place.store
    return {
        item.key
        for partition in store.partitions()
        if partition.startswith(("day#", "cube#", "restatement#", "head"))
        for item in store.query(partition)
    }


def test_what_was_replaced_goes_after_a_day(collected: World) -> None:
    before, all_items = dump(collected.place), items(collected)
    assert sweep(collected.place, NOW) == 0
    assert items(collected) == all_items
    assert sweep(collected.place, NOW + DAY) > 0
    assert len(items(collected)) < len(all_items)
    assert dump(collected.place) == before


def test_nothing_that_a_head_points_to_ever_goes(collected: World) -> None:
    said = [collected.totals(by, OCTOBER.first, OCTOBER.after) for by in ("model", "user")]
    for days in range(5):
        sweep(collected.place, NOW + days * DAY)
    after = items(collected)
    for days in range(5, 10):
        assert sweep(collected.place, NOW + days * DAY) == 0
    assert items(collected) == after
    assert [collected.totals(by, OCTOBER.first, OCTOBER.after) for by in ("model", "user")] == said
    (head,) = [head for head in all_heads(collected.place.store) if head.restated]
    assert f"restatement#{head.account}" in collected.place.store.partitions()


def test_it_sweeps_once_a_day(collected: World) -> None:
    sweep(collected.place, NOW)
    put_document(collected.place.store, ORPHAN)
    sweep(collected.place, NOW + DAY)  # notes the orphan
    assert sweep(collected.place, NOW + DAY + timedelta(hours=23)) == 0
    assert HEADER in items(collected)
    assert sweep(collected.place, NOW + 2 * DAY) > 0
    assert HEADER not in items(collected)


def test_a_document_that_is_being_written_again_survives(collected: World) -> None:
    store = collected.place.store
    put_document(store, ORPHAN)
    sweep(collected.place, NOW)
    put_document(store, ORPHAN)  # a collector has just come to the same content
    sweep(collected.place, NOW + DAY)
    assert HEADER in items(collected)
    sweep(collected.place, NOW + 2 * DAY)  # but it never pointed to it
    assert HEADER not in items(collected)


def test_evidence_goes_after_400_days(collected: World) -> None:
    kept = set(collected.place.files.names("evidence/"))
    sweep(collected.place, NOW + 400 * DAY)
    assert set(collected.place.files.names("evidence/")) == kept
    sweep(collected.place, NOW + 402 * DAY)
    assert not set(collected.place.files.names("evidence/"))


def test_more_than_a_note_holds_goes_in_several_sweeps(world: World) -> None:
    store = world.place.store
    lost = [(Key("day#openai/lost", f"2026-01-01#{number:0500}"), b"") for number in range(900)]
    store.put_all(lost)
    assert sweep(world.place, NOW) == 0
    first = sweep(world.place, NOW + DAY)
    assert 400 < first < 700
    assert sweep(world.place, NOW + 2 * DAY) == 900 - first
    assert items(world) == set()


# Where it looks


class Asked(WatchedStore):
    """A store that notes which partitions are looked through, and from where on."""

    def __init__(self, store: Store) -> None:
        super().__init__(store, nothing, nothing)
        self.queries: dict[str, str] = {}

    def query(self, partition: str, first: str = "", before: str | None = None) -> Iterator[Item]:
        self.queries[partition] = first
        return super().query(partition, first, before)

    def partitions(self) -> Iterator[str]:
        self.queries["everything"] = ""
        return super().partitions()


def lost(place: Place, month: Month) -> Key:
    """Leaves a document of the month that no head names, and says where it is."""
    document = replace(ORPHAN, day=month.first)
    put_document(place.store, document)
    return document_key(document.account, document.day, document.name)


def point(place: Place, month: Month, key: Key) -> None:
    """Moves the month's head, without writing the document again."""
    days = {"01": DayPointer(key.sort.split("#")[1], SETTLED)}
    put_head(place.store, Head(account=ORPHAN.account, month=month, days=days), 0)


def lies(place: Place, key: Key) -> bool:
    return key in place.store.get([key])


def expect(place: Place) -> None:
    """The account is expected, and has no head yet."""
    put_progress(place.store, begun(ORPHAN.account, ("costs",), OCTOBER.first))


def test_most_nights_look_through_the_last_months_only(place: Place) -> None:
    expect(place)
    asked = [Asked(place.store) for _ in range(29)]
    for night, store in enumerate(asked):
        sweep(Place(store, place.files), NOW + night * DAY)
    partitions = {f"{begin}#{ORPHAN.account}" for begin in ("day", "cube", "restatement")}
    recent = dict.fromkeys(partitions | {"head"}, "2026-09") | {"progress": "", "runs": ""}
    assert [store.queries for store in asked[1:23]] == [recent] * 22  # until the end of November
    assert [night for night, one in enumerate(asked) if "everything" in one.queries] == [0, 28]


def test_what_lies_in_an_old_month_goes_once_a_month(place: Place) -> None:
    sweep(place, NOW)
    old = lost(place, Month(2024, 2))
    for night in range(1, 29):
        assert sweep(place, NOW + night * DAY) == 0
    assert sweep(place, NOW + 29 * DAY) == 2
    assert not lies(place, old)


def test_what_was_noted_goes_though_its_month_is_no_longer_looked_through(place: Place) -> None:
    last_of_november = NOW.replace(day=30)
    sweep(place, last_of_november - DAY)
    expect(place)
    september = lost(place, Month(2026, 9))
    assert sweep(place, last_of_november) == 0
    assert sweep(place, last_of_november + DAY) == 2
    assert not lies(place, september)


def test_what_a_head_of_an_old_month_points_to_by_now_stays(place: Place) -> None:
    key = lost(place, Month(2024, 2))
    sweep(place, NOW)
    point(place, Month(2024, 2), key)
    assert sweep(place, NOW + DAY) == 0
    assert lies(place, key)


def test_months_to_come_are_looked_through_with_their_heads(place: Place) -> None:
    sweep(place, NOW)
    key = lost(place, Month(2027, 5))
    point(place, Month(2027, 5), key)
    assert [sweep(place, NOW + night * DAY) for night in (1, 2)] == [0, 0]
    assert lies(place, key)


def test_an_older_note_is_understood(place: Place) -> None:
    key = lost(place, OCTOBER)
    note = {"at": NOW, "items": [[*key, place.store.get([key])[key].version]]}
    place.store.put(Key("ledger", "unreferenced"), msgspec.json.encode(note))
    assert sweep(place, NOW + DAY) == 1
    assert not lies(place, key)
