"""The benchmarks run, small; what they count is as promised, and what they time is only printed."""

import json
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

import pytest

from ecot.store.documents import read_document
from ecot.store.heads import all_heads
from ecot.store.protocol import Key
from ecot.store.sqlite import SqliteStore
from tests.bench import collecting, dollars, prices, views, volume
from tests.bench.__main__ import BENCHES, main
from tests.bench.measuring import Measure
from tests.bench.metering import WRITE_UNIT, MeteredStore, size_of
from tests.bench.nights import kept
from tests.bench.rewriting import Sums, rewritten

DOCS = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"


def values(measures: Iterable[Measure]) -> dict[str, float]:
    return {measure.what: measure.value for measure in measures}


def test_collecting_again_writes_no_day_and_reads_twice() -> None:
    found = values(collecting.again(accounts=2))

    assert found["day writes"] == found["head writes"] == found["cube writes"] == 0
    assert found["reads an account"] <= 2


def test_changed_days_are_all_that_is_written() -> None:
    found = values(collecting.changed(accounts=2))

    for count in collecting.CHANGED_DAYS:
        what = f"{count} changed day" + ("s" if count > 1 else "")
        assert found[f"{what}: day documents"] == count
        assert (found[f"{what}: heads"], found[f"{what}: cubes"]) == (1, 2)


def test_a_view_reads_heads_alone_however_many_rows_there_are() -> None:
    found = values(views.months(accounts=3, densities=(30, 90)))

    for rows_a_day in (30, 90):
        what = f"{rows_a_day:,} rows a day"
        assert found[f"{what}: head queries of the view"] == 1
        assert found[f"{what}: heads read"] == 3 * views.MONTHS
        assert found[f"{what}: documents read"] == 0
        assert found[f"{what}: largest head"] <= views.HEAD_BYTES
        assert found[f"{what}: read units, head"] <= 100 * 3 / 15
    mixed = {what for what in found if what.startswith("with euros and bills: read units")}
    kinds = ("head", "bill", "billed", "rate", "outcome", "progress", "all")
    assert mixed == {f"with euros and bills: read units, {kind}" for kind in kinds}


def test_a_month_of_nights_is_metered_both_ways() -> None:
    found = values(dollars.month(accounts=2, nights=4, months=1))

    assert found["Ecot, of collecting: write units of days"] > 0
    assert found["Ecot, sweeping: write units"] > 4  # its note each night, and what it removes
    assert found["Ecot, of collecting: read units of rates"] > 0
    for what in ("write units", "bytes read", "stored in the end", "dollars of a month"):
        assert 0 < found[f"{what}: Ecot"] < found[f"{what}: rewriting"]


def test_both_ways_come_to_the_same_figures(tmp_path: Path) -> None:
    company, rewriter = kept(tmp_path / "a", 2, 3, 1), rewritten(tmp_path / "b", 2, 3, 1)
    documents = [
        read_document(company.place.store, head.account, day, name)
        for head in all_heads(company.place.store)
        for day, name in head.documents()
    ]
    ours: Sums = {}
    for document in documents:
        for charge in document.charges():
            group = document.account, charge.sub_account_id, charge.model
            ours[group] = ours.get(group, Decimal(0)) + (charge.billed_cost or Decimal(0))
    assert ours == rewriter.report(1)
    company.close()
    rewriter.store.close()


def test_units_are_counted_as_dynamodb_counts_them(tmp_path: Path) -> None:
    metered = MeteredStore(SqliteStore(tmp_path / "ledger.sqlite"))
    key, other = Key("day#a", "1"), Key("day#a", "2")
    assert size_of(key, b"") == 5 + 1 + 6 + 11
    metered.put(key, bytes(WRITE_UNIT - size_of(key, b"")))
    metered.put(key, b"")  # what was there before is larger
    metered.put_all([(other, bytes(WRITE_UNIT))])
    assert metered.writes == {("", "day"): 4}
    metered.get([key, other, Key("day#a", "3")])
    assert metered.reads == {("", "day"): 3}
    list(metered.query("day#a"))
    list(metered.query("day#b"))
    assert metered.reads == {("", "day"): 5}
    metered.delete(other)
    assert metered.writes == {("", "day"): 6}
    assert metered.stored_bytes == size_of(key, b"") + 100
    metered.close()


@pytest.mark.parametrize(
    "measures",
    [
        collecting.together(accounts=2, latency=0),
        volume.focus_file(50),
        volume.usage_stream(200),
        prices.rows(50),
    ],
    ids=["together", "focus", "usage", "prices"],
)
def test_a_bench_measures_something(measures: Iterable[Measure]) -> None:
    assert all(measure.value >= 0 for measure in measures)


def test_json_is_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["changed", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)

    assert printed["machine"]["cores"] >= 1
    assert list(printed["benches"]) == ["changed"]


def test_every_bench_is_documented() -> None:
    text = DOCS.read_text(encoding="utf-8")

    assert [name for name in BENCHES if f"`{name}`" not in text] == []
