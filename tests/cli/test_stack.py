"""`--stack` on every command: the deployed ledger says what the one here said."""

import inspect
import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import typer
from boto3.session import Session

from ecot.cli.app import app
from ecot.cli.stack import ALONE
from ecot.edge.signing_key import key_of
from ecot.sandbox.ecb import EcbSite
from tests.cli.conftest import NOW, Ecot, House
from tests.cli.stacks import Cloud, cloud, functions, moved, moved_once
from tests.cli.test_moving import FOCUS

__all__ = ["cloud", "functions", "moved", "moved_once"]

ASKED = (
    "totals --month 2026-03 --json",
    "totals --month 2026-03 --by model,day",
    "charges --month 2026-03 --json",
    "charges --month 2026-03 --raw",
    "usage --month 2026-03 --json",
    "balances --json",
    "export --format json",
    "export --format csv --from 2026-03-01 --to 2026-04-01",
    "bill list --json",
    "providers --json",
    "bill history --json",
    "rates --json",
    "revenue --json",
    "months --json",
)


def commands(program: typer.Typer, before: str = "") -> Iterator[tuple[str, Any]]:
    """Every command, with the words that call it."""
    for one in program.registered_commands:
        yield f"{before}{one.name}", one.callback
    for group in program.registered_groups:
        assert group.typer_instance is not None
        yield from commands(group.typer_instance, f"{before}{group.name} ")


ALL = dict(commands(app))


def test_every_command_takes_it() -> None:
    assert len(ALL) > 30
    for command in ALL.values():
        assert "stack" in inspect.signature(command).parameters


@pytest.mark.parametrize("command", ALONE)
def test_a_command_about_this_folder_refuses_it(ecot: Ecot, here: Path, command: str) -> None:
    done = ecot(command, "--stack", "ecot")
    assert done.code == 2
    assert "about this folder, and no stack" in done.err
    assert list(here.iterdir()) == []


def test_the_deployed_ledger_says_what_the_one_here_said(
    ecot: Ecot, collected: Path, moved: Cloud
) -> None:
    here = {one: ecot(*one.split()) for one in ASKED}
    assert {one: done.code for one, done in here.items()} == dict.fromkeys(ASKED, 0)
    shutil.rmtree(collected / ".ecot")
    (collected / "ecot.toml").unlink()
    (collected / ".env").unlink()
    for one in ASKED:
        done = ecot(*one.split(), "--stack", moved.name)
        assert (done.code, done.out) == (0, here[one].out), one
    assert not (collected / ".ecot").exists()


def test_the_report_is_rendered_here(ecot: Ecot, collected: Path, moved: Cloud) -> None:
    shutil.rmtree(collected / ".ecot")
    done = ecot("report", "--stack", moved.name, "--month", "2026-03")
    assert done.code == 0
    assert done.out.strip() == str(collected / ".ecot" / "site" / "index.html")
    assert (collected / ".ecot" / "site" / "index.html").exists()
    assert not (collected / ".ecot" / "ledger.sqlite").exists()


def test_a_run_from_here_collects_there_and_publishes_there(
    ecot: Ecot, collected: Path, cloud: Cloud
) -> None:
    for _ in range(2):  # the second only compares
        told = ecot("move", "--to-stack", cloud.name)
        assert told.code == 0
        assert f"`ecot run --stack {cloud.name}`" in told.err
    assert ecot("config", "push", "--stack", cloud.name, "--secrets", "--yes").code == 0
    shutil.rmtree(collected / ".ecot")
    (collected / "ecot.toml").unlink()
    (collected / ".env").unlink()
    done = ecot("run", "--stack", cloud.name, "--month", "2026-03")
    assert done.code == 0
    assert done.out.strip() == f"{cloud.stack.deployed.url}/site/index.html"
    assert "openai/maison" in done.err
    with closing(Session().client("s3")) as client:
        page = client.list_objects_v2(Bucket=cloud.stack.table, Prefix="site/")
    assert "site/index.html" in {one["Key"] for one in page["Contents"]}
    assert not (collected / ".ecot").exists()


def test_settings_of_two_places_are_refused(ecot: Ecot, cloud: Cloud) -> None:
    done = ecot("totals", "--stack", cloud.name, "--config", "other.toml")
    assert done.code == 2
    assert "--config and --stack name two different settings" in done.err


@pytest.mark.parametrize(
    ("name", "code", "text"),
    [
        ("nobody", 2, "There is no stack called nobody in eu-west-3"),
        ("a/b", 2, "is no name of a stack"),
    ],
)
def test_a_stack_that_is_none_is_a_sentence(
    ecot: Ecot, cloud: Cloud, name: str, code: int, text: str
) -> None:
    done = ecot("totals", "--json", "--stack", name)
    assert done.code == code
    assert text in done.document["error"]["message"]
    assert done.document["error"]["remedy"]


