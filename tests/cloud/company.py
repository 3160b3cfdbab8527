"""The sandbox company: every supplier on loopback, the ECB, and for each side of a comparison a
Notion and a Resend of its own.

Suppliers answer as of a clock that stands until the test moves it, so that whoever asks on one
morning is told the same.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime

from pydantic import SecretStr

from ecot.jobs.known import provider
from ecot.jobs.notion.access import Access, Clocks
from ecot.jobs.notion.databases import make
from ecot.providers.contract import variable_of
from ecot.sandbox.ecb import EcbSite
from ecot.sandbox.notion import NotionSite
from ecot.sandbox.resend import FULL, ResendSite
from ecot.sandbox.server import LoopbackServer
from ecot.sandbox.stripe.subscribers import Subscribers
from ecot.sandbox.supplier import Supplier
from tests.cli import whole_company
from tests.jobs.world import Clock

OWN = "camille@lumen.example"
NOTION_KEY, RESEND_KEY = "ntn_Can4ryTw33tTweet0123456789abcd", "re_Can4ryTw33tTweet0123456789"
SINK_SECRETS = {"NOTION_API_KEY": NOTION_KEY, "RESEND_API_KEY": RESEND_KEY}
_BUSY = 6_000  # requests a minute: where the clock stands, so does the minute of Notion's limit
_MONEY = """
[[plan]]
provider = "supabase"
account = "lumen"
name = "Pro"
amount = 25
currency = "USD"
since = "2026-09"
"""


@dataclass(frozen=True)
class Sinks:
    """Where one side sends its results, and the settings that lead there."""

    notion: LoopbackServer
    resend: LoopbackServer
    notes: NotionSite
    post: ResendSite
    usages: str
    settings: str


@dataclass
class Company:
    """All suppliers by account, at the moment of the clock, and the settings and secrets with which
    they are collected."""

    clock: Clock
    bank: LoopbackServer
    suppliers: dict[str, LoopbackServer] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    tables: list[str] = field(default_factory=list)
    subscribers: list[Subscribers] = field(default_factory=list)

    @property
    def accounts(self) -> Sequence[str]:
        """All of them, in the order of the settings."""
        return list(self.suppliers)

    def morning(self, moment: datetime) -> None:
        """It is that moment of a new day."""
        self.clock.moment = moment
        for one in self.subscribers:
            one.morning(moment.date())

    def settings(self, sinks: Sinks, url: str | None = None) -> str:
        """The file of a side whose report is read at `url`."""
        report = ['currency = "USD"', 'locale = "fr-FR"', 'timezone = "Europe/Zurich"']
        report += [f'ecb_url = "{self.bank.url}"', *([f'url = "{url}"'] if url else [])]
        return "\n".join(["[report]", *report, sinks.settings, _MONEY, *self.tables])


@contextmanager
def open_company(now: datetime, since: date, *accounts: str) -> Iterator[Company]:
    """The company at that moment; its accounts (these, or all) are read from the day `since` on."""
    clock = Clock(now)
    with ExitStack() as around:
        bank = around.enter_context(LoopbackServer(EcbSite(clock)))
        company = Company(clock, bank)
        for one in whole_company.suppliers(clock):
            if one.account == whole_company.TWIN or (accounts and one.account not in accounts):
                continue
            server = around.enter_context(LoopbackServer(one.site))
            prefix = provider(one.provider).variables[0]
            company.suppliers[one.account] = server
            company.secrets[variable_of(prefix, one.provider, one.name)] = str(one.key)
            company.tables.append(_table(one, server.url, since))
            if one.provider == "stripe":
                company.subscribers.append(Subscribers(one.truth))
        yield company


@contextmanager
def open_sinks(company: Company) -> Iterator[Sinks]:
    """A Notion with the pair of databases in it, and a Resend; the same each time."""
    clock = company.clock
    notes = NotionSite(clock, NOTION_KEY, requests_per_minute=_BUSY)
    post = ResendSite(clock, {RESEND_KEY: FULL})
    with LoopbackServer(notes) as notion, LoopbackServer(post) as resend:
        access = Access(
            secret_name="NOTION_API_KEY", token=SecretStr(NOTION_KEY), base_url=notion.url
        )
        pair = make(access, Clocks(now=clock), notes.world.add_page("Coûts"), "USD")
        settings = f"""
[notion]
services = "{pair.services}"
usages = "{pair.usages}"
base_url = "{notion.url}"

[mail]
to = ["{OWN}"]
from = "Écot <ecot@lumen.example>"
base_url = "{resend.url}"
"""
        yield Sinks(notion, resend, notes, post, pair.usages, settings)


def _table(one: Supplier, url: str, since: date) -> str:
    """The account's own in `ecot.toml`."""
    named = {"provider": one.provider, "name": one.name, "base_url": f"{url}{one.below}"}
    stated = {key: json.dumps(value) for key, value in {**named, **one.options}.items()}
    lines = {**stated, "since": str(since)}
    return "\n".join(["[[account]]", *(f"{key} = {value}" for key, value in lines.items()), ""])
