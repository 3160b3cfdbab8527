"""`ecot tokens`: what opens the interface, made, listed and revoked; and the key beside it."""

import stat
from datetime import timedelta
from pathlib import Path

import pytest

from ecot.edge.deployed import SIGNING_KEY
from ecot.edge.signing_key import key_in
from ecot.errors import SettingsError
from tests.cli.conftest import NOW, Ecot


def test_a_token_is_printed_once_and_alone(ecot: Ecot) -> None:
    made = ecot("tokens", "new", "report", "--label", "Camille")
    listed = ecot("tokens", "list")

    assert made.code == 0
    token = made.out.strip()
    assert token.startswith("ecot_report_")
    assert token not in made.err
    assert "not shown again" in made.err
    assert token.rpartition("_")[2] not in listed.out
    assert f"…{token[-4:]}" in listed.out
    assert "Camille" in listed.out


def test_documents_of_tokens(ecot: Ecot) -> None:
    made = ecot("tokens", "new", "collect", "--expires", "90", "--json").document
    (listed,) = ecot("tokens", "list", "--json").document["tokens"]

    assert made["token"].startswith(f"ecot_collect_{made['id']}_")
    assert listed == {
        "id": made["id"],
        "role": "collect",
        "kind": "token",
        "month": None,
        "label": "",
        "hint": made["token"][-4:],
        "created": NOW.isoformat().replace("+00:00", "Z"),
        "expires": (NOW + timedelta(days=90)).isoformat().replace("+00:00", "Z"),
        "revoked": None,
        "state": "valid",
    }
    assert made["token"] not in str(listed)
    revoked = ecot("tokens", "revoke", made["id"], "--json").document
    assert revoked["state"] == "revoked"
    assert ecot("tokens", "list", "--json").document["tokens"] == [revoked]


def test_only_those_of_a_role_are_listed(ecot: Ecot) -> None:
    ids = {
        role: ecot("tokens", "new", role, "--json").document["id"] for role in ("admin", "report")
    }
    for role, token_id in ids.items():
        (one,) = ecot("tokens", "list", role, "--json").document["tokens"]
        assert (one["id"], one["role"]) == (token_id, role)
    assert len(ecot("tokens", "list", "--json").document["tokens"]) == 2
    assert "ecot tokens new collect" in ecot("tokens", "list", "collect").err
    assert ecot("tokens", "list", "nobody").code == 2


def test_tokens_of_variables_are_listed_and_short_ones_open_nothing(ecot: Ecot, here: Path) -> None:
    (here / ".env").write_text(
        "COLLECT_SECRET_TOKEN=short\nREPORT_SECRET_TOKEN=long-enough-to-be-one\n"
    )
    found = ecot("tokens", "list", "--json").document["tokens"]

    assert [(one["label"], one["role"], one["state"]) for one in found] == [
        ("COLLECT_SECRET_TOKEN", "collect", "too short"),
        ("REPORT_SECRET_TOKEN", "report", "valid"),
    ]
    assert "long-enough" not in ecot("tokens", "list").out


@pytest.mark.parametrize(
    "arguments",
    [
        ("new", "chief"),
        ("new",),
        ("new", "report", "--expires", "0"),
        ("new", "report", "--label", "x" * 100),
        ("revoke", "nobody"),
    ],
)
def test_wrong_usage_is_a_sentence(ecot: Ecot, arguments: tuple[str, ...]) -> None:
    done = ecot("tokens", *arguments)
    assert done.code == 2
    assert done.err
    assert not done.out


def test_french_words(ecot: Ecot, here: Path) -> None:
    (here / "ecot.toml").write_text('[report]\nlocale = "fr-FR"\n')
    assert "Il n’y a pas de jeton" in ecot("tokens", "list").err
    made = ecot("tokens", "new", "report", "--json").document
    ecot("tokens", "revoke", made["id"])
    assert "révoqué le 4 mars 2026" in ecot("tokens", "list").out.replace("\u00a0", " ")


def test_the_signing_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "home"
    key = key_in(folder)

    assert len(key) == 32
    assert key_in(folder) == key
    assert stat.S_IMODE((folder / SIGNING_KEY).stat().st_mode) == 0o600
    assert [one.name for one in folder.iterdir()] == [SIGNING_KEY]


def test_a_file_that_is_no_key_is_said(tmp_path: Path) -> None:
    (tmp_path / SIGNING_KEY).write_bytes(b"short")
    with pytest.raises(SettingsError, match="is no key"):
        key_in(tmp_path)
