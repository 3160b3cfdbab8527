"""`ecot balances`: how accounts stood; and what a first collection says of how far it is."""

import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from ecot.providers.suppliers import PROVIDERS
from ecot.sandbox import troubles
from ecot.sandbox.ecb import EcbSite
from ecot.sandbox.elevenlabs import Access, ElevenLabsSite
from ecot.sandbox.elevenlabs.truth import Speech, made_up
from ecot.sandbox.messages import Request, Response, Site
from ecot.sandbox.openrouter import OpenRouterSite
from ecot.sandbox.openrouter.truth import OpenRouterTruth
from ecot.sandbox.server import LoopbackServer
from tests.cli.conftest import NOW, Ecot
from tests.cli.test_terminal import environment, plain

KEY, VOICE_KEY = "sk-or-v1-canary0123456789", "sk_canary0123456789"
EVERY_BALANCE = {
    *("provider", "account", "feed", "category", "charge_period", "first_read", "evidence"),
    *("name", "unit", "cycle", "accrues", "remaining", "used", "limit"),
    *(
        "sub_account_id",
        "sub_account_name",
        "api_key_id",
        "api_key_name",
        "user_name",
        "resource_id",
    ),
    *("service", "model", "user", "region_id", "tags", "role", "parent"),
}


def openrouter(now: Callable[[], datetime] = lambda: NOW) -> OpenRouterSite:
    return OpenRouterSite(OpenRouterTruth(now), {KEY: "management"})


def settle(folder: Path, server: LoopbackServer, locale: str = "en-US") -> None:
    """An account of OpenRouter, and one of ElevenLabs; the bank is there too."""
    entries = "".join(
        f'\n[[account]]\nprovider = "{provider}"\nname = "lumen"\nbase_url = "{server.url}{base}"\n'
        for provider, base in (("openrouter", "/api/v1"), ("elevenlabs", ""))
    )
    report = f'[report]\nlocale = "{locale}"\ncurrency = "USD"\necb_url = "{server.url}"\n'
    (folder / "ecot.toml").write_text(report + entries, encoding="utf-8")
    keys = f"OPENROUTER_MANAGEMENT_KEY_LUMEN={KEY}\nELEVENLABS_API_KEY_LUMEN={VOICE_KEY}\n"
    (folder / ".env").write_text(keys, encoding="utf-8")


class Street:
    """OpenRouter, ElevenLabs and the bank whose rates their money needs, at one address."""

    def __init__(self) -> None:
        self.router = openrouter()
        self.voices = ElevenLabsSite(
            Speech(made_up(), lambda: NOW), {VOICE_KEY: Access("ws_studio")}
        )
        self.bank = EcbSite(lambda: NOW)

    def answer(self, request: Request, /) -> Response:
        """The answer of whoever the path belongs to."""
        of_path: dict[str, Site] = {"api": self.router, "stats": self.bank}
        return of_path.get(request.path.split("/")[1], self.voices).answer(request)


@pytest.fixture
def served(here: Path) -> Iterator[LoopbackServer]:
    with LoopbackServer(Street()) as server:
        settle(here, server)
        yield server


@pytest.fixture
def read(ecot: Ecot, served: LoopbackServer) -> LoopbackServer:
    """Both accounts, collected up to this morning."""
    done = ecot("collect", "--from", "2026-03-01")
    assert done.code == 0, done.err
    return served


def table(text: str) -> list[list[str]]:
    """The lines of a printed table, cell by cell."""
    return [re.split(r" {2,}", line) for line in text.splitlines()]


@pytest.mark.usefixtures("read")
def test_balances_say_what_is_left_used_and_of_how_much(ecot: Ecot) -> None:
    truth = OpenRouterTruth(lambda: NOW)

    done = ecot("balances", "--provider", "openrouter")

    assert done.code == 0
    assert done.err == ""
    heading, credit, *limits = table(done.out)
    assert heading == ["Day", "Account", "What", "Whose", "Left", "Used", "Of"]
    used, left = (f"${each:.2f}" for each in (truth.used(), truth.bought - truth.used()))
    name = "openrouter/lumen"
    assert credit == ["2026-03-04", name, "prepaid credit", "—", left, used, "$500.25"]
    assert {tuple(one[2:4]) for one in limits} == {
        ("limit of a key", "Editor"),
        ("limit of a key", "Website"),
    }
    assert {one[-1] for one in limits} == {"$250.50", "$100.00"}


@pytest.mark.usefixtures("read")
def test_balances_that_are_no_money_say_what_is_counted(ecot: Ecot) -> None:
    studio = made_up()[0]
    voices = Speech(made_up(), lambda: NOW)

    lines = {line[2]: line for line in table(ecot("balances", "--provider", "elevenlabs").out)}

    used = f"{voices.used(studio):,} credits"
    assert lines["credits of the plan"][-2:] == [used, f"{studio.credits_a_month:,} credits"]
    owed = lines["owed beyond the plan"]
    assert owed[-3] == owed[-1] == "—", "what is not stated is not zero"
    assert owed[-2].startswith("€")


@pytest.mark.usefixtures("read")
def test_balances_in_french(ecot: Ecot, served: LoopbackServer) -> None:
    settle(Path.cwd(), served, locale="fr-FR")

    heading, *lines = table(ecot("balances").out.replace("\u202f", " ").replace("\xa0", " "))

    assert heading == ["Jour", "Compte", "Objet", "De qui", "Reste", "Utilisé", "Sur"]
    of = {line[2]: line[-1] for line in lines}
    assert of == {
        "crédits de l’abonnement": "40 000 crédits",
        "dû au-delà de l’abonnement": "—",
        "crédit prépayé": "500,25 $US",
        "plafond d’une clé": of["plafond d’une clé"],
    }
    assert {line[-1] for line in lines if line[2] == "plafond d’une clé"} == {
        "100,00 $US",
        "250,50 $US",
    }


