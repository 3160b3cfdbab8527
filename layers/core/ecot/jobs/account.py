"""Collecting one account: where it stands, what it gives, what of it the ledger takes.

Months are read and committed one after another, the newest unread one first: a run that is cut off
keeps every month that it finished, and the next one goes on with the others.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

import msgspec

from ecot.errors import AccessDenied, Conflict, LedgerError
from ecot.jobs.claims import claim
from ecot.jobs.commit import TRIES, Commit, Writing, commit_month
from ecot.jobs.round import Round, Source, Turn
from ecot.jobs.snapshots import Snapshot, read_snapshots
from ecot.jobs.streams import Streams, read_directories, read_feeds
from ecot.ledger.months import (
    advanced,
    backfilled,
    begun,
    first_day,
    in_turn,
    is_read,
    reaching_back,
    remembered,
    window,
)
from ecot.ledger.reading import Reading
from ecot.model.answer import Evidence
from ecot.model.head import Head
from ecot.model.outcome import Progress
from ecot.model.period import DAY, Month, Period
from ecot.model.rows import provider_of
from ecot.providers import focus
from ecot.providers.http import Http
from ecot.store.heads import Held, query_heads, read_heads
from ecot.store.protocol import Place, Store
from ecot.store.records import Standing, put_names, put_progress, read_standing

_WORTH_TELLING = 3  # months: a longer way is told with how far it still is


@dataclass
class Collection:
    """One account being collected. `standing` is what the ledger knew of it, `progress` where it
    stands now; `heads` are those of its months, as far as they matter, and `done` the months that
    this run has read, `asked` their days."""

    place: Place
    source: Source
    round: Round
    http: Http
    turn: Turn
    standing: Standing
    progress: Progress
    started: datetime
    streams: Streams = field(default_factory=Streams)
    commits: list[Commit] = field(default_factory=list)
    heads: dict[Month, Held] = field(default_factory=dict)
    done: set[Month] = field(default_factory=set)
    asked: set[date] = field(default_factory=set)
    claimed: set[str] = field(default_factory=set)

    async def run(self) -> None:
        """Reads what is due and commits it, month by month.

        Raises the first trouble where nothing at all could be read, and EcotError where the ledger
        may not take what was read; the ledger is then as it was.
        """
        if self.source.provider.check_first:
            await self.source.provider.check(self.http)
        self._read_heads()
        await read_directories(self.streams, self.http, self.source, self.round)
        if self.streams.sub_accounts:
            await self._claim()
        has_unread = True
        while turns := self._turns():
            if has_unread and self._is_read(turns[0][0]):
                has_unread = False
                self.streams.try_again()  # a month that always fails must not stop these
            await self._month(*turns[0], left=self._left(len(turns)))
        self.streams.raise_if_nothing_came()
        self._keep()

    @property
    def has_rows(self) -> bool:
        """Whether any month that was looked at holds a row."""
        return any(any(held.head.documents()) for held in self.heads.values())

    @property
    def doubted(self) -> list[date]:
        """The days that had figures and have just come back empty: kept until the next run. What
        the provider has forgotten since is kept for good."""
        oldest = self.source.provider.oldest(self.round.today)
        of_heads = (held.head.doubted() for _, held in sorted(self.heads.items()))
        return [day for days in of_heads for day in days if day >= oldest]

    @property
    def forgotten(self) -> list[date]:
        """The days that a person asked for and that were not asked of the provider."""
        return [day for day in self.round.days or () if day not in self.asked]

    def _turns(self) -> list[tuple[Month, list[date]]]:
        """The months still to read in this run, each with its days."""
        heads = self._known_heads()
        turns = in_turn(self._days(heads), self.progress, heads, self.round.today)
        return [turn for turn in turns if turn[0] not in self.done]

    def _is_read(self, month: Month) -> bool:
        return is_read(month, self.progress, self._known_heads(), self.round.today)

    def _days(self, heads: Mapping[Month, Head]) -> Sequence[date]:
        provider = self.source.provider
        oldest, archived = provider.oldest(self.round.today), bool(provider.archives)
        if self.round.days is not None:
            return remembered(self.round.days, self.progress, heads, oldest, archived)
        return window(
            self.progress,
            heads,
            self.round.today,
            restatement_days=provider.restatement_days,
            oldest=oldest,
            archived=archived,
            whole=bool(provider.estimated),
        )

    async def _month(self, month: Month, days: Sequence[date], left: str) -> None:
        source = self._source_in(month)
        readings, evidence = await read_feeds(
            self.streams, self.http, source, days, self.round, left
        )
        snapshots: list[Snapshot] = []
        if self.round.today in days:
            snapshots, answers = await read_snapshots(
                self.streams,
                self.http,
                self.source,
                self.place.store,
                list(self._known_heads().values()),
                self.round,
            )
            evidence |= answers
        await self._claim()
        self._note_progress()
        if error := self.streams.hopeless():
            raise error
        await self._commit_all(month, readings, snapshots, evidence)
        self.done.add(month)
        self.asked.update(days)
        self._read_heads()

    def _source_in(self, month: Month) -> Source:
        """The account as it is paid for in the month: a plan that was entered after a month had
        closed is not written into it, and takes nothing out of it."""
        head = self.heads[month].head
        has_others = head.closed_at is not None and not head.plans
        return replace(self.source, plans=()) if has_others else self.source

    async def _commit_all(
        self,
        month: Month,
        readings: Sequence[Reading],
        snapshots: Sequence[Snapshot],
        evidence: Mapping[str, Evidence],
    ) -> None:
        """Commits the month and, before it, the days of earlier ones since a counter's snapshot.
        What it has grown by rests on what the ledger holds: after a lost race it is worked out anew
        (another run may have put a snapshot into the month, and its own part into the earlier)."""
        tries = 1 if snapshots else TRIES
        for left in reversed(range(TRIES)):
            whole = [*readings, *(part for one in snapshots for part in one.parts())]
            months = sorted({month, *(Month.of(one.days[0]) for one in whole)})
            try:
                for each in months:
                    of_month = [one for one in whole if Month.of(one.days[0]) == each]
                    await self._commit(each, of_month, evidence, tries)
                return
            except Conflict:
                if not snapshots or not left:
                    raise
                self.heads |= read_heads(self.place.store, self.source.account, months)
                heads = list(self._known_heads().values())
                snapshots = [one.again(self.place.store, heads) for one in snapshots]

    async def _commit(
        self,
        month: Month,
        readings: Sequence[Reading],
        evidence: Mapping[str, Evidence],
        tries: int,
    ) -> None:
        held = self.heads.get(month)
        if held is not None:
            _refuse_beside_file(held.head)
        writing = self._writing()
        commit = await asyncio.to_thread(
            commit_month, self.place, month, readings, evidence, writing, held, tries=tries
        )
        self.commits.append(commit)
        self.heads[month] = Held(commit.head, held.version if held else 0)

    async def _claim(self) -> None:
        await self.turn.come()
        new = self.streams.sub_accounts - self.claimed - set(self.source.provider.unclaimed)
        if new:
            try:
                claim(self.place.store, self.source.account, new, self.standing)
            except AccessDenied:
                self._expect_nothing()
                raise
            self.claimed |= new
        self.turn.mine.set()

    def _expect_nothing(self) -> None:
        """Another's twin misses nothing, though it was expected while it could not be read."""
        known = self.standing.progress
        if known is not None and known.feeds and not self.has_rows:
            put_progress(self.place.store, msgspec.structs.replace(known, feeds=()))

    def _read_heads(self) -> None:
        """The heads that are not known yet of the months to read, and of those that may still be
        unread: one read."""
        today, progress = self.round.today, self.progress
        first = min(progress.open_from.first, Month.of(today).previous().first)
        months = {*Period.of_days(first, today + DAY).months(), *progress.owes_rereading}
        months |= {Month.of(day) for day in self.round.days or ()}
        if unknown := sorted(months - self.heads.keys()):
            self.heads |= read_heads(self.place.store, self.source.account, unknown)

    def _known_heads(self) -> dict[Month, Head]:
        return {month: held.head for month, held in self.heads.items()}

    def _writing(self) -> Writing:
        return Writing(
            run=self.round.run,
            today=self.round.today,
            now=self.round.now(),
            progress=self.progress,
            lateness=self.source.provider.lateness,
        )

    def _left(self, months: int) -> str:
        """How far it still is, where it is far: " · 4/13 · ~2 min"."""
        done = len(self.done)
        if done + months <= _WORTH_TELLING:
            return ""
        seconds = (self.round.now() - self.started).total_seconds() / max(done, 1) * months
        about = f"~{seconds / 60:.0f} min" if seconds >= 60 else f"~{seconds:.0f} s"
        return f" · {done + 1}/{done + months}" + (f" · {about}" if done else "")

    def _note_progress(self) -> None:
        """Writes that the account is expected, and from when on, before anything is written of it.
        One that has just given its first figures is read as far back as its provider goes."""
        is_first = not self.progress.is_backfilled and self.round.days is None
        if is_first and self.streams.succeeded:
            first = _reach(self.place.store, self.source, self.round.today)
            self.progress = backfilled(self.progress, first)
        self._put_progress()

    def _put_progress(self) -> None:
        if self.progress != self.standing.progress:
            put_progress(self.place.store, self.progress)
            self.standing = self.standing._replace(progress=self.progress)

    def _keep(self) -> None:
        """Writes how far the account is read now, and its names, where they changed."""
        oldest = self.source.provider.oldest(self.round.today)
        self.progress = advanced(self.progress, self._known_heads(), self.round.today, oldest)
        self._put_progress()
        names = {(name.dimension, name.id): name for name in self.standing.names}
        names |= {(name.dimension, name.id): name for name in self.streams.names}
        if set(names.values()) != set(self.standing.names):
            put_names(self.place.store, self.source.account, names.values())


