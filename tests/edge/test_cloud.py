"""A deployed stack's settings: files of its bucket, secrets of SSM, and no more of them than asked
for."""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from ecot.edge import cloud
from ecot.edge.cloud import Choice, Shelf, Wanted, open_setup
from ecot.edge.invoked import of_showing
from ecot.edge.mailing import post_of
from ecot.edge.night import night_of
from ecot.edge.sources import source_of
from ecot.errors import SettingsError
from ecot.jobs.stacks import parameters_of, texts_of
from ecot.model.prices import OwnPrice
from tests.cloud.stacks import URL, Stack

NOW = datetime(2026, 3, 4, 1, 0, tzinfo=UTC)
SETTINGS = """
[report]
currency = "EUR"
locale = "en-GB"
[notion]
services = "0123456789abcdef0123456789abcdef"
usages = "0123456789abcdef0123456789abcde0"
[mail]
to = ["camille@lumen.example"]
[[account]]
provider = "openai"
name = "edugami"
[[account]]
provider = "openai"
name = "lumen"
secret = "THE_OTHER_KEY"
[[account]]
provider = "github"
organization = "lumen"
[[account]]
provider = "copilot"
organization = "lumen"
"""
PRICES = b"""
[[price]]
provider = "elevenlabs"
model = "eleven_v3"
unit = "characters"
price = "0.0001"
currency = "USD"
from = 2026-01-01
source = "contract"
"""
SECRETS = {
    "OPENAI_API_KEY_EDUGAMI": "sk-admin-edugami",
    "THE_OTHER_KEY": "sk-admin-lumen",
    "GITHUB_BILLING_TOKEN": "ghp_github",
    "GITHUB_COPILOT_TOKEN": "ghp_copilot",
    "NOTION_API_KEY": "ntn_notion",
    "RESEND_API_KEY": "re_resend",
    "COLLECT_SECRET_TOKEN": "collect-token",
    "STRIPE_SECRET_KEY": "rk_nobody_named_it",
}


def now() -> datetime:
    return NOW


@pytest.fixture
def filled(stack: Stack) -> Stack:
    """The stack, with settings, prices and secrets."""
    with texts_of(stack.table) as texts:
        texts.put("ecot.toml", SETTINGS.encode(), None)
        texts.put("prices.toml", PRICES, None)
    with parameters_of(stack.name) as parameters:
        for name, value in SECRETS.items():
            parameters.put(f"secrets/{name}", SecretStr(value))
    return stack


def secrets_by_account(stack: Stack) -> dict[str, str]:
    """The keys that the settings come to, by account."""
    with open_setup(stack.deployed, now) as setup:
        accounts = setup.settings.accounts
        return {one.key: one.secret.get_secret_value() for one in accounts if one.secret}


def test_everything_is_read(filled: Stack) -> None:
    with open_setup(filled.deployed, now) as setup:
        settings = setup.settings
        assert (setup.currency, settings.report.locale, settings.report.url) == (
            "EUR",
            "en-GB",
            f"{URL}/site",
        )
        assert settings.notion.is_ready
        assert settings.mail.secret == SecretStr("re_resend")
        assert [type(one) for one in setup.prices()] == [OwnPrice]
        assert setup.place.store is setup.place.store
        assert {one.key for one in settings.accounts} == {
            *("openai/edugami", "openai/lumen", "github/github", "copilot/copilot")
        }
    found = secrets_by_account(filled)
    assert found["openai/edugami"] == "sk-admin-edugami"
    assert found["openai/lumen"] == "sk-admin-lumen"


def test_who_wants_nothing_knows_every_account_and_no_secret(filled: Stack) -> None:
    with open_setup(filled.deployed, now, cloud.nothing) as setup:
        assert setup.expected == {
            *("openai/edugami", "openai/lumen", "github/github", "copilot/copilot")
        }
        assert setup.settings.secrets() == []


ASKED = Wanted(frozenset({"GITHUB_BILLING_TOKEN", "NO_SUCH_KEY"}))


def test_only_the_variables_that_were_asked_for_are_read(filled: Stack) -> None:
    with open_setup(filled.deployed, now, lambda _: ASKED) as setup:
        assert setup.settings.secrets() == ["ghp_github"]
        (own,) = [one for one in setup.settings.accounts if one.key == "github/github"]
        assert source_of(own).lacking is None
        (other,) = [one for one in setup.settings.accounts if one.key == "openai/edugami"]
        assert source_of(other).lacking == "OPENAI_ADMIN_KEY_EDUGAMI"


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (cloud.nothing, {}),
        (cloud.of_publishing, {"NOTION_API_KEY"}),
        (cloud.of_mailing, {"RESEND_API_KEY"}),
    ],
)
def test_each_use_has_its_own_keys(filled: Stack, wanted: Choice, found: set[str]) -> None:
    assert {*cloud.read_contents(filled.deployed, NOW, wanted).secrets} == {*found}


