"""What every store promises: get, query, conditional put and delete, from wherever it is called."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from itertools import chain, count
from typing import Literal, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecot.errors import Conflict, LedgerError
from ecot.store.protocol import Item, Key, Store, after_prefix
from tests.store.conftest import Open
from tests.store.processes import ended, started

HERE = Key("here", "a")
SORTS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=200
)
_NUMBERS = count()

drawn = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)


def next_partition() -> str:
    """A fresh partition for each drawn example: they share one store."""
    return f"drawn-{next(_NUMBERS)}"


def version(store: Store, key: Key = HERE) -> int:
    """The item's version, 0 where there is none."""
    item = store.get([key]).get(key)
    return item.version if item else 0


def bodies(store: Store) -> dict[Key, bytes]:
    """Everything that is in the store, but for the versions."""
    items = chain.from_iterable(map(store.query, store.partitions()))
    return {item.key: item.body for item in items}


def sorts(items: Iterable[Item]) -> list[str]:
    return [item.key.sort for item in items]


def test_get_finds_what_exists_among_the_keys(store: Store) -> None:
    store.put(HERE, b"one")
    found = store.get([HERE, Key("here", "b"), Key("there", "a"), HERE])
    assert found == {HERE: Item(HERE, b"one", found[HERE].version)}
    assert store.get([]) == {}


def test_get_finds_a_thousand_items(store: Store) -> None:
    keys = [Key(f"p{number % 3}", str(number)) for number in range(1000)]
    store.put_all([(key, key.sort.encode()) for key in keys[:-1]])
    found = store.get(keys)
    assert {key: item.body for key, item in found.items()} == {
        key: key.sort.encode() for key in keys[:-1]
    }


def test_every_put_gives_a_version_that_the_item_never_had(store: Store) -> None:
    seen = [version(store)]
    acts: list[Callable[[], None]] = [
        lambda: store.put(HERE, b"one", if_version=0),
        lambda: store.put(HERE, b"two"),
        lambda: store.put(HERE, b"three", if_version=seen[-1]),
        lambda: store.put_all([(HERE, b"three")]),
        lambda: store.put_all([(HERE, b"three")]),
    ]
    for act in acts:
        act()
        seen.append(version(store))
    assert seen[0] == 0
    assert len(set(seen)) == 6
    store.delete(HERE, if_version=seen[-1])
    assert bodies(store) == {}
    store.put(HERE, b"four", if_version=0)
    assert version(store) not in seen


@pytest.mark.parametrize("other", ["absent", "older", "unheard of"])
def test_a_put_or_delete_of_another_version_changes_nothing(store: Store, other: str) -> None:
    store.put(HERE, b"zero")
    older = version(store)
    store.put(HERE, b"one")
    before = store.get([HERE])
    named = {"absent": 0, "older": older, "unheard of": before[HERE].version + 99}[other]
    with pytest.raises(Conflict, match="here a was written by somebody else"):
        store.put(HERE, b"two", if_version=named)
    with pytest.raises(Conflict):
        store.delete(HERE, if_version=named)
    assert store.get([HERE]) == before


def test_an_item_that_is_not_there_has_no_version(store: Store) -> None:
    with pytest.raises(Conflict):
        store.put(HERE, b"two", if_version=1)
    for named in (0, 1):
        with pytest.raises(Conflict):
            store.delete(HERE, if_version=named)
    store.delete(HERE)
    assert list(store.partitions()) == []


def test_many_are_written_in_one_call_whatever_was_there(store: Store) -> None:
    store.put(Key("many", "003"), b"before")
    items = [(Key("many", f"{number:03}"), b"%d" % number) for number in range(60)]
    store.put_all(items)
    assert bodies(store) == dict(items)
    assert all(item.version for item in store.query("many"))


def test_of_a_key_that_is_written_twice_in_one_call_the_last_stays(store: Store) -> None:
    store.put_all([(HERE, b"one"), (Key("here", "b"), b""), (HERE, b"two")])
    assert bodies(store) == {HERE: b"two", Key("here", "b"): b""}


