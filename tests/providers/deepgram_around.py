"""A made-up company's Deepgram on loopback, an account of it, and its truth, added up."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

from ecot.jobs.round import Source
from ecot.model.period import Period
from ecot.model.rows import AnyRow, Charge, Name, Usage
from ecot.providers.deepgram import DEEPGRAM, parse
from ecot.sandbox.deepgram import DeepgramSite
from ecot.sandbox.deepgram.query import Access
from ecot.sandbox.deepgram.truth import LABO, STUDIO, DeepgramTruth
from ecot.sandbox.server import LoopbackServer
from tests.jobs.world import Clock
from tests.providers.around import OCTOBER, Account, source

KEY = "c4aa12b7e0d94f5588a1b2c3d4e5f60718293a4b"  # the form of a key: 40 hex characters
NOW = datetime(2026, 11, 8, 6, tzinfo=UTC)
QUANTITIES = {  # as docs/providers/deepgram.md has them, and not taken from the parser
    "hours": "audio_hours",
    "total_hours": "total_hours",
    "agent_hours": "agent_hours",
    "tokens_in": "input_tokens",
    "tokens_out": "output_tokens",
    "tts_characters": "characters",
    "requests": "requests",
}
BOTH = Access((STUDIO.id, LABO.id))


@dataclass
class Around(Account[DeepgramTruth, DeepgramSite]):
    """A Deepgram on loopback, and an account of it."""

    key: str = field(default=KEY)

    @property
    def source(self) -> Source:
        return source(DEEPGRAM, self.server.url, self.key)

    def rows(self, stream: str | None = None, period: Period = OCTOBER) -> list[AnyRow]:
        """The rows of the days that were asked for, as the jobs take them."""
        days = set(period.days())
        parsed = [row for answer in self.read(stream, period) for _, row in parse(answer)]
        return [row for row in parsed if not isinstance(row, Name) and row.day in days]


@contextmanager
def a_deepgram() -> Iterator[Around]:
    """A morning in November, with a key of both projects."""
    clock = Clock(NOW)
    truth = DeepgramTruth(clock)
    site = DeepgramSite(truth, {KEY: BOTH})
    with LoopbackServer(site) as server:
        yield Around(clock, truth, site, server)


Split = dict[tuple[object, ...], Decimal]


def expected_costs(truth: DeepgramTruth, period: Period) -> Split:
    """The truth, added up by what a charge is about."""
    found: Split = {}
    for project in truth.projects:
        for day in period.days():
            for used in truth.used(project, day):
                where = (day, project.id, used.accessor, used.deployment, used.product.line_item)
                found[where] = found.get(where, Decimal(0)) + used.dollars
    return found


def costs_of(rows: list[AnyRow]) -> Split:
    """What the rows say, by what they are about; no two are about the same."""
    charges = [row for row in rows if isinstance(row, Charge)]
    assert {(row.currency, row.basis) for row in charges} == {("USD", "billed")}
    found = {
        (row.day, row.sub_account_id, row.api_key_id, row.tags["deployment"], row.sku_id): row
        for row in charges
    }
    assert len(found) == len(charges)
    return {where: row.billed_cost for where, row in found.items() if row.billed_cost is not None}


def expected_usage(truth: DeepgramTruth, period: Period) -> Split:
    """The truth, added up by what a usage is about."""
    found: Split = {}
    for project in truth.projects:
        for day in period.days():
            for used in truth.used(project, day):
                for theirs, ours in QUANTITIES.items():
                    where = (day, project.id, used.product.model, ours)
                    found[where] = found.get(where, Decimal(0)) + used.measures[theirs]
    return found


def usage_of(rows: list[AnyRow]) -> Split:
    """What the rows say, by what they are about; no two say the same."""
    found: Split = {}
    for row in rows:
        assert isinstance(row, Usage)
        for name, quantity in row.quantities.items():
            where = (row.day, row.sub_account_id, row.model, name)
            assert where not in found
            found[where] = quantity
    return found
