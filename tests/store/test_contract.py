"""What every store promises: get, query, conditional put and delete, from wherever it is called."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import count
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecot.errors import Conflict
from ecot.store.protocol import Item, Key, Store, after_prefix
from tests.store.conftest import Open
from tests.store.processes import ended, started

HERE = Key("here", "a")
SORTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)
_NUMBERS = count()

drawn = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)


def next_partition() -> str:
    """A fresh partition for each drawn example: they share one store."""
    return f"drawn-{next(_NUMBERS)}"


def sorts(items: Iterable[Item]) -> list[str]:
    return [item.key.sort for item in items]


def test_get_finds_what_exists_among_the_keys(store: Store) -> None:
    store.put(HERE, b"one")
    assert store.get([HERE, Key("here", "b"), Key("there", "a"), HERE]) == {
        HERE: Item(HERE, b"one", 1)
    }
    assert store.get([]) == {}


def test_get_finds_a_thousand_items(store: Store) -> None:
    keys = [Key(f"p{number % 3}", str(number)) for number in range(1000)]
    for key in keys[:-1]:
        store.put(key, key.sort.encode())
    found = store.get(keys)
    assert {key: item.body for key, item in found.items()} == {
        key: key.sort.encode() for key in keys[:-1]
    }


def test_the_version_counts_the_puts_whether_or_not_they_name_one(store: Store) -> None:
    store.put(HERE, b"one", if_version=0)
    store.put(HERE, b"two")
    store.put(HERE, b"three", if_version=2)
    assert store.get([HERE]) == {HERE: Item(HERE, b"three", 3)}


def test_an_item_that_was_deleted_starts_again_at_one(store: Store) -> None:
    store.put(HERE, b"one")
    store.put(HERE, b"two")
    store.delete(HERE, if_version=2)
    assert store.get([HERE]) == {}
    store.put(HERE, b"three", if_version=0)
    assert store.get([HERE])[HERE].version == 1


@pytest.mark.parametrize("version", [0, 2, 99])
def test_a_put_or_delete_of_another_version_changes_nothing(store: Store, version: int) -> None:
    store.put(HERE, b"one")
    with pytest.raises(Conflict, match="here a was written by somebody else"):
        store.put(HERE, b"two", if_version=version)
    with pytest.raises(Conflict):
        store.delete(HERE, if_version=version)
    assert store.get([HERE]) == {HERE: Item(HERE, b"one", 1)}


def test_an_item_that_is_not_there_has_no_version(store: Store) -> None:
    with pytest.raises(Conflict):
        store.put(HERE, b"two", if_version=1)
    with pytest.raises(Conflict):
        store.delete(HERE, if_version=1)
    store.delete(HERE)
    assert list(store.partitions()) == []


def test_a_query_includes_its_first_key_and_excludes_its_bound(store: Store) -> None:
    for sort in "abcd":
        store.put(Key("letters", sort), b"")
    assert sorts(store.query("letters", "b", "d")) == ["b", "c"]
    assert sorts(store.query("letters", "b", "b")) == []


@drawn
@given(sort_keys=st.sets(SORTS, max_size=12), first=st.just("") | SORTS, before=st.none() | SORTS)
def test_a_query_is_in_order_of_utf8_and_half_open(
    store: Store, sort_keys: set[str], first: str, before: str | None
) -> None:
    partition = next_partition()
    for sort in sort_keys:
        store.put(Key(partition, sort), sort.encode())
        store.put(Key(f"{partition}+", sort), b"of the next partition")
    low, high = first.encode(), None if before is None else before.encode()
    expected = sorted(
        body for body in map(str.encode, sort_keys) if low <= body and (high is None or body < high)
    )
    assert [item.body for item in store.query(partition, first, before)] == expected


@drawn
@given(sort_keys=st.sets(SORTS, max_size=12), prefix=SORTS.filter(lambda text: text[-1] < "\ud7ff"))
def test_the_bound_after_a_prefix_takes_all_that_begins_with_it_and_no_more(
    store: Store, sort_keys: set[str], prefix: str
) -> None:
    partition = next_partition()
    for sort in sort_keys | {prefix + sort for sort in sort_keys}:
        store.put(Key(partition, sort), b"")
    found = sorts(store.query(partition, prefix, after_prefix(prefix)))
    assert found == [sort for sort in sorts(store.query(partition)) if sort.startswith(prefix)]


def test_a_long_query_gives_every_item_once_while_others_write(store: Store) -> None:
    keys = [Key("long", f"{number:04}") for number in range(300)]
    for key in keys:
        store.put(key, b"old")
    seen = []
    for item in store.query("long", "0010"):
        seen.append(item.key)
        store.put(item.key, b"new")
        store.delete(Key("long", "0000"))
    assert seen == keys[10:]


def test_two_queries_of_one_store_do_not_disturb_each_other(store: Store) -> None:
    for number in range(150):
        store.put(Key("both", f"{number:03}"), b"")
    pairs = list(zip(store.query("both"), store.query("both"), strict=True))
    assert len(pairs) == 150
    assert all(one == other for one, other in pairs)


def test_partitions_are_those_that_hold_an_item_in_order(store: Store) -> None:
    for partition in ("z", "é", "a", "a#b"):
        store.put(Key(partition, "1"), b"")
        store.put(Key(partition, "2"), b"")
    store.delete(Key("z", "1"))
    store.delete(Key("a", "1"))
    store.delete(Key("a", "2"))
    assert list(store.partitions()) == ["a#b", "z", "é"]


@pytest.mark.parametrize("body", [b"", bytes(range(256)), b"x" * 350_000])
def test_a_body_comes_back_as_it_was(store: Store, body: bytes) -> None:
    store.put(HERE, body)
    assert store.get([HERE])[HERE].body == body
    assert [item.body for item in store.query("here")] == [body]


class Step(NamedTuple):
    """One drawn call: what to do where, and under which version (None: any)."""

    is_put: bool
    key: Key
    version: int | None


STEPS = st.builds(
    Step,
    st.booleans(),
    st.builds(Key, st.sampled_from(["p", "q"]), st.sampled_from(["1", "2"])),
    st.none() | st.integers(0, 3),
)


@drawn
@given(steps=st.lists(STEPS, max_size=30))
def test_any_calls_do_what_they_would_do_to_a_dictionary(store: Store, steps: list[Step]) -> None:
    partition = next_partition()
    model: dict[Key, Item] = {}
    for number, (is_put, (half, sort), version) in enumerate(steps):
        key = Key(partition + half, sort)
        held = model[key].version if key in model else 0
        act: Callable[..., None] = partial(store.put, key, b"%d" % number)
        if not is_put:
            act = partial(store.delete, key)
        if (version is not None and version != held) or (not is_put and version == 0):
            with pytest.raises(Conflict):
                act(if_version=version)
        else:
            act(if_version=version)
            if is_put:
                model[key] = Item(key, b"%d" % number, held + 1)
            else:
                model.pop(key, None)
    halves = [*store.query(f"{partition}p"), *store.query(f"{partition}q")]
    assert halves == [model[key] for key in sorted(model)]


def test_two_connections_see_what_either_has_written(open_store: Open) -> None:
    one, other = open_store(), open_store()
    one.put(HERE, b"one", if_version=0)
    other.put(HERE, b"two", if_version=1)
    with pytest.raises(Conflict):
        one.put(HERE, b"three", if_version=1)
    assert one.get([HERE]) == other.get([HERE]) == {HERE: Item(HERE, b"two", 2)}


def test_what_was_written_is_there_after_the_store_was_closed(open_store: Open) -> None:
    one = open_store()
    one.put(HERE, b"one")
    one.close()
    assert open_store().get([HERE]) == {HERE: Item(HERE, b"one", 1)}


def add_one(store: Store, times: int) -> None:
    """Counts in an item, reading again after each lost race."""
    while times:
        item = store.get([HERE]).get(HERE)
        number, version = (int(item.body), item.version) if item else (0, 0)
        try:
            store.put(HERE, b"%d" % (number + 1), if_version=version)
        except Conflict:
            continue
        times -= 1


def test_threads_of_one_store_lose_no_conditional_put(store: Store) -> None:
    with ThreadPoolExecutor(4) as threads:
        for done in [threads.submit(add_one, store, 25) for _ in range(4)]:
            done.result()
    assert store.get([HERE]) == {HERE: Item(HERE, b"100", 100)}


def test_processes_that_create_one_store_together_lose_no_conditional_put(open_store: Open) -> None:
    children = [started(lambda: add_one(open_store(), 8)) for _ in range(8)]
    assert [ended(child) for child in children] == [0] * 8
    assert open_store().get([HERE]) == {HERE: Item(HERE, b"64", 64)}
