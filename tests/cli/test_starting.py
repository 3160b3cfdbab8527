"""`ecot init` in a pipe, `ecot demo`, `ecot report`: a newcomer's first commands."""

import json
import re
from pathlib import Path
from stat import S_IMODE

import pytest

from ecot.cli.questions import machine_zone
from ecot.providers.suppliers import PROVIDERS
from tests.cli.conftest import DAYS, Ecot, House, settle


def test_init_in_a_pipe_writes_examples_that_ecot_reads(ecot: Ecot, here: Path) -> None:
    done = ecot("init")

    assert (done.code, done.out) == (0, "")
    assert "Written: ecot.toml and .env" in done.err
    assert S_IMODE((here / ".env").stat().st_mode) == 0o600
    assert "# [[account]]" in (here / "ecot.toml").read_text(encoding="utf-8")
    assert ecot("run").code == 0


def test_init_in_a_pipe_leaves_a_line_for_each_suppliers_key(ecot: Ecot, here: Path) -> None:
    ecot("init")

    lines = (here / ".env").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if re.fullmatch(r"# [A-Z_]+=", line)] == [
        f"# {variable}="
        for variable in dict.fromkeys(
            variable for one in PROVIDERS for variable in (one.variables[0], *one.needs.values())
        )
    ]
    assert "# OpenRouter: A management key, which cannot call models." in lines


def test_init_leaves_settings_as_they_are(ecot: Ecot, here: Path) -> None:
    (here / "ecot.toml").write_text("mine", encoding="utf-8")

    done = ecot("init")

    assert done.code == 2
    assert "ecot init --force" in done.err
    assert (here / "ecot.toml").read_text(encoding="utf-8") == "mine"
    assert not (here / ".env").exists()


def test_init_never_replaces_an_env_that_is_there(ecot: Ecot, here: Path) -> None:
    (here / ".env").write_text("DATABASE_URL=precious\n", encoding="utf-8")
    (here / "ecot.toml").write_text("mine", encoding="utf-8")

    done = ecot("init", "--force")

    assert done.code == 0
    assert "[report]" in (here / "ecot.toml").read_text(encoding="utf-8")
    assert (here / ".env").read_text(encoding="utf-8") == "DATABASE_URL=precious\n"


def test_the_machines_time_zone_is_proposed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TZ", raising=False)
    zone = tmp_path / "zoneinfo" / "Europe" / "Paris"
    zone.parent.mkdir(parents=True)
    zone.touch()
    (tmp_path / "localtime").symlink_to(zone)

    assert machine_zone(tmp_path / "localtime") == "Europe/Paris"
    assert machine_zone(tmp_path / "nowhere") == "UTC"
    monkeypatch.setenv("TZ", ":America/Montreal")
    assert machine_zone(tmp_path / "localtime") == "America/Montreal"


@pytest.mark.usefixtures("short_demo")
def test_demo_touches_nothing_of_yours(ecot: Ecot, collected: Path) -> None:
    before = ecot("export", "--format", "json").out

    done = ecot("demo", "--currency", "EUR")

    assert (done.code, done.out) == (0, f"{collected}/.ecot/demo/site/index.html\n")
    assert "DEMO" in done.err
    assert ecot("export", "--format", "json").out == before


def test_report_renders_into_a_folder_and_opens_it(
    ecot: Ecot, collected: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)

    done = ecot("report", "--out", "here [1]", "--open")

    assert (done.code, done.out) == (0, f"{collected}/here [1]/index.html\n")
    assert opened == [Path(done.out.strip()).as_uri()]
    assert (collected / "here [1]" / "2026-03.en.html").exists()
    assert (collected / "here [1]" / "2026-03.fr.html").exists()


def test_report_says_where_it_knows_nothing_of_a_month(ecot: Ecot, collected: Path) -> None:
    done = ecot("report", "--month", "2025-01")

    assert done.code == 0
    assert "The ledger holds nothing for January 2025." in done.err


def test_badge_and_share_card_are_as_the_settings_say(ecot: Ecot, collected: Path) -> None:
    path = collected / "ecot.toml"
    more = '[report.badge]\namber = "5000"\nred = "6000"\n[share]\npublic = ["providers"]\n'
    path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
    site = collected / ".ecot" / "site"

    assert ecot("report", "--month", "2026-03").code == 0
    badge = json.loads((site / "badge.facts.json").read_bytes())
    assert (badge["amber_from"], badge["red_from"]) == ("5000", "6000")
    assert "1 supplier" in (site / "share.html").read_text(encoding="utf-8")
    assert (site / "share.png").exists()


def test_report_writes_a_month_as_pdf(
    ecot: Ecot, collected: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    done = ecot("report", "--pdf", "--month", "2026-03", "--out", "paper", "--open")
    path = collected / "paper" / "2026-03.en.pdf"

    assert (done.code, done.out) == (0, f"{path}\n")
    assert path.read_bytes().startswith(b"%PDF-")
    assert opened == [path.as_uri()]
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_report_has_no_pdf_of_a_month_that_it_does_not_know(ecot: Ecot, collected: Path) -> None:
    done = ecot("report", "--pdf", "--month", "2025-01")

    assert (done.code, done.out) == (1, "")
    assert "The ledger holds nothing for January 2025" in done.err
    assert not (collected / ".ecot" / "site").exists()


def test_doctor_tries_keys_and_says_what_is_wrong(ecot: Ecot, here: Path, house: House) -> None:
    settle(house, here)
    well = ecot("doctor", "--json")
    (here / ".env").unlink()
    ill = ecot("doctor", "--json")

    assert (well.code, ill.code) == (0, 1)
    assert well.document["accounts"] == [
        {
            "provider": "openai",
            "account": "openai/maison",
            "state": "ok",
            "message": None,
            "remedy": None,
        }
    ]
    assert well.document["ledger"]["state"] == "none"
    assert ill.document["accounts"][0]["state"] == "not_configured"
    assert "OPENAI_ADMIN_KEY_MAISON is not set" in ill.err
    assert not (here / ".ecot").exists()


def test_doctor_examines_the_ledger(ecot: Ecot, collected: Path) -> None:
    well = ecot("doctor", "--json").document["ledger"]
    (collected / ".ecot" / "ledger.sqlite").write_text("not a database", encoding="utf-8")
    ill = ecot("doctor", "--json").document["ledger"]

    assert well == {
        "file": ".ecot/ledger.sqlite",
        "state": "ok",
        "message": None,
        "remedy": None,
    }
    assert ill["state"] == "failed"
    assert "cannot be used as a ledger" in ill["message"]


def test_providers_lists_what_exists_and_what_is_configured(ecot: Ecot, collected: Path) -> None:
    found = ecot("providers", "--json").document["providers"]
    table = ecot("providers").out

    assert [one["accounts"] for one in found if one["provider"] == "openai"] == [["openai/maison"]]
    own = ("provider", "title", "category", "variables", "accounts")
    what = ("bills", "grain", "history", "late", "key", "permission", "cannot_tell", "sub_accounts")
    when = ("lateness_hours", "restatement_days", "history_days", "backfill_months")
    assert all(set(one) == {*own, *what, *when, "feeds", "snapshots"} for one in found)
    assert all(one[name] for one in found for name in what)
    assert "OPENAI_ADMIN_KEY / OPENAI_API_KEY" in table


def test_a_ledger_is_collected_once_more_without_a_change(ecot: Ecot, collected: Path) -> None:
    before = ecot("charges", *DAYS, "--json").out

    assert ecot("collect", *DAYS).code == 0

    assert ecot("charges", *DAYS, "--json").out == before
