"""Tokens in the store: an item each, which stays when the token is revoked."""

from collections.abc import Iterator

import msgspec

from ecot.model.access import Token
from ecot.store.packs import damaged
from ecot.store.protocol import Item, Key, Store

PARTITION = "token"
_TOKENS = msgspec.json.Decoder(Token)


def all_tokens(store: Store) -> Iterator[Token]:
    """Every token that was ever made, by id: one query."""
    return map(_token, store.query(PARTITION))


def read_token(store: Store, token_id: str) -> tuple[Token, int] | None:
    """The token of this id and its version, or None."""
    key = Key(PARTITION, token_id)
    item = store.get([key]).get(key)
    return (_token(item), item.version) if item else None


def put_token(store: Store, token: Token, version: int) -> None:
    """Writes the token. Raises Conflict where somebody else has written since `version` (0: it must
    not exist yet)."""
    body = msgspec.json.encode(token, order="sorted")
    store.put(Key(PARTITION, token.id), body, if_version=version)


def _token(item: Item) -> Token:
    try:
        return _TOKENS.decode(item.body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise damaged(item.key) from None
