"""From which day on an account is expected to have figures, and how far back it is read first."""

from datetime import date

import msgspec

from ecot.jobs.round import Round, Source
from ecot.ledger.months import begun, first_day, reaching_back, remembering
from ecot.model.head import Head
from ecot.model.outcome import Progress
from ecot.model.period import Month
from ecot.model.rows import provider_of
from ecot.providers import focus
from ecot.store.heads import query_heads
from ecot.store.protocol import Store
from ecot.store.records import Standing, put_progress, read_standing


def expect(store: Store, source: Source, round_: Round) -> None:
    """Notes that the account is expected, though nothing can be asked with its key."""
    standing = read_standing(store, source.account)
    progress = expected(standing, source, round_)
    if progress != standing.progress:
        put_progress(store, progress)


def expected(standing: Standing, source: Source, round_: Round) -> Progress:
    """Where the account stands. A new one is noted before it has given anything, so that even
    one that never answers is known to be missing (but one that is another's twin is not)."""
    feeds = source.feeds
    known = standing.progress
    asked = [day for day in (source.since, *(round_.days or ())[:1]) if day is not None]
    since = known.since if known else source.since or first_day(round_.today)
    first = min([since, *asked])
    progress = known or begun(source.account, feeds, first)
    daily = _daily(source, progress, round_.today)
    progress = reaching_back(msgspec.structs.replace(progress, feeds=feeds, daily=daily), first)
    if source.provider.tells != "breakdowns":
        return progress
    return remembering(progress, source.oldest(round_.today))


def _daily(source: Source, progress: Progress, today: date) -> dict[str, date]:
    """The snapshots that tell what each day costs, and since when they are expected: one that is
    new to an account that was read before, from today on."""
    since = today if progress.is_backfilled else progress.since
    priced = (one for one in source.provider.snapshots if one in source.provider.estimated)
    return {name: progress.daily.get(name, since) for name in priced}


def reach(store: Store, source: Source, today: date) -> date:
    """The day that a first collection reads back to. Months of which somebody has imported a file
    of the provider are that somebody's choice: a year read beside it could count it twice."""
    if source.since is not None:
        return source.since
    provider = source.provider
    first = Month.of(today).shifted(-provider.backfill_months).first
    first = first if provider.archives else max(first, source.oldest(today))
    heads = query_heads(store, Month.of(first), Month.of(today))
    return max([first, *(head.month.after for head in heads if _is_of_file(head, provider.name))])


def _is_of_file(head: Head, provider: str) -> bool:
    return provider_of(head.account) == provider and focus.FEED in head.feeds and bool(head.cells)
