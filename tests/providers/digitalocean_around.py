"""A made-up company's account at DigitalOcean: its truth, its site and its ledger."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from ecot.jobs.place import Place, open_place
from ecot.jobs.query import Question
from ecot.jobs.round import Source
from ecot.jobs.rows import rows
from ecot.model.money import total
from ecot.model.outcome import Outcome
from ecot.model.period import Month
from ecot.model.rows import Balance, Charge
from ecot.providers.contract import Options
from ecot.providers.digitalocean import DIGITALOCEAN
from ecot.providers.digitalocean.access import DigitalOceanOptions
from ecot.sandbox.digitalocean import BILLING_KEY, DigitalOceanSite
from ecot.sandbox.digitalocean.resources import Invoice, Point
from ecot.sandbox.digitalocean.truth import DigitalOceanTruth
from ecot.sandbox.server import LoopbackServer
from tests.jobs.world import Clock
from tests.providers import around
from tests.providers.asking import NOW


@dataclass
class Lumen:
    """The account, and what surrounds it."""

    clock: Clock
    place: Place
    site: DigitalOceanSite
    server: LoopbackServer
    since: date = date(2026, 10, 1)
    options: Options = field(default_factory=DigitalOceanOptions)

    def source(self, key: str | None = BILLING_KEY, name: str = "lumen") -> Source:
        found = around.source(DIGITALOCEAN, self.server.url, key, name)
        return replace(found, since=self.since, options=self.options)

    def collect(
        self, days: Sequence[date] | None = None, key: str = BILLING_KEY, name: str = "lumen"
    ) -> Outcome:
        return around.collected(self.source(key, name), self.clock.round(days), self.place)

    def examine(self, key: str = BILLING_KEY) -> Outcome:
        return around.examined(self.source(key), self.clock.round())

    def question(self, first: date, after: date) -> Question:
        return Question(first=first, after=after, today=self.clock.today, currency="USD")

    def charges(self, month: Month) -> list[Charge]:
        question = self.question(month.first, month.after)
        return [row for _, _, row, _ in rows(self.place, question, Charge)]

    def balances(self) -> dict[str, Balance]:
        today = self.clock.today
        found = rows(self.place, self.question(today, Month.of(today).after), Balance)
        return {row.name: row for _, _, row, _ in found}

    def invoice(self, month: Month) -> Invoice:
        return self.site.truth.invoice(month.first)

    def points(self, month: Month) -> list[Point]:
        return list(self.site.truth.between(month.first, month.days()[-1]))

    def asked(self, what: str) -> list[str]:
        """The paths that were asked for and hold the words."""
        return [each.path for each in self.server.requests if what in each.path]


def cost(charges: Sequence[Charge]) -> Decimal:
    """What the charges come to, tax included."""
    return total(one.billed_cost for one in charges if one.billed_cost is not None)


def by(charges: Sequence[Charge], *names: str) -> dict[Any, Decimal]:
    """What the charges come to, by some of their fields."""
    found: dict[Any, list[Charge]] = defaultdict(list)
    for one in charges:
        values = tuple(getattr(one, name) for name in names)
        found[values if len(values) > 1 else values[0]].append(one)
    return {key: cost(group) for key, group in found.items()}


@contextmanager
def company(home: Path) -> Iterator[Lumen]:
    """The company as of NOW, with an empty ledger."""
    clock = Clock(NOW)
    site = DigitalOceanSite(DigitalOceanTruth(clock))
    with LoopbackServer(site) as server:
        lumen = Lumen(clock, open_place(home), site, server)
        yield lumen
        lumen.place.store.close()
