"""Leases: who alone may do something for a while, by one conditional put.

A lease that has run out is free, so that a run that died holds nobody up. Whoever holds one has to
stop by its end: the clock is the edge's, and those of two machines differ by far less than that.
"""

import secrets
from datetime import datetime, timedelta

import msgspec

from ecot.errors import Conflict
from ecot.store.packs import damaged
from ecot.store.protocol import Item, Key, Store

PARTITION = "lease"


class Lease(msgspec.Struct, frozen=True, kw_only=True):
    """The right to do what `name` stands for, until `until` (UTC). `holder` is another word each
    time that somebody takes it."""

    name: str
    holder: str
    until: datetime


def take(store: Store, name: str, now: datetime, lasts: timedelta) -> Lease | None:
    """The lease, for so long; None where somebody else holds it."""
    key = Key(PARTITION, name)
    item = store.get([key]).get(key)
    if item is not None and now < _read(item).until:
        return None
    lease = Lease(name=name, holder=secrets.token_hex(8), until=now + lasts)
    try:
        store.put(key, msgspec.json.encode(lease), if_version=item.version if item else 0)
    except Conflict:
        return None  # somebody else has just taken it
    return lease


def release(store: Store, lease: Lease) -> None:
    """Gives it back. One that has run out and was taken by somebody else stays theirs."""
    key = Key(PARTITION, lease.name)
    item = store.get([key]).get(key)
    if item is None or _read(item) != lease:
        return
    try:
        store.delete(key, if_version=item.version)
    except Conflict:
        return  # it ran out, and somebody else has taken it meanwhile


def _read(item: Item) -> Lease:
    try:
        return msgspec.json.decode(item.body, type=Lease)
    except msgspec.DecodeError:
        raise damaged(item.key) from None
