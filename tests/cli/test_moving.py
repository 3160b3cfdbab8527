"""`ecot import`, `export`, `reset`: into the ledger and out of it, and back to the same bytes."""

import csv
import io
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Ecot

FOCUS = """\
BilledCost,BillingCurrency,ChargeCategory,ChargePeriodStart,ChargePeriodEnd,ProviderName,\
BillingAccountId,ServiceName
{cost},USD,Usage,2026-02-01T00:00:00Z,2026-02-02T00:00:00Z,Hetzner,7,Server
"""


@pytest.fixture
def bill(here: Path) -> Path:
    file = here / "costs.csv"
    file.write_text(FOCUS.format(cost="1.25"), encoding="utf-8")
    return file


def test_export_reset_import_gives_the_same_bytes(ecot: Ecot, collected: Path) -> None:
    before = ecot("export", "--format", "json").out
    emptied = ecot("reset", "--yes")
    nothing = ecot("charges", "--month", "2026-03", "--json").document
    (kept,) = (collected / ".ecot").glob("before-reset-*.json")
    back = ecot("import", "json", str(kept))

    assert (emptied.code, back.code) == (0, 0)
    assert nothing == []
    assert kept.read_text(encoding="utf-8") == before
    assert str(kept.name) in emptied.err
    assert ecot("export", "--format", "json").out == before


def test_reset_without_yes_does_nothing(ecot: Ecot, collected: Path) -> None:
    before = ecot("export", "--format", "json").out

    assert ecot("reset").code == 2
    assert ecot("export", "--format", "json").out == before


def test_reset_that_cannot_export_empties_nothing(ecot: Ecot, collected: Path) -> None:
    before = ecot("export", "--format", "json").out

    assert ecot("reset", "--yes", "--out", "no/where.json").code == 2
    assert ecot("export", "--format", "json").out == before


def test_export_writes_a_file_whole_or_not_at_all(ecot: Ecot, collected: Path) -> None:
    (collected / "folder").mkdir()

    whole = ecot("export", "--format", "json", "--out", "ledger.json")
    refused = ecot("export", "--format", "json", "--out", "folder")

    assert (whole.code, whole.out, refused.code) == (0, "", 2)
    assert json.loads((collected / "ledger.json").read_bytes())["format"] == "ecot-ledger"
    assert not list(collected.glob(".*unfinished"))


def test_csv_holds_every_row_of_the_days(ecot: Ecot, collected: Path) -> None:
    charges = ecot("charges", "--from", "2026-03-02", "--to", "2026-03-03", "--json").document
    done = ecot("export", "--format", "csv", "--from", "2026-03-02", "--to", "2026-03-03")
    everything = ecot("export", "--format", "csv")

    lines = list(csv.DictReader(io.StringIO(done.out)))
    costs = [line["cost"] for line in lines if line["kind"] == "charge"]
    assert costs == [row["billed_cost"] for row in charges]
    assert {line["day"] for line in lines} == {"2026-03-02"}
    assert len(everything.out.splitlines()) > len(lines) + 1


def test_focus_files_are_imported_once(ecot: Ecot, bill: Path) -> None:
    first = ecot("import", "focus", "costs.csv", "--json")
    again = ecot("import", "focus", "costs.csv")
    found = ecot("totals", "--month", "2026-02", "--by", "provider", "--json").document

    (outcome,) = first.document["outcomes"]
    assert (first.code, again.code) == (0, 0)
    assert (outcome["account"], outcome["charges"], outcome["state"]) == ("hetzner/7", 1, "ok")
    assert found["total"] == "1.25"


def test_a_file_that_says_otherwise_is_refused_until_it_is_meant(ecot: Ecot, bill: Path) -> None:
    assert ecot("import", "focus", "costs.csv").code == 0
    bill.write_text(FOCUS.format(cost="1.5"), encoding="utf-8")

    refused = ecot("import", "focus", "costs.csv", "--json")
    meant = ecot("import", "focus", "costs.csv", "--replace")

    assert (refused.code, meant.code) == (1, 0)
    assert "--replace" in refused.document["error"]["remedy"]
    assert ecot("totals", "--month", "2026-02", "--json").document["total"] == "1.5"


def test_an_account_is_a_provider_and_a_name(ecot: Ecot, bill: Path) -> None:
    assert ecot("import", "focus", "costs.csv", "--account", "hetzner").code == 2
    assert ecot("import", "focus", "costs.csv", "--account", "hetzner/main").code == 0


def test_files_that_are_not_understood_change_nothing(ecot: Ecot, here: Path) -> None:
    (here / "strange.csv").write_text("a,b\n1,2\n", encoding="utf-8")

    of_focus = ecot("import", "focus", "strange.csv")
    of_json = ecot("import", "json", "strange.csv")

    assert (of_focus.code, of_json.code) == (1, 1)
    assert "BilledCost" in of_focus.err
    assert "is not an exported ledger" in of_json.err
    assert ecot("charges", "--json").document == []
