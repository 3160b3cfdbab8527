"""Copilot's first 90 days: within GitHub's limits, and gone on with after a kill."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import httpx

from ecot.jobs.collect import collect
from ecot.jobs.round import Round
from ecot.model.outcome import Outcome
from ecot.model.period import DAY, Period
from ecot.providers.http import client
from ecot.store.protocol import Place
from tests.jobs.pieces import everything
from tests.jobs.resuming import ledger, resumed
from tests.providers.asking import Waiting, patient
from tests.providers.copilot_around import NOW, QUESTION, Around, billed, charges, copilot_at
from tests.store.faulty import Killed

SINCE = NOW.date() - timedelta(days=90)
FEW = date(2026, 10, 31)
A_MINUTE = 900  # GitHub's secondary limit: 900 points a minute, a GET is one
AN_HOUR = 5000


class Line(httpx.AsyncBaseTransport):
    """The way to the server: counts what is sent, and ends the process at one request."""

    def __init__(self, copilot: Around, since: date = SINCE, dies_at: int | None = None) -> None:
        self._inner = httpx.AsyncHTTPTransport()
        self._copilot, self._since, self._dies_at = copilot, since, dies_at
        self._waiting = Waiting()
        self.sent: list[float] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(self._waiting.seconds)
        if len(self.sent) == self._dies_at:
            raise Killed
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()

    def collect(self, place: Place) -> Outcome:
        """One run, always of the same moment and name: ledgers can be compared to the letter."""
        round_ = Round(
            run="run",
            today=NOW.date(),
            now=lambda: NOW,
            monotonic=self._waiting.monotonic,
            open_client=lambda: client(patient(self, self._waiting)),
        )
        source = self._copilot.source(since=self._since)
        (outcome,) = asyncio.run(collect(place, [source], round_))
        return outcome


def test_ninety_days_stay_within_the_limits() -> None:
    with copilot_at() as copilot:
        place, line = ledger(), Line(copilot)
        outcome = line.collect(place)

        assert outcome.state == "ok"
        assert outcome.message is None
        assert 250 < len(line.sent) < AN_HOUR
        later = line.sent[A_MINUTE:]
        assert all(after - before >= 60 for before, after in zip(line.sent, later, strict=False))
        question = replace(QUESTION, first=SINCE)
        assert charges(place, question) == billed(
            copilot.truth, Period.of_days(SINCE, NOW.date() + DAY)
        )


def test_killed_at_any_request_and_resumed_it_ends_the_same() -> None:
    """Two months of a few days have every kind of request, seats and their pages too."""
    with copilot_at() as copilot:
        copilot.truth.people = copilot.truth.people[:5]  # two files a day
        whole, line = ledger(), Line(copilot, FEW)
        line.collect(whole)
        expected, requests = everything(whole), len(line.sent)
        assert requests > 20

        for dies_at in range(1, requests + 1):
            killed = Line(copilot, FEW, dies_at)
            assert resumed(killed, Line(copilot, FEW)) == expected, dies_at


def test_ninety_days_that_were_cut_off_are_gone_on_with() -> None:
    with copilot_at() as copilot:
        whole, line = ledger(), Line(copilot)
        line.collect(whole)
        expected = everything(whole)

        for dies_at in (2, len(line.sent) // 2, len(line.sent)):
            killed = Line(copilot, dies_at=dies_at)
            assert resumed(killed, Line(copilot)) == expected, dies_at
