"""What happened to an account in a run, what a provider changed, and how far we have read."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from hashlib import blake2b
from typing import Literal

import msgspec

from ecot.model.period import Month
from ecot.model.sentence import Sentence

State = Literal["ok", "partial", "failed", "not_configured", "no_data"]


class Restatement(msgspec.Struct, frozen=True, kw_only=True):
    """A settled day that the provider changed after we had read it.

    `old_cost` and `new_cost` are the day's counted costs net of tax, by currency; a change of
    quantities alone leaves them equal. Written before the head moves; it took effect when the
    head names its `id`.
    """

    account: str
    day: date
    feeds: tuple[str, ...]
    old: str | None
    new: str | None
    old_cost: Mapping[str, Decimal]
    new_cost: Mapping[str, Decimal]
    seen_at: datetime
    run: str

    @property
    def id(self) -> str:
        """Twelve hex digits, short because heads carry them."""
        key = f"{self.account}\n{self.day}\n{self.old}\n{self.new}\n{self.run}"
        return blake2b(key.encode(), digest_size=6).hexdigest()


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What one account's collection came to. `charges`, `usages` and `revenues` count the rows that
    were read.

    `unread` are the feeds that could not be read. `message` says what happened, `remedy` what a
    person can do about it.
    """

    provider: str
    account: str
    run: str
    at: datetime
    state: State
    charges: int = 0
    usages: int = 0
    revenues: int = 0
    restatements: tuple[Restatement, ...] = ()
    unread: tuple[str, ...] = ()
    seconds: float = 0.0
    message: Sentence | None = None
    remedy: Sentence | None = None

    @property
    def is_read(self) -> bool:
        """Whether the account was read, wholly or in part; also where there was nothing."""
        return self.state in ("ok", "partial", "no_data")


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far an account was read: from `since` on it is expected to have every day, until the day
    `until` on which it was no longer in the settings (None: it is).

    `feeds` are those that each day needs. `unread_from` is the first day before today that some
    feed did not give completely (today, if there is none). Every month before `open_from` is
    closed; `owes_rereading` lists closed months that still owe their late reading. `is_backfilled`
    says that `since` is as far back as a first collection reaches. `daily` are snapshots that tell
    what each day costs, and the day from which on they are expected. `left_to` are the providers
    that rows of all its days were left to.
    """

    account: str
    feeds: tuple[str, ...]
    since: date
    until: date | None = None
    unread_from: date
    open_from: Month
    owes_rereading: tuple[Month, ...] = ()
    is_backfilled: bool = False
    daily: Mapping[str, date] = {}
    left_to: tuple[str, ...] = ()
