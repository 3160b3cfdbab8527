"""How the tests ask: an account's `Http` over a fake or a real server, with clocks that stand."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

import httpx

from ecot.providers.contract import Options
from ecot.providers.http import Http, client
from ecot.providers.openai import OPENAI
from ecot.providers.patience import Budget
from ecot.providers.transport import Patient

T = TypeVar("T")
CANARY = "sk-admin-Can4ryBird-Tw33tTweet_9Zk3QwLmNo"
NOW = datetime(2026, 11, 21, 10, 30, tzinfo=UTC)

Answering = Callable[[httpx.Request], httpx.Response]


@dataclass
class Waiting:
    """Time that passes only when somebody sleeps, and what was slept."""

    seconds: float = 0.0
    slept: list[float] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds

    def monotonic(self) -> float:
        return self.seconds


def patient(transport: httpx.AsyncBaseTransport, waiting: Waiting) -> Patient:
    """The retrying transport above another, without jitter, at NOW."""
    return Patient(transport, sleep=waiting.sleep, now=lambda: NOW, jitter=lambda: 1.0)


def http(
    answering: Answering | httpx.AsyncBaseTransport,
    *,
    waiting: Waiting | None = None,
    seconds: float = 300.0,
    base_url: str = "https://api.openai.com/v1",
    secret: str = CANARY,
    personal: Collection[str] = (),
) -> Http:
    """An account that reads from a function, or over a transport, with the canary as its key."""
    waiting = waiting or Waiting()
    transport = (
        answering
        if isinstance(answering, httpx.AsyncBaseTransport)
        else httpx.MockTransport(answering)
    )
    return Http(
        client(patient(transport, waiting)),
        base_url=base_url,
        headers=OPENAI.headers(secret, Options()),
        secrets=(secret,),
        provider="OpenAI",
        account="openai/lumen",
        budget=Budget(seconds, waiting.monotonic),
        personal=personal,
    )


def real(url: str, waiting: Waiting | None = None, secret: str = CANARY) -> Http:
    """The same over a real socket."""
    return http(httpx.AsyncHTTPTransport(), waiting=waiting, base_url=url, secret=secret)


def run(asked: Http, work: Coroutine[Any, Any, T]) -> T:
    """The result of some work, with the connections closed after it."""

    async def whole() -> T:
        async with asked._client:
            return await work

    return asyncio.run(whole())


def get(asked: Http, path: str = "/organization/costs") -> bytes:
    return run(asked, asked.get(path))


async def all_of(stream: AsyncIterator[T]) -> list[T]:
    return [each async for each in stream]


def sequence(*answers: httpx.Response | Exception) -> Answering:
    """One answer after the other; the last one for ever. Exceptions are raised."""
    left = list(answers)

    def answering(_request: httpx.Request) -> httpx.Response:
        answer = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)

    return answering


Work = Callable[[Http], Awaitable[object]]
