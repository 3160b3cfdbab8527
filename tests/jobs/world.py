"""A made-up company on loopback, a ledger, and a clock that a test moves: where jobs are run."""

import asyncio
import ssl
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path

import httpx
from pydantic import SecretStr

from ecot.jobs.collect import collect
from ecot.jobs.dump import write_dump
from ecot.jobs.known import provider, titles
from ecot.jobs.place import open_place
from ecot.jobs.publish import publish
from ecot.jobs.query import By, Question, Totals, answer
from ecot.jobs.round import Round, Source, nothing_to_tell, run_id
from ecot.jobs.run import run
from ecot.jobs.site.edition import Edition
from ecot.language import Language
from ecot.ledger.plans import Plan
from ecot.model.outcome import Outcome
from ecot.model.period import Month
from ecot.providers.http import client
from ecot.providers.transport import Patient
from ecot.sandbox.company import Company, Organisation
from ecot.sandbox.openai import OpenAISite
from ecot.sandbox.server import LoopbackServer
from ecot.sandbox.truth import Truth
from ecot.store.folder import Folder
from ecot.store.protocol import Place

ENGLISH = Language(locale="en-US")
_PLAIN = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # never used on loopback, and slow to make


@dataclass
class Clock:
    """A clock that stands until a test, or somebody's sleep, moves it."""

    moment: datetime
    slept: list[float] = field(default_factory=list)
    told: Callable[[str, str], None] = nothing_to_tell

    def __call__(self) -> datetime:
        return self.moment

    @property
    def today(self) -> date:
        return self.moment.date()

    def at(self, day: date, hour: int = 6) -> None:
        """Moves to an hour of the UTC day."""
        self.moment = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def client(self) -> httpx.AsyncClient:
        """Connections whose retries take no time."""
        transport = httpx.AsyncHTTPTransport(verify=_PLAIN)
        return client(Patient(transport, sleep=self.sleep, now=self, jitter=lambda: 1.0))

    def round(self, days: Iterable[date] | None = None) -> Round:
        """A run that starts now; the next one starts a second later."""
        self.moment += timedelta(seconds=1)
        return Round(
            run=run_id(self.moment),
            today=self.today,
            now=self,
            days=None if days is None else tuple(days),
            told=self.told,
            open_client=self.client,
            sleep=self.sleep,
        )


@dataclass
class World:
    """Everything that a job touches."""

    clock: Clock
    truth: Truth
    site: OpenAISite
    server: LoopbackServer
    home: Path
    opens: Callable[[Path], Place] = open_place

    @cached_property
    def place(self) -> Place:
        return self.opens(self.home)

    @property
    def first(self) -> Organisation:
        """The company's first organisation."""
        return self.truth.company.organisations[0]

    def source(self, name: str, key: str | None, base_url: str | None = None) -> Source:
        """An account of OpenAI."""
        return Source(
            provider=replace(provider("openai"), backfill_months=1),
            account=f"openai/{name}",
            secret=None if key is None else SecretStr(key),
            secret_name=f"OPENAI_ADMIN_KEY_{name.upper()}",
            base_url=base_url or f"{self.server.url}/v1",
        )

    def own(self, organisation: Organisation | None = None) -> Source:
        """The account of an organisation (default: the first), with a key that may read all."""
        organisation = organisation or self.first
        return self.source(organisation.name, organisation.admin_keys[0].value)

    def collect(
        self, *sources: Source, days: Iterable[date] | None = None, place: Place | None = None
    ) -> list[Outcome]:
        """Collects the accounts (default: the first organisation's)."""
        round_ = self.clock.round(days)
        return asyncio.run(collect(place or self.place, sources or [self.own()], round_))

    def run(self, *sources: Source, plans: Sequence[Plan] = ()) -> list[Outcome]:
        """A whole nightly run."""
        return asyncio.run(run(self.place, sources, plans, self.clock.round()))

    def totals(self, by: By, first: date, after: date) -> Totals:
        return totals(self.place, by, first, after, self.clock.today)

    def publish(self, month: Month | None = None) -> dict[str, str]:
        """The published pages."""
        site = Folder(self.home / "site")
        names = publish(self.place, site, edition(self.clock.today), month)
        return {name: (site.get(name) or b"").decode() for name in names}


@contextmanager
def world_of(
    company: Company,
    now: datetime,
    home: Path,
    *,
    amounts_as_strings: bool = False,
    opens: Callable[[Path], Place] = open_place,
) -> Iterator[World]:
    """A world around the company, whose ledger `opens` opens."""
    clock = Clock(now)
    truth = Truth(company, clock)
    served = OpenAISite(truth, amounts_as_strings=amounts_as_strings)
    with LoopbackServer(served) as server:
        world = World(clock, truth, served, server, home, opens)
        yield world
        world.place.store.close()


def totals(place: Place, by: By, first: date, after: date, today: date) -> Totals:
    """What the ledger says in dollars of the days `[first, after)`."""
    question = Question(first=first, after=after, today=today, currency="USD")
    return answer(place.store, question, by, titles())


def edition(today: date) -> Edition:
    """The report in English."""
    return Edition(today=today, currency="USD", language=ENGLISH, titles=titles())


def dump(place: Place) -> bytes:
    """The whole ledger, exported."""
    return b"".join(write_dump(place))


def figures(place: Place) -> bytes:
    """The whole ledger but for the outcomes of its runs."""
    before, rest = dump(place).split(b',\n"outcomes":[', 1)
    return before + rest[rest.index(b',\n"heads":[') :]
