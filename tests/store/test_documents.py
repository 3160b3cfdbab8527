"""Day documents and cubes come back as they were put, whatever is in them."""

from collections.abc import Mapping

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecot.errors import LedgerError
from ecot.model.cells import condensed
from ecot.model.cube import DIMENSIONS, Cube, CubeKind
from ecot.model.document import Document
from ecot.model.period import DAY, Month
from ecot.model.rows import AnyRow, merged
from ecot.store.documents import (
    document_key,
    put_cube,
    put_document,
    read_cube,
    read_document,
    read_documents,
    stream_document,
    stream_documents,
)
from ecot.store.protocol import Store
from tests.rows import ACCOUNT, MONDAY, MUCH_LATER, charge, on, rows, to_the_letter
from tests.store.test_contract import drawn

FEEDS = st.dictionaries(
    st.sampled_from(["costs", "usage.chat", "plan.pro #1"]),
    rows().filter(bool).map(lambda found: tuple(merged(found))),
)


def document(feeds: Mapping[str, tuple[AnyRow, ...]]) -> Document:
    return Document(
        account=ACCOUNT,
        day=MONDAY,
        feeds=feeds,
        first_read=MUCH_LATER,
        run="run-1",
        evidence=dict.fromkeys(feeds, ("evidence/a", "evidence/b")),
    )


@drawn
@given(feeds=FEEDS)
def test_a_document_comes_back_to_the_last_digit(
    store: Store, feeds: dict[str, tuple[AnyRow, ...]]
) -> None:
    one = document(feeds)
    put_document(store, one)
    back = read_document(store, ACCOUNT, MONDAY, one.name)
    assert to_the_letter(back) == to_the_letter(one)
    assert back.name == one.name


def test_putting_a_document_again_leaves_one_document(store: Store) -> None:
    one = document({"costs": (charge(),)})
    put_document(store, one)
    put_document(store, msgspec.structs.replace(one, first_read=on(MONDAY), run="run-2"))
    assert len(list(store.query(document_key(ACCOUNT, MONDAY, one.name).partition))) == 2
    assert read_document(store, ACCOUNT, MONDAY, one.name).feeds == one.feeds


def test_a_document_of_many_rows_is_streamed_in_order(store: Store) -> None:
    many = merged(charge(f"0.{number:05}", resource_id=f"i-{number:05}") for number in range(3000))
    one = document({"costs": tuple(many)})
    put_document(store, one)
    assert max(len(item.body) for item in store.query(f"day#{ACCOUNT}")) < 350_000
    header, streamed = stream_document(store, ACCOUNT, MONDAY, one.name)
    assert list(streamed) == [("costs", row) for row in many]
    assert (header.account, header.day, header.run) == (ACCOUNT, MONDAY, "run-1")
    assert header.evidence == {"costs": ("evidence/a", "evidence/b")}


def test_a_missing_document_is_damage(store: Store) -> None:
    put_document(store, document({"costs": (charge(),)}))
    with pytest.raises(LedgerError, match="damaged"):
        read_document(store, ACCOUNT, MONDAY, "0" * 32)


@drawn
@given(found=rows(), kind=st.sampled_from(sorted(DIMENSIONS)))
def test_a_cube_comes_back_to_the_last_digit(
    store: Store, found: list[AnyRow], kind: CubeKind
) -> None:
    cells = tuple(condensed(found, DIMENSIONS[kind]))
    cube = Cube(account=ACCOUNT, month=Month.of(MONDAY), kind=kind, cells=cells)
    put_cube(store, cube)
    back = read_cube(store, ACCOUNT, Month.of(MONDAY), kind, cube.name)
    assert to_the_letter(back) == to_the_letter(cube)
    assert back.name == cube.name


def test_a_missing_cube_is_damage(store: Store) -> None:
    with pytest.raises(LedgerError, match="damaged"):
        read_cube(store, ACCOUNT, Month.of(MONDAY), "person", "0" * 32)


def three_days(store: Store) -> list[Document]:
    """One a day, and beside each one that nothing points to any more."""
    kept = [
        msgspec.structs.replace(
            document({"costs": (charge(service=f"s{n}"),)}), day=MONDAY + n * DAY
        )
        for n in range(3)
    ]
    for one in kept:
        put_document(store, one)
        put_document(store, msgspec.structs.replace(one, feeds={"costs": (charge(service="old"),)}))
    return kept


def test_many_documents_come_by_day_and_without_what_lies_between(store: Store) -> None:
    kept = three_days(store)
    named = [(one.day, one.name) for one in reversed(kept)]
    assert list(map(to_the_letter, read_documents(store, ACCOUNT, named))) == list(
        map(to_the_letter, kept)
    )
    assert list(read_documents(store, ACCOUNT, [])) == []


def test_rows_that_nobody_reads_do_not_hide_the_next_document(store: Store) -> None:
    kept = three_days(store)
    named = [(one.day, one.name) for one in kept]
    found = [header.day for header, _ in stream_documents(store, ACCOUNT, named)]
    assert found == [one.day for one in kept]


def test_a_document_that_is_missing_among_many_is_an_error(store: Store) -> None:
    kept = three_days(store)
    store.delete(document_key(ACCOUNT, kept[1].day, kept[1].name))
    with pytest.raises(LedgerError, match="is missing or was changed"):
        list(read_documents(store, ACCOUNT, [(one.day, one.name) for one in kept]))
