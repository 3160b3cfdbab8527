"""A fault at every call to the store and the files in turn: nothing lost, nothing doubled, no half
day visible.

Each job is run once for each of its calls and each kind of fault: the call is refused, done though
its answer is lost, half done (a batch), refused from there on, or the process is gone. After it a
reader finds every month, book and table of rates as it was or as it is to be, never between; and
running the job again leaves the very ledger of a run that nothing ever happened to.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import NamedTuple

import pytest

from ecot.errors import EcotError
from ecot.jobs.bills import say
from ecot.jobs.collect import collect
from ecot.jobs.imports import import_focus
from ecot.jobs.migrate import prepare
from ecot.jobs.months import close_months
from ecot.jobs.move import move
from ecot.jobs.plans import write_plans
from ecot.jobs.round import Round, Source
from ecot.jobs.sweep import sweep
from ecot.model.period import DAY, Month, Period
from ecot.model.rates import Publication
from ecot.store.protocol import Key, Place
from ecot.store.rates import add_publications
from ecot.store.whole import all_items, whole_of_items
from tests.bills import bill, entered, told
from tests.fault_tally import Tally
from tests.jobs.made_up import MadeUp
from tests.jobs.older import put_older
from tests.jobs.pieces import everything, months, records, rubbish
from tests.jobs.test_snapshots import Bank
from tests.jobs.world import Clock
from tests.ledger.book import in_memory
from tests.plans import plan
from tests.rows import ACCOUNT, on, to_the_letter
from tests.store.backends import BACKENDS, copied, open_place_on
from tests.store.faulty import FAULTS, Fault, Fuse, Killed, faulty

CYCLE = Period(on(date(2026, 1, 25), 0), on(date(2026, 2, 25), 0))
DAYS = [date(2026, 1, 30), date(2026, 1, 31), date(2026, 2, 1)]
BEFORE = datetime(2026, 2, 8, 6, tzinfo=UTC)
NOW = datetime(2026, 2, 12, 6, tzinfo=UTC)
FILE = (
    "ProviderName,BillingAccountId,BilledCost,BillingCurrency,ChargeCategory,ChargePeriodStart,"
    "ChargePeriodEnd,BillingPeriodStart,BillingPeriodEnd,ServiceName\n"
    "Oracle,7,{cost},USD,Usage,2026-01-31T22:00:00Z,2026-01-31T23:00:00Z,"
    "2026-02-01T00:00:00Z,2026-03-01T00:00:00Z,Compute\n"
)


def round_(now: datetime, run: str, days: tuple[date, ...] | None = tuple(DAYS)) -> Round:
    clock = Clock(now)
    return Round(run=run, today=now.date(), now=clock, days=days, open_client=clock.client)


def collected(place: Place, costs: list[str], name: str, now: datetime, run: str) -> None:
    supplier = MadeUp(dict(zip(DAYS, costs, strict=True)), {"proj_a": name})
    _ran(place, supplier.source(ACCOUNT), round_(now, run))


def _ran(place: Place, source: Source, round_: Round) -> None:
    outcomes = asyncio.run(collect(place, [source], round_))
    assert "Ecot itself failed" not in str(outcomes[0].message), "no fault is a mistake of Ecot's"
    if outcomes[0].state == "failed":
        raise EcotError(str(outcomes[0].message))


def _old_account(place: Place) -> None:
    collected(place, ["1.00", "2.00", "3.00"], "Old", BEFORE, "run-0")


def _stood(place: Place, used: str, day: date) -> None:
    """A person asks for the day: its costs, and a counter of money owed."""
    bank = Bank(used, CYCLE, costs={day: "3.25"})
    _ran(place, bank.source(), round_(on(day), f"run-{day}", days=(day,)))


def _old_counter(place: Place) -> None:
    _stood(place, "1.00", DAYS[0])


def _counter(place: Place) -> None:
    """A part of what has become owed is of January, which is committed first."""
    _stood(place, "1.40", DAYS[-1])


def _back_fill(place: Place) -> None:
    """A first collection, of three months and the running one."""
    days = [date(2025, 11, 30), date(2026, 1, 31), date(2026, 2, 1)]
    made_up = MadeUp(dict.fromkeys(days, "1.25"), {"proj_a": "A"}).source(ACCOUNT)
    source = replace(made_up, provider=replace(made_up.provider, backfill_months=3))
    _ran(place, source, round_(on(DAYS[-1] + DAY), "run-6", days=None))


def _old_plan(place: Place) -> None:
    write_plans(place, [PLAN], round_(BEFORE, "run-0"))


def _old_file(place: Place) -> None:
    _import(place, "0.24", BEFORE)


def _old_book(place: Place) -> None:
    say(place, ACCOUNT, [entered(bill("5.00"))])


def _old_rates(place: Place) -> None:
    add_publications(place.store, [Publication(date(2026, 1, 30), {"USD": Decimal("1.05")})])


PLAN = plan(since=Month(2026, 2))
DEARER = plan("30", since=Month(2026, 2))


def _collect(place: Place) -> None:
    collected(place, ["1.00", "2.50", "3.25"], "New", NOW, "run-2")


def _import(place: Place, cost: str, now: datetime) -> None:
    file = Path(FOLDER[0]) / f"oracle-{cost}.csv"
    file.write_text(FILE.format(cost=cost))
    import_focus(place, [file], round_(now, "run-3"), is_replacing=True)


def _enter(place: Place) -> None:
    again = [entered(bill("6.00")), entered(bill("2.00", "INV-2")), told("booked")]
    say(place, ACCOUNT, again)
    say(place, "mistral/mistral", [entered(bill("40.00", account="mistral/mistral"))])


def _replaced(place: Place) -> None:
    """Documents and cubes that nobody points to any more."""
    _old_account(place)
    collected(place, ["1.00", "2.50", "3.25"], "Old", BEFORE, "run-1")


def _older(place: Place) -> None:
    """A file's account, as an Ecot of schema 1 left it."""
    put_older(place, lambda key: "aws/111" in f"{key.partition} {key.sort}")


