"""What a provider needs beside its key, out of the environment or the file."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from ecot.errors import SettingsError
from ecot.providers.contract import Options
from ecot.settings import Account, load
from tests.test_settings import TODAY, provider

CANARY = "tok-canary-0123456789"


class Phone(Options):
    """A provider's options, one of them needed."""

    account_sid: str | None = None
    sub_accounts: bool = True


PHONE = replace(
    provider("phone", "PHONE_API_KEY", options=Phone),
    needs={"account_sid": "PHONE_ACCOUNT_SID", "base_url": "PHONE_URL"},
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def accounts(environ: Mapping[str, str], toml: str = "") -> list[Account]:
    Path("ecot.toml").write_text(toml)
    return list(load(environ=environ, providers=[PHONE], today=TODAY).accounts)


def test_the_environment_alone_is_enough() -> None:
    (account,) = accounts(
        {
            "PHONE_API_KEY": CANARY,
            "PHONE_ACCOUNT_SID": "AC01",
            "PHONE_URL": "https://phone.example/",
        }
    )
    assert account.options == Phone(account_sid="AC01")
    assert account.base_url == "https://phone.example"


def test_each_account_has_its_own() -> None:
    found = accounts(
        {
            "PHONE_API_KEY": CANARY,
            "PHONE_ACCOUNT_SID": "AC01",
            "PHONE_API_KEY_PARIS": CANARY,
            "PHONE_ACCOUNT_SID_PARIS": "AC02",
        }
    )
    told = {account.key: account.options for account in found}
    assert told == {
        "phone/phone": Phone(account_sid="AC01"),
        "phone/paris": Phone(account_sid="AC02"),
    }


def test_what_the_file_says_wins() -> None:
    toml = '[[account]]\nprovider = "phone"\naccount_sid = "AC09"\nbase_url = "https://a.example"\n'
    (account,) = accounts(
        {"PHONE_API_KEY": CANARY, "PHONE_ACCOUNT_SID": "AC01", "PHONE_URL": "https://b.example"},
        toml,
    )
    assert (account.options, account.base_url) == (Phone(account_sid="AC09"), "https://a.example")


def test_an_account_of_the_file_takes_the_rest_from_the_environment() -> None:
    toml = '[[account]]\nprovider = "phone"\nname = "paris"\nsub_accounts = false\n'
    (account,) = accounts({"PHONE_ACCOUNT_SID_PARIS": "AC02"}, toml)
    assert account.options == Phone(account_sid="AC02", sub_accounts=False)


@pytest.mark.parametrize("toml", ["", '[[account]]\nprovider = "phone"\n'])
def test_an_address_that_is_none_is_told_with_its_variable(toml: str) -> None:
    with pytest.raises(SettingsError) as told:
        accounts({"PHONE_API_KEY": CANARY, "PHONE_URL": f"phone.example/{CANARY}"}, toml)

    assert str(told.value).startswith("environment: PHONE_URL")
    assert CANARY not in f"{told.value} {told.value.remedy}"