def open_collection(
    place: Place, source: Source, round_: Round, http: Http, turn: Turn
) -> Collection:
    """The account as it stands before this run."""
    standing = read_standing(place.store, source.account)
    progress = _expected(standing, source, round_)
    return Collection(place, source, round_, http, turn, standing, progress, started=round_.now())


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
    asked = [day for day in (source.since, *(round_.days or ())[:1]) if day is not None]
    since = known.since if known else source.since or first_day(round_.today)
    first = min([since, *asked])
    progress = known or begun(source.account, feeds, first)
    return reaching_back(msgspec.structs.replace(progress, feeds=feeds), first)


def _reach(store: Store, source: Source, today: date) -> date:
    """The day that a first collection reads back to. Months of which somebody has imported a file
    of the provider are that somebody's choice: a year read beside it could count it twice."""
    if source.since is not None:
        return source.since
    provider = source.provider
    first = Month.of(today).shifted(-provider.backfill_months).first
    first = first if provider.archives else max(first, provider.oldest(today))
    heads = query_heads(store, Month.of(first), Month.of(today))
    return max([first, *(head.month.after for head in heads if _is_of_file(head, provider.name))])


def _is_of_file(head: Head, provider: str) -> bool:
    return provider_of(head.account) == provider and focus.FEED in head.feeds and bool(head.cells)