def test_writing_nothing_is_no_error(store: Store) -> None:
    store.put_all([])
    assert bodies(store) == {}


def test_many_big_items_are_written_and_read(store: Store) -> None:
    items = [(Key("big", f"{number:02}"), bytes([number]) * 350_000) for number in range(30)]
    store.put_all(items)
    assert [item.body for item in store.query("big")] == [body for _, body in items]
    assert store.get([key for key, _ in items]).keys() == dict(items).keys()
    assert sorts(store.query("big", "05", "25")) == [f"{number:02}" for number in range(5, 25)]
    assert list(store.partitions()) == ["big"]


UNFIT = ["", "a\0b", "\ud800", "é" * 600]


@pytest.mark.parametrize("text", UNFIT, ids=["empty", "nul", "half a pair", "long"])
def test_a_key_that_some_store_could_not_hold_is_refused_by_all(store: Store, text: str) -> None:
    keys = [Key("here", text), Key(text * 2, "a")]
    for key in keys:
        calls: list[Callable[[], object]] = [
            partial(store.get, [HERE, key]),
            partial(store.put, key, b""),
            partial(store.put, key, b"", if_version=1),
            partial(store.put_all, [(HERE, b""), (key, b"")]),
            partial(store.delete, key),
        ]
        for call in calls:
            with pytest.raises(LedgerError, match="empty, too long or not text") as caught:
                call()
            str(caught.value).encode()
            assert "shorter name" in caught.value.remedy
    assert bodies(store) == {}


@pytest.mark.parametrize("text", UNFIT[1:], ids=["nul", "half a pair", "long"])
def test_a_query_for_such_a_key_is_refused(store: Store, text: str) -> None:
    for query in (
        store.query(text * 2),
        store.query("here", text),
        store.query("here", "", text),
        store.query(""),
    ):
        with pytest.raises(LedgerError, match="empty, too long or not text"):
            list(query)


def test_the_longest_key_and_body_are_held(store: Store) -> None:
    key = Key("é" * 1024, "é" * 512)
    store.put(key, b"x" * 350_000)
    store.put_all([(key, b"y" * 350_000)])
    assert bodies(store) == {key: b"y" * 350_000}
    assert store.get([key])[key].body == b"y" * 350_000


def test_a_body_that_some_store_could_not_hold_is_refused_by_all(store: Store) -> None:
    body = b"x" * 350_001
    writes: list[Callable[[], None]] = [
        lambda: store.put(HERE, body),
        lambda: store.put(HERE, body, if_version=0),
        lambda: store.put_all([(Key("here", "b"), b""), (HERE, body)]),
    ]
    for write in writes:
        with pytest.raises(LedgerError, match="would hold 350001 bytes"):
            write()
    assert bodies(store) == {}


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
    store.put_all([(Key(partition, sort), sort.encode()) for sort in sort_keys])
    store.put_all([(Key(f"{partition}+", sort), b"of the next") for sort in sort_keys])
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
    written = sort_keys | {prefix + sort for sort in sort_keys}
    store.put_all([(Key(partition, sort), b"") for sort in written])
    found = sorts(store.query(partition, prefix, after_prefix(prefix)))
    assert found == [sort for sort in sorts(store.query(partition)) if sort.startswith(prefix)]


@pytest.mark.parametrize("most", [1, 2, 3, 9])
def test_the_latest_items_come_last_first(store: Store, most: int) -> None:
    assert store.latest("run", most) == []
    store.put_all([(Key("run", sort), sort.encode()) for sort in ("2", "10", "é")])
    store.put(Key("run#", "3"), b"")
    found = store.latest("run", most)
    assert sorts(found) == ["é", "2", "10"][:most]
    assert list(found) == [*store.query("run")][::-1][:most]


def test_the_latest_items_may_be_larger_than_a_page(store: Store) -> None:
    keys = [Key("big", f"{number:02}") for number in range(9)]
    for key in keys:
        store.put(key, key.sort.encode() * 150_000)
    assert sorts(store.latest("big", 5)) == ["08", "07", "06", "05", "04"]


