"""Signed values: the cookie of the sign-in page, and links for mails. Pure.

A value is a payload and its HMAC-SHA256, both in base64url with a dot between them. The payload
names a kind, the id of a kept token, the second at which it ends, and perhaps a month. The kind is
part of what is signed, so that a link is no cookie.
"""

import base64
import binascii
import hashlib
import hmac
from datetime import UTC, datetime
from typing import Literal

import msgspec

Kind = Literal["cookie", "link", "form"]
_LONGEST = 1_000  # characters; ours have fewer than 200
_DOMAIN = b"ecot/1/"


class Signed(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What a value says: of which kind it is, the id of the token that it stands for, when it ends
    (seconds since 1970, UTC), and what it is about."""

    kind: Kind
    id: str
    ends: int
    about: str = ""


_PAYLOADS = msgspec.json.Decoder(Signed)


def sign(key: bytes, kind: Kind, token_id: str, ends: datetime, about: str = "") -> str:
    """The signed value: letters, digits, `-`, `_` and one dot."""
    signed = Signed(kind=kind, id=token_id, ends=int(ends.timestamp()), about=about)
    payload = msgspec.json.encode(signed)
    return f"{_text(payload)}.{_text(_mac(key, kind, payload))}"


def verify(key: bytes, kind: Kind, value: str, now: datetime) -> Signed | None:
    """What the value says; None where it is not ours, of another kind, or over."""
    if not value.isascii() or len(value) > _LONGEST:
        return None
    body, _, stated = value.partition(".")
    try:
        payload, mac = _bytes(body), _bytes(stated)
    except (binascii.Error, ValueError):
        return None
    if not hmac.compare_digest(_mac(key, kind, payload), mac):
        return None
    try:
        signed = _PAYLOADS.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    is_over = now.astimezone(UTC).timestamp() >= signed.ends
    return None if is_over or signed.kind != kind else signed


def _mac(key: bytes, kind: Kind, payload: bytes) -> bytes:
    if len(key) < 32:
        raise ValueError("the signing key is too short")
    return hmac.new(key, _DOMAIN + kind.encode() + b"\0" + payload, hashlib.sha256).digest()


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if _text(raw) != text:
        raise ValueError("there is one way only to write it")
    return raw
