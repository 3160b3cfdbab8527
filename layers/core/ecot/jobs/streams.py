"""Reading one account's streams: every page, parsed, or the reason why not."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from msgspec.structs import replace

from ecot.errors import (
    AccessDenied,
    ProviderError,
    RateLimited,
    Unavailable,
    UnexpectedAnswer,
)
from ecot.jobs.priced import priced
from ecot.jobs.round import Round, Source
from ecot.ledger.reading import Reading, reading
from ecot.model.answer import Answer, Evidence, Parsed
from ecot.model.head import Head
from ecot.model.period import DAY, Period
from ecot.model.rows import AnyRow, Charge, Name, Revenue, Usage
from ecot.providers.contract import Provider
from ecot.providers.http import Http
from ecot.store.evidence import evidence_name

_OF_THE_ACCOUNT = (AccessDenied, RateLimited, Unavailable)
_OF_THE_PROVIDER = (RateLimited, Unavailable)


@dataclass
class Streams:
    """What an account has given so far in a run, and what went wrong, stream by stream.

    `troubles` are of feeds: figures are missing. `unnamed` are of directories: ids are shown as
    they are, and nothing is missing. `names` are what directories call ids today, `named` what
    feeds call them, each with the day that it is known for. `given` are feeds that have given
    something, `shaky` those whose last month failed for a while, `down` those that are not asked
    again.
    """

    names: set[Name] = field(default_factory=set)
    named: dict[tuple[str, str], tuple[date, Name]] = field(default_factory=dict)
    sub_accounts: set[str] = field(default_factory=set)
    users: set[str] = field(default_factory=set)
    troubles: dict[str, ProviderError] = field(default_factory=dict)
    unnamed: dict[str, ProviderError] = field(default_factory=dict)
    given: set[str] = field(default_factory=set)
    shaky: set[str] = field(default_factory=set)
    down: set[str] = field(default_factory=set)
    charges: int = 0
    usages: int = 0
    revenues: int = 0
    succeeded: bool = False

    def hopeless(self) -> ProviderError | None:
        """Why asking on would only annoy: nothing came, and not for a reason of one stream.

        Of directories only a limit counts: where the names are down, the money may still be there.
        """
        if self.succeeded:
            return None
        errors = [error for error in self.troubles.values() if isinstance(error, _OF_THE_ACCOUNT)]
        errors += [error for error in self.unnamed.values() if isinstance(error, RateLimited)]
        return next(iter(errors), None)

    def raise_if_nothing_came(self) -> None:
        """Raises the first trouble where no feed gave anything."""
        error = self.hopeless() or next(iter(self.troubles.values()), None)
        if error is not None and not self.succeeded:
            raise error

    def fail(self, feed: str, error: ProviderError) -> None:
        """Notes a feed's trouble. One that gave other months, and now fails once for a while, may
        fail for this month alone; else it is not asked again."""
        self.troubles[feed] = error
        is_of_month = isinstance(error, Unavailable) and feed in self.given - self.shaky
        if isinstance(error, _OF_THE_ACCOUNT) and not is_of_month:
            self.down.add(feed)
        self.shaky.add(feed)

    def try_again(self) -> None:
        """Feeds that only failed for a while may be asked again."""
        self.down = {feed for feed in self.down if not isinstance(self.troubles[feed], Unavailable)}
        self.shaky.clear()

    def note_names(self, names: Iterable[Name], day: date) -> None:
        """Notes what a feed called its ids in answers about days until `day`: the last one counts,
        whatever the order in which months are read."""
        for name in names:
            key = (name.dimension, name.id)
            if day >= self.named.get(key, (day, name))[0]:
                self.named[key] = (day, name)

    def all_names(self) -> list[Name]:
        """What ids are called; of several names of one id the last counts, a directory's."""
        return [*(name for _, name in self.named.values()), *self.names]

    def count(self, one: Reading) -> None:
        """Notes a reading that arrived whole. What a breakdown is about is counted elsewhere: it
        is nobody's to claim."""
        self.succeeded = True
        self.given.add(one.feed)
        self.shaky.discard(one.feed)
        rows = [row for of_day in one.rows.values() for row in of_day]
        self.charges += sum(isinstance(row, Charge) for row in rows)
        self.usages += sum(isinstance(row, Usage) for row in rows)
        counted = (row.sub_account_id for row in rows if row.role == "counted")
        self.sub_accounts.update(filter(None, counted))
        self.users |= {row.user for row in rows if row.user}
        self.revenues += sum(isinstance(row, Revenue) for row in rows)


async def read_feeds(
    streams: Streams,
    http: Http,
    source: Source,
    days: Sequence[date],
    round_: Round,
    left: str = "",
) -> tuple[list[Reading], dict[str, Evidence]]:
    """A reading of each feed for `days`, all of one month, and the answers that they rest on.

    A feed that fails is noted; but one bad row, or one month that the provider cannot answer for,
    does not keep the other months from being read. `left` says how much there is to read after it.
    """
    readings: list[Reading] = []
    evidence: dict[str, Evidence] = {}
    for feed in source.feeds:
        if feed in streams.down or streams.hopeless():
            continue
        round_.told(source.account, f"{feed} {days[0]:%Y-%m}{left}")
        try:
            one, names, answers = await _read_feed(http, source, feed, days, round_)
        except ProviderError as error:
            streams.fail(feed, error)
            continue
        streams.count(one)
        streams.note_names(names, days[-1])
        readings.append(one)
        evidence |= answers
    return readings, evidence