def test_a_long_query_gives_every_item_once_while_others_write(store: Store) -> None:
    keys = [Key("long", f"{number:04}") for number in range(300)]
    store.put_all([(key, b"old") for key in keys])
    seen = []
    for item in store.query("long", "0010"):
        seen.append(item.key)
        store.put(item.key, b"new")
        store.delete(Key("long", "0000"))
    assert seen == keys[10:]


def test_two_queries_of_one_store_do_not_disturb_each_other(store: Store) -> None:
    store.put_all([(Key("both", f"{number:03}"), b"") for number in range(150)])
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
    """One drawn call: what to do where, and which version it names, if any."""

    is_put: bool
    key: Key
    names: Literal["none", "absent", "held", "other"]


STEPS = st.builds(
    Step,
    st.booleans(),
    st.builds(Key, st.sampled_from(["p", "q"]), st.sampled_from(["1", "2"])),
    st.sampled_from(["none", "absent", "held", "other"]),
)


@drawn
@given(steps=st.lists(STEPS, max_size=30))
def test_any_calls_do_what_they_would_do_to_a_dictionary(store: Store, steps: list[Step]) -> None:
    partition = next_partition()
    model: dict[Key, Item] = {}
    for number, (is_put, (half, sort), names) in enumerate(steps):
        key = Key(partition + half, sort)
        held = model[key].version if key in model else 0
        named = {"none": None, "absent": 0, "held": held, "other": held + 1}[names]
        act: Callable[..., None] = partial(store.put, key, b"%d" % number)
        if not is_put:
            act = partial(store.delete, key)
        if (named is not None and named != held) or (not is_put and named == 0):
            with pytest.raises(Conflict):
                act(if_version=named)
            continue
        act(if_version=named)
        model.pop(key, None)
        if is_put:
            new = version(store, key)
            assert new not in (0, held)
            model[key] = Item(key, b"%d" % number, new)
    halves = [*store.query(f"{partition}p"), *store.query(f"{partition}q")]
    assert halves == [model[key] for key in sorted(model)]


def test_two_connections_see_what_either_has_written(open_store: Open) -> None:
    one, other = open_store(), open_store()
    one.put(HERE, b"one", if_version=0)
    first = version(one)
    other.put(HERE, b"two", if_version=first)
    with pytest.raises(Conflict):
        one.put(HERE, b"three", if_version=first)
    assert one.get([HERE]) == other.get([HERE])
    assert bodies(one) == {HERE: b"two"}


def test_what_was_written_is_there_after_the_store_was_closed(open_store: Open) -> None:
    one = open_store()
    one.put(HERE, b"one")
    held = one.get([HERE])
    one.close()
    assert open_store().get([HERE]) == held


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
    assert bodies(store) == {HERE: b"100"}


def test_threads_write_many_at_once(store: Store) -> None:
    batches = [[(Key(f"p{one}", f"{n:02}"), b"") for n in range(60)] for one in range(4)]
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(store.put_all, batches))
    assert bodies(store).keys() == {key for batch in batches for key, _ in batch}


def test_processes_that_create_one_store_together_lose_no_conditional_put(open_store: Open) -> None:
    children = [started(lambda: add_one(open_store(), 8)) for _ in range(8)]
    assert [ended(child) for child in children] == [0] * 8
    assert bodies(open_store()) == {HERE: b"64"}


def test_what_may_be_forgotten_lies_there_like_anything_else(store: Store) -> None:
    """Nobody is promised that it goes: whoever reads has to look at the clock himself."""
    past, future = datetime(2020, 1, 1, tzinfo=UTC), datetime(2126, 1, 1, tzinfo=UTC)
    store.put(HERE, b"one", if_version=0, expires=future)
    store.put_all([(Key("here", "b"), b"two")], expires=future)
    first = version(store)
    assert bodies(store) == {HERE: b"one", Key("here", "b"): b"two"}
    with pytest.raises(Conflict):
        store.put(HERE, b"three", if_version=0, expires=past)
    store.put(HERE, b"three", if_version=first, expires=future)
    store.put(HERE, b"four")
    assert bodies(store)[HERE] == b"four"
