"""Settings: what the file and the environment come to, and every sentence about what is wrong."""

import pickle
import re
import traceback
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from ecot.errors import SettingsError
from ecot.jobs.known import providers
from ecot.model.answer import Answer, Parsed
from ecot.model.period import Month, Period
from ecot.providers.contract import Options, Provider
from ecot.providers.http import Http
from ecot.settings import Account, Badge, Budget, Plan, Rate, Report, Settings, Share, load
from ecot.settings.dotenv import quoted, read_dotenv
from ecot.settings.entries import NAME
from ecot.settings.environment import variables_for
from ecot.settings.scaffold import Answers, Key, dotenv_text, settings_text
from tests.facts import MADE_UP

ROOT = Path(__file__).resolve().parents[1]
TODAY = date(2026, 3, 5)
CANARY = "sk-canary-0123456789"


class Tools(Options):
    seats: int = 1
    plan: Literal["free", "pro"] = "free"


async def _fetch(http: Http, stream: str, period: Period) -> AsyncIterator[Answer]:
    yield Answer(feed=stream, endpoint="", body=b"")


async def _check(http: Http) -> None:
    return None


def _parse(answer: Answer) -> Iterator[Parsed]:
    return iter(())


def provider(name: str, *variables: str, **fields: Any) -> Provider:
    return Provider(
        name=name,
        title=name.title(),
        base_url=f"https://{name}.example",
        variables=variables,
        facts=MADE_UP,
        feeds=("costs",),
        headers=lambda key, _: {"authorization": key},
        fetch=_fetch,
        parse=_parse,
        check=_check,
        recognise=lambda _: None,
        status_page="https://status.example",
        remedies={},
        lateness=timedelta(hours=6),
        **({"category": "ai"} | fields),
    )


OPENAI = provider("openai", "OPENAI_ADMIN_KEY", "OPENAI_API_KEY")
TOOLS = provider("tools", "TOOLS_API_KEY", category="developer tools", options=Tools)
TOOLS_SEATS = provider("tools-seats", "TOOLS_API_KEY_SEATS", category="developer tools")
PROVIDERS = (OPENAI, TOOLS, TOOLS_SEATS)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def settings(
    toml: str | bytes | None = None, environ: Mapping[str, str] | None = None, dotenv: str = ""
) -> Settings:
    if toml is not None:
        Path("ecot.toml").write_bytes(toml.encode() if isinstance(toml, str) else toml)
    Path(".env").write_text(dotenv, encoding="utf-8")
    return load(environ=environ or {}, providers=PROVIDERS, today=TODAY, dotenv=Path(".env"))


def problem(
    toml: str | bytes | None = None, environ: Mapping[str, str] | None = None, dotenv: str = ""
) -> SettingsError:
    """The error, after a look that it gives no secret away."""
    with pytest.raises(SettingsError) as caught:
        settings(toml, environ, dotenv)
    error = caught.value
    assert error.remedy
    assert CANARY not in "".join(traceback.format_exception(error)) + repr(error.__dict__)
    assert error.__context__ is None or CANARY not in repr(error.__context__)
    return error


# The file


def test_nothing_configured_is_no_error() -> None:
    found = settings()

    assert (found.file, found.home) == (None, Path(".ecot"))
    assert found.report == Report(currency="USD", locale="fr-FR", timezone="UTC")
    assert (found.accounts, found.plans, found.rates) == ((), (), ())


def test_the_example_of_the_design_is_understood() -> None:
    found = settings(
        """
        [report]
        currency = "chf"
        locale   = "fr-CH"
        timezone = "Europe/Zurich"
        ecb_url  = "https://rates.example/mirror/"
        [[account]]
        provider = "openai"
        name     = "edugami"
        secret   = "OPENAI_ADMIN_KEY_EDUGAMI"
        base_url = "http://127.0.0.1:4010/"
        active   = true
        [[plan]]
        provider = "supabase"
        account = "supabase"
        name = "pro"
        amount = "25.00"
        currency = "USD"
        every = "month"
        since = "2026-01"
        until = "2026-09"
        [[rate]]
        from = "EUR"
        to = "USD"
        rate = "1.0834"
        since = "2026-01-01"
        [[budget]]
        amount = "2500"
        currency = "CHF"
        [[budget]]
        provider = "openai"
        amount = "300.50"
        currency = "CHF"
        """,
        {"OPENAI_ADMIN_KEY_EDUGAMI": CANARY},
    )

    assert found.file == Path("ecot.toml")
    assert found.report == Report(
        currency="CHF",
        locale="fr-CH",
        timezone="Europe/Zurich",
        ecb_url="https://rates.example/mirror",
    )
    [account] = found.accounts
    assert (account.key, account.origin, account.active) == ("openai/edugami", "file", True)
    assert account.base_url == "http://127.0.0.1:4010"
    assert account.secret is not None
    assert account.secret.get_secret_value() == CANARY
    assert found.plans == (
        Plan(
            provider="supabase",
            account="supabase/supabase",
            name="pro",
            category="other",
            amount=Decimal("25.00"),
            currency="USD",
            since=Month(2026, 1),
            until=Month(2026, 9),
        ),
    )
    assert found.rates == (
        Rate(source="EUR", target="USD", rate=Decimal("1.0834"), since=date(2026, 1, 1)),
    )
    assert found.budgets == (
        Budget(amount=Decimal(2500), currency="CHF"),
        Budget(provider="openai", amount=Decimal("300.50"), currency="CHF"),
    )


