"""The ledger's mark is read as it was written, and what only a later Ecot can mean is refused."""

import pytest

from ecot.errors import Conflict, LedgerError
from ecot.store.protocol import Store
from ecot.store.schema import KEY, VERSION, Mark, Marked, put_mark, read_mark


def test_a_ledger_not_yet_begun_has_no_mark(store: Store) -> None:
    assert read_mark(store) == Marked(None, 0)


@pytest.mark.parametrize(
    ("mark", "text"),
    [
        (Mark(1), b"1"),
        (Mark(12), b"12"),
        (Mark(1, "copied", "schema-1"), b"1 copied schema-1"),
        (Mark(2, "filling", "0a1b"), b"2 filling 0a1b"),
    ],
)
def test_a_mark_is_read_as_it_was_written(store: Store, mark: Mark, text: bytes) -> None:
    put_mark(store, mark, 0)
    assert store.get([KEY])[KEY].body == text
    assert read_mark(store).mark == mark


def test_of_two_who_mark_one_wins(store: Store) -> None:
    put_mark(store, Mark(1), 0)
    with pytest.raises(Conflict):
        put_mark(store, Mark(2), 0)
    put_mark(store, Mark(2), read_mark(store).version)
    assert read_mark(store).mark == Mark(2)


@pytest.mark.parametrize(
    "found", [b"\xffwhat", b"", b"0", b"01", b"1 odd x", b"1 copied", b"\xd9\xa3"]
)
def test_an_unreadable_mark_is_refused(store: Store, found: bytes) -> None:
    store.put(KEY, found)
    with pytest.raises(LedgerError, match=f"this Ecot knows version {VERSION}") as refusal:
        read_mark(store)
    assert "nothing was changed" in refusal.value.remedy
    assert store.get([KEY])[KEY].body == found