def test_of_others_it_is_only_known_whether_they_are_there(filled: Stack) -> None:
    known = frozenset({"THE_OTHER_KEY", "GITHUB_COPILOT_TOKEN", "NO_SUCH_KEY"})
    with open_setup(filled.deployed, now, lambda _: Wanted(others=known)) as setup:
        able = {one.key for one in setup.settings.accounts if source_of(one).lacking is None}
        assert able == {"openai/lumen", "copilot/copilot"}
        assert not {*SECRETS.values()} & {*setup.settings.secrets()}


def test_the_tokens_of_earlier_systems_are_among_the_contents(filled: Stack) -> None:
    contents = cloud.read_contents(filled.deployed, NOW, cloud.of_tokens)
    assert contents.secrets == {"COLLECT_SECRET_TOKEN": SecretStr("collect-token")}


def test_a_stack_without_settings_has_empty_ones(stack: Stack) -> None:
    with open_setup(stack.deployed, now) as setup:
        assert setup.settings.file is None
        assert (setup.settings.accounts, setup.prices()) == ((), ())
        assert setup.settings.report.url == f"{URL}/site"


def test_what_is_wrong_is_said_with_the_file_in_the_bucket(stack: Stack) -> None:
    with texts_of(stack.table) as texts:
        first = texts.put("ecot.toml", b"[reprot]", None)
        with pytest.raises(SettingsError, match=f"s3:{stack.table}/config/ecot.toml: reprot"):
            open_setup(stack.deployed, now)
        texts.put("ecot.toml", b"", first)
        texts.put("prices.toml", b"[[price]]", None)
    with pytest.raises(SettingsError, match=r"config/prices.toml: price\[1\]"):
        open_setup(stack.deployed, now)


def test_the_settings_own_address_wins(stack: Stack) -> None:
    with texts_of(stack.table) as texts:
        texts.put("ecot.toml", b'[report]\nurl = "https://costs.example"\n', None)
    with open_setup(stack.deployed, now) as setup:
        assert setup.settings.report.url == "https://costs.example"


@pytest.fixture
def clock() -> list[datetime]:
    """A clock that a test sets."""
    return [NOW]


def test_a_shelf_is_a_minute_old_at_most(filled: Stack, clock: list[datetime]) -> None:
    shelf = Shelf()

    def currency() -> str:
        with open_setup(filled.deployed, lambda: clock[0], cloud.of_tokens, shelf) as setup:
            return setup.currency

    assert currency() == "EUR"
    with texts_of(filled.table) as texts:
        texts.put("ecot.toml", b'[report]\ncurrency = "CHF"\n', texts.get("ecot.toml"))
    clock[0] += timedelta(seconds=59)
    assert currency() == "EUR"
    clock[0] += timedelta(seconds=1)
    assert currency() == "CHF"
    clock[0] -= timedelta(seconds=1)  # a clock that was put back
    assert currency() == "CHF"


def test_a_mail_that_no_key_sends_stays_owed(stack: Stack) -> None:
    with open_setup(stack.deployed, now) as setup:
        assert setup.outbox is None
        with pytest.raises(SettingsError, match="RESEND_API_KEY is not set") as caught:
            post_of(setup)
    assert "ecot connect resend" in caught.value.remedy


def test_the_site_tells_where_no_key_sends_the_mails_that_are_wanted(stack: Stack) -> None:
    """Whoever makes it may know whether the key is there, and not what it is."""
    with texts_of(stack.table) as texts:
        texts.put("ecot.toml", SETTINGS.encode(), None)
    lacking = open_setup(stack.deployed, lambda: NOW, of_showing)
    with parameters_of(stack.name) as parameters:
        parameters.put("secrets/RESEND_API_KEY", SecretStr("re_resend"))
    there = open_setup(stack.deployed, lambda: NOW, of_showing)
    with lacking, there:
        assert night_of(lacking, None).edition.mail_lacks == "RESEND_API_KEY"
        assert night_of(there, None).edition.mail_lacks is None
        assert "re_resend" not in there.settings.secrets()