@pytest.mark.parametrize(
    ("tables", "said"),
    [
        ('[[budget]]\namount = "0"\ncurrency = "USD"', "budget[1].amount is no amount that"),
        ('[[budget]]\namount = "-5"\ncurrency = "USD"', "budget[1].amount is no amount that"),
        ('[[budget]]\namount = "5"', "budget[1].currency is missing"),
        ('[[budget]]\namount = "5"\ncurrency = "EUR"', "not the report's currency, which is USD"),
        (2 * '[[budget]]\namount = "5"\ncurrency = "USD"\n', "budget[2] is a second budget"),
        ('[budget]\namount = "5"', "budget must be a list of tables"),
    ],
)
def test_a_budget_that_could_not_be_compared_is_wrong(tables: str, said: str) -> None:
    assert said in str(problem(tables))


def test_an_account_needs_its_provider_only() -> None:
    [account] = settings('[[account]]\nprovider = "openai"', {"OPENAI_API_KEY": CANARY}).accounts

    assert (account.key, account.secret_name) == ("openai/openai", "OPENAI_API_KEY")
    assert account.secret is not None


def test_an_account_may_begin_today() -> None:
    assert settings(f"{ACCOUNT}since = {TODAY}").accounts[0].since == TODAY


def test_a_missing_key_is_a_state_and_not_an_error() -> None:
    [account] = settings('[[account]]\nprovider = "openai"\nname = "edu.gami-1"').accounts

    assert account.secret is None
    assert account.fault is None
    assert account.secret_name == "OPENAI_ADMIN_KEY_EDU_GAMI_1"


@pytest.mark.parametrize("value", ["sk-…", "your key here", "sk\x07x", "a\\nb"])
def test_a_key_that_cannot_be_sent_is_the_fault_of_its_account_only(value: str) -> None:
    [account] = settings(dotenv=f'OPENAI_API_KEY="{value}"').accounts

    assert account.secret is None
    assert str(account.fault).startswith("OPENAI_API_KEY holds a space, a line break or a letter")
    assert value not in repr(account)


def test_further_keys_belong_to_the_provider() -> None:
    text = '[[account]]\nprovider = "tools"\nseats = 3'

    assert settings(text).accounts[0].options == Tools(seats=3)


def test_a_plan_takes_the_category_of_its_provider_unless_it_says_another() -> None:
    text = (
        '[[plan]]\nprovider = "{}"\nname = "p"\namount = 1\ncurrency = "EUR"\nsince = "2026-01"\n'
    )
    found = settings(
        text.format("tools") + text.format("tools-seats") + 'category = "ai"\n' + text.format("new")
    )

    assert [plan.category for plan in found.plans] == ["developer tools", "ai", "other"]


def test_amounts_keep_their_digits_also_without_quotes() -> None:
    text = '[[plan]]\nprovider = "x"\nname = "p"\namount = {}\ncurrency = "EUR"\nsince = "2026-01"'
    amounts = [settings(text.format(a)).plans[0].amount for a in ('"0.10"', "0.10", "7")]

    assert [str(amount) for amount in amounts] == ["0.10", "0.10", "7"]


def test_the_same_plan_with_a_later_since_is_a_price_change() -> None:
    text = (
        '[[plan]]\nprovider = "x"\nname = "p"\namount = 1\ncurrency = "EUR"\nsince = "2026-0{}"\n'
    )

    assert len(settings(text.format(1) + text.format(2)).plans) == 2


