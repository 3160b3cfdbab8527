"""Replacing (account, feed, day): what readings make of the month that was there before.

The same answer changes nothing; a row that the provider no longer reports disappears; a day that
had rows and comes back empty is doubted once and believed the second time; a change of a settled
day is a restatement (ledger rules 5 and 8).
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

import msgspec

from ecot.ledger.reading import Reading
from ecot.model.document import Document
from ecot.model.head import (
    DOUBTED,
    DOUBTED_SETTLED,
    READ,
    RUNNING,
    SETTLED,
    UNREAD,
    WAS_SETTLED,
    DayPointer,
    Head,
)
from ecot.model.money import total
from ecot.model.outcome import Restatement
from ecot.model.period import DAY, midnight
from ecot.model.rows import AnyRow

Load = Callable[[date, str], Document]
"""Reads a day's document by its name; asked only for days whose content may have changed."""


class DayChange(msgspec.Struct, frozen=True, kw_only=True):
    """What a day comes to. `document` None means that the day has no rows (any more); `evidence`
    names the answers that changed it."""

    day: date
    pointer: DayPointer
    is_changed: bool
    document: Document | None = None
    evidence: frozenset[str] = frozenset()
    restatement: Restatement | None = None


def with_feeds(head: Head, readings: Sequence[Reading]) -> Head:
    """The head, knowing every feed of the readings; feeds are only ever added at the end."""
    new = sorted({reading.feed for reading in readings} - set(head.feeds))
    return msgspec.structs.replace(head, feeds=(*head.feeds, *new))


def replaced(
    head: Head, readings: Sequence[Reading], load: Load, *, run: str, lateness: timedelta
) -> list[DayChange]:
    """Each day of the readings as it will be. `head` knows every feed of the readings."""
    days = sorted({day for reading in readings for day in reading.days})
    return [
        _replaced_day(
            head,
            day,
            {reading.feed: reading for reading in readings if day in reading.days},
            load,
            run=run,
            lateness=lateness,
        )
        for day in days
    ]


def _replaced_day(
    head: Head, day: date, said: Mapping[str, Reading], load: Load, *, run: str, lateness: timedelta
) -> DayChange:
    pointer = head.pointer(day)
    marks = dict(zip(head.feeds, pointer.marks, strict=True))
    new_marks = {feed: _mark(day, one, lateness) for feed, one in said.items()}
    with_rows = {feed for feed, mark in marks.items() if mark != UNREAD}  # at most these
    is_whole = pointer.document is not None and said.keys() >= with_rows
    if is_whole and _name(head.account, day, said) == pointer.document:
        same = _pointer(pointer.document, marks | new_marks)
        return DayChange(day=day, pointer=same, is_changed=False)
    old = load(day, pointer.document) if pointer.document else None
    doubts = _doubts(day, said, old, marks)
    feeds = _feeds(day, said, old, doubts)
    changed = {feed for feed in said if _rows(old, feed) != feeds.get(feed, ())}
    pointer = _pointer(pointer.document, marks | new_marks | doubts)
    if not changed:
        return DayChange(day=day, pointer=pointer, is_changed=False)
    evidence = _evidence(day, said, old, changed)
    new = _document(head.account, day, feeds, evidence, said, run)
    settled = tuple(
        sorted(feed for feed in changed if marks[feed] in WAS_SETTLED and said[feed].settles)
    )
    return DayChange(
        day=day,
        pointer=DayPointer(new.name if new else None, pointer.marks),
        is_changed=True,
        document=new,
        evidence=frozenset(name for feed in changed for name in evidence[feed]),
        restatement=_restatement(head.account, day, settled, old, new, said, run),
    )


def _mark(day: date, reading: Reading, lateness: timedelta) -> str:
    if not reading.tells:
        return UNREAD
    end = midnight(day + DAY)
    if reading.read_at < end or not reading.settles:
        return RUNNING
    return READ if reading.read_at < end + lateness else SETTLED


def _pointer(document: str | None, marks: Mapping[str, str]) -> DayPointer:
    return DayPointer(document, "".join(marks.values()))


def _doubts(
    day: date, said: Mapping[str, Reading], old: Document | None, marks: Mapping[str, str]
) -> dict[str, str]:
    """The feeds whose rows have vanished for the first time, with their new marks."""
    vanished = [
        feed
        for feed, reading in said.items()
        if _rows(old, feed) and not reading.rows.get(day) and not reading.is_certain
    ]
    return {
        feed: DOUBTED_SETTLED if marks[feed] in WAS_SETTLED else DOUBTED
        for feed in vanished
        if marks[feed] not in (DOUBTED, DOUBTED_SETTLED)
    }


def _feeds(
    day: date, said: Mapping[str, Reading], old: Document | None, doubts: Mapping[str, str]
) -> dict[str, tuple[AnyRow, ...]]:
    feeds = dict(old.feeds) if old else {}
    feeds |= {feed: one.rows.get(day, ()) for feed, one in said.items() if feed not in doubts}
    return {feed: rows for feed, rows in feeds.items() if rows}


def _rows(document: Document | None, feed: str) -> tuple[AnyRow, ...]:
    return document.feeds.get(feed, ()) if document else ()


def _evidence(
    day: date, said: Mapping[str, Reading], old: Document | None, changed: set[str]
) -> dict[str, tuple[str, ...]]:
    """What states the rows: the new answer where it changed them, else the one that already did."""
    kept = dict(old.evidence) if old else {}
    return kept | {feed: said[feed].evidence.get(day, said[feed].pages) for feed in changed}


def _document(
    account: str,
    day: date,
    feeds: Mapping[str, tuple[AnyRow, ...]],
    evidence: Mapping[str, tuple[str, ...]],
    said: Mapping[str, Reading],
    run: str,
) -> Document | None:
    if not feeds:
        return None
    return Document(
        account=account,
        day=day,
        feeds=feeds,
        first_read=max(reading.read_at for reading in said.values()),
        run=run,
        evidence={feed: evidence[feed] for feed in sorted(feeds) if evidence.get(feed)},
    )


def _name(account: str, day: date, said: Mapping[str, Reading]) -> str | None:
    document = _document(account, day, _feeds(day, said, None, {}), {}, said, "")
    return document.name if document else None


def _restatement(
    account: str,
    day: date,
    feeds: tuple[str, ...],
    old: Document | None,
    new: Document | None,
    said: Mapping[str, Reading],
    run: str,
) -> Restatement | None:
    if not feeds:
        return None
    return Restatement(
        account=account,
        day=day,
        feeds=feeds,
        old=old.name if old else None,
        new=new.name if new else None,
        old_cost=_cost(old),
        new_cost=_cost(new),
        seen_at=max(reading.read_at for reading in said.values()),
        run=run,
    )


def _cost(document: Document | None) -> dict[str, Decimal]:
    """The day's counted cost net of tax, by currency."""
    costs: dict[str, list[Decimal]] = {}
    for charge in document.charges() if document else ():
        if charge.role == "counted" and not charge.is_tax and charge.billed_cost is not None:
            costs.setdefault(charge.currency, []).append(charge.billed_cost)
    return {currency: total(costs[currency]) for currency in sorted(costs)}
