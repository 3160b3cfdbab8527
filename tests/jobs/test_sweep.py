"""The sweep removes what nobody points to, after a day, and never anything else."""

from datetime import timedelta
from decimal import Decimal

import pytest

from ecot.jobs.sweep import sweep
from ecot.model.document import Document
from ecot.model.period import Month
from ecot.store.documents import document_key, put_document
from ecot.store.heads import all_heads
from ecot.store.protocol import Key
from tests.jobs.conftest import NOW
from tests.jobs.world import World, dump
from tests.rows import charge

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
