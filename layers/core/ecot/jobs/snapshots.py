"""Reading how an account stands today: balances, and what counters of money owed have grown by.

A snapshot belongs to the day on which it was read, and the last of a day wins; it is never
back-filled. What a counter has grown by since the snapshot before is a charge for the days between
(ledger rule 6).
"""

from collections.abc import Iterable, Iterator
from datetime import date

from ecot.errors import ProviderError
from ecot.jobs.priced import is_paid_by_price
from ecot.jobs.round import Round, Source
from ecot.jobs.streams import Streams, kept_answer
from ecot.ledger.accruals import accrued, accruing
from ecot.ledger.reading import Reading, by_month, reading
from ecot.model.answer import Evidence, Parsed
from ecot.model.head import UNREAD, Head
from ecot.model.period import Month, Period
from ecot.model.rows import Balance, Charge, Name
from ecot.providers.http import Http
from ecot.store.documents import read_document
from ecot.store.heads import read_heads
from ecot.store.protocol import Store


async def read_snapshots(
    streams: Streams, http: Http, source: Source, store: Store, round_: Round
) -> tuple[list[Reading], dict[str, Evidence]]:
    """A reading of each snapshot as of now, cut by month, oldest first, and its answers. One that
    fails is noted like a feed that fails."""
    readings: list[Reading] = []
    evidence: dict[str, Evidence] = {}
    for stream in source.provider.snapshots:
        if streams.hopeless():
            break
        round_.told(source.account, stream)
        try:
            one, answers = await _read(http, source, stream, store, round_)
        except ProviderError as error:
            streams.troubles[stream] = error
            continue
        streams.count(one)
        readings += by_month(one).values()
        evidence |= answers
    return readings, evidence


async def _read(
    http: Http, source: Source, stream: str, store: Store, round_: Round
) -> tuple[Reading, dict[str, Evidence]]:
    read_at, today = round_.now(), round_.today
    parsed: dict[str, list[Parsed]] = {}
    evidence: dict[str, Evidence] = {}
    async for answer in source.provider.fetch(http, stream, Period.of_day(today)):
        name, kept = kept_answer(source, stream, answer, read_at, round_)
        evidence[name] = kept
        rows = _without_plan_price(source, source.provider.parse(answer), round_)
        parsed.setdefault(name, []).extend(rows)
    days = {today}
    if not is_paid_by_price(source, round_):
        for charge, name in _owed(source.account, stream, parsed, store, today):
            parsed[name].append(Parsed("", charge))
            days |= set(charge.charge_period.days())
    return reading(stream, sorted(days), parsed, read_at=read_at, is_certain=True), evidence


def _without_plan_price(source: Source, rows: Iterable[Parsed], round_: Round) -> Iterator[Parsed]:
    """The rows, less the provider's own plan price where a plan of the settings pays (rule 17), or
    the user's own price of what the plan is for."""
    is_known = source.has_plan(round_.today) or is_paid_by_price(source, round_)
    for parsed in rows:
        row = parsed.row
        if not (is_known and isinstance(row, Charge) and row.charge_category == "Purchase"):
            yield parsed


def _owed(
    account: str, stream: str, parsed: dict[str, list[Parsed]], store: Store, today: date
) -> Iterator[tuple[Charge, str]]:
    """What the answers' counters have grown by, and the answer that tells."""
    counters = {
        name: accruing(one.row for one in rows if not isinstance(one.row, Name))
        for name, rows in parsed.items()
    }
    if any(counters.values()):
        before = _last_before(store, account, stream, today)
        for name, balances in counters.items():
            yield from ((charge, name) for charge in accrued(before, balances))


def _last_before(store: Store, account: str, stream: str, today: date) -> list[Balance]:
    """The counters of the latest day before today, in this month or the one before."""
    month = Month.of(today)
    for each in (month, month.previous()):
        head = read_heads(store, account, [each])[each].head
        for day, document in reversed(_days_with(head, stream, today)):
            feeds = read_document(store, account, day, document).feeds
            if found := accruing(feeds.get(stream, ())):
                return found
    return []


def _days_with(head: Head, stream: str, today: date) -> list[tuple[date, str]]:
    return [
        (day, name)
        for day, name in head.documents()
        if day < today and head.mark(day, stream) != UNREAD
    ]
