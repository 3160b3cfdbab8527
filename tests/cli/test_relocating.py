"""`ecot move`: the ledger to another place, a copy to how it was; and an older ledger opened."""

import json
import shutil
from pathlib import Path

import pytest

from ecot.cli.app import run
from ecot.jobs.place import place_at
from ecot.store.protocol import Key
from ecot.store.schema import Mark, put_mark, read_mark
from tests.cli.conftest import Ecot
from tests.jobs.older import write_older

FROM_AWS = ("--from", "dynamodb:table@bucket/a", "--to")


def exported(ecot: Ecot) -> str:
    return ecot("export", "--format", "json").out


def test_a_ledger_moves_and_the_source_stays(
    ecot: Ecot, collected: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = exported(ecot)
    done = ecot("move", "--to", "there", "--json")
    moved = done.document["moved"]

    assert (done.code, done.document["from"], done.document["to"]) == (0, ".ecot", "there")
    assert moved["items"] == moved["items_written"] > 0
    assert moved["files"] == moved["files_written"] > 0
    assert exported(ecot) == before
    again = ecot("move", "--to", "there")
    assert (again.code, again.out) == (0, "")
    assert f"{moved['items']} items and {moved['files']} files are in there" in again.err
    monkeypatch.setenv("ECOT_HOME", "there")
    assert exported(ecot) == before


def test_it_moves_from_anywhere_and_back(ecot: Ecot, collected: Path) -> None:
    before = exported(ecot)
    assert ecot("move", "--to", "there").code == 0
    shutil.rmtree(collected / ".ecot")
    assert ecot("move", "--from", "there", "--to", ".ecot").code == 0
    assert exported(ecot) == before


def test_it_moves_to_dynamodb_and_back(ecot: Ecot, collected: Path, on_moto: str) -> None:
    before, there = exported(ecot), f"dynamodb:{on_moto}@{on_moto}/kept"
    done = ecot("move", "--to", there, "--json")
    moved = done.document["moved"]
    assert (done.code, done.document["to"]) == (0, there)
    assert moved["items"] == moved["items_written"] > 0
    shutil.rmtree(collected / ".ecot")
    assert ecot("move", "--from", there, "--to", ".ecot").code == 0
    assert exported(ecot) == before


def test_beside_a_ledger_on_aws_the_report_and_the_exports_are_in_the_folder_here(
    ecot: Ecot, collected: Path, on_moto: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = f"dynamodb:{on_moto}@{on_moto}/kept"
    before = exported(ecot)
    assert ecot("move", "--to", there).code == 0
    shutil.rmtree(collected / ".ecot")
    monkeypatch.setenv("ECOT_HOME", there)
    assert ecot("report").code == 0
    assert (collected / ".ecot" / "site" / "index.html").exists()
    assert exported(ecot) == before
    assert ecot("reset", "--yes").code == 0
    (kept,) = (collected / ".ecot").glob("before-reset-*.json")
    assert json.loads(kept.read_bytes()) == json.loads(before)
    assert not [path for path in collected.iterdir() if path.name.startswith("dynamodb")]


def test_another_ledger_is_not_written_over(ecot: Ecot, collected: Path) -> None:
    write_older(collected / "there")
    refused = ecot("move", "--to", "there", "--json")
    assert refused.code == 1
    assert refused.document["error"] == {
        "message": "There is already something else where the ledger is to go",
        "remedy": "Give an empty place; nothing was moved.",
    }


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--to", ".ecot"), "is where the ledger is already"),
        (("--to", "x/../.ecot"), "is where the ledger is already"),
        (("--to", ".ecot/evidence/x"), "is inside the ledger that is to move"),
        (("--from", ".ecot/copies/x", "--to", ".ecot"), "is among the files of .ecot"),
        ((*FROM_AWS, "dynamodb:other@bucket/a/evidence/x"), "is inside the ledger"),
        ((*FROM_AWS, "dynamodb:table@bucket/b"), "has the table or the files of the ledger"),
        ((*FROM_AWS, "dynamodb:other@bucket/a"), "has the table or the files of the ledger"),
        (("--from", "nowhere", "--to", "there"), "There is no ledger in nowhere"),
        ((), "Say where the ledger is to go"),
    ],
)
def test_what_cannot_be_meant_starts_nothing(
    ecot: Ecot, collected: Path, arguments: tuple[str, ...], message: str
) -> None:
    refused = ecot("move", *arguments)
    assert refused.code == 2
    assert message in refused.err
    assert not (collected / "nowhere").exists()
    assert not (collected / "there").exists()


def test_a_place_that_is_still_being_filled_is_said_everywhere(ecot: Ecot, collected: Path) -> None:
    place = place_at(".ecot")
    put_mark(place.store, Mark(2, "filling", "0a1b"), read_mark(place.store).version)
    place.store.close()
    for command in (("totals",), ("doctor",), ("reset", "--yes"), ("move", "--to", "there")):
        refused = ecot(*command)
        assert refused.code == 1
        assert "still being filled with a ledger from another place" in refused.err
        assert "Run the same `ecot move` again" in refused.err


def test_an_older_ledger_is_migrated_at_the_first_command_and_said(ecot: Ecot, here: Path) -> None:
    write_older(here / ".ecot")
    doctor = ecot("doctor", "--json").document
    assert doctor["ledger"]["state"] == "ok"
    assert not (here / ".ecot" / "copies").exists()  # doctor writes nothing

    first, second = (ecot("totals", "--month", "2026-01", "--json") for _ in range(2))
    assert first.document["total"] == "42.3500008"
    assert second.out == first.out
    assert "as it was it is kept in copies/schema-1" in first.err
    assert second.err == ""


def test_a_copy_is_put_elsewhere_as_it_was(ecot: Ecot, here: Path) -> None:
    write_older(here / ".ecot")
    assert ecot("totals").code == 0
    done = ecot("move", "--copy", "schema-1", "--to", "before", "--json")
    assert done.code == 0
    copy = done.document["copy"]
    assert (copy["name"], copy["schema"]) == ("schema-1", 1)
    assert "for the Ecot that knows schema 1" in done.err
    back = place_at("before")
    assert read_mark(back.store).mark == Mark(1)
    assert next(back.store.query("head")).key == Key("head", "2025-12#supabase/supabase")
    back.store.close()
    assert ecot("move", "--copy", "schema-9", "--to", "elsewhere").code == 1


def test_the_sentences_are_french_too(
    ecot: Ecot, collected: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = collected / "ecot.toml"
    settings.write_text(settings.read_text().replace("en-US", "fr-FR"))
    assert run(["move", "--to", "là"]) == 0
    assert "comparés jusqu’au dernier octet" in capsys.readouterr().err
