"""`ecot secrets`: names and dates, and a new key in the place of an old one once it was tried."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from ecot.cloud import parameters
from ecot.edge.signing_key import key_of
from ecot.jobs.stacks import parameters_of
from tests.cli.conftest import CANARY, Done, Ecot, House
from tests.cli.stacks import Cloud, cloud, functions, moved_once
from tests.cli.test_config import secrets

__all__ = ["cloud", "functions", "moved_once"]

VARIABLE = "OPENAI_ADMIN_KEY_MAISON"
OLD = "sk-admin-canary-of-yesterday-0123456789"
Piped = Callable[..., Done]


@pytest.fixture
def piped(ecot: Ecot, monkeypatch: pytest.MonkeyPatch) -> Piped:
    """The program in a pipe, whose first line is the key."""

    def ran(key: str, *arguments: str) -> Done:
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{key}\n"))
        done = ecot(*arguments)
        for one in (key, OLD):
            assert not one or one not in done.out + done.err
        return done

    return ran


@pytest.fixture
def filled(here: Path, house: House) -> Path:
    """A folder whose key is of yesterday."""
    (here / "ecot.toml").write_text(house.settings)
    (here / ".env").write_text(f"{VARIABLE}={OLD}\nOTHER=1\n")
    return here


def test_where_no_key_is_kept_that_is_said(ecot: Ecot, here: Path) -> None:
    done = ecot("secrets", "list")
    assert (done.code, done.out) == (0, "")
    assert "`ecot connect PROVIDER` asks for one" in done.err


def test_names_and_dates_are_listed(ecot: Ecot, filled: Path) -> None:
    done = ecot("secrets", "list", "--json")
    assert done.code == 0
    found = {one["variable"]: one for one in done.document["secrets"]}
    assert found[VARIABLE]["for"] == ["openai/maison"]
    assert found["OTHER"]["for"] == []
    assert all(one["changed_at"].endswith("Z") for one in found.values())
    shown = ecot("secrets", "list")
    assert VARIABLE in shown.out
    assert OLD not in done.out + shown.out


def test_those_of_a_stack_too(ecot: Ecot, filled: Path, cloud: Cloud) -> None:
    assert ecot("config", "push", "--stack", cloud.name, "--secrets", "--yes").code == 0
    done = ecot("secrets", "list", "--json", "--stack", cloud.name)
    (one,) = done.document["secrets"]
    assert (one["variable"], one["for"]) == (VARIABLE, ["openai/maison"])
    assert OLD not in done.out + done.err


@pytest.mark.parametrize("which", [VARIABLE, "openai/maison"])
def test_a_key_is_replaced_once_it_works(
    piped: Piped, filled: Path, house: House, which: str
) -> None:
    wrong = piped(CANARY, "secrets", "rotate", which)
    assert wrong.code == 1
    assert "Nothing was kept." in wrong.err
    assert (filled / ".env").read_text() == f"{VARIABLE}={OLD}\nOTHER=1\n"
    done = piped(house.key, "secrets", "rotate", which)
    assert done.code == 0
    assert (filled / ".env").read_text() == f"{VARIABLE}={house.key}\nOTHER=1\n"
    assert "Now revoke the old key at OpenAI." in done.err
    same = piped(house.key, "secrets", "rotate", which)
    assert same.code == 2
    assert "kept already" in same.err


def test_that_of_a_stack_too(piped: Piped, filled: Path, house: House, cloud: Cloud) -> None:
    assert piped("", "config", "push", "--stack", cloud.name, "--secrets", "--yes").code == 0
    assert piped(CANARY, "secrets", "rotate", "openai/maison", "--stack", cloud.name).code == 1
    assert secrets(cloud) == {VARIABLE: OLD}
    done = piped(house.key, "secrets", "rotate", "openai/maison", "--stack", cloud.name)
    assert done.code == 0
    assert secrets(cloud) == {VARIABLE: house.key}
    assert (filled / ".env").read_text() == f"{VARIABLE}={OLD}\nOTHER=1\n"


@pytest.mark.parametrize("which", ["openai/nobody", "NO_SUCH_KEY", "notion"])
def test_what_is_not_kept_cannot_be_replaced(piped: Piped, filled: Path, which: str) -> None:
    done = piped(CANARY, "secrets", "rotate", which)
    assert done.code == 2
    assert "No key is kept under" in done.err


def test_the_signing_key_is_replaced_on_purpose(piped: Piped, filled: Path, cloud: Cloud) -> None:
    refused = piped("", "secrets", "rotate", "signing-key")
    assert refused.code == 2
    assert not (filled / ".ecot").exists()
    for _ in range(2):
        assert piped("", "secrets", "rotate", "signing-key", "--yes").code == 0
    assert (filled / ".ecot" / "signing-key").stat().st_mode & 0o777 == 0o600
    assert piped("", "config", "push", "--stack", cloud.name).code == 0
    key = key_of(cloud.stack.deployed)
    done = piped("", "secrets", "rotate", "signing-key", "--yes", "--stack", cloud.name)
    assert done.code == 0
    assert key_of(cloud.stack.deployed) != key


def test_a_stack_that_denies_it_is_a_sentence(
    piped: Piped, filled: Path, house: House, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(*_: object, **__: object) -> None:
        text = f"User: arn is not authorized to perform: ssm:PutParameter with {CANARY}"
        answer: Any = {
            "Error": {"Code": "AccessDeniedException", "Message": text},
            "ResponseMetadata": {"HTTPStatusCode": 400},
        }
        raise ClientError(answer, "PutParameter")

    assert piped("", "config", "push", "--stack", cloud.name, "--secrets", "--yes").code == 0
    monkeypatch.setattr(parameters.Parameters, "_written", denied)
    done = piped(house.key, "secrets", "rotate", VARIABLE, "--stack", cloud.name)
    assert done.code == 1
    assert "AWS denies access to ssm:/ecot/" in done.err
    assert "ssm:PutParameter" in done.err
    assert CANARY not in done.err
    assert secrets(cloud) == {VARIABLE: OLD}
    with parameters_of(cloud.name) as found:
        assert len(found.listed("secrets")) == 1
