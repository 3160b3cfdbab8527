"""A company that uses everything at once: what it is shown is what it is billed, once."""

import asyncio
import json
import shutil
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import pytest

from ecot.cli.session import Session, close_all
from ecot.edge.sources import sources_of
from ecot.jobs.known import provider
from ecot.jobs.query import By
from ecot.jobs.run import run
from ecot.model.outcome import Outcome
from ecot.providers.contract import variable_of
from ecot.providers.suppliers import PROVIDERS
from ecot.sandbox.server import LoopbackServer
from ecot.sandbox.supplier import Supplier
from tests.cli.conftest import Ecot, begin
from tests.cli.whole_company import (
    BILL,
    EURO,
    OCTOBER,
    PLAN,
    TWIN,
    dollars,
    suppliers,
)
from tests.focus_validator import RULES, Verdict, validated
from tests.jobs.focus import file, line
from tests.jobs.world import Clock

EVENING = datetime(2026, 10, 31, 22, tzinfo=UTC)
MORNING = datetime(2026, 11, 8, 6, tzinfo=UTC)
BREAKDOWNS = {"claude-code/lumen", "openrouter/lumen", "prometheus/lumen"}
SPAN = ("--from", str(OCTOBER.first), "--to", str(OCTOBER.after))
MONEY = f"""
[report]
currency = "USD"
locale = "en-US"

[[rate]]
from = "EUR"
to = "USD"
rate = {EURO}
since = 2026-01-01

[[plan]]
provider = "supabase"
account = "lumen"
name = "Pro"
amount = {PLAN}
currency = "USD"
since = "2026-10"
"""


@dataclass
class Company:
    """What all suppliers are owed, the accounts' outcomes, and the folder where they are kept."""

    owed: dict[str, Decimal]
    outcomes: dict[str, Outcome]
    folder: Path


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """Collected once: on the last evening of October what is told on the day alone, and everything
    on a morning of November."""
    folder, clock = tmp_path_factory.mktemp("company"), Clock(EVENING)
    found, settings = list(suppliers(clock)), [MONEY]
    with ExitStack() as around:
        monkeypatch = around.enter_context(pytest.MonkeyPatch.context())
        begin(folder, monkeypatch)
        monkeypatch.setattr("ecot.cli.session.utc_now", clock)
        for one in found:
            server = around.enter_context(LoopbackServer(one.site))
            settings.append(account_of(one, server.url))
            prefix = provider(one.provider).variables[0]
            monkeypatch.setenv(variable_of(prefix, one.provider, one.name), str(one.key))
        (folder / "ecot.toml").write_text("\n".join(settings), encoding="utf-8")
        night(clock, "elevenlabs", "supabase", "weaviate")
        counted = {one.account: dollars(one) for one in found if one.provider == "elevenlabs"}
        clock.moment = MORNING
        outcomes = night(clock)
        owed = {one.account: dollars(one) for one in found} | counted
    known = {account: amount for account, amount in owed.items() if amount is not None}
    return Company(known, {one.account: one for one in outcomes}, folder)


def night(clock: Clock, *providers: str) -> list[Outcome]:
    """A whole run, of these providers or of all."""
    session = Session()
    accounts = session.settings.accounts
    job = run(
        session.place,
        sources_of(
            session, [one for one in accounts if not providers or one.provider in providers]
        ),
        session.plans(),
        clock.round(),
        expected=[one.key for one in accounts],
        currency="USD",
        rates=session.rates(),
    )
    outcomes = asyncio.run(job)
    close_all()
    return outcomes