@pytest.mark.parametrize(
    ("gone", "text"),
    [
        (("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), "AWS credentials for cloudformation:"),
        (("AWS_DEFAULT_REGION",), "No AWS region is set for cloudformation:"),
    ],
)
def test_credentials_and_region_that_are_missing_are_said(
    ecot: Ecot, cloud: Cloud, monkeypatch: pytest.MonkeyPatch, gone: tuple[str, ...], text: str
) -> None:
    for name in gone:
        monkeypatch.delenv(name)
    done = ecot("totals", "--stack", cloud.name)
    assert (done.code, done.out) == (1, "")
    assert text in done.err
    assert "→" in done.err


def test_sentences_are_french_too(
    ecot: Ecot, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    done = ecot("totals", "--stack", "personne")
    assert "Il n’y a pas de pile nommée personne" in done.err


def test_doctor_says_what_a_stack_lacks(ecot: Ecot, cloud: Cloud) -> None:
    done = ecot("doctor", "--json", "--stack", cloud.name)
    assert done.code == 1
    found = done.document["stack"]
    said = [one["message"] for one in found["problems"]]
    assert found["state"] == "failed"
    assert any("no settings yet" in one for one in said)
    assert any("no key to sign with" in one for one in said)
    assert any("No run has begun yet" in one for one in said)
    assert all(one["remedy"] for one in found["problems"])
    assert done.document["ledger"]["state"] == "none"


def test_a_token_makes_the_key_that_signs_and_only_a_readers_opens_the_report(
    ecot: Ecot, cloud: Cloud
) -> None:
    def lacks() -> str:
        return str(ecot("doctor", "--json", "--stack", cloud.name).document["stack"]["problems"])

    assert ecot("tokens", "new", "collect", "--stack", cloud.name).code == 0
    key = key_of(cloud.stack.deployed)
    assert "No token opens the report" in lacks()
    made = ecot("tokens", "new", "report", "--stack", cloud.name)
    assert made.out.startswith("ecot_report_")
    assert "No token opens the report" not in lacks()
    assert "no key to sign with" not in lacks()
    assert key_of(cloud.stack.deployed) == key


def test_doctor_tries_the_deployed_keys(
    ecot: Ecot, collected: Path, moved: Cloud, house: House
) -> None:
    (collected / ".env").unlink()
    done = ecot("doctor", "--json", "--stack", moved.name)
    (account,) = done.document["accounts"]
    assert (account["account"], account["state"]) == ("openai/maison", "ok")
    assert [one["message"] for one in done.document["stack"]["problems"]] == [
        f"No token opens the report of {moved.name}",
        "No run has begun yet",
    ]
    assert ecot("tokens", "new", "report", "--stack", moved.name).code == 0
    again = ecot("doctor", "--json", "--stack", moved.name).document["stack"]
    assert [one["message"] for one in again["problems"]] == ["No run has begun yet"]
    assert house.key not in json.dumps(done.document) + done.err


ROW = ("--number", "INV-7", "--issued", "2026-03-02", "--month", "2026-02", "--currency", "USD")
CHANGES = (
    ("bill", "add", "openai/maison", "--net", "25.10", *ROW),
    ("bill", "book", "openai/maison", "INV-7"),
    ("bill", "import", "bills.csv"),
    ("bill", "void", "openai/maison", "INV-7", "--reason", "entered twice"),
    ("import", "focus", "costs.csv"),
    ("import", "ecb", "rates.xml"),
    ("reset", "--yes", "--out", "kept.json"),
    ("import", "json", "kept.json"),
)


def test_what_is_changed_from_here_is_published_there(
    ecot: Ecot, collected: Path, cloud: Cloud
) -> None:
    (collected / "bills.csv").write_text(
        "account,number,issued,month,net,currency\nopenai/maison,INV-8,2026-03-02,2026-02,5,USD\n"
    )
    (collected / "costs.csv").write_text(FOCUS.format(cost="1.25"))
    day = NOW.date().replace(day=3)
    (collected / "rates.xml").write_bytes(EcbSite(lambda: NOW).file(day, day))
    assert ecot("move", "--to-stack", cloud.name).code == 0
    for words in CHANGES:
        done = ecot(*words, "--stack", cloud.name)
        assert done.code == 0, done.err
        assert cloud.functions.taken == [(f"{cloud.name}-publish", {"run": None})], words
        assert f"The site of {cloud.name} is made anew" in done.err
        cloud.functions.taken.clear()
    assert ecot(*CHANGES[0]).code == 0  # of the ledger here: nobody is told
    cloud.functions.refusals.append((403, "AccessDeniedException"))
    told = ecot("bill", "add", "openai/maison", "--net", "30", *ROW, "--stack", cloud.name)
    assert told.code == 0
    assert "the next night's run shows it" in told.err
    assert cloud.functions.taken == []


def test_a_stack_whose_report_somebody_opens_still_takes_the_ledger(
    ecot: Ecot, collected: Path, cloud: Cloud
) -> None:
    """The way of docs/deploy.md: deployed, a token made, and then the laptop's ledger brought."""
    here = ecot("totals", "--month", "2026-03", "--json").out
    assert ecot("tokens", "new", "admin").code == 0
    token = ecot("tokens", "new", "report", "--stack", cloud.name, "--json").document["id"]
    assert ecot("move", "--to-stack", cloud.name).code == 0
    assert ecot("totals", "--month", "2026-03", "--json", "--stack", cloud.name).out == here
    listed = ecot("tokens", "list", "--json", "--stack", cloud.name).document["tokens"]
    assert [(one["id"], one["state"]) for one in listed] == [(token, "valid")]


def test_a_ledger_is_not_moved_over_another(ecot: Ecot, moved: Cloud) -> None:
    refused = ecot("move", "--to-stack", moved.name)
    assert refused.code == 1
    assert "already something else where the ledger is to go" in refused.err


@pytest.mark.parametrize("arguments", [(), ("--to", "there", "--to-stack", "ecot")])
def test_a_move_goes_to_one_place(ecot: Ecot, here: Path, arguments: tuple[str, ...]) -> None:
    refused = ecot("move", *arguments)
    assert refused.code == 2
    assert "Say where the ledger is to go" in refused.err


def test_a_deployed_ledger_moves_back(ecot: Ecot, collected: Path, moved: Cloud) -> None:
    before = ecot("export", "--format", "json").out
    shutil.rmtree(collected / ".ecot")
    assert ecot("move", "--stack", moved.name, "--to", ".ecot").code == 0
    assert ecot("export", "--format", "json").out == before
