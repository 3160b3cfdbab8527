"""Reading how an account stands today: balances, and what counters of money owed have grown by.

A snapshot belongs to the day on which it was read, and the last of a day wins; it is never
back-filled. What a counter has grown by since the snapshot before is a charge for the days between
(ledger rule 6).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple, Self

from ecot.errors import ProviderError
from ecot.jobs.counters import Past, look_back
from ecot.jobs.plan_prices import is_superseded, taken_back
from ecot.jobs.priced import is_paid_by_price, priced
from ecot.jobs.round import Round, Source
from ecot.jobs.streams import Streams, kept_answer
from ecot.ledger.accruals import accrued, accruing
from ecot.ledger.reading import Reading, beside, by_month, reading
from ecot.model.answer import Evidence, Parsed
from ecot.model.head import Head
from ecot.model.period import Period
from ecot.model.rows import Balance, Charge, Name
from ecot.providers.http import Http
from ecot.store.protocol import Store


class Snapshot(NamedTuple):
    """What a stream told of today in answers of `parsed` rows, and the reading that this makes of
    what the ledger holds. `others` are earlier days that lose something by it."""

    source: Source
    round: Round
    stream: str
    parsed: Mapping[str, Sequence[Parsed]]
    read_at: datetime
    reading: Reading
    others: tuple[Reading, ...] = ()

    def parts(self) -> list[Reading]:
        """All of it, cut by month."""
        return [*self.others, *by_month(self.reading).values()]

    def beside_known(self, store: Store, heads: Iterable[Head]) -> Self:
        """The same, with the others among the days of these heads."""
        back = taken_back(self.source, self.stream, heads, self.round, store)
        others = [one for one in back if one.days[0] not in self.reading.days]
        return self._replace(others=tuple(others))

    def again(self, store: Store, heads: Iterable[Head]) -> Self:
        """The same, where somebody else has written meanwhile."""
        fresh = _reading(self.source, self.stream, self.parsed, self.read_at, store, self.round)
        return self._replace(reading=fresh).beside_known(store, heads)


async def read_snapshots(
    streams: Streams,
    http: Http,
    source: Source,
    store: Store,
    heads: Sequence[Head],
    round_: Round,
) -> tuple[list[Snapshot], dict[str, Evidence]]:
    """Each snapshot as of now, and its answers. One that fails is noted like a feed that fails.
    `heads` are the account's, as they are known.

    Where the feeds gave nothing, one is tried all the same: a feed may need a permission of its
    own, or be down alone, and what is not read today is never known."""
    snapshots: list[Snapshot] = []
    evidence: dict[str, Evidence] = {}
    for stream in source.provider.snapshots:
        is_tried = any(one in streams.troubles for one in source.provider.snapshots)
        if is_tried and streams.hopeless():
            break
        round_.told(source.account, stream)
        try:
            one, answers = await _read(http, source, stream, store, round_)
        except ProviderError as error:
            streams.troubles[stream] = error
            continue
        streams.count(one.reading)
        snapshots.append(one.beside_known(store, heads))
        evidence |= answers
    return snapshots, evidence


async def _read(
    http: Http, source: Source, stream: str, store: Store, round_: Round
) -> tuple[Snapshot, dict[str, Evidence]]:
    read_at = round_.now()
    parsed: dict[str, list[Parsed]] = {}
    evidence: dict[str, Evidence] = {}
    async for answer in source.provider.fetch(http, stream, Period.of_day(round_.today)):
        name, kept = kept_answer(source, stream, answer, read_at, round_)
        evidence[name] = kept
        stated = source.provider.parse(answer)
        rows = (one for one in stated if not is_superseded(source, one.row, round_))
        parsed.setdefault(name, []).extend(priced(source, stream, rows, round_))
    one = _reading(source, stream, parsed, read_at, store, round_)
    return Snapshot(source, round_, stream, parsed, read_at, one), evidence


def _reading(
    source: Source, stream: str, parsed: Mapping[str, Sequence[Parsed]], read_at: datetime,
    store: Store, round_: Round,
) -> Reading:  # fmt: skip
    """The stream's reading of today, and of the days between a counter's two snapshots."""
    today = round_.today
    if is_paid_by_price(source, round_, today):
        return _snapshot(stream, [today], parsed, read_at)
    past = look_back(store, source.account, stream, _counters(parsed), today)
    if past.is_overtaken:  # what is owed has been counted up to a later day: not a second time
        return _snapshot(stream, [], parsed, read_at)
    days = {today, *past.outdated()}
    both = {name: list(rows) for name, rows in parsed.items()}
    for charge, name in _owed(parsed, past):
        both[name].append(Parsed("", charge))
        days |= set(charge.charge_period.days())
    one = _snapshot(stream, sorted(days), both, read_at)
    for day in sorted(days & past.days.keys()):
        before, names = past.kept(day)
        others = [row for row in before if not is_superseded(source, row, round_)]
        one = beside(one, day, others, names)
    return one


def _snapshot(
    stream: str, days: Sequence[date], parsed: Mapping[str, Sequence[Parsed]], read_at: datetime
) -> Reading:
    return reading(stream, days, parsed, read_at=read_at, is_certain=True, settles=False)


def _owed(parsed: Mapping[str, Sequence[Parsed]], past: Past) -> list[tuple[Charge, str]]:
    """What the answers' counters have grown by, and the answer that tells."""
    return [
        (charge, name)
        for name, rows in parsed.items()
        for charge in accrued(past.counters.values(), _counters({name: rows}))
    ]


def _counters(parsed: Mapping[str, Iterable[Parsed]]) -> list[Balance]:
    rows = (one.row for of_answer in parsed.values() for one in of_answer)
    return accruing(row for row in rows if not isinstance(row, Name))