ACCOUNT = '[[account]]\nprovider = "openai"\n'
PLAN = '[[plan]]\nprovider = "x"\nname = "p"\namount = "1"\ncurrency = "EUR"\nsince = "2026-02"\n'
RATE = '[[rate]]\nfrom = "EUR"\nto = "USD"\nrate = "1.1"\nsince = "2026-01-01"\n'


def test_the_thresholds_of_the_badge_are_exact_and_have_defaults() -> None:
    text = '[report.badge]\namber = "0.30"\nred = 2.5'

    assert settings(text).report.badge == Badge(amber=Decimal("0.30"), red=Decimal("2.5"))
    assert settings("").report.badge == Badge(amber=Decimal("0.10"), red=Decimal("1.00"))


def test_nothing_is_public_until_somebody_says_so() -> None:
    address = "https://lumen.example/costs/share.html"
    text = f'[share]\npublic = ["mix", "change", "mix"]\nurl = "{address}"'

    assert settings("").share == Share(public=(), url=None)
    assert settings(text).share == Share(public=("mix", "change"), url=address)


@pytest.mark.parametrize(
    "url",
    [
        "http://lumen.example/share.html",
        "http://127.0.0.1/share.html",
        f"https://me:{CANARY}@lumen.example/",
        f"https://lumen.example/share.html?X-Amz-Signature={CANARY}",
        "lumen.example",
    ],
)
def test_a_public_address_is_https_and_holds_no_secret(url: str) -> None:
    wrong = problem(f'[share]\nurl = "{url}"')

    assert "share.url is no https address that others could open" in str(wrong)
    assert CANARY not in str(wrong)