def _move(place: Place) -> None:
    """Another ledger, carried into this place."""
    source = in_memory()
    prepare(source)
    source.store.put(Key("ledger", "id"), b"0a1b")
    _old_account(source)
    _old_book(source)
    move(source, place)
    source.store.close()


def _publish(place: Place) -> None:
    days = [date(2026, 1, 31), date(2026, 2, 2)]
    add_publications(place.store, [Publication(day, {"USD": Decimal("1.06")}) for day in days])


def _sweep(place: Place) -> None:
    sweep(place, NOW)
    sweep(place, NOW + DAY)


TOOLS = pytest.mark.tools


class Job(NamedTuple):
    """What is run, over which ledger, and how many calls that makes at least. A ledger that
    `is_shut` meanwhile (no Ecot opens it before it is finished) has no readers to be misled. Where
    the job `is_exact`, it leaves the very same items, whatever happened."""

    start: Callable[[Place], object]
    act: Callable[[Place], object]
    least_calls: int
    is_shut: bool = False
    is_exact: bool = False

    def left(self, place: Place) -> dict[str, bytes]:
        """All that there is in the end. (What else runs left behind goes at the next sweep.)"""
        found = {} if self.is_shut else everything(place)
        if not self.is_exact:
            return found
        return found | {"items": to_the_letter(whole_of_items(all_items(place.store)))}