def left_out(source: Source, head: Head, readings: Sequence[Reading]) -> list[Reading]:
    """Feeds that the account's settings had once, as readings of nothing: where all feeds that they
    have now were read, an entry that was renamed or removed no longer says the same beside them.
    Nobody has restated anything by that."""
    own = source.provider.feeds
    if source.provider.feeds_for is None or {one.feed for one in readings} != set(source.feeds):
        return []
    known = (feed for feed in head.feeds if feed.partition(".")[0] in own)
    return [
        replace(one, feed=feed, rows={}, evidence={}, pages=(), is_certain=True, settles=False)
        for one in readings[:1]
        for feed in known
        if feed not in source.feeds
    ]


async def _read_feed(
    http: Http, source: Source, feed: str, days: Sequence[date], round_: Round
) -> tuple[Reading, list[Name], dict[str, Evidence]]:
    read_at = round_.now()
    parsed: dict[str, list[Parsed]] = {}
    evidence: dict[str, Evidence] = {}
    is_certain = False
    for stream, of_stream in _streams(source, feed, days, round_.today).items():
        for span in _spans(source.provider, feed, of_stream):
            async for answer in source.provider.fetch(http, stream, span):
                name, kept = kept_answer(source, feed, answer, read_at, round_)
                stated = list(source.provider.parse(answer))
                own = [one for one in stated if not _is_elsewhere(source, one.row)]
                rows = _asked_for(source, feed, own, of_stream)
                parsed.setdefault(name, []).extend(priced(source, feed, rows, round_))
                evidence[name] = kept
                # What is left to another account would else count twice until the next run.
                has_left = len(own) < len(stated)
                is_certain = is_certain or has_left or source.provider.certain(answer)
    named = [one.row for rows in parsed.values() for one in rows if isinstance(one.row, Name)]
    one = reading(feed, days, parsed, read_at=read_at, is_certain=is_certain)
    return one, named, evidence


def kept_answer(
    source: Source, feed: str, answer: Answer, read_at: datetime, round_: Round
) -> tuple[str, Evidence]:
    """The answer as it is kept, and its name. The same bytes mean other rows where something else
    was asked: another feed, another project, another day, other labels."""
    asked = (f"{name}={text}".encode() for name, text in sorted(answer.asked.items()))
    content = (feed.encode(), answer.endpoint.encode(), *asked, answer.body)
    name = evidence_name(source.account, read_at, *content)
    kept = Evidence(account=source.account, answer=answer, read_at=read_at, run=round_.run)
    return name, kept


def _streams(source: Source, feed: str, days: Sequence[date], today: date) -> dict[str, list[date]]:
    """Which stream answers for which days: the feed's own, and its archive for the older ones."""
    if (archive := source.provider.archives.get(feed)) is None:
        return {feed: list(days)}
    oldest = source.oldest(today)
    old, recent = [day for day in days if day < oldest], [day for day in days if day >= oldest]
    return {name: some for name, some in ((archive, old), (feed, recent)) if some}


def _spans(provider: Provider, feed: str, days: Sequence[date]) -> list[Period]:
    """The periods to ask for; one is enough where the answer holds more than was asked."""
    if feed in provider.wider:
        return [Period.of_days(days[0], days[-1] + DAY)]
    return unbroken(days)


def _asked_for(
    source: Source, feed: str, rows: Iterable[Parsed], days: Collection[date]
) -> Iterator[Parsed]:
    """The rows of the days that were asked for. Money of another day would be lost without a word,
    or counted on a day that it does not belong to: it is refused, where it is not expected."""
    is_wider = feed in source.provider.wider
    for parsed in rows:
        if isinstance(parsed.row, Name) or _is_within(parsed.row, days):
            yield parsed
        elif is_wider and any(day in days for day in parsed.row.charge_period.days()):
            yield parsed  # a longer charge: what it has on these days
        elif not is_wider:
            raise _not_asked_for(source, parsed.place, parsed.row, days)


def _not_asked_for(
    source: Source, place: str, row: AnyRow, days: Collection[date]
) -> UnexpectedAnswer:
    if row.day not in days:
        text, day = "{account}: {place} is about {day}, which was not asked for", row.day
    else:
        text = "{account}: {place} ends on {day}, which was not asked for"
        day = row.charge_period.last
    return UnexpectedAnswer(text, account=source.account, place=place, day=day)


def _is_within(row: AnyRow, days: Collection[date]) -> bool:
    """Whether the row begins and ends on days that were asked for."""
    return row.day in days and row.charge_period.last in days


def _is_elsewhere(source: Source, row: AnyRow | Name) -> bool:
    """Whether another account of the settings tells the same money (ledger rule 13)."""
    if isinstance(row, Name):
        return False
    return source.leaves(source.provider.elsewhere(row), row.day)


async def read_directories(streams: Streams, http: Http, source: Source, round_: Round) -> None:
    """Notes what the provider calls its ids. A directory that may not be read takes no figure
    away: ids are then shown as they are."""
    period = Period.of_day(round_.today)
    for directory in source.provider.directories:
        round_.told(source.account, directory)
        try:
            async for answer in source.provider.fetch(http, directory, period):
                rows = [row for _, row in source.provider.parse(answer)]
                streams.names.update(row for row in rows if isinstance(row, Name))
        except ProviderError as error:
            streams.unnamed[directory] = error
            if isinstance(error, _OF_THE_PROVIDER):
                return
    named = (name.id for name in streams.names if name.dimension == "sub_account_id")
    streams.sub_accounts.update(named)


def unbroken(days: Sequence[date]) -> list[Period]:
    """The days as few unbroken periods."""
    starts = [day for day in days if day - DAY not in days]
    afters = [day + DAY for day in days if day + DAY not in days]
    return [Period.of_days(first, after) for first, after in zip(starts, afters, strict=True)]
