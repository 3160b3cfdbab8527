"""What a sync keeps: it comes back, an unchanged part of it is not written, and no pair of
databases sees another's."""

from datetime import UTC, datetime
from decimal import Decimal

import msgspec

from ecot.jobs.notion.kept import (
    Followed,
    Notice,
    NotionSync,
    Seen,
    Shelf,
    Tables,
    budgets,
    keep_budgets,
    keep_last,
    last_sync,
)
from ecot.model.period import Month
from ecot.model.sentence import Sentence
from ecot.sinks.notion.rows import Budget, Memory, key_of
from ecot.store.protocol import Place, Store
from tests.bills import bill

JANUARY, FEBRUARY = Month(2026, 1), Month(2026, 2)
OPENAI = key_of("openai", "edugami", None, JANUARY)
AWS = key_of("aws", "main", "1:2", FEBRUARY)
MEMORY = Memory(
    data_source="usages-table",
    properties={"cost_usd": "a%3Db"},
    services={"openai": "p0"},
    pages={OPENAI: "p1", AWS: "p2"},
    gone=(key_of("openai", "gone", None, JANUARY),),
)


def versions(store: Store) -> dict[str, int]:
    return {
        f"{item.key.partition} {item.key.sort}": item.version
        for partition in store.partitions()
        if partition.startswith("notion")
        for item in store.query(partition)
    }


def test_a_memory_comes_back_as_it_was(place: Place) -> None:
    shelf = Shelf(place.store, "s", "u")
    assert shelf.memory() is None
    shelf.keep_memory(MEMORY)
    assert shelf.memory() == MEMORY
    less = msgspec.structs.replace(MEMORY, pages={AWS: "p2"}, gone=())
    shelf.keep_memory(less)
    assert shelf.memory() == less


def test_only_the_months_that_changed_are_written(place: Place) -> None:
    shelf = Shelf(place.store, "s", "u")
    shelf.keep_memory(MEMORY)
    before = versions(place.store)
    shelf.keep_memory(MEMORY)
    assert versions(place.store) == before
    shelf.keep_memory(msgspec.structs.replace(MEMORY, pages={**MEMORY.pages, AWS: "p3"}))
    changed = {name for name, version in versions(place.store).items() if before[name] != version}
    assert changed == {"notion-pages#s+u 2026-02"}


def test_another_pair_of_databases_has_a_memory_of_its_own(place: Place) -> None:
    Shelf(place.store, "s", "u").keep_memory(MEMORY)
    assert Shelf(place.store, "s", "other").memory() is None
    assert Shelf(place.store, "other", "u").memory() is None


def test_tables_typed_rows_and_months_come_back(place: Place) -> None:
    shelf = Shelf(place.store, "s", "u")
    assert (shelf.tables(), shelf.seen(), shelf.followed()) == (None, {}, Followed())
    seen = {"p9": Seen(page_id="p9", key=OPENAI, bill=bill("12.50"), native=(Decimal(1), "EUR"))}
    shelf.keep_tables(Tables("a", "b"))
    shelf.keep_seen(seen)
    shelf.keep_followed(Followed({"2026-01": "digest"}))
    assert (shelf.tables(), shelf.seen()) == (Tables("a", "b"), seen)
    assert shelf.followed() == Followed({"2026-01": "digest"})
    shelf.keep_seen({})
    assert shelf.seen() == {}


def test_budgets_are_those_that_stand_in_notion(place: Place) -> None:
    assert budgets(place.store) == {}
    keep_budgets(place.store, [Budget("openai", Decimal("200.50")), Budget("aws", Decimal(9))])
    assert budgets(place.store) == {"openai": Decimal("200.50"), "aws": Decimal(9)}
    keep_budgets(place.store, [Budget("aws", Decimal(9))])
    assert budgets(place.store) == {"aws": Decimal(9)}


def test_how_the_last_sync_went_is_known(place: Place) -> None:
    assert last_sync(place.store) is None
    sync = NotionSync(
        state="failed",
        at=datetime(2026, 11, 22, tzinfo=UTC),
        months=(JANUARY,),
        notices=(Notice(problem=Sentence("{a}", {"a": "é"}), row="Figma", url="https://x.y"),),
        message=Sentence("no"),
    )
    keep_last(place.store, sync)
    assert last_sync(place.store) == sync


def test_three_years_of_many_rows_fit_into_items(place: Place) -> None:
    months = [Month(2024, 1).shifted(number) for number in range(36)]
    pages = {
        key_of("openai", "edugami", f"proj_{number:030}", month): f"{number:016x}{index:016x}"
        for index, month in enumerate(months)
        for number in range(200)
    }
    shelf = Shelf(place.store, "s", "u")
    shelf.keep_memory(msgspec.structs.replace(MEMORY, pages=pages, gone=()))
    sizes = [len(item.body) for item in place.store.query("notion-pages#s+u")]
    assert len(sizes) == 36
    assert max(sizes) < 35_000
    memory = shelf.memory()
    assert memory is not None
    assert memory.pages == pages
