"""Packs: small enough for any store, the same lines in the same parts, read back as a stream."""

import random
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecot.errors import LedgerError
from ecot.store.packs import PART_BYTES, pack, read_pack
from ecot.store.protocol import Item, Key, Store
from ecot.store.writes import put_stream
from tests.store.test_contract import drawn, next_partition

STEM = Key("day#openai/a", "2026-01-05#" + "a" * 32)
LINES = st.lists(st.binary(max_size=50).filter(lambda line: not {10, 13} & set(line)))


def put_pack(store: Store, stem: Key, header: bytes, lines: Iterable[bytes]) -> None:
    put_stream(store, pack(stem, header, lines))


def incompressible(count: int, size: int) -> list[bytes]:
    """Lines that no compression makes smaller."""
    source = random.Random(1)
    return [source.randbytes(size).replace(b"\n", b"n").replace(b"\r", b"r") for _ in range(count)]


def items(store: Store) -> list[Item]:
    return list(store.query(STEM.partition))


@drawn
@given(lines=LINES, header=st.binary(max_size=20))
def test_a_pack_comes_back_as_it_was(store: Store, lines: list[bytes], header: bytes) -> None:
    stem = Key(next_partition(), "stem")
    put_pack(store, stem, header, lines)
    found, read = read_pack(store, stem)
    assert (found, list(read)) == (header, lines)


def test_a_big_pack_is_cut_into_items_under_350_kb_even_if_nothing_shrinks(store: Store) -> None:
    lines = incompressible(1500, 1000)
    put_pack(store, STEM, b"{}", lines)
    sizes = [len(item.body) for item in items(store)]
    assert len(sizes) == 6
    assert max(sizes) < 350_000
    assert list(read_pack(store, STEM)[1]) == lines


def test_the_same_lines_have_the_same_parts(store: Store) -> None:
    put_pack(store, STEM, b"{}", incompressible(800, 1000))
    before = [(item.key, item.body) for item in items(store)]
    put_pack(store, STEM, b"{}", iter(incompressible(800, 1000)))
    assert [(item.key, item.body) for item in items(store)] == before


def test_a_pack_is_read_one_part_at_a_time(store: Store) -> None:
    put_pack(store, STEM, b"{}", [b"x" * (PART_BYTES - 1), b"y"])
    _, lines = read_pack(store, STEM)
    assert isinstance(lines, Iterator)
    assert next(lines)[:1] == b"x"
    store.delete(Key(STEM.partition, f"{STEM.sort}#00001"))


def test_packs_beside_each_other_do_not_mix(store: Store) -> None:
    stems = [Key("p", "2026-01"), Key("p", "2026-01-"), Key("p", "2026-010"), Key("p", "2026-0")]
    for stem in stems:
        put_pack(store, stem, b"{}", [stem.sort.encode()])
    assert [list(read_pack(store, stem)[1]) for stem in stems] == [
        [stem.sort.encode()] for stem in stems
    ]


def test_a_pack_that_was_never_finished_is_missing(store: Store) -> None:
    put_pack(store, STEM, b"{}", [b"line"])
    store.delete(STEM)
    with pytest.raises(LedgerError, match=r"2026-01-05#a+ is missing"):
        read_pack(store, STEM)
    with pytest.raises(LedgerError, match="is missing"):
        read_pack(store, Key("nobody", "2026"))


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_lost_part_is_damage_and_not_a_smaller_sum(store: Store, number: int) -> None:
    put_pack(store, STEM, b"{}", incompressible(800, 1000))
    store.delete(Key(STEM.partition, f"{STEM.sort}#{number:05}"))
    with pytest.raises(LedgerError, match=f"#0000{number} is missing"):
        list(read_pack(store, STEM)[1])


def test_parts_left_by_an_ecot_that_cut_smaller_are_not_counted_twice(store: Store) -> None:
    put_pack(store, STEM, b"{}", incompressible(800, 1000))
    put_pack(store, STEM, b"{}", [b"all in one part"])
    assert list(read_pack(store, STEM)[1]) == [b"all in one part"]


def test_a_part_that_is_no_longer_what_it_was_is_damage(store: Store) -> None:
    put_pack(store, STEM, b"{}", [b"line"])
    key = Key(STEM.partition, f"{STEM.sort}#00000")
    (body,) = (item.body for item in items(store) if item.key == key)
    for spoilt in (body[:-4], b"no gzip", b"\x1f\x8b" + body[4:]):
        store.put(key, spoilt)
        with pytest.raises(LedgerError, match="is missing or was changed"):
            list(read_pack(store, STEM)[1])