@pytest.mark.parametrize(
    ("toml", "sentence", "remedy"),
    [
        ("= 1", "ecot.toml is not TOML: Invalid", "correct the line"),
        ("a = " + "[" * 9999, "ecot.toml is not TOML", "correct the line"),
        ("a = " + "9" * 9999, "ecot.toml is not TOML", "correct the line"),
        ("a = 1e99999999999999999999", "ecot.toml is not TOML", "correct the line"),
        (b"a = '\xe9'", "ecot.toml is not text in UTF-8", "UTF-8"),
        ("[[acount]]", "ecot.toml: acount is not a setting", "did you mean account?"),
        (
            "[qqq]",
            "ecot.toml: qqq is not a setting",
            "account, budget, mail, notion, people, plan, rate, report, share",
        ),
        ("report = 1", "ecot.toml: report must be a table", "write [report]"),
        ("account = 1", "ecot.toml: account must be a list of tables", "write [[account]]"),
        ("[account]", "ecot.toml: account must be a list of tables", "two brackets"),
        ("plan = [1]", "ecot.toml: plan must be a list of tables", "write [[plan]]"),
        ('[report]\nlocal = "x"', "ecot.toml: report.local is not a setting", "mean locale?"),
        ('[report]\ncurrency = "XBT"', "report.currency is no currency code", "USD"),
        ("[report]\ncurrency = 7", "ecot.toml: report.currency must be text", "quotes"),
        ('[report]\nlocale = "de-DE"', "report.locale must be 'fr-FR', 'fr-CH'", "choose one"),
        ('[report]\ntimezone = "Europe/Zuerich"', "report.timezone is no time zone", "IANA"),
        ('[report]\ntimezone = "Europe"', "report.timezone is no time zone", "IANA"),
        ('[report]\ntimezone = ""', "report.timezone is no time zone", "IANA"),
        ('[report]\ntimezone = "../etc/passwd"', "report.timezone is no time zone", "IANA"),
        ("[[account]]", "ecot.toml: account[1].provider is missing", "add it"),
        (
            '[[account]]\nprovder = "openai"',
            "account[1].provder is not a setting",
            "mean provider?",
        ),
        ('[[account]]\nprovider = "opnai"', "account[1].provider is no provider", "mean openai?"),
        ('[[account]]\nprovider = "q"', "is no provider", "known are: openai, tools, tools-seats"),
        (ACCOUNT + 'bas_url = "x"', "account[1].bas_url is not a setting", "mean base_url?"),
        (ACCOUNT * 1 + 'name = "a b"', "account[1].name is no name of an account", "letters"),
        (ACCOUNT + 'name = "a/b"', "account[1].name is no name of an account", "letters"),
        (ACCOUNT + 'name = "é"', "account[1].name is no name of an account", "letters"),
        (ACCOUNT + 'name = ".."', "account[1].name is no name of an account", "letters"),
        (ACCOUNT + 'active = "no"', "account[1].active must be true or false", "without quotes"),
        (ACCOUNT + "active = 1", "account[1].active must be true or false", "without quotes"),
        (ACCOUNT + f'secret = "{CANARY}"', "account[1].secret must be the name of", "in .env"),
        (ACCOUNT + 'secret = "sk_live_x"', "account[1].secret must be the name of", "in .env"),
        (
            ACCOUNT + f'"{CANARY}" = 1'.replace(CANARY, "x"),
            "account[1].x is not a setting",
            "known",
        ),
        (ACCOUNT + ACCOUNT, "account[2] is a second account named openai/openai", "another name"),
        (
            f'{ACCOUNT}name = "a"\n{ACCOUNT}name = "A"',
            "account[2] is a second account named openai/A",
            "another name",
        ),
        ('[[account]]\nprovider = "tools"\nseat = 1', "account[1].seat is not", "mean seats?"),
        ('[[account]]\nprovider = "tools"\nseats = "x"', "account[1].seats is not valid", "page"),
        ('[[account]]\nprovider = "tools"\nplan = "x"', "plan must be 'free' or 'pro'", "choose"),
        (ACCOUNT + "since = 2026-03-06", "account[1].since is in the future", "has begun in UTC"),
        (PLAN + "seats = 1", "ecot.toml: plan[1].seats is not a setting", "known are: account"),
        (PLAN + 'every = "week"', "plan[1].every must be 'month' or 'year'", "choose one"),
        (PLAN + 'category = "AI"', "plan[1].category must be 'ai'", "choose one"),
        (PLAN + 'until = "2026-01"', "plan[1].until is before the plan's since", "last month"),
        (PLAN + 'until = "2026"', "plan[1].until is no month", "2026-01"),
        (PLAN + "until = 2026-03-01", "plan[1].until is no month", "2026-01"),
        (PLAN + PLAN, "plan[2] is a second price of the plan p from 2026-02 on", "later since"),
        (PLAN.replace('"1"', '"1,5"'), "plan[1].amount is no amount of money", "25.00"),
        (PLAN.replace('"1"', '"-1"'), "plan[1].amount is no amount of money", "25.00"),
        (PLAN.replace('"1"', "nan"), "plan[1].amount is no amount of money", "25.00"),
        (PLAN.replace('"1"', "true"), "plan[1].amount is no amount of money", "25.00"),
        (PLAN.replace('"p"', '" "'), "plan[1].name is no name of a plan", "1 to 64"),
        (PLAN.replace('"x"', '"X Y"'), "plan[1].provider is no name of a provider", "hyphens"),
        (PLAN.replace("amount", "amont"), "plan[1].amont is not a setting", "mean amount?"),
        (RATE + RATE, "rate[2] is a second rate of the same currencies", "remove one"),
        (RATE.replace("EUR", "USD"), "rate[1] is from a currency to itself", "two currencies"),
        (RATE.replace("1.1", "0"), "rate[1].rate is no exchange rate", "1.0834"),
        (RATE.replace("-01-01", "-13-01"), "rate[1].since is no day", "2026-01-31"),
        (RATE.replace('"2026-01-01"', "2026-01-01T00:00:00Z"), "rate[1].since is no day", "2026"),
        (RATE.replace("from", "form"), "rate[1].form is not a setting", "mean from?"),
        ('[report.badge]\namber = "2"', "report.badge is amber above red", "without them"),
        ('[report.badge]\nred = "-1"', "report.badge.red is no amount of money", "below zero"),
        ('[report.badge]\nred = "x"', "report.badge.red is no amount of money", "in quotes"),
        ("[report.badge]\ngreen = 1", "report.badge.green is not a setting", "known are: amber"),
        ("report.badge = 1", "report.badge must be a table", "in brackets"),
        ('[share]\npublic = ["totals"]', "share.public[1] must be 'change', 'prov", "choose one"),
        ('[share]\npublic = "total"', "share.public must be a list", "commas"),
        ('[share]\nurls = "x"', "share.urls is not a setting", "did you mean url?"),
        ("[people.supabase]", "people.supabase.url is missing", "add it"),
        ('[people.supabase]\nurk = "x"', "people.supabase.urk is not a setting", "mean url?"),
        ('[people]\nsupabase = "x"', "people.supabase must be a table", "in brackets"),
        ("[[people.supabase]]", "people.supabase must be a table", "in brackets"),
        (
            f'[people.supabase]\nurl = "https://x.example"\nsecret = "{CANARY}"',
            "people.supabase.secret must be the name of an environment variable",
            "put the key in .env",
        ),
    ],
)
def test_a_wrong_setting_is_named_with_its_remedy(
    toml: str | bytes, sentence: str, remedy: str
) -> None:
    error = problem(toml)

    assert sentence in str(error)
    assert str(error).startswith("ecot.toml")
    assert remedy in error.remedy.format_map(error.values)


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://eu.api.example.com/v1", True),
        ("http://localhost:4010", True),
        ("http://127.8.9.1", True),
        ("http://[::1]:4010/v1/", True),
        ("http://api.example.com", False),
        ("http://127.0.0.1.example.com", False),
        (f"https://me:{CANARY}@example.com", False),
        (f"https://example.com/?key={CANARY}", False),
        ("https://example.com:99999", False),
        ("https://exa mple.com", False),
        ("https:///v1", False),
        ("https://[", False),
        ("ftp://localhost", False),
        ("api.example.com", False),
    ],
)
def test_a_key_is_sent_over_https_or_to_this_machine_only(url: str, allowed: bool) -> None:
    text = f'{ACCOUNT}base_url = "{url}"'
    if allowed:
        assert settings(text).accounts[0].base_url == url.rstrip("/")
    else:
        assert "account[1].base_url is neither an https address nor" in str(problem(text))


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://abcdefghijklmnopqrst.supabase.co", True),
        ("https://auth.lumen.example/", True),
        ("http://127.0.0.1:54321", True),
        ("http://abcdefghijklmnopqrst.supabase.co", False),
        ("https://abcdefghijklmnopqrst.supabase.co/rest/v1", False),
        ("https://supabase.com/dashboard/project/abcdefghijklmnopqrst", False),
        ("https://api.supabase.com", False),
        ("https://API.supabase.com", False),
        (f"https://service:{CANARY}@lumen.example", False),
        (f"https://lumen.example?apikey={CANARY}", False),
        ("abcdefghijklmnopqrst", False),
    ],
)
def test_the_key_of_a_project_goes_to_its_server_only(url: str, allowed: bool) -> None:
    text = f'[people.supabase]\nurl = "{url}"'
    if allowed:
        project = settings(text).project
        assert project is not None
        assert project.url == url.rstrip("/")
    else:
        wrong = problem(text)
        assert "people.supabase.url is no https address of a Supabase project" in str(wrong)
        assert CANARY not in str(wrong)


