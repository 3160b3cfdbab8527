"""Which days to read tonight, which are still unread, and when a month closes (ledger rule 7)."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby

import msgspec

from ecot.ledger.plans import is_plan
from ecot.model.head import UNREAD, Head
from ecot.model.outcome import Progress
from ecot.model.period import DAY, Month, Period

CLOSING_DAY = 10  # of the month after: from then on a complete month is closed
LATE_READING = timedelta(days=30)  # that long after its end a closed month is read once more


def begun(account: str, feeds: Sequence[str], since: date) -> Progress:
    """Where an account stands before anything was read: it is expected from `since` on."""
    return Progress(
        account=account,
        feeds=tuple(feeds),
        since=since,
        unread_from=since,
        open_from=Month.of(since),
    )


def unread(progress: Progress) -> Progress:
    """The progress of an account whose months are not there (yet, or any more)."""
    since = progress.since
    return msgspec.structs.replace(
        progress, unread_from=since, open_from=Month.of(since), owes_rereading=()
    )


def reaching_back(progress: Progress, first: date) -> Progress:
    """The progress of an account that is now expected from `first` on, if that is earlier."""
    if first >= progress.since:
        return progress
    return msgspec.structs.replace(
        progress,
        since=first,
        unread_from=first,
        open_from=min(progress.open_from, Month.of(first)),
    )


def remembering(progress: Progress, oldest: date) -> Progress:
    """The progress of an account of which nothing before `oldest` is waited for: nobody can read it
    any more, and no total lacks it."""
    if oldest <= progress.since:
        return progress
    return msgspec.structs.replace(
        progress,
        since=oldest,
        unread_from=max(progress.unread_from, oldest),
        open_from=max(progress.open_from, Month.of(oldest)),
    )


def returned(progress: Progress) -> Progress:
    """The progress of an account that is in the settings again: what it missed meanwhile, also in
    months that closed without it, is expected."""
    if progress.until is None:
        return progress
    return msgspec.structs.replace(
        progress,
        until=None,
        unread_from=min(progress.unread_from, progress.until),
        open_from=min(progress.open_from, Month.of(progress.until)),
    )


def first_day(today: date) -> date:
    """From when on a new account is missing: the month before, so that there is something to
    compare."""
    return Month.of(today).previous().first


def backfilled(progress: Progress, first: date) -> Progress:
    """The progress of an account that has just answered for the first time, and is read back to
    `first`. One that never answers is not missing from a year."""
    if progress.is_backfilled:
        return progress
    return reaching_back(msgspec.structs.replace(progress, is_backfilled=True), first)


def window(
    progress: Progress,
    heads: Mapping[Month, Head],
    today: date,
    *,
    restatement_days: int,
    oldest: date = date.min,
    archived: bool = False,
    whole: bool = False,
) -> list[date]:
    """The days to read tonight, today included: the restatement window, the whole previous month
    until it is closed, every day that was never read completely, and closed months whose late
    reading is due. `whole` reads the running month whole too: its usage is priced when it is read,
    and a price may be written later.

    Days before `oldest` are those that the provider has forgotten.
    """
    unread = set(unread_days(progress, heads, progress.since, today))
    nightly = today - (restatement_days - 1) * DAY
    previous = Month.of(today).previous()
    is_closed = previous in heads and heads[previous].closed_at is not None
    if progress.open_from <= previous and not is_closed:
        nightly = min(nightly, previous.first)
    if whole:
        nightly = min(nightly, Month.of(today).first)
    first = max(nightly, progress.since)
    days = set(Period.of_days(first, today + DAY).days()) if first <= today else set()
    for month in progress.owes_rereading:
        if today >= month.after + LATE_READING:
            days.update(day for day in month.days() if day >= progress.since)
    return remembered(days | unread, progress, heads, oldest, archived)


def remembered(
    days: Iterable[date],
    progress: Progress,
    heads: Mapping[Month, Head],
    oldest: date,
    archived: bool,
) -> list[date]:
    """Those of the days that the provider still answers for: what it has forgotten is left as it
    is, so that its silence empties nothing; where it has an `archived` answer, it is asked about
    days that were never read."""

    def is_known(day: date) -> bool:
        head = heads.get(Month.of(day))
        return head is not None and head.was_read(day, progress.feeds)

    return sorted(day for day in days if day >= oldest or (archived and not is_known(day)))


def in_turn(
    days: Iterable[date], progress: Progress, heads: Mapping[Month, Head], today: date
) -> list[tuple[Month, list[date]]]:
    """The days by month, in the order to read them: months with a day that nobody has read come
    first, the newest of them at the head. A reading of many months that is cut off leaves the
    newest figures, and is not begun anew."""
    months = [(month, list(of_month)) for month, of_month in groupby(sorted(days), Month.of)]

    def order(one: tuple[Month, list[date]]) -> tuple[bool, int]:
        month, _ = one
        return is_read(month, progress, heads, today), -month.first.toordinal()

    return sorted(months, key=order)


def is_read(month: Month, progress: Progress, heads: Mapping[Month, Head], today: date) -> bool:
    """Whether every day of the month that is over has been read, and today tried where it is one of
    them: the month is only read again. (On the first of a month no day of it is over, and how the
    account stands today can be read today only.)"""
    head = heads.get(month) or Head(account=progress.account, month=month)
    is_tried = Month.of(today) != month or all(
        head.mark(today, feed) != UNREAD for feed in progress.feeds
    )
    return is_tried and not any(unread_days(progress, heads, month.first, min(month.after, today)))


def unread_days(
    progress: Progress, heads: Mapping[Month, Head], first: date, before: date
) -> Iterator[date]:
    """The account's expected days in `[first, before)` that were not read completely.

    Months before `open_from` are closed and have none; a month without a head has nothing else. A
    month that was closed by a plan, or while the account was retired, hides nothing.
    An account without feeds of its own (a plan, a file) is expected on no day.
    """
    start = max(first, progress.since, progress.open_from.first)
    before = before if progress.until is None else min(before, progress.until)
    if start >= before or not progress.feeds:
        return
    for day in Period.of_days(start, before).days():
        head = heads.get(Month.of(day))
        if head is None or not head.is_complete(day, progress.feeds):
            yield day


def missing_days(
    progress: Progress, heads: Mapping[Month, Head], first: date, before: date
) -> list[date]:
    """The account's expected days in `[first, before)` of which something is not known: those that
    were not read completely, and those whose cost is told on the day alone and was not read on it.
    That can never be read again, so it keeps no month open; where a plan pays, nothing is missing.
    """
    missing = set(unread_days(progress, heads, first, before))
    before = before if progress.until is None else min(before, progress.until)
    for name, since in progress.daily.items():
        start = max(first, since)
        days = Period.of_days(start, before).days() if start < before else ()
        missing.update(day for day in days if not _is_known(heads.get(Month.of(day)), day, name))
    return sorted(missing)


def _is_known(head: Head | None, day: date, snapshot: str) -> bool:
    if head is None:
        return False
    return head.mark(day, snapshot) != UNREAD or any(is_plan(feed) for feed in head.feeds)


def told_from(progress: Progress, day: date) -> Progress:
    """The progress of an account that has just told for the first time how it stands: of the days
    before that it never will."""
    return msgspec.structs.replace(progress, daily=dict.fromkeys(progress.daily, day))


def settled_month(
    head: Head, progress: Progress, today: date, now: datetime, read: Collection[date]
) -> Head:
    """The head, closed where it is due, and with its late reading noted where `read`, the days
    that every feed has just given, was one. A day in doubt needs a second late reading."""
    month = head.month
    if today < month.after.replace(day=CLOSING_DAY):
        return head
    if head.closed_at is None:
        if any(unread_days(progress, {month: head}, month.first, month.after)):
            return head
        head = msgspec.structs.replace(head, closed_at=now)
    is_late = today >= month.after + LATE_READING
    if is_late and head.reread_at is None and _is_reread(head, progress, read):
        head = msgspec.structs.replace(head, reread_at=now)
    return head


def _is_reread(head: Head, progress: Progress, read: Collection[date]) -> bool:
    days = [day for day in head.month.days() if day >= progress.since]
    return set(days) <= set(read) and all(head.is_complete(day, progress.feeds) for day in days)


def advanced(
    progress: Progress, heads: Mapping[Month, Head], today: date, oldest: date = date.min
) -> Progress:
    """The progress, given the heads of the months just tried (which begin with `open_from`). What
    the provider has forgotten, all before `oldest`, cannot be owed."""
    open_from = progress.open_from
    while open_from in heads and _is_done(progress, heads[open_from]):
        open_from = open_from.next()
    progress = msgspec.structs.replace(progress, open_from=open_from)
    return msgspec.structs.replace(
        progress,
        unread_from=next(unread_days(progress, heads, progress.since, today), today),
        owes_rereading=tuple(
            month for month in _owing(progress.owes_rereading, heads) if month.first >= oldest
        ),
    )


def _is_done(progress: Progress, head: Head) -> bool:
    """Closed and complete: a plan may have closed the month before a key was there to read it."""
    missing = unread_days(progress, {head.month: head}, head.month.first, head.month.after)
    return head.closed_at is not None and not any(missing)


def _owing(before: Iterable[Month], heads: Mapping[Month, Head]) -> list[Month]:
    closed = {month for month, head in heads.items() if head.closed_at is not None}
    done = {month for month, head in heads.items() if head.reread_at is not None}
    return sorted((set(before) | closed) - done)
