"""Collecting one account: where it stands, what it gives, what of it the ledger takes.

Months are read and committed one after another, the newest unread one first: a run that is cut off
keeps every month that it finished, and the next one goes on with the others.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

import msgspec

from ecot.errors import AccessDenied
from ecot.jobs.account_months import AccountMonths
from ecot.jobs.claims import claim
from ecot.jobs.commit import Writing
from ecot.jobs.expecting import expected, reach
from ecot.jobs.round import Round, Source, Turn
from ecot.jobs.snapshots import Snapshot, read_snapshots
from ecot.jobs.streams import Streams, left_out, read_directories, read_feeds
from ecot.ledger.months import (
    advanced,
    backfilled,
    in_turn,
    is_read,
    remembered,
    told_from,
    window,
)
from ecot.model.answer import Evidence
from ecot.model.outcome import Progress
from ecot.model.period import DAY, Month, Period
from ecot.providers.http import Http
from ecot.store.protocol import Place
from ecot.store.records import Standing, put_names, put_progress, read_standing

_WORTH_TELLING = 3  # months: a longer way is told with how far it still is


@dataclass
class Collection:
    """One account being collected. `standing` is what the ledger knew of it, `progress` where it
    stands now; `months` are those that matter, and `done` the ones that this run has read, `asked`
    their days."""

    place: Place
    source: Source
    round: Round
    http: Http
    turn: Turn
    standing: Standing
    progress: Progress
    started: datetime
    months: AccountMonths
    streams: Streams = field(default_factory=Streams)
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
        return any(any(head.documents()) for head in self.months.heads.values())

    @property
    def doubted(self) -> list[date]:
        """The days that had figures and have just come back empty: kept until the next run. What
        the provider has forgotten since is kept for good."""
        oldest = self.source.oldest(self.round.today)
        of_heads = (head.doubted() for head in self.months.heads.values())
        return [day for days in of_heads for day in days if day >= oldest]

    @property
    def forgotten(self) -> list[date]:
        """The days that a person asked for and that were not asked of the provider."""
        return [day for day in self.round.days or () if day not in self.asked]

    def _turns(self) -> list[tuple[Month, list[date]]]:
        """The months still to read in this run, each with its days."""
        heads = self.months.heads
        turns = in_turn(self._days(), self.progress, heads, self.round.today)
        return [turn for turn in turns if turn[0] not in self.done]

    def _is_read(self, month: Month) -> bool:
        return is_read(month, self.progress, self.months.heads, self.round.today)

    def _days(self) -> Sequence[date]:
        provider, heads = self.source.provider, self.months.heads
        oldest, archived = self.source.oldest(self.round.today), bool(provider.archives)
        if self.round.days is not None:
            days = self._asked_for(self.round.days)
            return remembered(days, self.progress, heads, oldest, archived)
        days = window(
            self.progress,
            heads,
            self.round.today,
            restatement_days=provider.restatement_days,
            oldest=oldest,
            archived=archived,
            whole=bool(provider.estimated),
        )
        if self._tells_otherwise:
            known = Period.of_days(max(self.progress.since, oldest), self.round.today + DAY).days()
            days = sorted({*days, *known})
        return self._asked_for(days)

    @property
    def _tells_otherwise(self) -> bool:
        """Whether an account came or went that tells some of the rows too: what has been read would
        then count twice, or not at all."""
        return self.progress.is_backfilled and self.progress.left_to != self.source.left_to

    def _asked_for(self, days: Sequence[date]) -> Sequence[date]:
        """The days, and where a month must not be read in part, its others that are expected."""
        if not self.source.provider.whole_months:
            return days
        months = {Month.of(day) for day in days}
        others = (day for month in months for day in month.days())
        expected = (day for day in others if self.progress.since <= day <= self.round.today)
        return sorted({*days, *expected})

    async def _month(self, month: Month, days: Sequence[date], left: str) -> None:
        source = self._source_in(month)
        readings, evidence = await read_feeds(
            self.streams, self.http, source, days, self.round, left
        )
        readings += left_out(source, self.months.heads[month], readings)
        snapshots: list[Snapshot] = []
        if self.round.today in days:
            snapshots, answers = await read_snapshots(
                self.streams,
                self.http,
                self.source,
                self.place.store,
                list(self.months.heads.values()),
                self.round,
            )
            evidence |= answers
            self._note_told(answers.values())
        await self._claim()
        self._note_progress()
        if error := self.streams.hopeless():
            raise error
        self._keep_names()
        await self.months.commit(month, readings, snapshots, evidence, self._writing())
        self.done.add(month)
        self.asked.update(days)
        self._read_heads()

    def _source_in(self, month: Month) -> Source:
        """The account as it is paid for in the month: a plan that was entered after a month had
        closed is not written into it, and takes nothing out of it."""
        head = self.months.heads[month]
        has_others = head.closed_at is not None and not head.plans
        return replace(self.source, plans=()) if has_others else self.source

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
        """The heads of the months to read, and of those that may still be unread."""
        today, progress = self.round.today, self.progress
        first = min(progress.open_from.first, Month.of(today).previous().first)
        first = min(first, progress.since) if self._tells_otherwise else first
        months = {*Period.of_days(first, today + DAY).months(), *progress.owes_rereading}
        self.months.read(months | {Month.of(day) for day in self.round.days or ()})

    def _writing(self) -> Writing:
        has_plans = any(head.plans for head in self.months.heads.values())
        return Writing(
            run=self.round.run,
            today=self.round.today,
            now=self.round.now(),
            progress=self.progress,
            lateness=self.source.provider.lateness,
            closes=not (self.source.plans or has_plans),
        )

    def _left(self, months: int) -> str:
        """How far it still is, where it is far: " · 4/13 · ~2 min"."""
        done = len(self.done)
        if done + months <= _WORTH_TELLING:
            return ""
        seconds = (self.round.now() - self.started).total_seconds() / max(done, 1) * months
        about = f"~{seconds / 60:.0f} min" if seconds >= 60 else f"~{seconds:.0f} s"
        return f" · {done + 1}/{done + months}" + (f" · {about}" if done else "")

    def _note_told(self, answers: Iterable[Evidence]) -> None:
        """Notes of snapshots that feeds tell what all days until today cost."""
        told = {
            one.answer.feed for one in answers if self.source.provider.told_by_feeds(one.answer)
        }
        daily = {
            name: self.round.today if name in told else since
            for name, since in self.progress.daily.items()
        }
        self.progress = msgspec.structs.replace(self.progress, daily=daily)

    def _note_progress(self) -> None:
        """Writes that the account is expected, and from when on, before anything is written of it.
        One that has just given its first figures is read as far back as its provider goes."""
        is_first = not self.progress.is_backfilled and self.round.days is None
        if is_first and self.streams.succeeded:
            first = reach(self.place.store, self.source, self.round.today)
            self.progress = told_from(backfilled(self.progress, first), self.round.today)
        self._put_progress()

    def _put_progress(self) -> None:
        if self.progress != self.standing.progress:
            put_progress(self.place.store, self.progress)
            self.standing = self.standing._replace(progress=self.progress)

    def _keep(self) -> None:
        """Writes how far the account is read now, and its names."""
        oldest = self.source.oldest(self.round.today)
        self.progress = advanced(self.progress, self.months.heads, self.round.today, oldest)
        if self.round.days is None and not self.streams.troubles and not self.doubted:
            left_to = self.source.left_to
            self.progress = msgspec.structs.replace(self.progress, left_to=left_to)
        self._put_progress()
        self._keep_names()

    def _keep_names(self) -> None:
        """Writes what ids and people are called, where that changed; before the rows that have
        them: a run that goes on later does not read a finished month again."""
        names = {(name.dimension, name.id): name for name in self.standing.names}
        told = [*self.http.people.names(self.streams.users), *self.streams.all_names()]
        names |= {(name.dimension, name.id): name for name in told}
        if set(names.values()) != set(self.standing.names):
            put_names(self.place.store, self.source.account, names.values())
            self.standing = self.standing._replace(names=frozenset(names.values()))


def open_collection(
    place: Place, source: Source, round_: Round, http: Http, turn: Turn
) -> Collection:
    """The account as it stands before this run."""
    standing = read_standing(place.store, source.account)
    progress = expected(standing, source, round_)
    months = AccountMonths(place, source.account)
    return Collection(place, source, round_, http, turn, standing, progress, round_.now(), months)
