"""Exchange rates into the ledger: from the ECB at night, from its files by hand, and fixed for good
when a month is due to close (ledger rule 19)."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta

from ecot.errors import EcotError, UnexpectedAnswer
from ecot.jobs.rates_needed import Needed
from ecot.jobs.round import Round
from ecot.ledger.convert import RateBook
from ecot.ledger.months import CLOSING_DAY
from ecot.model.period import DAY, Month, Period
from ecot.model.rates import Publication, TypedRate
from ecot.model.sentence import Sentence
from ecot.model.target_days import is_target_day, last_published, last_target_day
from ecot.providers import ecb
from ecot.providers.patience import Budget
from ecot.store.protocol import Place, Store
from ecot.store.rates import KnownRates, add_publications, fix_month, read_rates

ECB_URL = ecb.URL
REMEDY = Sentence(
    "Rates that are known go on being used. Without a network, `ecot import ecb FILE` takes a file "
    "of the ECB, and a [[rate]] in ecot.toml needs none."
)
_BUDGET_SECONDS = 20.0  # a laptop without a network does not wait longer
_SURELY_HELD = timedelta(days=85)  # by the file of the last 90 days


async def refresh_rates(
    place: Place, needed: Needed, target: str, typed: Sequence[TypedRate], round_: Round
) -> None:
    """Reads what the ledger lacks of the ECB's rates for the days that are `needed` and that no
    typed rate covers, and fixes the rates of months that are due to close. Whoever listens to the
    round is told what could not be read, and what could not be kept; the run goes on."""
    if not (days := _uncovered(needed, target, typed)):
        return
    warnings = [await _read_lacking(place.store, days, round_), _fix(place.store, days[0], round_)]
    for number, warning in enumerate(warnings):
        if warning is not None and warning not in warnings[:number]:  # damaged rates stop both
            round_.warned(warning, REMEDY)


def import_rates(place: Place, files: Iterable[tuple[str, bytes]], today: date) -> int:
    """Adds what the ECB's files (name, content) publish, and returns how many days were new. All
    files are read before any of them is kept. Raises UnexpectedAnswer for what is no such file."""
    read = [_publications(body, name, today) for name, body in files]
    return add_publications(place.store, [one for publications in read for one in publications])


def _uncovered(needed: Needed, target: str, typed: Sequence[TypedRate]) -> list[date]:
    """The days for which the ECB is needed, in order: those before typed rates begin, which then
    go on for ever."""
    book = RateBook((), typed)
    return sorted(
        {
            day
            for currency, days in needed.items()
            for day in days
            if book.rate(currency, target, day) is None
        }
    )


def _known(store: Store, first: date, round_: Round) -> KnownRates:
    return read_rates(store, Month.of(first), Month.of(round_.today))


async def _read_lacking(store: Store, days: Sequence[date], round_: Round) -> Sentence | None:
    try:
        if (path := _wanted(store, days, round_)) is not None:
            await _read(store, path, round_)
    except EcotError as error:
        return Sentence(error.text, error.values)
    return None


def _wanted(store: Store, days: Sequence[date], round_: Round) -> str | None:
    """The file that has what is lacking; None where none has it, or where nobody is to be asked."""
    latest = last_published(round_.now())
    if round_.rates_url is None or days[-1] < latest - _SURELY_HELD:
        return None
    known = _known(store, days[0], round_)
    lacking = lacking_days([one.day for one in known.publications], days[0], round_.now())
    if not lacking:
        return None
    return ecb.DAILY if lacking == [latest] else ecb.LAST_90_DAYS


def lacking_days(known: Collection[date], first: date, now: datetime) -> list[date]:
    """The days since `first`, among the last 90, whose publication should be out and is not known;
    and that of the last working day before `first`, which it may use."""
    latest = last_published(now)
    begin = max(last_target_day(first), latest - _SURELY_HELD)
    if begin > latest:
        begin = latest
    days = Period.of_days(begin, latest + DAY).days()
    return [day for day in days if is_target_day(day) and day not in known]


async def _read(store: Store, path: str, round_: Round) -> None:
    budget = Budget(min(_BUDGET_SECONDS, round_.budget_seconds))
    async with round_.open_client() as shared:
        body = await ecb.fetch(ecb.opened(shared, round_.rates_url or ECB_URL, budget), path)
    add_publications(store, _publications(body, ecb.NAME, round_.today))


def _publications(body: bytes, source: str, today: date) -> list[Publication]:
    found = ecb.parse(body, source)
    if found[-1].day > today:
        text = "{source} is about {day}, which is in the future"
        raise UnexpectedAnswer(text, source=source, day=found[-1].day)
    return found


def _fix(store: Store, first: date, round_: Round) -> Sentence | None:
    try:
        _fix_due_months(store, first, round_)
    except EcotError as error:
        return Sentence(error.text, error.values)
    return None


def _fix_due_months(store: Store, first: date, round_: Round) -> None:
    known = _known(store, first, round_)
    book = RateBook(known.publications, fixed=known.fixed)
    month = Month.of(first)
    while round_.today >= month.after.replace(day=CLOSING_DAY):
        if used := book.fixable(month.days()):
            fix_month(store, month, used)
        month = month.next()
