"""A made-up company's Stripe, an account of it, and what is read of it."""

import asyncio
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import httpx

from ecot.jobs.collect import open_http
from ecot.jobs.round import Source
from ecot.model.answer import Answer, Parsed
from ecot.model.outcome import Outcome
from ecot.model.period import Period
from ecot.model.rows import Revenue
from ecot.providers.http import client
from ecot.providers.stripe import STRIPE
from ecot.sandbox.messages import Request, Site
from ecot.sandbox.server import LoopbackServer
from ecot.sandbox.stripe import StripeSite
from ecot.sandbox.stripe.query import ALL_RIGHTS
from ecot.sandbox.stripe.truth import StripeTruth
from ecot.store.protocol import Place
from tests.jobs.world import Clock
from tests.providers.around import Supplier, collected, examined, source
from tests.providers.asking import all_of

KEY = "rk_live_51LumenCan4ryBirdTw33tTweet9Zk3Qw"
NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)
TODAY = Period.of_day(NOW.date())


@dataclass
class Around(Supplier[StripeTruth, StripeSite]):
    """A Stripe on loopback, and an account of it."""

    key: str = KEY

    @property
    def source(self) -> Source:
        return source(STRIPE, self.server.url, self.key, since=date(2026, 11, 1))

    def collect(self, place: Place, days: Sequence[date] | None = None) -> Outcome:
        return collected(self.source, self.clock.round(days), place)

    def examine(self) -> Outcome:
        return examined(self.source, self.clock.round())


@contextmanager
def a_stripe(rights: Collection[str] = ALL_RIGHTS) -> Iterator[Around]:
    """A Stripe whose clock stands on a morning of November."""
    clock = Clock(NOW)
    truth = StripeTruth(clock)
    site = StripeSite(truth, {KEY: rights})
    with LoopbackServer(site) as server:
        yield Around(clock, truth, site, server)


def made(make: Callable[[StripeTruth], object]) -> StripeTruth:
    """A truth that holds what `make` makes."""
    truth = StripeTruth(lambda: NOW)
    make(truth)
    return truth


def asked(
    truth: StripeTruth, stream: str = "subscriptions", period: Period = TODAY
) -> list[Answer]:
    """The answers of a stream, without a socket."""
    return asyncio.run(_asked(StripeSite(truth, {KEY: ALL_RIGHTS}), stream, period))


def told(truth: StripeTruth) -> list[Parsed]:
    """What today's subscriptions mean."""
    return [parsed for answer in asked(truth) for parsed in STRIPE.parse(answer)]


def revenues(truth: StripeTruth) -> list[Revenue]:
    """The same, rows alone."""
    return [row for _, row in told(truth) if isinstance(row, Revenue)]


def by_currency(rows: Sequence[Revenue]) -> dict[str, Decimal]:
    """The rows' amounts, added up."""
    found: dict[str, Decimal] = {}
    for row in rows:
        assert row.amount is not None
        found[row.currency] = found.get(row.currency, Decimal(0)) + row.amount
    return found


async def _asked(site: Site, stream: str, period: Period) -> list[Answer]:
    def answering(request: httpx.Request) -> httpx.Response:
        answer = site.answer(
            Request(
                request.method,
                request.url.path,
                tuple(request.url.params.multi_items()),
                {name.lower(): value for name, value in request.headers.items()},
            )
        )
        return httpx.Response(answer.status, headers=answer.headers, content=answer.body)

    async with client(httpx.MockTransport(answering)) as shared:
        http = open_http(source(STRIPE, "https://stripe.test", KEY), Clock(NOW).round(), shared)
        return await all_of(STRIPE.fetch(http, stream, period))