JOBS = {
    "collect": Job(_old_account, _collect, 15),
    "snapshots": Job(_old_counter, _counter, 14),
    "back-fill": Job(lambda _: None, _back_fill, 20),
    "plans": Job(_old_plan, lambda place: write_plans(place, [DEARER], round_(BEFORE, "run-4")), 6),
    "first import": Job(lambda _: None, lambda place: _import(place, "0.24", NOW), 6),
    "import": Job(_old_file, lambda place: _import(place, "0.30", NOW), 8),
    "bill entry": Job(_old_book, _enter, 4),
    "close": Job(_old_file, lambda place: close_months(place, round_(NOW, "run-5")), 4),
    "rates": Job(_old_rates, _publish, 4),
    "migration": Job(_older, prepare, 20, is_shut=True, is_exact=True),
    "move": Job(lambda _: None, _move, 20, is_shut=True, is_exact=True),
    "sweep": Job(_replaced, _sweep, 8, is_exact=True),
}
QUICK = ("bill entry", "rates")
COLLECTED = ("snapshots", "back-fill")  # as "collect" is, which is tried over a network
TRIED: dict[str, tuple[Fault, ...]] = {
    "sqlite": FAULTS,
    "moto": ("answer lost", "half a batch", "killed"),
    "dynalite": ("answer lost", "half a batch"),
}
"""Over a network only what differs in what it leaves behind: it is a hundred times slower there."""

CASES = [
    pytest.param(
        backend,
        name,
        fault,
        marks=() if backend == "sqlite" or (backend == "moto" and name in QUICK) else TOOLS,
    )
    for backend in BACKENDS
    for name in JOBS
    for fault in TRIED[backend]
    if backend == "sqlite" or name not in COLLECTED
]
FOLDER: list[str] = []


@pytest.fixture(autouse=True)
def folder_of_files(tmp_path: Path) -> None:
    FOLDER[:] = [str(tmp_path)]


class Ledgers:
    """Fresh copies of one ledger on a backend."""

    def __init__(self, backend: str, root: Path, start: Callable[[Place], object]) -> None:
        self._backend, self._root, self._numbers = backend, root, count()
        self._start = self._new()
        start(self._start)

    def _new(self) -> Place:
        return open_place_on(self._backend, self._root / str(next(self._numbers)))

    def copy(self) -> Place:
        place = self._new()
        copied(self._start, place)
        return place


@pytest.mark.parametrize(("backend", "name", "fault"), CASES)
def test_a_fault_at_any_call_loses_nothing(
    name: str, backend: str, fault: Fault, tmp_path: Path, tally: Tally
) -> None:
    job = JOBS[name]
    ledgers = Ledgers(backend, tmp_path, job.start)
    whole, counter = ledgers.copy(), Fuse()
    old = {} if job.is_shut else months(whole) | records(whole)
    assert job.is_shut or bool(rubbish(whole)) is (name == "sweep")
    job.act(faulty(whole, counter))
    new, all_new = {} if job.is_shut else months(whole) | records(whole), job.left(whole)
    assert job.is_shut or (new != old) is (name != "sweep")
    assert name != "sweep" or not rubbish(whole)
    failed = sum(
        _one(job, ledgers.copy(), Fuse(fault, at), old, new, all_new)
        for at in range(1, counter.calls + 1)
    )
    tally(f"{name} on {backend}, {fault}: at each of {counter.calls} calls", failed)
    assert counter.calls >= job.least_calls
    assert failed


def _one(
    job: Job, place: Place, fuse: Fuse, old: dict[str, bytes], new: dict[str, bytes],
    all_new: dict[str, bytes],
) -> int:  # fmt: skip
    """One run with a fault, and one without; returns whether the first failed."""
    where = f"{fuse.fault} at call {fuse.at}"
    has_failed = False
    try:
        job.act(faulty(place, fuse))
    except (EcotError, Killed):
        has_failed = True
    except BaseExceptionGroup as group:
        if group.split((EcotError, Killed))[1] is not None:
            raise
        has_failed = True
    assert fuse.is_blown, where
    seen = {} if job.is_shut else months(place) | records(place)
    for piece, content in seen.items():
        assert content in (old.get(piece), new.get(piece)), f"{where}: {piece} is in between"
    assert job.is_shut or old.keys() <= seen.keys() <= old.keys() | new.keys(), where
    job.act(place)
    assert job.left(place) == all_new, where
    with suppress(EcotError):
        place.store.close()
    return has_failed
