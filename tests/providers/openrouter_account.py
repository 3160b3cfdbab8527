"""OpenRouter's account of the made-up company, as tests ask it: keys, clock, site and `Http`."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import httpx

from ecot.jobs.round import Source
from ecot.model.answer import Answer
from ecot.model.outcome import Outcome
from ecot.model.period import Period
from ecot.model.rows import AnyRow, Name
from ecot.providers.http import Http, client
from ecot.providers.openrouter import OPENROUTER, fetch, parse
from ecot.providers.patience import Budget
from ecot.sandbox.openrouter import OpenRouterSite
from ecot.sandbox.openrouter.truth import OpenRouterTruth
from ecot.sandbox.server import LoopbackServer
from ecot.store.protocol import Place
from tests.jobs.world import Clock
from tests.providers.around import Supplier, collected, source
from tests.providers.asking import NOW, Answering, Waiting, all_of, patient, run

MANAGEMENT = "sk-or-v1-Can4ryBird0c1d2e3f405162738495a6b7c8d9eafb0c1d2e3f4051627384ff"
INFERENCE = "sk-or-v1-Inf3renc3aa1d2e3f405162738495a6b7c8d9eafb0c1d2e3f4051627384aa"


class Account(Supplier[OpenRouterTruth, OpenRouterSite]):
    """The company's OpenRouter on loopback."""

    @property
    def url(self) -> str:
        return f"{self.server.url}/api/v1"

    def source(self, secret: str = MANAGEMENT) -> Source:
        return source(OPENROUTER, self.url, secret)

    def collected(
        self, place: Place, secret: str = MANAGEMENT, days: Iterable[date] | None = None
    ) -> Outcome:
        return collected(self.source(secret), self.clock.round(days), place)

    def http(self, secret: str = MANAGEMENT) -> Http:
        return asked(httpx.AsyncHTTPTransport(), self.url, secret)

    def read(self, stream: str, first: date, after: date) -> list[Answer]:
        """Every page of a stream, over a real socket."""
        http = self.http()
        return run(http, all_of(fetch(http, stream, Period.of_days(first, after))))


@contextmanager
def account() -> Iterator[Account]:
    """The account at NOW, served until the block is left."""
    clock = Clock(NOW)
    truth = OpenRouterTruth(clock)
    site = OpenRouterSite(truth, {MANAGEMENT: "management", INFERENCE: "inference"})
    with LoopbackServer(site) as server:
        yield Account(clock, truth, site, server)


def asked(
    answering: Answering | httpx.AsyncBaseTransport,
    url: str = OPENROUTER.base_url,
    secret: str = MANAGEMENT,
) -> Http:
    """The account as a provider's `fetch` is handed it, from a function or over a transport."""
    waiting = Waiting()
    if not isinstance(answering, httpx.AsyncBaseTransport):
        answering = httpx.MockTransport(answering)
    return Http(
        client(patient(answering, waiting)),
        base_url=url,
        headers=OPENROUTER.headers(secret, OPENROUTER.options()),
        secrets=(secret,),
        provider=OPENROUTER.title,
        account="openrouter/lumen",
        budget=Budget(300.0, waiting.monotonic),
    )


def rows_of(answers: list[Answer]) -> list[AnyRow]:
    """Every row of some answers, names left out."""
    parsed = [row for answer in answers for _, row in parse(answer)]
    return [row for row in parsed if not isinstance(row, Name)]


def recorded(name: str) -> bytes:
    """A recorded answer of the golden pairs."""
    folder = Path(__file__).parent / "golden" / "openrouter"
    return (folder / f"{name}.answer.json").read_bytes()