def test_the_key_of_a_project_is_the_first_of_its_variables_that_is_set() -> None:
    text = '[people.supabase]\nurl = "https://lumen.example"\n'
    newer, older = "SUPABASE_SECRET_KEY", "SUPABASE_SERVICE_ROLE_KEY"
    for toml, environ, variable, key in (
        (text, {}, newer, None),
        (text, {older: "o", newer: "n"}, newer, "n"),
        (text, {older: "o"}, older, "o"),
        (text + 'secret = "MY_KEY"', {older: "o", "MY_KEY": "m"}, "MY_KEY", "m"),
        (text + 'secret = "MY_KEY"', {older: "o"}, "MY_KEY", None),
    ):
        found = settings(toml, environ)
        assert found.project is not None
        secret = found.project.secret
        assert (found.project.secret_name, secret and secret.get_secret_value()) == (variable, key)
        assert found.accounts == ()
        assert found.secrets() == ([key] if key else [])
    assert settings(text, {newer: "a key"}).project.fault is not None  # type: ignore[union-attr]


def test_without_its_table_no_project_is_asked() -> None:
    found = settings('[people]\nshow = "names"', {"SUPABASE_SECRET_KEY": CANARY})
    assert (found.project, found.accounts, found.secrets()) == (None, (), [])


def test_rates_come_from_an_https_address_or_this_machine() -> None:
    assert settings('[report]\necb_url = "http://127.0.0.1:1/"').report.ecb_url == (
        "http://127.0.0.1:1"
    )
    wrong = problem('[report]\necb_url = "http://rates.example"')
    assert "report.ecb_url is neither an https address nor" in str(wrong)


def test_a_byte_order_mark_and_windows_lines_are_tolerated() -> None:
    text = "\ufeff[report]\r\ncurrency = 'EUR'\r\n"

    assert settings(text).report.currency == "EUR"


# Where things are


