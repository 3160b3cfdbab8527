"""Volume: a large file imported, and a million rows added up, each in a process of its own."""

import csv
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import groupby, islice
from pathlib import Path

from ecot.jobs.imports import import_focus
from ecot.jobs.place import open_place
from ecot.jobs.query import Question
from ecot.jobs.round import Round
from ecot.jobs.rows import rows
from ecot.model.cells import condensed
from ecot.model.document import Document
from ecot.model.head import SETTLED, DayPointer, Head
from ecot.model.period import DAY, Month, Period
from ecot.model.rows import Usage, add_quantities
from ecot.store.documents import put_document
from ecot.store.heads import put_head
from ecot.store.protocol import Place
from tests.bench.measuring import Measure, alone

NOW = datetime(2026, 5, 5, 4, tzinfo=UTC)
FIRST = date(2026, 1, 1)
DAYS = 100
FILE_ROWS = 50_000
USAGE_ROWS = 1_000_000
ROWS_AT_A_TIME = 1_000
COLUMNS = {
    "ProviderName": "AWS",
    "BillingAccountId": "990011223344",
    "BillingCurrency": "USD",
    "BillingPeriodStart": "2026-01-01T00:00:00Z",
    "BillingPeriodEnd": "2026-02-01T00:00:00Z",
    "ChargeCategory": "Usage",
    "ChargeDescription": "per request, standard tier",
    "ServiceCategory": "Compute",
}


def focus_file(count: int = FILE_ROWS) -> Iterator[Measure]:
    """Importing a FOCUS file of hourly rows of one month."""
    with tempfile.TemporaryDirectory(prefix="ecot-bench-") as name:
        path = Path(name) / "large.csv"
        _write_file(path, count)
        first, again = (alone(_import, Path(name) / "ledger", path) for _ in range(2))
        yield Measure("size of the file", path.stat().st_size / 1e6, "MB")
    for what, done in (("importing", first), ("importing it again", again)):
        yield Measure(f"{what}: {count:,} rows", done.seconds, "s")
        yield Measure(f"{what}: rows a second", round(count / done.seconds), "rows/s")
        yield Measure(f"{what}: peak memory", done.peak_mb, "MB")
        yield Measure(f"{what}: above the imports of Python", done.peak_mb - done.imported_mb, "MB")


def usage_stream(count: int = USAGE_ROWS) -> Iterator[Measure]:
    """Adding up usage rows out of the ledger, day by day."""
    with tempfile.TemporaryDirectory(prefix="ecot-bench-") as name:
        made = alone(_write_usage, Path(name), count)
        done = alone(_add_up, Path(name))
    yield Measure("rows written beforehand", made.value)
    yield Measure("rows added up", done.value)
    yield Measure("adding up", done.seconds, "s")
    yield Measure("rows a second", round(done.value / done.seconds), "rows/s")
    yield Measure("peak memory", done.peak_mb, "MB", "< 64")
    yield Measure("above the imports of Python", done.peak_mb - done.imported_mb, "MB")


def _write_file(path: Path, count: int) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, [*COLUMNS, *_file_row(0)])
        writer.writeheader()
        writer.writerows(COLUMNS | _file_row(number) for number in range(count))


def _file_row(number: int) -> dict[str, str]:
    start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=number % 744)
    return {
        "ChargePeriodStart": start.isoformat(),
        "ChargePeriodEnd": (start + timedelta(hours=1)).isoformat(),
        "BilledCost": f"{number % 9973}E-8",
        "ConsumedQuantity": f"{number % 31}.5",
        "ConsumedUnit": "Requests",
        "ServiceName": f"Service {number % 10}",
        "ResourceId": f"arn:aws:made-up:{number}",
        "RegionId": f"eu-central-{number % 3}",
        "SubAccountId": f"sub-{number % 7}",
        "Tags": f'{{"env": "prod", "team": "{number % 4}"}}',
    }


def _import(home: Path, path: Path) -> int:
    place = open_place(home)
    round_ = Round(run="bench", today=NOW.date(), now=lambda: NOW)
    outcomes = import_focus(place, [path], round_)
    place.store.close()
    return sum(outcome.charges for outcome in outcomes)


def _write_usage(home: Path, count: int) -> int:
    """Documents and heads as a collection leaves them; nobody asks for the cubes here."""
    place = open_place(home)
    days = [FIRST + number * DAY for number in range(DAYS)]
    for month, of_month in groupby(days, Month.of):
        pointers = {f"{day.day:02}": _write_day(place, day, count // DAYS) for day in of_month}
        put_head(place.store, Head(account="bench/usage", month=month, days=pointers), 0)
    place.store.close()
    return count // DAYS * DAYS


def _write_day(place: Place, day: date, count: int) -> DayPointer:
    document = Document(
        account="bench/usage",
        day=day,
        feeds={"usage": tuple(_usage_rows(day, count))},
        first_read=NOW,
        run="bench",
    )
    put_document(place.store, document)
    return DayPointer(document.name, SETTLED)


def _usage_rows(day: date, count: int) -> Iterator[Usage]:
    period = Period.of_day(day)
    for number in range(count):
        yield Usage(
            charge_period=period,
            category="ai",
            sub_account_id=f"project-{number % 50}",
            model=f"model-{number % 20}",
            user=f"user-{number}",
            quantities={
                "input_tokens": Decimal(number * 17),
                "output_tokens": Decimal(number * 3),
                "num_model_requests": Decimal(1 + number % 5),
            },
        )


def _add_up(home: Path) -> int:
    """Reads every row, a few at a time in memory. Returns how many there were."""
    place = open_place(home)
    question = Question(first=FIRST, after=FIRST + DAYS * DAY, today=NOW.date(), currency="USD")
    by_model: dict[str | None, dict[str, Decimal]] = {}
    count = 0
    found = rows(place, question, Usage)
    while some := [one.row for one in islice(found, ROWS_AT_A_TIME)]:
        count += len(some)
        for cell in condensed(some, ("model",)):
            before = by_model.get(cell.model, {})
            by_model[cell.model] = add_quantities([before, cell.quantities])
    place.store.close()
    return count
