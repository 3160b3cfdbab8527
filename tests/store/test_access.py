"""Tokens in the store: kept whole, listed in order, and never overwritten unseen."""

from datetime import UTC, datetime

import pytest

from ecot.errors import Conflict, LedgerError
from ecot.model.access import Token
from ecot.store.access import all_tokens, put_token, read_token
from ecot.store.protocol import Key, Store

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def token(token_id: str) -> Token:
    return Token(id=token_id, role="report", digest="0" * 64, created=NOW, hint="wxyz", expires=NOW)


def test_a_token_is_read_back_as_it_was_put(store: Store) -> None:
    put_token(store, token("b"), 0)
    put_token(store, token("a"), 0)

    found = read_token(store, "b")
    assert found is not None
    assert found[0] == token("b")
    assert [one.id for one in all_tokens(store)] == ["a", "b"]
    assert read_token(store, "c") is None


def test_of_two_who_write_one_has_to_read_again(store: Store) -> None:
    put_token(store, token("a"), 0)
    with pytest.raises(Conflict):
        put_token(store, token("a"), 0)


def test_one_that_is_damaged_is_said_and_never_taken_for_none(store: Store) -> None:
    store.put(Key("token", "a"), b"{}")
    with pytest.raises(LedgerError):
        read_token(store, "a")
    with pytest.raises(LedgerError):
        list(all_tokens(store))
