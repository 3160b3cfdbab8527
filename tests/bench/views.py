"""What a look at the ledger reads: a year of months from heads alone, an exploration from cubes."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ecot.analysis.totals import Totals, totals
from ecot.jobs.place import open_place
from ecot.jobs.query import Question, answer, figures, gaps, heads_of
from ecot.store.protocol import Place, Store
from tests.bench.company import LAST, READ_AT, fill
from tests.bench.counting import CountingStore
from tests.bench.measuring import Measure, median_seconds, seconds
from tests.bench.metering import MeteredStore
from tests.bench.mixed import mix

ACCOUNTS = 15
MONTHS = 13
DENSITIES = (100, 100_000)  # rows a day and account
HEAD_BYTES = 4096  # the largest that a head may be
QUESTION = Question(
    first=LAST.shifted(1 - MONTHS).first, after=LAST.after, today=READ_AT.date(), currency="USD"
)


def months(accounts: int = ACCOUNTS, densities: tuple[int, ...] = DENSITIES) -> Iterator[Measure]:
    """A view of 13 months, and an exploration of them, at several densities of rows; and the view
    where there are bills, rates and charges that another month bills."""
    for rows_a_day in densities:
        with _company(accounts, rows_a_day) as place:
            for measure in (*_view(place.store), *_exploration(place.store)):
                yield _named(measure, f"{rows_a_day:,} rows a day")
    with _company(accounts, densities[0]) as place:
        mix(place, MONTHS)
        for measure in _view(place.store):
            yield _named(measure, "with euros and bills")


@contextmanager
def _company(accounts: int, rows_a_day: int) -> Iterator[Place]:
    with tempfile.TemporaryDirectory(prefix="ecot-bench-") as folder:
        place = open_place(Path(folder))
        fill(place, accounts=accounts, months=MONTHS, rows_a_day=rows_a_day)
        try:
            yield place
        finally:
            place.store.close()


def _named(measure: Measure, what: str) -> Measure:
    return Measure(f"{what}: {measure.what}", measure.value, measure.unit, measure.promise)


def _view(store: Store) -> Iterator[Measure]:
    metered = MeteredStore(store)
    counted = CountingStore(metered)
    _month_view(counted)
    largest = max(len(item.body) for item in store.query("head"))
    yield Measure("head queries of the view", counted.reads["head"], "", "1")
    yield Measure("heads read", counted.read_items["head"], "", "≤ 200")
    yield Measure("bytes of heads", counted.read_bytes["head"], "B")
    yield Measure("largest head", largest, "B", f"≤ {HEAD_BYTES}")
    yield Measure("other reads of the view", counted.reads.total() - counted.reads["head"])
    for (_, kind), units in sorted(metered.reads.items()):
        yield Measure(f"read units, {kind}", units)
    yield Measure("read units, all", metered.reads.total(), "", "≤ 100")
    yield Measure("documents read", counted.read_items["document"], "", "0")
    yield Measure("the view", median_seconds(lambda: _month_view(store)), "s")


def _exploration(store: Store) -> Iterator[Measure]:
    counted = CountingStore(store)
    answer(counted, QUESTION, "model", {})
    yield Measure("cubes read by an exploration", counted.read_items["cube"], "", "≤ 195")
    yield Measure(
        "bytes of cubes", counted.read_bytes["cube"] + counted.read_bytes["cube part"], "B"
    )
    yield Measure("exploration", seconds(lambda: answer(store, QUESTION, "model", {})), "s")


def _month_view(store: Store) -> Totals:
    """The costs by account, and what is missing from them: no cube, no row."""
    heads = heads_of(store, QUESTION)
    found = figures(store, QUESTION, heads, None)
    return totals(
        found.figures,
        by="account",
        first=QUESTION.first,
        after=QUESTION.until,
        currency=QUESTION.currency,
        missing=gaps(store, QUESTION, heads, found),
    )
