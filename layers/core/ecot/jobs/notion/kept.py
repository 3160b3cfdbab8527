"""What the sync keeps in the ledger's store: where its rows are in Notion, what was last seen of
typed rows, budgets, and how it went.

None of it is a figure: it moves with the ledger, is in no export, and where it is lost the
databases are read and everything is found again by its key.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Literal

import msgspec

from ecot.model.bill import Bill
from ecot.model.period import Month
from ecot.model.sentence import Sentence
from ecot.sinks.notion.rows import Budget, Memory, parts_of
from ecot.store.notes import put_note, read_note, read_notes
from ecot.store.protocol import Key, Store

_PARTITION = "notion"
_LAST, _BUDGETS = Key(_PARTITION, "last"), Key(_PARTITION, "budgets")

State = Literal["ok", "partial", "failed", "busy", "not_configured"]


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a person should look at, and what to do. `row` is the title of the row in
    Notion that it is about, `url` its address."""

    problem: Sentence
    remedy: Sentence | None = None
    row: str | None = None
    url: str | None = None


class NotionSync(msgspec.Struct, frozen=True, kw_only=True):
    """What a sync came to. "partial": it was stopped in between and goes on next time; "busy":
    another run was at it; "not_configured": there is no key, or no databases, which is a state and
    no failure. `message` says why, `remedy` what a person can do.

    `months` were looked at; rows are counted, and bills that were `entered` (or corrected) and
    `voided` because of rows that people typed. `calls` is the number of requests to Notion. What is
    `is_passing` stopped it for now, and another try may get further.
    """

    state: State
    at: datetime
    months: tuple[Month, ...] = ()
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    entered: int = 0
    voided: int = 0
    calls: int = 0
    seconds: float = 0.0
    notices: tuple[Notice, ...] = ()
    message: Sentence | None = None
    remedy: Sentence | None = None
    is_passing: bool = False


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """A typed row as it was when it and its bill last agreed. `usd` and `native` are what stood in
    its columns of amounts, and `wrote` what the sync wanted in that of dollars: what is still so is
    no correction by a person. `is_void`: the row stated it no longer, and the bill was voided; kept
    until the row is empty in Notion too, for the dollars there were the sync's and no new bill.
    `columns` are the ids of those that it was read in: another of the same name begins empty."""

    page_id: str
    key: str
    bill: Bill
    usd: Decimal | None = None
    native: tuple[Decimal, str] | None = None
    wrote: Decimal | None = None
    is_void: bool = False
    columns: tuple[str, ...] = ()


class Followed(msgspec.Struct, frozen=True):
    """The months that have been synced, each with a digest of what its rows were made of."""

    stamps: Mapping[str, str] = {}


class Tables(msgspec.Struct, frozen=True):
    """The tables of two databases: a database's id leads to them by a call each."""

    services: str
    usages: str


class _Pages(msgspec.Struct, frozen=True):
    """What is remembered of one month's rows."""

    pages: Mapping[str, str] = {}
    gone: tuple[str, ...] = ()


def last_sync(store: Store) -> NotionSync | None:
    """How the last sync went that did anything, or tried to; None where there was none."""
    return read_note(store, _LAST, NotionSync)


def keep_last(store: Store, sync: NotionSync) -> None:
    """Keeps how a sync went."""
    put_note(store, _LAST, sync)


def budgets(store: Store) -> Mapping[str, Decimal]:
    """What each provider may cost a month in US dollars, as it last stood in Notion."""
    return read_note(store, _BUDGETS, dict[str, Decimal]) or {}


def keep_budgets(store: Store, stated: Iterable[Budget]) -> None:
    """Keeps the budgets that stand in Notion; one that was emptied there is none any more."""
    found = {one.provider: one.usd for one in stated}
    if found != budgets(store):
        put_note(store, _BUDGETS, found)


class Shelf:
    """What is kept about one pair of databases. `services` and `usages` are their ids as the
    settings have them: another pair has a shelf of its own, and no page of this one leaks there."""

    def __init__(self, store: Store, services: str, usages: str) -> None:
        self._store, self._pair = store, f"{services}+{usages}"
        self._pages = f"{_PARTITION}-pages#{self._pair}"

    def memory(self) -> Memory | None:
        """What the last sync remembered."""
        base = read_note(self._store, self._key("memory"), Memory)
        parts = dict(read_notes(self._store, self._pages, _Pages))
        pages = {key: page for part in parts.values() for key, page in part.pages.items()}
        gone = tuple(key for part in parts.values() for key in part.gone)
        return base and msgspec.structs.replace(base, pages=pages, gone=gone)

    def keep_memory(self, memory: Memory) -> None:
        """Keeps it, the pages of each month apart: an item holds so much, and most months stay as
        they are."""
        months = {str(parts_of(key)[3]) for key in (*memory.pages, *memory.gone)}
        known = {name for name, _ in read_notes(self._store, self._pages, _Pages)}
        for month in sorted(months | known):
            part = _Pages(
                {key: page for key, page in memory.pages.items() if key.endswith(f":{month}")},
                tuple(sorted(key for key in memory.gone if key.endswith(f":{month}"))),
            )
            put_note(self._store, Key(self._pages, month), part)
        put_note(
            self._store,
            self._key("memory"),
            msgspec.structs.replace(memory, pages={}, gone=()),
        )

    def tables(self) -> Tables | None:
        """The tables of the pair, once they were looked up."""
        return read_note(self._store, self._key("tables"), Tables)

    def keep_tables(self, tables: Tables) -> None:
        """Keeps where they are."""
        put_note(self._store, self._key("tables"), tables)

    def seen(self) -> Mapping[str, Seen]:
        """The typed rows that are bills, by page."""
        return read_note(self._store, self._key("typed"), dict[str, Seen]) or {}

    def keep_seen(self, seen: Mapping[str, Seen]) -> None:
        """Keeps them."""
        if seen or self.seen():
            put_note(self._store, self._key("typed"), dict(seen))

    def followed(self) -> Followed:
        """The months that have been synced."""
        return read_note(self._store, self._key("followed"), Followed) or Followed()

    def keep_followed(self, followed: Followed) -> None:
        """Keeps them."""
        put_note(self._store, self._key("followed"), followed)

    def _key(self, name: str) -> Key:
        return Key(f"{_PARTITION}#{self._pair}", name)
