"""Books of bills in the store: one item an account, said in one put or not at all."""

import pytest

from ecot.errors import Conflict, LedgerError
from ecot.store.bills import all_books, put_book, read_book
from ecot.store.protocol import Key, Store
from tests.bills import bill, entered, told
from tests.rows import ACCOUNT

BOOK = (entered(bill("12.50", note="é & <b>")), told("voided", reason="typed twice"))


def test_a_book_comes_back_as_it_was_said(store: Store) -> None:
    put_book(store, ACCOUNT, BOOK, 0)
    book, version = read_book(store, ACCOUNT)
    assert book == BOOK
    assert version
    assert list(all_books(store)) == [(ACCOUNT, BOOK)]


def test_an_account_without_bills_has_an_empty_book(store: Store) -> None:
    assert read_book(store, ACCOUNT) == ((), 0)
    assert list(all_books(store)) == []


def test_who_says_something_meanwhile_is_not_overwritten(store: Store) -> None:
    put_book(store, ACCOUNT, BOOK[:1], 0)
    with pytest.raises(Conflict):
        put_book(store, ACCOUNT, BOOK, 0)
    assert read_book(store, ACCOUNT)[0] == BOOK[:1]


def test_a_damaged_book_is_an_error_and_not_an_empty_one(store: Store) -> None:
    store.put(Key("bill", ACCOUNT), b"no book")
    with pytest.raises(LedgerError, match="damaged"):
        read_book(store, ACCOUNT)
    with pytest.raises(LedgerError, match="damaged"):
        list(all_books(store))


def test_three_years_of_bills_of_one_account_stay_far_below_the_limit_of_an_item(
    store: Store,
) -> None:
    book = tuple(entered(bill(f"{number}.37", f"INV-2026-{number:04}")) for number in range(500))
    put_book(store, ACCOUNT, book, 0)
    assert len(next(store.query("bill")).body) < 30_000
