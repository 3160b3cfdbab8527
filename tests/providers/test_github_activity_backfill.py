"""GitHub's first 90 days: within its limits, gone on with after a kill or when the time is over."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

import httpx

from ecot.jobs.collect import collect
from ecot.jobs.round import Round
from ecot.model.outcome import Outcome
from ecot.model.period import DAY, Period
from ecot.providers.github_activity import GITHUB_ACTIVITY
from ecot.providers.http import client
from ecot.providers.transport import Patient
from ecot.sandbox.github_activity import GitHubActivitySite, Seen
from ecot.sandbox.github_activity.truth import GitHubActivityTruth
from ecot.sandbox.messages import Request
from ecot.store.protocol import Place
from tests.jobs.pieces import everything
from tests.jobs.resuming import ledger, resumed
from tests.providers import around
from tests.providers.github_activity_around import NOW, OPTIONS, QUESTION, TOKEN, happened, told
from tests.store.faulty import Killed

NINETY = NOW.date() - 89 * DAY
WHOLE = Period.of_days(NINETY, NOW.date() + DAY)
ALL = replace(QUESTION, first=NINETY)
A_MINUTE = 30  # searches
SEARCH = "/search/issues"


@dataclass
class Supplier:
    """The sandbox without a socket, and a moment that sleeping moves on. Its search gives up on
    more than so many `days`. It ends the process at one of the requests."""

    days: int | None = None
    dies_at: int | None = None
    seconds: float = 0.0
    sent: list[tuple[str, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.truth = GitHubActivityTruth(lambda: NOW, merges_a_day=3, commits_a_day=4)
        self.site = GitHubActivitySite(
            self.truth, {TOKEN: Seen()}, a_minute=A_MINUTE, days=self.days, clock=self.now
        )

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.seconds)

    async def sleep(self, seconds: float) -> None:
        self.seconds += seconds

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.sent.append((request.url.path, self.seconds))
        if len(self.sent) == self.dies_at:
            raise Killed
        path, query = request.url.path, tuple(request.url.params.multi_items())
        asked = Request(request.method, path, query, dict(request.headers))
        answer = self.site.answer(asked)
        assert answer.status != 429, "more than 30 searches a minute"
        return httpx.Response(answer.status, headers=dict(answer.headers), content=answer.body)

    def collect(self, place: Place, budget: float = 600.0) -> Outcome:
        """One run, always of the same moment and name: ledgers can be compared to the letter."""
        transport = httpx.MockTransport(self.answer)
        patient = Patient(transport, sleep=self.sleep, now=self.now, jitter=lambda: 1.0)
        round_ = Round(
            run="run",
            today=NOW.date(),
            now=lambda: NOW,
            budget_seconds=budget,
            monotonic=lambda: self.seconds,
            open_client=lambda: client(patient),
            sleep=self.sleep,
        )
        url = "https://api.github.example"
        source = around.source(GITHUB_ACTIVITY, url, TOKEN, options=OPTIONS, since=NINETY)
        (outcome,) = asyncio.run(collect(place, [source], round_))
        return outcome


def all_told(place: Place) -> bool:
    """Whether the ledger has the ninety days to the last commit."""
    return told(place, ALL) == happened(Supplier().truth, place, WHOLE)


def test_ninety_days_need_few_requests() -> None:
    supplier, place = Supplier(), ledger()

    outcome = supplier.collect(place)

    assert (outcome.state, outcome.message) == ("ok", None)
    assert all_told(place)
    assert len(supplier.sent) < 60
    assert supplier.seconds == 0


def test_searches_keep_their_pace_and_the_rest_its_own() -> None:
    """A search that gives up on more than two days is asked about each two of them."""
    supplier, place = Supplier(days=2), ledger()

    assert supplier.collect(place).state == "ok"

    searches = [at for path, at in supplier.sent if path == SEARCH]
    assert len(searches) > 3 * A_MINUTE
    assert all_told(place)
    later = zip(searches, searches[A_MINUTE:], strict=False)
    assert all(after - before >= 60 for before, after in later)
    sent, per_minute = [at for _, at in supplier.sent], GITHUB_ACTIVITY.per_minute or 0
    assert all(b - a >= 60 for a, b in zip(sent, sent[per_minute:], strict=False))


def test_what_the_time_did_not_suffice_for_is_read_the_next_time() -> None:
    whole, place = ledger(), ledger()
    Supplier(days=2).collect(whole)
    first, second = Supplier(days=2), Supplier(days=2)

    outcome = first.collect(place, budget=100)

    assert outcome.state == "partial"
    assert "the time for this account is used up" in str(outcome.message)
    days = {one[0] for one in told(place, ALL)}
    assert max(days) > date(2026, 11, 1)
    assert min(days) > NINETY + 7 * DAY
    assert second.collect(place).state == "ok"
    assert everything(place) == everything(whole)


def test_killed_at_a_request_and_resumed_it_ends_the_same() -> None:
    whole, never = ledger(), Supplier()
    never.collect(whole)
    expected, requests = everything(whole), len(never.sent)
    assert requests > 20

    for dies_at in range(1, requests + 1, 3):
        first = Supplier(dies_at=dies_at)
        assert resumed(first, Supplier()) == expected, dies_at
        assert len(first.sent) == dies_at
