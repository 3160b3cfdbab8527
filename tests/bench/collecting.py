"""Collecting: how much faster together than one after another, and what it reads and writes."""

import asyncio
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median
from time import process_time

from ecot.jobs.collect import collect
from ecot.jobs.place import open_place
from ecot.jobs.round import Source
from ecot.sandbox.server import LoopbackServer
from ecot.store.protocol import Place
from tests.bench.counting import CountingStore, counting
from tests.bench.elsewhere import supplier
from tests.bench.measuring import Measure, seconds
from tests.bench.supplier import MONTH, PAGES, Site, round_, sources

ACCOUNTS = 15
LATENCY_SECONDS = 0.1
RUNS = 3
CHANGED_DAYS = (1, 3, 10)


def together(accounts: int = ACCOUNTS, latency: float = LATENCY_SECONDS) -> Iterator[Measure]:
    """All accounts at once, beside each alone: into an empty ledger, and over the same figures."""
    with supplier(latency) as url:
        asked = sources(url, accounts)
        runs = [_pair(asked) for _ in range(RUNS)]
    yield Measure("the answers of one account alone", PAGES * latency, "s")
    for what, times in zip(
        ("a first collection", "collecting again"), zip(*runs, strict=True), strict=True
    ):
        whole = median(time.at_once for time in times)
        chain = median(max(time.one_by_one) for time in times)
        serial = median(sum(time.one_by_one) for time in times)
        yield Measure(f"{what}: {accounts} accounts at once", whole, "s")
        yield Measure(f"{what}: our own CPU time in it", median(time.cpu for time in times), "s")
        yield Measure(f"{what}: the slowest account alone", chain, "s")
        yield Measure(f"{what}: one account after another", serial, "s")
        yield Measure(f"{what}: over the slowest alone", whole / chain, "×", "≤ 1.25")
        yield Measure(f"{what}: faster than one after another", serial / whole, "×", "≥ 10")


@dataclass
class _Times:
    """How long each account took alone, and all of them at once; `cpu` is what we worked then."""

    one_by_one: list[float] = field(default_factory=list)
    at_once: float = 0.0
    cpu: float = 0.0


def _pair(asked: Sequence[Source]) -> tuple[_Times, _Times]:
    """The times of a first collection and of another one over the same figures."""
    times = (_Times(), _Times())
    with _new_place() as place:
        for time in times:
            time.one_by_one = [seconds(partial(_collect, place, [one])) for one in asked]
    with _new_place() as place:
        for time in times:
            before = process_time()
            time.at_once = seconds(partial(_collect, place, asked))
            time.cpu = process_time() - before
    return times


def again(accounts: int = ACCOUNTS) -> Iterator[Measure]:
    """What the store is asked when nothing has changed."""
    with LoopbackServer(Site()) as server, _new_place() as place:
        asked = sources(server.url, accounts)
        _collect(place, asked)
        counted = _counted(place, asked)
    reads = counted.reads.total() / accounts
    yield Measure("reads an account", reads, "", "≤ 2")
    yield Measure("day writes", _days(counted), "", "0")
    yield Measure("head writes", counted.writes["head"])
    yield Measure("cube writes", counted.writes["cube"] + counted.writes["cube part"])
    yield Measure("outcome writes an account", counted.writes["outcome"] / accounts)
    yield Measure("other writes", _others(counted))


def changed(accounts: int = 3) -> Iterator[Measure]:
    """What is written when some days of one account have changed."""
    site = Site()
    with LoopbackServer(site) as server, _new_place() as place:
        asked = sources(server.url, accounts)
        _collect(place, asked)
        days = iter(MONTH.days())
        for count in CHANGED_DAYS:
            site.revised |= {("account-00", next(days)) for _ in range(count)}
            counted = _counted(place, asked)
            what = f"{count} changed day" + ("s" if count > 1 else "")
            yield Measure(f"{what}: day documents", counted.writes["document"], "", f"{count}")
            yield Measure(f"{what}: heads", counted.writes["head"], "", "1")
            yield Measure(f"{what}: cubes", counted.writes["cube"], "", "2")
            yield Measure(f"{what}: restatement records", counted.writes["restatement"])
            yield Measure(f"{what}: reads", counted.reads.total())


def _counted(place: Place, asked: Sequence[Source]) -> CountingStore:
    watched, store = counting(place)
    _collect(watched, asked)
    return store


def _days(counted: CountingStore) -> int:
    return counted.writes["document"] + counted.writes["document part"]


def _others(counted: CountingStore) -> int:
    """Progress, names and claims."""
    return sum(counted.writes[kind] for kind in ("progress", "names", "claim"))


def _collect(place: Place, asked: Sequence[Source]) -> None:
    outcomes = asyncio.run(collect(place, asked, round_("bench")))
    troubles = [outcome.message for outcome in outcomes if outcome.state != "ok"]
    if troubles:
        raise RuntimeError(f"the benchmark itself is broken: {troubles}")


@contextmanager
def _new_place() -> Iterator[Place]:
    with tempfile.TemporaryDirectory(prefix="ecot-bench-") as folder:
        place = open_place(Path(folder))
        try:
            yield place
        finally:
            place.store.close()
