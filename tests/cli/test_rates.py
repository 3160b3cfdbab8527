"""`ecot rates` and `ecot import ecb`, and how a run speaks of rates that it could not read."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ecot.sandbox import ecb, troubles
from ecot.sandbox.ecb import EcbSite
from ecot.sandbox.server import LoopbackServer
from tests.cli.conftest import NOW, Ecot

PLAN = """
[[plan]]
provider = "penpot"
name = "team"
amount = "18.00"
currency = "EUR"
since = "2025-11"
"""
TYPED = """
[[rate]]
from = "EUR"
to = "USD"
rate = "1.25"
since = "2026-01-01"
"""


@pytest.fixture
def bank() -> Iterator[LoopbackServer]:
    with LoopbackServer(EcbSite(lambda: NOW)) as server:
        yield server


def settle(folder: Path, url: str, more: str = "", locale: str = "en-US") -> None:
    report = f'[report]\nlocale = "{locale}"\necb_url = "{url}"\n'
    (folder / "ecot.toml").write_text(report + PLAN + more, encoding="utf-8")


def test_a_run_reads_the_rates_and_they_can_be_shown(
    ecot: Ecot, here: Path, bank: LoopbackServer
) -> None:
    settle(here, bank.url)
    assert ecot("run").code == 0
    shown = ecot("rates")

    rate = str(ecb.units("USD", NOW.date().replace(day=3)))
    assert f"1 EUR = {rate} USD" in shown.out
    assert "Latest publication of the ECB: March 3, 2026" in shown.out
    missing, remedy = shown.err.splitlines()
    assert missing == "~ Missing: EUR in USD, on 33 days (Nov 1\u2009–\u2009Dec 3, 2025)"
    assert remedy.startswith("  → `ecot run` asks the ECB for the last 90 days; `ecot import ecb")
    document = ecot("rates", "--json").document
    assert document == {
        "currency": "USD",
        "published": "2026-03-03",
        "rates": [{"from": "EUR", "to": "USD", "rate": rate, "day": "2026-03-03", "origin": "ecb"}],
        "typed": [],
        "missing": [{"currency": "EUR", "first": "2025-11-01", "last": "2025-12-03", "days": 33}],
    }


def test_older_days_come_from_a_file(ecot: Ecot, here: Path, bank: LoopbackServer) -> None:
    settle(here, bank.url)
    site = EcbSite(lambda: NOW)
    (here / "hist.xml").write_bytes(site.file(ecb.SINCE, NOW.date()))
    assert ecot("collect").code == 0

    imported = ecot("import", "ecb", "hist.xml")
    again = ecot("import", "ecb", "hist.xml", "hist.xml")

    assert (imported.code, imported.out) == (0, "")
    assert imported.err.endswith("days of exchange rates imported\n")
    assert again.err == "0 days of exchange rates imported\n"
    assert ecot("rates").err == ""


def test_a_bank_that_does_not_answer_is_a_line_and_no_failure(
    ecot: Ecot, here: Path, bank: LoopbackServer
) -> None:
    settle(here, bank.url)
    bank.faults.add(troubles.not_json(404).repeated(None))

    done = ecot("collect", "--json")

    assert done.code == 0
    assert done.document["outcomes"] == []
    assert "~ ecb: European Central Bank does not accept GET /stats/" in done.err
    assert "→ Rates that are known go on being used." in done.err
    assert "No publication of the ECB is known." in ecot("rates").out


def test_typed_rates_ask_nobody(ecot: Ecot, here: Path, bank: LoopbackServer) -> None:
    settle(here, bank.url, TYPED.replace("2026-01-01", "2025-01-01"), locale="fr-FR")
    assert ecot("collect").code == 0

    shown = ecot("rates")

    assert bank.requests == ()
    assert "1 EUR = 1,25 USD" in shown.out
    assert "Saisi\u00a0: 1 EUR vaut 1,25 USD depuis le 1er janvier 2025" in shown.out
    assert ecot("rates", "--json").document["rates"][0]["origin"] == "typed"


def test_another_currency_can_be_asked_about(ecot: Ecot, here: Path, bank: LoopbackServer) -> None:
    settle(here, bank.url)
    assert ecot("collect").code == 0

    assert (
        "The last 13 months hold no costs in another currency than EUR."
        in ecot("rates", "--currency", "EUR").out
    )
    assert "1 EUR = 0.9" in ecot("rates", "--currency", "CHF").out


def test_a_file_that_is_none_of_the_ecbs_changes_nothing(ecot: Ecot, here: Path) -> None:
    (here / "odd.xml").write_text("<!DOCTYPE x><x/>", encoding="utf-8")

    refused = ecot("import", "ecb", "odd.xml")

    assert refused.code == 1
    assert "odd.xml, line 1: a document type" in refused.err
    assert ecot("rates", "--json").document["published"] is None


@pytest.mark.usefixtures("short_demo")
def test_the_demo_has_rates_and_asks_nobody_outside(ecot: Ecot, here: Path) -> None:
    assert ecot("demo").code == 0
    (here / "ecot.toml").write_text('[report]\nlocale = "en-US"\n', encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ECOT_HOME", str(here / ".ecot" / "demo"))
        shown = ecot("rates")
    assert "1 EUR = 1.0" in shown.out or "1 EUR = 1.1" in shown.out
    assert "Missing" not in shown.err
