"""Collecting one account: where it stands, what it gives, what of it the ledger takes.

Months are read and committed one after another, oldest first: a run that is cut off keeps every
month that it finished.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

import msgspec

from ecot.errors import AccessDenied, LedgerError
from ecot.jobs.claims import claim
from ecot.jobs.commit import Commit, Writing, commit_month
from ecot.jobs.round import Round, Source, Turn
from ecot.jobs.streams import Streams, read_directories, read_feeds
from ecot.ledger.months import advanced, begun, first_day, reaching_back, window
from ecot.model.head import Head
from ecot.model.outcome import Progress
from ecot.model.period import DAY, Month, Period
from ecot.providers import focus
from ecot.providers.http import Http
from ecot.store.heads import Held, read_heads
from ecot.store.protocol import Place, Store
from ecot.store.records import Standing, put_names, put_progress, read_standing


@dataclass
class Collection:
    """One account being collected."""

    place: Place
    source: Source
    round: Round
    http: Http
    turn: Turn
    streams: Streams = field(default_factory=Streams)
    commits: list[Commit] = field(default_factory=list)
    heads: dict[Month, Held] = field(default_factory=dict)
    claimed: set[str] = field(default_factory=set)

    async def run(self) -> None:
        """Reads what is due and commits it, month by month.

        Raises the first trouble where nothing at all could be read, and EcotError where the ledger
        may not take what was read; the ledger is then as it was.
        """
        standing = read_standing(self.place.store, self.source.account)
        progress = _expected(standing, self.source, self.round)
        days = self._days(progress)
        months = {month: list(of_month) for month, of_month in groupby(days, Month.of)}
        self.heads = self._read_heads(progress, months)
        await read_directories(self.streams, self.http, self.source, self.round)
        if self.streams.sub_accounts:
            await self._claim(standing)
        for month, of_month in months.items():
            self.heads[month] = await self._month(of_month, standing, progress, self.heads[month])
        self._keep(standing, progress)

    @property
    def has_rows(self) -> bool:
        """Whether any month that was looked at holds a row."""
        return any(any(held.head.documents()) for held in self.heads.values())

    @property
    def doubted(self) -> list[date]:
        """The days that had figures and have just come back empty: kept until the next run."""
        return [day for _, held in sorted(self.heads.items()) for day in held.head.doubted()]

    async def _month(
        self, days: Sequence[date], standing: Standing, progress: Progress, held: Held
    ) -> Held:
        readings, evidence = await read_feeds(
            self.streams, self.http, self.source, days, self.round
        )
        await self._claim(standing)
        if progress != standing.progress:
            put_progress(self.place.store, progress)
        self.streams.raise_if_nothing_came()
        _refuse_beside_file(held.head)
        commit = await asyncio.to_thread(
            commit_month,
            self.place,
            Month.of(days[0]),
            readings,
            evidence,
            self._writing(progress),
            held,
        )
        self.commits.append(commit)
        return Held(commit.head, held.version)

    async def _claim(self, standing: Standing) -> None:
        await self.turn.come()
        if new := self.streams.sub_accounts - self.claimed:
            try:
                claim(self.place.store, self.source.account, new, standing)
            except AccessDenied:
                self._expect_nothing(standing)
                raise
            self.claimed |= new
        self.turn.mine.set()

    def _expect_nothing(self, standing: Standing) -> None:
        """Another's twin misses nothing, though it was expected while it could not be read."""
        known = standing.progress
        if known is not None and known.feeds and not self.has_rows:
            put_progress(self.place.store, msgspec.structs.replace(known, feeds=()))

    def _days(self, progress: Progress) -> Sequence[date]:
        if self.round.days is not None:
            return self.round.days
        return window(
            progress,
            self.round.today,
            restatement_days=self.source.provider.restatement_days,
            history_days=self.source.provider.history_days,
        )

    def _read_heads(self, progress: Progress, months: Iterable[Month]) -> dict[Month, Held]:
        """The heads of the months to read, and of those that may still be unread: one read."""
        today = self.round.today
        still_open = Period.of_days(min(progress.open_from.first, today), today + DAY)
        touched = {*months, *still_open.months()}
        return dict(read_heads(self.place.store, self.source.account, sorted(touched)))

    def _writing(self, progress: Progress) -> Writing:
        return Writing(
            run=self.round.run,
            today=self.round.today,
            now=self.round.now(),
            progress=progress,
            lateness=self.source.provider.lateness,
        )

    def _keep(self, standing: Standing, progress: Progress) -> None:
        """Writes how far the account is read now, and its names, where they changed."""
        moved = {month: held.head for month, held in self.heads.items()}
        reached = advanced(progress, moved, self.round.today)
        if reached != progress:
            put_progress(self.place.store, reached)
        names = {(name.dimension, name.id): name for name in standing.names}
        names |= {(name.dimension, name.id): name for name in self.streams.names}
        if set(names.values()) != set(standing.names):
            put_names(self.place.store, self.source.account, names.values())


def _refuse_beside_file(head: Head) -> None:
    """What a key reads, beside a file of the same account, would count the same money twice."""
    if focus.FEED in head.feeds and head.cells:
        raise LedgerError(
            "{account} has charges from a file in {month} already",
            remedy="Give the account another name in ecot.toml if the file is about other charges; "
            "else empty the ledger (`ecot reset`) and collect without the file.",
            account=head.account,
            month=head.month,
        )


def expect(store: Store, source: Source, round_: Round) -> None:
    """Notes that the account is expected, though nothing can be asked with its key."""
    standing = read_standing(store, source.account)
    progress = _expected(standing, source, round_)
    if progress != standing.progress:
        put_progress(store, progress)


def _expected(standing: Standing, source: Source, round_: Round) -> Progress:
    """Where the account stands. A new one is noted before it has given anything, so that even
    one that never answers is known to be missing (but one that is another's twin is not)."""
    feeds = source.provider.feeds
    known = standing.progress
    since = known.since if known else first_day(round_.today)
    first = min([since, *(round_.days or ())[:1]])
    progress = known or begun(source.account, feeds, first)
    return reaching_back(msgspec.structs.replace(progress, feeds=feeds), first)
