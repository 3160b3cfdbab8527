"""Three months of Claude Code, a call a day: at a pace, and resumed wherever it was killed."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from itertools import pairwise

import httpx

from ecot.jobs.collect import collect, open_http
from ecot.jobs.round import Round
from ecot.model.answer import Answer
from ecot.model.outcome import Outcome
from ecot.model.period import DAY, Period
from ecot.providers.claude_code import CLAUDE_CODE
from ecot.providers.http import Http, client
from ecot.providers.transport import Patient
from ecot.sandbox.claude_code import ADMIN_KEY, ClaudeCodeSite
from ecot.sandbox.claude_code.truth import ClaudeCodeTruth, Record
from ecot.sandbox.messages import Request
from ecot.store.protocol import Place
from tests.jobs.pieces import everything
from tests.jobs.resuming import ledger, resumed
from tests.jobs.world import Clock
from tests.providers import around
from tests.store.faulty import Killed

NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)
FIRST = date(2026, 8, 1)  # three months before the month of NOW
EVERY = [str(day) for day in Period.of_days(FIRST, NOW.date() + DAY).days()]
NINETY = NOW.date() - 89 * DAY


class Now:
    """A moment that stands."""

    def __call__(self) -> datetime:
        return NOW


class Quiet(ClaudeCodeTruth):
    """A team that works on Thursdays only, so that many ledgers are written quickly."""

    def records(self, day: date) -> list[Record]:
        return super().records(day)[:3] if day.isoweekday() == 4 else []


@dataclass
class Supplier:
    """The sandbox without a socket; sleeping advances its clock. It ends the process at one of the
    requests, and refuses every `limited`-th with 429."""

    truth: ClaudeCodeTruth = field(default_factory=lambda: ClaudeCodeTruth(Now()))
    dies_at: int | None = None
    limited: int | None = None
    since: date | None = None
    seconds: float = 0.0
    asked: list[str] = field(default_factory=list)
    sent: list[float] = field(default_factory=list)

    def collect(self, place: Place, budget: float = 600) -> Outcome:
        source = around.source(CLAUDE_CODE, "http://127.0.0.1:9", ADMIN_KEY, since=self.since)
        return asyncio.run(collect(place, [source], self.round(budget)))[0]

    def round(self, budget: float = 600) -> Round:
        return Round(
            run="run",
            today=NOW.date(),
            now=Now(),
            budget_seconds=budget,
            monotonic=lambda: self.seconds,
            open_client=self.client,
        )

    def client(self) -> httpx.AsyncClient:
        transport = httpx.MockTransport(self._answer)
        return client(Patient(transport, sleep=self._sleep, now=Now(), jitter=lambda: 1.0))

    async def _sleep(self, seconds: float) -> None:
        self.seconds += seconds

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(self.seconds)
        self.seconds += 0.25
        if len(self.sent) == self.dies_at:
            raise Killed
        if self.limited and len(self.sent) % self.limited == 0:
            return httpx.Response(
                429, json={"type": "error", "error": {"type": "rate_limit_error"}}
            )
        self.asked.append(request.url.params["starting_at"])
        query = tuple(request.url.params.multi_items())
        site = ClaudeCodeSite(self.truth, records_a_page=2)
        told = site.answer(Request("GET", request.url.path, query, dict(request.headers)))
        return httpx.Response(told.status, headers=told.headers, content=told.body)


def quiet(dies_at: int | None = None) -> Supplier:
    """Ninety days of the team of Thursdays."""
    return Supplier(Quiet(Now()), dies_at, since=NINETY)


def test_a_first_collection_reads_three_months_to_the_last_page_at_a_minutes_pace() -> None:
    supplier = Supplier()

    assert supplier.collect(ledger()).state == "ok"

    assert sorted({*supplier.asked}) == EVERY
    pages = {day: -(-len(supplier.truth.records(date.fromisoformat(day))) // 2) for day in EVERY}
    assert Counter(supplier.asked) == {day: max(1, count) for day, count in pages.items()}
    assert len(supplier.sent) > 200
    per_minute = CLAUDE_CODE.per_minute or 0
    later = zip(supplier.sent, supplier.sent[per_minute:], strict=False)
    assert all(after - before >= 60 for before, after in later)
    assert supplier.sent[-1] < 600


def test_a_limit_now_and_then_loses_no_day() -> None:
    never, limited = Supplier(), Supplier(limited=25)
    whole, place = ledger(), ledger()
    never.collect(whole)

    assert limited.collect(place).state == "ok"

    assert everything(place) == everything(whole)
    assert all(after >= before for before, after in pairwise(limited.sent))
    assert limited.seconds < 600


def test_what_the_time_did_not_suffice_for_is_read_the_next_time() -> None:
    whole, place = ledger(), ledger()
    Supplier().collect(whole)
    first, second = Supplier(), Supplier()

    outcome = first.collect(place, budget=70)
    assert outcome.state == "partial"
    assert "the time for this account is used up" in str(outcome.message)
    assert second.collect(place).state == "ok"

    assert everything(place) == everything(whole)
    assert min(first.asked) > FIRST.isoformat()
    assert EVERY[0] in second.asked


def test_killed_while_it_asks_and_resumed_it_ends_the_same() -> None:
    """Names of people too, whom only a finished month tells of."""
    whole, never = ledger(), quiet()
    never.collect(whole)
    expected, requests = everything(whole), len(never.sent)
    assert requests >= 90

    for dies_at in range(4, requests + 1, 15):
        first = quiet(dies_at)
        assert resumed(first, quiet()) == expected, dies_at
        assert len(first.sent) == dies_at


@dataclass
class Pages:
    """The pages of ninety days, as they were once read; it ends the process at one of them."""

    kept: dict[date, list[Answer]]
    dies_at: int | None = None
    read: list[tuple[date, int]] = field(default_factory=list)

    def collect(self, place: Place) -> Outcome:
        provider = replace(CLAUDE_CODE, fetch=self._fetch)
        source = around.source(provider, "http://127.0.0.1:9", ADMIN_KEY, since=NINETY)
        round_ = Round(run="run", today=NOW.date(), now=Now(), open_client=Clock(NOW).client)
        return asyncio.run(collect(place, [source], round_))[0]

    async def _fetch(self, _: Http, __: str, period: Period) -> AsyncIterator[Answer]:
        for day in period.days():
            for number, page in enumerate(self.kept[day]):
                self.read.append((day, number))
                if len(self.read) == self.dies_at:
                    raise Killed
                yield page


async def _pages(supplier: Supplier) -> dict[date, list[Answer]]:
    source = around.source(CLAUDE_CODE, "http://127.0.0.1:9", ADMIN_KEY)
    days = Period.of_days(NINETY, NOW.date() + DAY).days()
    async with supplier.client() as shared:
        http = open_http(source, supplier.round(), shared)
        return {
            day: [page async for page in CLAUDE_CODE.fetch(http, "analytics", Period.of_day(day))]
            for day in days
        }


def test_killed_at_each_page_of_ninety_days_and_resumed_it_ends_the_same() -> None:
    kept = asyncio.run(_pages(quiet()))
    whole, never = ledger(), Pages(kept)
    never.collect(whole)
    expected, pages = everything(whole), len(never.read)
    assert pages > 90

    for dies_at in range(1, pages + 1):
        first, second = Pages(kept, dies_at), Pages(kept)
        assert resumed(first, second) == expected, dies_at
        assert len(first.read) == dies_at
        assert max(Counter(first.read + second.read).values()) <= 2