@pytest.mark.usefixtures("read")
def test_balances_as_json_are_exact_and_say_where_they_come_from(ecot: Ecot) -> None:
    truth = OpenRouterTruth(lambda: NOW)

    done = ecot("balances", "--account", "openrouter/lumen", "--json")

    assert (done.code, done.err) == (0, "")
    assert set(done.document) == {"balances"}
    credit, *limits = done.document["balances"]
    assert set(credit) == EVERY_BALANCE
    assert (credit["provider"], credit["feed"], credit["name"]) == (
        "openrouter",
        "credits",
        "credit",
    )
    stands = [Decimal(credit[name]) for name in ("limit", "used", "remaining")]
    assert stands == [truth.bought, truth.used(), truth.bought - truth.used()]
    assert credit["charge_period"]["start"] == "2026-03-04T00:00:00Z"
    assert credit["first_read"] == "2026-03-04T10:30:00Z"
    assert (Path.cwd() / ".ecot" / credit["evidence"][0]).exists()
    assert [one["api_key_name"] for one in limits] == ["Editor", "Website"]
    assert KEY not in done.out


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("en-US", "No balance was read this month or the month before.\n"),
        ("fr-FR", "Aucun solde n’a été lu ce mois-ci ni le mois précédent.\n"),
    ],
)
def test_an_empty_ledger_has_no_balance_and_says_so(
    ecot: Ecot, here: Path, served: LoopbackServer, locale: str, said: str
) -> None:
    settle(here, served, locale)

    people, scripts = ecot("balances"), ecot("balances", "--json")

    assert (people.code, people.out, people.err) == (0, "", said)
    assert (scripts.code, scripts.document, scripts.err) == (0, {"balances": []}, "")
    assert served.requests == ()


def test_days_that_are_over_have_no_balance(ecot: Ecot, served: LoopbackServer) -> None:
    """A balance is of now: reading days that are over tells none, and makes none up."""
    assert ecot("collect", "--from", "2026-03-01", "--to", "2026-03-04").code == 0

    assert ecot("balances", "--json").document == {"balances": []}


def test_an_ordinary_key_is_refused_and_its_credit_of_zero_is_no_balance(
    ecot: Ecot, served: LoopbackServer
) -> None:
    """OpenRouter answers a key that may not read credit with a credit of zero."""
    site = served.site
    assert isinstance(site, Street)
    site.router = OpenRouterSite(OpenRouterTruth(lambda: NOW), {KEY: "inference"})

    done = ecot("collect", "--provider", "openrouter", "--json")

    assert done.code == 1
    assert done.document["outcomes"][0]["state"] == "failed"
    assert ecot("balances", "--json").document == {"balances": []}


def test_providers_as_json_hold_what_each_can_say(ecot: Ecot) -> None:
    found = {one["provider"]: one for one in ecot("providers", "--json").document["providers"]}

    assert set(found) == {provider.name for provider in PROVIDERS}
    sentences = ("bills", "grain", "history", "late", "key", "permission", "cannot_tell",
                 "sub_accounts")  # fmt: skip
    for provider in PROVIDERS:
        told = found[provider.name]
        assert {name: told[name] for name in sentences} == {
            name: getattr(provider.facts, name) for name in sentences
        }
        assert all(told[name] for name in sentences)
        assert told["feeds"] == list(provider.feeds)
        assert told["snapshots"] == list(provider.snapshots)
        assert told["history_days"] == provider.history_days


def test_a_first_collection_says_on_a_terminal_how_far_it_is(tmp_path: Path) -> None:
    """Twelve months of OpenRouter. What the activity no longer holds is asked of the analytics,
    which here do not answer before the person has read where the collection is."""
    with LoopbackServer(openrouter(lambda: datetime.now(UTC))) as server:
        settle(tmp_path, server)
        server.faults.add(troubles.slow(60).on("analytics/query").repeated(None))
        ours, theirs = pty.openpty()
        command = [sys.executable, "-m", "ecot", "collect", "--provider", "openrouter"]
        program = subprocess.Popen(
            command, cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, stderr=theirs
        )
        os.close(theirs)
        try:
            seen = read_until(ours, r"openrouter/lumen  activity \d{4}-\d\d · [23]/12 · ~")
        finally:
            server.release()
            end = read_until(ours, r"up to date")
            out, _ = program.communicate(timeout=60)
            os.close(ours)

    assert re.search(r"· [23]/12 · ~\d+ (s|min)", seen)
    assert "✓ openrouter/lumen  up to date" in end
    assert (program.returncode, out) == (0, b"")


def test_a_first_collection_says_nothing_of_it_in_a_pipe(
    ecot: Ecot, served: LoopbackServer
) -> None:
    done = ecot("collect", "--provider", "openrouter")

    assert any(asked.path.endswith("/analytics/query") for asked in served.requests)
    assert (done.code, done.out) == (0, "")
    assert done.err.startswith("✓ openrouter/lumen  up to date, ")
    assert len(done.err.splitlines()) == 1


def read_until(terminal: int, pattern: str) -> str:
    """What a person has seen when the pattern appears, or the program has ended."""
    seen = ""
    while not re.search(pattern, plain(seen)):
        try:
            part = os.read(terminal, 4096)
        except OSError:  # Linux says so when the last process has left the terminal
            break
        if not part:
            break
        seen += part.decode(errors="replace")
    return plain(seen)