def test_the_file_is_named_by_option_then_variable_then_place(folder: Path) -> None:
    for name, code in (("ecot", "USD"), ("other", "EUR"), ("third", "CHF")):
        Path(f"{name}.toml").write_text(f'[report]\ncurrency = "{code}"', encoding="utf-8")
    told = {"ECOT_CONFIG": "other.toml"}

    def currency(environ: Mapping[str, str], config: Path | None) -> str:
        found = load(environ=environ, providers=(), today=TODAY, config=config)
        return found.report.currency

    assert currency({}, None) == "USD"
    assert currency(told, None) == "EUR"
    assert currency(told, folder / "third.toml") == "CHF"


def test_a_file_that_somebody_named_must_be_there() -> None:
    error = problem(environ={"ECOT_CONFIG": "no.toml"})

    assert str(error) == "no.toml cannot be read: No such file or directory"
    assert "ECOT_CONFIG" in error.remedy


def test_the_home_folder_is_told_by_the_environment() -> None:
    assert settings(environ={"ECOT_HOME": "/var/ecot"}).home == Path("/var/ecot")
    assert settings(environ={"ECOT_HOME": ""}).home == Path(".ecot")


# Accounts of the environment


def keys(found: Settings) -> dict[str, str]:
    return {account.key: account.secret_name for account in found.accounts}


def test_variables_alone_make_accounts() -> None:
    found = settings(
        environ={
            "OPENAI_ADMIN_KEY_EDUGAMI": "a",
            "OPENAI_API_KEY": "b",
            "TOOLS_API_KEY_MY_TEAM": "c",
            "TOOLS_API_KEY_SEATS": "d",
            "TOOLS_API_KEY_SEATS_2": "e",
            "TOOLS_API_KEY__X": "no name",
            "TOOLS_API_KEYS": "not a key",
            "UNKNOWN_API_KEY": "nobody's",
        }
    )

    assert keys(found) == {
        "openai/edugami": "OPENAI_ADMIN_KEY_EDUGAMI",
        "openai/openai": "OPENAI_API_KEY",
        "tools/my_team": "TOOLS_API_KEY_MY_TEAM",
        "tools-seats/tools-seats": "TOOLS_API_KEY_SEATS",
        "tools-seats/2": "TOOLS_API_KEY_SEATS_2",
    }
    assert {account.origin for account in found.accounts} == {"environment"}


def test_an_admin_key_is_preferred_for_the_same_account() -> None:
    both = {"OPENAI_API_KEY_A": "u", "OPENAI_ADMIN_KEY_A": "a"}

    assert keys(settings(environ=both)) == {"openai/a": "OPENAI_ADMIN_KEY_A"}
    assert keys(settings(environ=both | {"OPENAI_ADMIN_KEY_A": " "})) == {
        "openai/a": "OPENAI_API_KEY_A"
    }


def test_a_key_that_the_file_speaks_of_is_no_second_account() -> None:
    environ = {"OPENAI_ADMIN_KEY_EDUGAMI": "a", "OPENAI_ADMIN_KEY": "b", "OPENAI_API_KEY_X": "c"}
    named = f'{ACCOUNT}name = "school"\nsecret = "OPENAI_ADMIN_KEY_EDUGAMI"\nactive = false\n'
    twin = f'{ACCOUNT}name = "X"\nsecret = "MY_OWN"\n'

    assert keys(settings(named + twin, environ)) == {
        "openai/school": "OPENAI_ADMIN_KEY_EDUGAMI",
        "openai/X": "MY_OWN",
        "openai/openai": "OPENAI_ADMIN_KEY",
    }


def test_one_key_makes_no_two_accounts_that_ask_for_the_same() -> None:
    """Cursor's answers do not say whose they are: nobody would see that a team counts twice."""
    first, second = f'{ACCOUNT}name = "a"\n', f'{ACCOUNT}name = "b"\n'
    environ = {"OPENAI_ADMIN_KEY_A": "k", "OPENAI_ADMIN_KEY_B": "k"}

    with pytest.raises(SettingsError) as told:
        settings(first + second, environ)
    assert "account[2] asks with the key of openai/a for the same figures" in str(told.value)
    for text in (
        f"{first}active = false\n{second}",
        f'{first}{second}base_url = "https://other.example"\n',
    ):
        assert len(settings(text, environ).accounts) == 2
    assert len(settings(first + second, environ | {"OPENAI_ADMIN_KEY_B": "l"}).accounts) == 2
    tools = '[[account]]\nprovider = "tools"\nname = "{0}"\nseats = {1}\nsecret = "K"\n'
    assert len(settings(tools.format("a", 1) + tools.format("b", 2), {"K": "k"}).accounts) == 2
    assert len(settings(first + second, {}).accounts) == 2


