"""Small records: they come back as they were put, and are written only where they changed."""

import msgspec
import pytest

from ecot.errors import LedgerError
from ecot.store.notes import put_note, read_note, read_notes
from ecot.store.protocol import Key, Store

KEY = Key("notion", "last")


class Kept(msgspec.Struct, frozen=True):
    name: str
    numbers: tuple[int, ...] = ()


def test_a_note_comes_back_as_it_was_put(store: Store) -> None:
    assert read_note(store, KEY, Kept) is None
    put_note(store, KEY, Kept("é", (1, 2)))
    put_note(store, Key("notion", "first"), Kept("b"))
    assert read_note(store, KEY, Kept) == Kept("é", (1, 2))
    assert list(read_notes(store, "notion", Kept)) == [
        ("first", Kept("b")),
        ("last", Kept("é", (1, 2))),
    ]


def test_what_is_there_already_is_not_written_again(store: Store) -> None:
    put_note(store, KEY, Kept("a"))
    before = store.get([KEY])[KEY].version
    put_note(store, KEY, Kept("a"))
    assert store.get([KEY])[KEY].version == before
    put_note(store, KEY, Kept("b"))
    assert store.get([KEY])[KEY].version != before


def test_a_damaged_note_is_an_error_and_not_none(store: Store) -> None:
    store.put(KEY, b"nothing")
    with pytest.raises(LedgerError, match="damaged"):
        read_note(store, KEY, Kept)
