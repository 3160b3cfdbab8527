"""Nights of a company as Ecot keeps its ledger: the real nightly run, its sweep, and the report."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from ecot.jobs.collect import collect
from ecot.jobs.place import open_place
from ecot.jobs.publish import publish
from ecot.jobs.query import Question, Totals, answer
from ecot.jobs.round import Round, Source
from ecot.jobs.run import run
from ecot.jobs.site.edition import Edition
from ecot.jobs.sweep import sweep
from ecot.language import Language
from ecot.model.outcome import Outcome
from ecot.model.period import DAY, Month, Period
from ecot.model.rates import Publication
from ecot.model.target_days import is_target_day
from ecot.sandbox.ecb import EcbSite, published
from ecot.sandbox.server import LoopbackServer
from ecot.store.folder import Folder
from ecot.store.protocol import Place
from ecot.store.rates import add_publications
from tests.bench.daily import Daily
from tests.bench.meter import Meter
from tests.jobs.world import Clock

MONTH = Month(2026, 4)
HISTORY = 12  # months before it
HOUR = 4
REPORT_EVERY = 10  # nights: a report of 13 months takes seconds


class CountedFolder(Folder):
    """Files that are counted as they are put."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.puts = 0

    def put(self, name: str, body: bytes) -> None:
        self.puts += 1
        super().put(name, body)


class Company:
    """Its suppliers, its ledger, and a clock."""

    def __init__(self, home: Path, accounts: int) -> None:
        self.meter = Meter(open_place(home).store)
        self.files, self.site = CountedFolder(home / "kept"), CountedFolder(home / "pages")
        self.place = Place(self.meter.store, self.files)
        self.suppliers = [Daily(number) for number in range(accounts)]
        self.clock = Clock(datetime(MONTH.year, MONTH.number, 1, HOUR, tzinfo=UTC))

    def begin(self, months: int) -> None:
        """Collects the months before, once they were over."""
        first = MONTH.shifted(-months).first
        self._wake(MONTH.first)
        days = Period.of_days(first - 10 * DAY, MONTH.first).days()
        with self.meter.doing("before"):
            rates = (Publication(day, published(day)) for day in days if is_target_day(day))
            add_publications(self.place.store, rates)
            asked = Period.of_days(first, MONTH.first).days()
            _check(asyncio.run(collect(self.place, self._sources(), self._round(asked))))
            sweep(self.place, self.clock() - 2 * DAY)
        self.files.puts = 0

    def night(self, today: date, rates_url: str) -> None:
        """A night's run, and now and then a report. The sweep comes first, to be metered apart: the
        run's own one then finds that it was done."""
        self._wake(today)
        with self.meter.doing("sweeping"):
            sweep(self.place, self.clock())
        names = [source.account for source in self._sources()]
        round_ = replace(self._round(None), rates_url=rates_url)
        job = run(self.place, self._sources(), [], round_, expected=names, currency="USD")
        with self.meter.doing("collecting"):
            _check(asyncio.run(job))
        if (today - MONTH.first).days % REPORT_EVERY == 0:
            with self.meter.doing("publishing"):
                publish(self.place, self.site, edition(today))
            with self.meter.doing("adding up"):
                _add_up(self.place, today)

    def close(self) -> None:
        self.place.store.close()

    def _wake(self, today: date) -> None:
        self.clock.at(today, HOUR)
        for supplier in self.suppliers:
            supplier.wake(today)

    def _sources(self) -> list[Source]:
        return [supplier.source() for supplier in self.suppliers]

    def _round(self, days: Iterable[date] | None) -> Round:
        return self.clock.round(days)


def _add_up(place: Place, today: date) -> Totals:
    """The same sums as the other way adds up for its report."""
    first = MONTH.shifted(-HISTORY).first
    question = Question(first=first, after=MONTH.after, today=today, currency="USD")
    return answer(place.store, question, "model", {})


def edition(today: date) -> Edition:
    """The report of the day."""
    return Edition(today=today, currency="USD", language=Language("en-US", "UTC"), titles={})


def kept(home: Path, accounts: int, nights: int, months: int = HISTORY) -> Company:
    """The company after so many nights."""
    company = Company(home, accounts)
    company.begin(months)
    with LoopbackServer(EcbSite(company.clock)) as server:
        for today in MONTH.days()[:nights]:
            company.night(today, server.url)
    return company


def _check(outcomes: Sequence[Outcome]) -> None:
    troubles = [one.message for one in outcomes if one.state != "ok"]
    if troubles:
        raise RuntimeError(f"the benchmark itself is broken: {troubles}")
