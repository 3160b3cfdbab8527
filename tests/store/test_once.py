"""A store that is asked once answers as the one below it would, and asks that no more than it has
to."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecot.errors import Conflict
from ecot.store.folder import Folder
from ecot.store.once import AN_ITEM, OnceStore, asked_once
from ecot.store.protocol import Key, Place, Store
from ecot.store.sqlite import SqliteStore
from tests.bench.counting import CountingStore

CUBES, ROWS = "cube#openai/a", "day#openai/a"
PARTITIONS = st.sampled_from([CUBES, ROWS, "head", "run#openai/a"])
SORTS = st.sampled_from(["2026-01#a", "2026-01#b", "2026-02#é", "2026-02#\U0001f600", "2026-03"])
KEYS = st.builds(Key, PARTITIONS, SORTS)
BOUNDS = st.one_of(st.just(""), SORTS)
STEPS = st.one_of(
    st.tuples(st.just("put"), KEYS, st.binary(max_size=4)),
    st.tuples(st.just("delete"), KEYS),
    st.tuples(st.just("query"), PARTITIONS, BOUNDS, st.one_of(st.none(), SORTS)),
    st.tuples(st.just("latest"), PARTITIONS, st.integers(1, 3)),
    st.tuples(st.just("get"), st.lists(KEYS, max_size=3)),
)


@contextmanager
def below(folder: Path) -> Iterator[CountingStore]:
    with closing(SqliteStore(folder / "ledger.sqlite")) as store:
        yield CountingStore(store)


@pytest.fixture
def counted(tmp_path: Path) -> Iterator[CountingStore]:
    """A store with three cubes and a row."""
    with below(tmp_path) as store:
        for sort in ("2026-01#a", "2026-02#a", "2026-03#a"):
            store.put(Key(CUBES, sort), sort.encode())
        store.put(Key(ROWS, "2026-01-01#a"), b"row")
        yield store


def sorts(store: Store, partition: str, first: str = "", before: str | None = None) -> list[str]:
    return [item.key.sort for item in store.query(partition, first, before)]


@settings(max_examples=60, deadline=None, suppress_health_check=[*HealthCheck])
@given(steps=st.lists(STEPS, max_size=25), room=st.sampled_from([0, AN_ITEM, 10**6]))
def test_it_answers_as_the_store_below(
    tmp_path_factory: pytest.TempPathFactory, steps: Sequence[tuple[Any, ...]], room: int
) -> None:
    with below(tmp_path_factory.mktemp("once")) as store:
        once = OnceStore(store, room)
        for name, *asked in steps:
            found = getattr(once, name)(*asked)
            if name == "get":
                assert found == store.get(*asked)
            elif name in ("query", "latest"):
                assert [*found] == [*getattr(store, name)(*asked)]


def test_all_months_of_an_account_are_one_question(counted: CountingStore) -> None:
    once = OnceStore(counted)
    assert sorts(once, CUBES, "2026-02", "2026-03") == ["2026-02#a"]
    assert sorts(once, CUBES, "2026-03") == ["2026-03#a"]
    assert sorts(once, CUBES, "2026-03", "2026-02") == []
    assert once.latest("run#openai/a", 3) == once.latest("run#openai/a", 3) == []
    assert counted.reads == {"cube": 1, "outcome": 1}


def test_rows_are_asked_for_each_time(counted: CountingStore) -> None:
    once = OnceStore(counted)
    assert sorts(once, ROWS) == sorts(once, ROWS) == ["2026-01-01#a"]
    assert counted.reads == {"document": 2}


def test_what_is_full_remembers_no_more(counted: CountingStore) -> None:
    counted.put(Key("head", "2026-01#openai/a"), b"head")
    once = OnceStore(counted, room=1)
    for _ in range(2):
        assert sorts(once, CUBES, "2026-02", "2026-03") == ["2026-02#a"]
        assert sorts(once, "head") == ["2026-01#openai/a"]
    assert counted.reads == {"cube": 1, "head": 2}


def test_what_others_write_is_seen_by_a_get_and_after_an_own_write(counted: CountingStore) -> None:
    once, key = OnceStore(counted), Key(CUBES, "2026-02#a")
    sorts(once, CUBES)
    counted.put(key, b"somebody else's")
    assert once.get([key])[key].body == b"somebody else's"
    assert b"somebody else's" not in [item.body for item in once.query(CUBES)]
    with pytest.raises(Conflict):
        once.put(key, b"mine", if_version=next(iter(once.query(CUBES))).version + 9)
    assert b"somebody else's" in [item.body for item in once.query(CUBES)]
    once.put_all([(Key(CUBES, "2026-04#a"), b"")])
    once.delete(key)
    assert sorts(once, CUBES) == ["2026-01#a", "2026-03#a", "2026-04#a"]


def test_a_place_is_asked_once_only_once(counted: CountingStore, tmp_path: Path) -> None:
    place = asked_once(Place(counted, Folder(tmp_path)))
    assert asked_once(place) is place
    assert [*place.store.partitions()] == [*counted.partitions()]
    place.store.close()
    assert sorts(counted, ROWS) == ["2026-01-01#a"]
