"""A small company with two suppliers, its Notion and its Resend on loopback, and a clock: where the
cycle of months is run night after night."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import httpx
from pydantic import SecretStr

from ecot.jobs.cycle.mailing import Alerted, Mailed, Mailing, Read
from ecot.jobs.cycle.night import Delivered, Done, Night, Published
from ecot.jobs.known import titles
from ecot.jobs.mail.report import Letterhead
from ecot.jobs.notion.access import Access, Clocks
from ecot.jobs.notion.databases import make
from ecot.jobs.notion.kept import NotionSync
from ecot.jobs.place import open_place
from ecot.jobs.run import run
from ecot.jobs.site.edition import Edition
from ecot.language import Language
from ecot.model.budget import Budget
from ecot.model.outcome import Outcome
from ecot.model.period import Month
from ecot.sandbox.notion import NotionSite
from ecot.sandbox.resend import FULL, ResendSite
from ecot.sandbox.resend.rules import Team
from ecot.sandbox.server import LoopbackServer
from ecot.sinks.mail.resend import ResendPost
from ecot.store.folder import Folder
from ecot.store.protocol import Files, Place
from tests.jobs.cycle.shop import Shop
from tests.jobs.world import Clock

TO = "camille@lumen.example"
SENDER = "Écot <ecot@lumen.example>"
KEY, TOKEN = SecretStr("re_town_canary"), SecretStr("ntn_town_canary")
STUDIO, LABO = "openai/studio", "anthropic/labo"
ACCOUNTS = (STUDIO, LABO)
ZURICH = Language("fr-FR", "Europe/Zurich")


class TownClock(Clock):
    """The clock of a town: whoever waits moves it on."""

    def wait(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)

    def monotonic(self) -> float:
        return self.moment.timestamp()


def no_site(_place: Place, _site: Files, _edition: Edition, _month: Month | None) -> list[str]:
    """For nights on which nobody looks at the report: it takes longer than all the rest."""
    return []


@dataclass
class Evening:
    """What one night came to."""

    outcomes: list[Outcome]
    steps: list[Done] = field(default_factory=list)

    @property
    def synced(self) -> NotionSync:
        return next(one for one in self.steps if isinstance(one, NotionSync))

    @property
    def mailed(self) -> Mailed:
        return next(one for one in self.steps if isinstance(one, Mailed))

    @property
    def alerted(self) -> Alerted:
        return next(one for one in self.steps if isinstance(one, Alerted))

    @property
    def delivered(self) -> list[Delivered]:
        return [one for one in self.steps if isinstance(one, Delivered)]

    @property
    def published(self) -> Published:
        return next(one for one in self.steps if isinstance(one, Published))


@dataclass
class Town:
    """Everything that a night touches."""

    clock: TownClock
    place: Place
    home: Path
    shops: dict[str, Shop]
    notion: NotionSite
    notion_server: LoopbackServer
    resend: ResendSite
    resend_server: LoopbackServer
    access: Access
    outcomes: list[Outcome] = field(default_factory=list)
    budgets: tuple[Budget, ...] = ()

    def collect(self, place: Place | None = None) -> list[Outcome]:
        """A whole collection, of everybody."""
        sources = [shop.source(account) for account, shop in self.shops.items()]
        round_ = self.clock.round()
        running = run(place or self.place, sources, [], round_, expected=set(ACCOUNTS))
        self.outcomes = asyncio.run(running)
        return self.outcomes

    def edition(self) -> Edition:
        return Edition(
            today=self.clock.today,
            currency="USD",
            language=ZURICH,
            titles=titles(),
            accounts=ACCOUNTS,
            budgets=self.budgets,
        )

    def post(self) -> ResendPost:
        return ResendPost(
            KEY,
            self.clock,
            base_url=self.resend_server.url,
            sleep=self.clock.wait,
            monotonic=self.clock.monotonic,
            jitter=lambda: 1.0,
            timeout=httpx.Timeout(5.0),
        )

    def night(self, place: Place | None = None, *, is_sending: bool = True) -> Night:
        letterhead = Letterhead(SENDER, None, "https://costs.lumen.example")
        mailing = Mailing(post=self.post(), to=(TO,), letterhead=letterhead)
        return Night(
            place=place or self.place,
            site=Folder(self.home / "site"),
            edition=self.edition(),
            expected=ACCOUNTS,
            clocks=Clocks(now=self.clock, monotonic=self.clock.monotonic, sleep=self.clock.wait),
            notion=self.access,
            mailing=mailing if is_sending else None,
            publish=no_site,
        )

    def run(self, day: date, hour: int = 5, *, is_sending: bool = True) -> Evening:
        """A run in the early morning (UTC) of the day."""
        self.clock.at(day, hour)
        return self.run_now(is_sending=is_sending)

    def run_now(self, place: Place | None = None, *, is_sending: bool = True) -> Evening:
        """The same, at this moment."""
        evening = Evening(self.collect(place))
        for step in self.night(place, is_sending=is_sending).follow(Read(evening.outcomes)):
            evening.steps.append(step)
        return evening

    def titles(self) -> list[str]:
        """The subject lines of all mails that went out."""
        return [mail.body["subject"] for mail in self.resend.mails]

    def rows(self, month: Month | None = None) -> dict[str, Decimal | None]:
        """The cost of each row of Usages by its key."""
        found = self.notion.world.pages(self.access.usages or "")
        wanted = "" if month is None else str(month)
        return {
            row["Clé"]: None if row["Coût USD"] is None else Decimal(str(row["Coût USD"]))
            for row in found
            if row["Clé"].endswith(wanted)
        }


@contextmanager
def town(
    home: Path,
    begins: datetime,
    prices: dict[str, Callable[[date], Decimal]],
    *,
    since: date | None = None,
    opens: Callable[[Path], Place] = open_place,
) -> Iterator[Town]:
    """The town on a morning; what its suppliers cost a day is told from `since` on."""
    clock = TownClock(begins)
    shops = {name: Shop(clock, since or begins.date(), price) for name, price in prices.items()}
    notion = NotionSite(clock, TOKEN.get_secret_value())
    resend = ResendSite(clock, {KEY.get_secret_value(): FULL}, team=Team(TO, ("lumen.example",)))
    with LoopbackServer(notion) as notion_server, LoopbackServer(resend) as resend_server:
        clocks = Clocks(now=clock, monotonic=clock.monotonic, sleep=clock.wait)
        access = Access(secret_name="NOTION_API_KEY", token=TOKEN, base_url=notion_server.url)
        made = make(access, clocks, notion.world.add_page(), "USD")
        access = Access(
            secret_name="NOTION_API_KEY",
            token=TOKEN,
            base_url=notion_server.url,
            services=made.services,
            usages=made.usages,
        )
        place = opens(home)
        try:
            yield Town(
                clock, place, home, shops, notion, notion_server, resend, resend_server, access
            )
        finally:
            place.store.close()


NOVEMBER = datetime(2026, 11, 8, 5, tzinfo=UTC)