@pytest.fixture
def kept(company: Company, here: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The fresh folder, with what the collection came to, on the same morning."""
    monkeypatch.setattr("ecot.cli.session.utc_now", lambda: MORNING)
    shutil.copytree(company.folder, here, dirs_exist_ok=True)
    return here


def account_of(one: Supplier, url: str) -> str:
    """Its table in `ecot.toml`."""
    named = {"provider": one.provider, "name": one.name, "base_url": f"{url}{one.below}"}
    stated = {key: json.dumps(value) for key, value in named.items()}
    further = {key: json.dumps(value) for key, value in one.options.items()}
    lines = stated | {"since": str(OCTOBER.first)} | further
    return "\n".join(["[[account]]", *(f"{key} = {value}" for key, value in lines.items()), ""])


def test_the_total_is_what_everybody_bills_and_nothing_twice(
    company: Company, ecot: Ecot, kept: Path
) -> None:
    typed = ("--number", "W-10", "--issued", "2026-11-02", "--month", str(OCTOBER))
    amount = ("--net", str(BILL), "--tax", "12.90", "--currency", "EUR")
    assert ecot("bill", "add", "weaviate/lumen", *typed, *amount).code == 0
    told = ecot("totals", *SPAN, "--by", "account", "--json").document
    found = {line["key"]: line["billed_cost"] for line in told["groups"]}

    assert {key: Decimal(cost) for key, cost in found.items() if cost is not None} == company.owed
    assert Decimal(told["total"]) == sum(company.owed.values())
    assert Decimal(told["tax"]) > 0, "AWS, DigitalOcean and the bill state some: beside the total"
    for by in get_args(By):
        assert ecot("totals", *SPAN, "--by", by, "--json").document["total"] == told["total"]


def typed_bills(ecot: Ecot) -> None:
    """An invoice in euros with its tax, where nothing is charged, and one to be compared."""
    typed = ("--number", "=1+2", "--issued", "2026-11-02", "--month", str(OCTOBER))
    amount = ("--net", str(BILL), "--tax", "12.90", "--currency", "EUR")
    assert ecot("bill", "add", "weaviate/lumen", *typed, *amount).code == 0
    told = ("--number", "D-10", "--issued", "2026-11-02", "--month", str(OCTOBER))
    assert (
        ecot("bill", "add", "deepgram/lumen", *told, "--net", "100", "--currency", "USD").code == 0
    )
    assert ecot("bill", "book", "deepgram/lumen", "D-10").code == 0


def costs_by(ecot: Ecot, by: str, currency: str) -> dict[str, Any]:
    """What totals say of costs, but for what a file of charges cannot hold: usage, and whose days
    are missing."""
    told = ecot("totals", *SPAN, "--by", by, "--currency", currency, "--json").document
    groups = [
        {name: line[name] for name in ("key", "billed_cost", "basis", "unconverted")}
        for line in told["groups"]
        if line["billed_cost"] is not None or line["unconverted"]
    ]
    return {name: told[name] for name in ("total", "tax", "unconverted")} | {"groups": groups}


def test_a_focus_file_of_everything_comes_back_as_the_same_figures(
    ecot: Ecot, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed_bills(ecot)
    done = ecot("export", "--format", "focus", *SPAN, "--out", "october.csv")
    views = [*((by, "USD") for by in get_args(By)), ("account", "EUR"), ("day", "CHF")]
    before = {view: costs_by(ecot, *view) for view in views}
    unknown = ecot("totals", *SPAN, "--json").document["coverage"]["unknown"]
    assert unknown
    assert done.err.startswith(f"{unknown} charge")  # that is not in the file

    monkeypatch.setenv("ECOT_HOME", str(kept / "elsewhere"))
    assert ecot("import", "focus", "october.csv").code == 0
    assert {view: costs_by(ecot, *view) for view in views} == before


@pytest.mark.tools
def test_a_focus_file_of_everything_passes_its_own_validator(
    ecot: Ecot, kept: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    typed_bills(ecot)
    text = ecot("export", "--format", "focus").out
    folder = tmp_path_factory.mktemp("validator")
    assert len(text.splitlines()) > 500
    assert validated(text, folder) == Verdict(RULES, 1, [])


def test_nobody_is_forgotten(company: Company) -> None:
    assert {account.split("/")[0] for account in company.outcomes} == {
        one.name for one in PROVIDERS
    }


def test_two_keys_of_one_organisation_count_once(company: Company) -> None:
    states = {account: one.state for account, one in company.outcomes.items()}

    assert states == dict.fromkeys(states, "ok") | {TWIN: "failed"}
    assert "which openai/studio already counts" in str(company.outcomes[TWIN].message)


def test_what_is_told_of_others_stands_beside_and_what_is_earned_is_no_cost(
    ecot: Ecot, kept: Path
) -> None:
    told = ecot("totals", *SPAN, "--by", "account", "--json").document
    earned = ecot("revenue", *SPAN, "--json").document

    assert set(told["coverage"]["breakdowns"]) == BREAKDOWNS
    assert all(Decimal(cost) > 0 for cost in told["coverage"]["breakdowns"].values())
    assert "stripe/lumen" not in {line["key"] for line in told["groups"]}
    assert earned["net_revenue"]["days"]


def test_a_file_adds_what_no_key_reads_and_nothing_that_one_does(ecot: Ecot, kept: Path) -> None:
    before = ecot("totals", *SPAN, "--json").document
    billed, given = (
        line(cost, "2026-10-30", "2026-10-31", category=kind, provider="Google Cloud")
        for cost, kind in (("12.30", "Usage"), ("-2.10", "Credit"))
    )
    file(kept, billed, given, name="google.csv")
    file(kept, line("5.00", "2026-10-30", "2026-10-31", provider="AWS"), name="aws.csv")
    imported, refused = (ecot("import", "focus", name) for name in ("google.csv", "aws.csv"))
    told = ecot("totals", *SPAN, "--json").document

    assert (imported.code, refused.code) == (0, 1)
    assert "aws/lumen" in refused.err
    assert Decimal(told["total"]) - Decimal(before["total"]) == Decimal("10.20")
    assert missing(before) - missing(told) == {"google-cloud"}


def test_what_can_be_read_no_more_is_told_apart(ecot: Ecot, kept: Path) -> None:
    told = ecot("totals", *SPAN, "--json").document
    reasons = {one["account"]: one["reason"] for one in told["coverage"]["missing"]}

    assert reasons == {
        "cursor/lumen": "told on its day",  # seats, of which there is no plan
        "google-cloud": "told by another",
        "supabase/lumen": "ok",  # requests of days that Supabase does not answer for any more
    }


def missing(told: Any) -> set[str]:
    """The accounts that lack days."""
    return {one["account"] for one in told["coverage"]["missing"]}
