"""Tokens: made, listed and revoked. What opens the door is shown once and kept as a digest only."""

import hashlib
import re
import secrets
import string
from datetime import datetime
from typing import NamedTuple, get_args

import msgspec

from ecot.errors import Conflict, SettingsError
from ecot.model.access import Role, Token
from ecot.store.access import all_tokens, put_token, read_token
from ecot.store.protocol import Store

ROLES: tuple[Role, ...] = get_args(Role)
_SIGNS = string.ascii_letters + string.digits
_SECRET_LENGTH = 43  # of 62 signs: 256 bits
_ID_SIGNS = "abcdefghjkmnpqrstvwxyz23456789"  # none that is taken for another one
_ID_LENGTH = 8
_HINT = 4
LONGEST_LABEL = 80
SHAPE = re.compile(rf"ecot_(?:{'|'.join(ROLES)})_[a-z0-9]{{{_ID_LENGTH}}}_[A-Za-z0-9]{{43}}")
"""What a token looks like, for whoever keeps them out of logs."""


class New(NamedTuple):
    """A token that was just made: as it is shown, once, and its id."""

    shown: str
    id: str


def new_token(
    store: Store, role: Role, now: datetime, label: str = "", expires: datetime | None = None
) -> New:
    """Makes a token. Raises SettingsError for a label that is no short line."""
    checked = _label(label)
    secret = "".join(secrets.choice(_SIGNS) for _ in range(_SECRET_LENGTH))
    while True:
        token_id = "".join(secrets.choice(_ID_SIGNS) for _ in range(_ID_LENGTH))
        shown = f"ecot_{role}_{token_id}_{secret}"
        token = Token(
            id=token_id,
            role=role,
            digest=digest_of(shown),
            created=now,
            label=checked,
            hint=shown[-_HINT:],
            expires=expires,
        )
        try:
            put_token(store, token, 0)
        except Conflict:
            continue  # one of this id is there already
        return New(shown, token_id)


def new_link(store: Store, month: str, now: datetime, expires: datetime, label: str = "") -> str:
    """Makes the right to read one month's report, for a signed link that names the id returned. It
    is listed and revoked like a token."""
    while True:
        token_id = "".join(secrets.choice(_ID_SIGNS) for _ in range(_ID_LENGTH))
        link = Token(
            id=token_id,
            role="report",
            digest="",
            created=now,
            label=_label(label),
            expires=expires,
            month=month,
        )
        try:
            put_token(store, link, 0)
        except Conflict:
            continue  # one of this id is there already
        return token_id


def tokens(store: Store) -> list[Token]:
    """All of them, the newest last; a revoked one stays listed."""
    return sorted(all_tokens(store), key=lambda one: (one.created, one.id))


def revoke(store: Store, token_id: str, now: datetime) -> Token:
    """Makes the token open nothing any more, nor a cookie or link that came of it. Raises
    SettingsError for an id that is none; revoking twice keeps the first moment."""
    while True:
        found = read_token(store, token_id)
        if found is None:
            raise SettingsError(
                "There is no token {id}",
                remedy="`ecot tokens list` shows the ids.",
                id=ascii(token_id[:40]),
            )
        token, version = found
        if token.revoked is not None:
            return token
        revoked = msgspec.structs.replace(token, revoked=now)
        try:
            put_token(store, revoked, version)
        except Conflict:
            continue  # somebody else revokes it too
        return revoked


def digest_of(shown: str) -> str:
    """What is kept of a token. Its 256 bits cannot be guessed, so that no slow digest is needed."""
    return hashlib.sha256(shown.encode("utf-8", "surrogatepass")).hexdigest()


def _label(text: str) -> str:
    if not text.isprintable() or len(text) > LONGEST_LABEL:
        raise SettingsError(
            "The label is too long, or holds signs that cannot be printed",
            remedy="Write a line of at most {longest} characters.",
            longest=LONGEST_LABEL,
        )
    return text.strip()