def test_a_key_that_opens_two_suppliers_is_an_account_of_each() -> None:
    environ = {"OPENAI_ADMIN_KEY": "a"}
    named = '[[account]]\nprovider = "tools"\nsecret = "OPENAI_ADMIN_KEY"\n'

    assert keys(settings(named, environ)) == {
        "openai/openai": "OPENAI_ADMIN_KEY",
        "tools/tools": "OPENAI_ADMIN_KEY",
    }


def test_monthly_costs_of_earlier_systems_are_plans_from_the_month_before_on() -> None:
    [plan] = settings(environ={"SUPABASE_MONTHLY_COST_USD": "25.00"}).plans

    assert (plan.account, plan.name, str(plan.amount)) == ("supabase/supabase", "monthly", "25.00")
    assert (plan.currency, plan.since, plan.category) == ("USD", Month(2026, 2), "infrastructure")


def test_monthly_costs_give_way_to_a_plan_of_the_file_and_zero_is_none() -> None:
    environ = {"SUPABASE_MONTHLY_COST_USD": "25", "WEAVIATE_MONTHLY_COST_USD": "0"}
    [plan] = settings(PLAN.replace('"x"', '"supabase"'), environ).plans

    assert plan.name == "p"


@pytest.mark.parametrize("stated", ["$25", "-1", "25,00", CANARY])
def test_an_unreadable_monthly_cost_is_named(stated: str) -> None:
    error = problem(environ={"WEAVIATE_MONTHLY_COST_USD": stated})

    assert str(error) == "WEAVIATE_MONTHLY_COST_USD is no amount of money"


# .env


def test_dotenv_lines() -> None:
    lines = {
        "\ufeff# a comment": None,
        "": None,
        "A=1": ("A", "1"),
        "export B = two # comment": ("B", "two"),
        "C='$x # \\n'": ("C", "$x # \\n"),
        'D="a\\"b\\\\" # c': ("D", 'a"b\\'),
        "E=": ("E", ""),
        "F= # empty": ("F", ""),
        "G=a#b": ("G", "a#b"),
        "  H=h  ": ("H", "h"),
    }
    Path(".env").write_text("\r\n".join(lines), encoding="utf-8", newline="")

    assert read_dotenv(Path(".env")) == dict(pair for pair in lines.values() if pair)


def test_the_environment_wins_over_dotenv() -> None:
    found = settings(environ={"OPENAI_API_KEY": "real"}, dotenv="OPENAI_API_KEY=old\nECOT_HOME=x")

    assert found.home == Path("x")
    assert found.accounts[0].secret is not None
    assert found.accounts[0].secret.get_secret_value() == "real"


@pytest.mark.parametrize("line", [CANARY, f"1A={CANARY}", f'A="{CANARY}', f"A='{CANARY}' x"])
def test_a_wrong_line_of_dotenv_is_named_and_never_repeated(line: str) -> None:
    error = problem(dotenv=f"B=1\n{line}\n")

    assert str(error) == ".env, line 2: not a variable"


def test_an_unreadable_dotenv_is_named(folder: Path) -> None:
    Path("latin").write_bytes(f"A={CANARY}é".encode("latin-1"))
    with pytest.raises(SettingsError, match="latin is not text in UTF-8") as caught:
        read_dotenv(Path("latin"))
    assert caught.value.__context__ is None
    with pytest.raises(SettingsError, match="cannot be read: Is a directory"):
        read_dotenv(folder)
    assert read_dotenv(Path("nowhere")) == read_dotenv(None) == {}


# Secrets


def test_no_secret_shows() -> None:
    keys = {"OPENAI_ADMIN_KEY": CANARY, "TOOLS_API_KEY": CANARY, "SUPABASE_SECRET_KEY": CANARY}
    project = '[people.supabase]\nurl = "https://lumen.example"\n'
    found = settings(project + ACCOUNT, keys)
    assert found.secrets() == [CANARY] * 3

    assert [account.secret is not None for account in found.accounts] == [True, True]
    for shown in (repr(found), str(found), found.report.model_dump_json(), f"{found.accounts}"):
        assert CANARY not in shown
    assert CANARY not in repr(found.model_dump())


def test_settings_never_change() -> None:
    found = settings()

    with pytest.raises(ValueError, match="frozen"):
        found.home = Path("elsewhere")  # type: ignore[misc]
    assert pickle.loads(pickle.dumps(found)) == found


