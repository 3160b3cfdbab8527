"""The benchmarks run, small; what they count is as promised, and what they time is only printed."""

import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.bench import collecting, views, volume
from tests.bench.__main__ import BENCHES, main
from tests.bench.measuring import Measure

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
    found = values(views.months(accounts=2, densities=(30, 300)))

    for rows_a_day in (30, 300):
        what = f"{rows_a_day:,} rows a day"
        assert found[f"{what}: head queries of the view"] == 1
        assert found[f"{what}: heads read"] == 2 * views.MONTHS
        assert found[f"{what}: documents read"] == 0
        assert found[f"{what}: largest head"] <= views.READ_UNIT


@pytest.mark.parametrize(
    "measures",
    [collecting.together(accounts=2, latency=0), volume.focus_file(50), volume.usage_stream(200)],
    ids=["together", "focus", "usage"],
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
