"""The key that signs: made once, read by its owner alone, replaced on purpose."""

from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import SecretStr

from ecot.edge.signing_key import BYTES, key_in, key_of, make_for, renew_for, renew_in
from ecot.errors import SettingsError
from ecot.jobs.stacks import parameters_of
from tests.cloud.stacks import Stack


def test_a_laptops_key_is_its_owners_and_stays(tmp_path: Path) -> None:
    home = tmp_path / "new"
    key = key_in(home)
    assert len(key) == BYTES
    assert (home / "signing-key").stat().st_mode & 0o777 == 0o600
    assert key_in(home) == key
    renew_in(home)
    assert key_in(home) != key
    assert [one.name for one in home.iterdir()] == ["signing-key"]


def test_of_many_who_make_it_at_once_all_have_the_same(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        keys = set(threads.map(lambda _: key_in(tmp_path), range(40)))
    assert len(keys) == 1


@pytest.mark.parametrize("text", ["", "canary", b64encode(b"canary").decode(), "é"])
def test_a_damaged_one_is_said_and_not_shown(tmp_path: Path, text: str) -> None:
    (tmp_path / "signing-key").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match="is no key to sign with") as caught:
        key_in(tmp_path)
    assert "rotate signing-key" in caught.value.remedy
    assert "canary" not in repr(vars(caught.value)).replace(str(tmp_path), "")


def test_a_stacks_key_is_made_once_and_replaced_on_purpose(stack: Stack) -> None:
    with pytest.raises(SettingsError, match="has no key to sign with yet") as caught:
        key_of(stack.deployed)
    assert "tokens new report --stack" in caught.value.remedy
    assert make_for(stack.deployed)
    key = key_of(stack.deployed)
    assert len(key) == BYTES
    assert not make_for(stack.deployed)
    assert key_of(stack.deployed) == key
    renew_for(stack.deployed)
    assert key_of(stack.deployed) != key


def test_a_stacks_damaged_one_is_said(stack: Stack) -> None:
    with parameters_of(stack.name) as parameters:
        parameters.put("signing-key", SecretStr("canary"))
    with pytest.raises(SettingsError, match=r"ssm:/ecot/.*/signing-key is no key") as caught:
        key_of(stack.deployed)
    assert "canary" not in repr(vars(caught.value))