# What `ecot init` writes


def test_the_texts_of_init_without_answers_configure_nothing() -> None:
    found = settings(
        settings_text(Answers()), dotenv=dotenv_text(Answers(), {"OPENAI_ADMIN_KEY": "one"})
    )

    assert (found.accounts, found.plans, found.report) == ((), (), Report())


def test_the_examples_in_the_text_of_init_are_right() -> None:
    lines = settings_text(Answers()).splitlines()
    example = re.compile(r"# (\[\[|[a-z]+ = )")
    shown = [line.removeprefix("# ") if example.match(line) else line for line in lines]
    found = settings("\n".join(shown))

    assert [account.key for account in found.accounts] == ["openai/edugami"]
    assert found.plans[0].category == "infrastructure"


names = st.from_regex(NAME, fullmatch=True).filter(lambda name: name.isascii())
secrets = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1)


@given(
    currency=st.sampled_from(["USD", "EUR", "CHF"]),
    locale=st.sampled_from(["fr-FR", "fr-CH", "en-US", "en-GB"]),
    timezone=st.sampled_from(["UTC", "Europe/Zurich", "America/New_York"]),
    accounts=st.dictionaries(
        st.tuples(st.sampled_from([one.name for one in PROVIDERS]), names.map(str.lower)),
        secrets,
        max_size=4,
    ),
)
def test_what_init_writes_is_what_load_reads(
    currency: str,
    locale: Literal["fr-FR", "fr-CH", "en-US", "en-GB"],
    timezone: str,
    accounts: dict[tuple[str, str], str],
) -> None:
    written = [
        Key(provider=of, name=name, variable=f"KEY_{number}", secret=SecretStr(secret))
        for number, ((of, name), secret) in enumerate(accounts.items())
    ]
    answers = Answers(currency=currency, locale=locale, timezone=timezone, keys=tuple(written))
    found = settings(settings_text(answers), dotenv=dotenv_text(answers, {}))

    assert found.report == Report(currency=currency, locale=locale, timezone=timezone)
    assert [(a.provider, a.name, a.secret_name, a.secret) for a in found.accounts] == [
        (key.provider, key.name, key.variable, key.secret) for key in written
    ]


@given(secrets | st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E)))
def test_dotenv_gives_back_what_was_quoted(value: str) -> None:
    Path(".env").write_text(f"A={quoted(value)}\n", encoding="utf-8")

    assert read_dotenv(Path(".env")) == {"A": value}


def test_a_variable_is_proposed_for_each_account() -> None:
    assert variables_for(OPENAI, "openai") == ["OPENAI_ADMIN_KEY", "OPENAI_API_KEY"]
    assert variables_for(TOOLS, "my.team") == ["TOOLS_API_KEY_MY_TEAM"]


@pytest.mark.parametrize(
    ("dotenv", "problem"),
    [
        ("WEAVIATE_URL=foo", "WEAVIATE_URL is neither an https address nor"),
        ("WEAVIATE_URL_EU=http://x.example", "WEAVIATE_URL_EU is neither an https address nor"),
        ("PROMETHEUS_SET=lite", "PROMETHEUS_SET must be litellm, openlit"),
        (f"TWILIO_ACCOUNT_SID=SK{CANARY}", "TWILIO_ACCOUNT_SID does not have the form"),
    ],
)
def test_what_a_variable_beside_a_key_holds_wrongly_is_told_of_the_variable(
    dotenv: str, problem: str
) -> None:
    keys = "WEAVIATE_API_KEY=k\nWEAVIATE_API_KEY_EU=k\nPROMETHEUS_API_KEY=k\nTWILIO_AUTH_TOKEN=k\n"
    Path(".env").write_text(keys + dotenv, encoding="utf-8")
    with pytest.raises(SettingsError) as refusal:
        load(environ={}, providers=providers(), today=TODAY, dotenv=Path(".env"))
    assert str(refusal.value).startswith(f"environment: {problem}")
    assert CANARY not in f"{refusal.value}{refusal.value.remedy}"


# Documents


def test_the_example_of_dotenv_configures_nothing() -> None:
    found = settings(dotenv=(ROOT / ".env.example").read_text(encoding="utf-8"))

    assert (found.accounts, found.plans) == ((), ())


def test_every_key_is_documented() -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    keys = {*Report.model_fields, *Account.model_fields, *Plan.model_fields, "from", "to", "rate"}

    for key in keys - {"key", "secret_name", "fault", "options", "origin"}:
        assert f"`{key}`" in page, key
