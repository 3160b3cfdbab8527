"""What a look at the ledger reads: a year of months from heads alone, an exploration from cubes."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from ecot.analysis.totals import Totals, totals
from ecot.jobs.place import open_place
from ecot.jobs.query import Question, answer, figures, gaps, heads_of
from ecot.store.protocol import Store
from tests.bench.company import LAST, READ_AT, fill
from tests.bench.counting import CountingStore
from tests.bench.measuring import Measure, median_seconds

ACCOUNTS = 15
MONTHS = 13
DENSITIES = (100, 10_000)  # rows a day and account
READ_UNIT = 4096  # bytes that DynamoDB reads consistently for one unit
QUESTION = Question(
    first=LAST.shifted(1 - MONTHS).first, after=LAST.after, today=READ_AT.date(), currency="USD"
)


def months(accounts: int = ACCOUNTS, densities: tuple[int, ...] = DENSITIES) -> Iterator[Measure]:
    """A view of 13 months, and an exploration of them, at several densities of rows."""
    for rows_a_day in densities:
        with tempfile.TemporaryDirectory(prefix="ecot-bench-") as folder:
            place = open_place(Path(folder))
            fill(place, accounts=accounts, months=MONTHS, rows_a_day=rows_a_day)
            for measure in (*_view(place.store), *_exploration(place.store)):
                what = f"{rows_a_day:,} rows a day: {measure.what}"
                yield Measure(what, measure.value, measure.unit, measure.promise)
            place.store.close()


def _view(store: Store) -> Iterator[Measure]:
    counted = CountingStore(store)
    _month_view(counted)
    read = counted.read_bytes["head"]
    yield Measure("head queries of the view", counted.reads["head"], "", "1")
    yield Measure("heads read", counted.read_items["head"], "", "≤ 200")
    yield Measure("bytes of heads", read, "B")
    yield Measure("read units for the heads", -(-read // READ_UNIT), "", "≤ 100")
    yield Measure(
        "largest head", max(len(item.body) for item in store.query("head")), "B", "≤ 4096"
    )
    yield Measure("other reads of the view", counted.reads.total() - counted.reads["head"])
    yield Measure("documents read", counted.read_items["document"], "", "0")
    yield Measure("the view", median_seconds(lambda: _month_view(store)), "s")


def _exploration(store: Store) -> Iterator[Measure]:
    counted = CountingStore(store)
    answer(counted, QUESTION, "model", {})
    yield Measure("cubes read by an exploration", counted.read_items["cube"], "", "≤ 195")
    yield Measure(
        "bytes of cubes", counted.read_bytes["cube"] + counted.read_bytes["cube part"], "B"
    )
    yield Measure(
        "exploration", median_seconds(lambda: answer(store, QUESTION, "model", {}), 3), "s"
    )


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
        missing=gaps(store, QUESTION, heads, found.bills),
    )
