"""Retries at the transport, within the time that an account has.

No library does what a collector of bills needs: both forms of Retry-After, idempotent methods only,
bodies that were cut off, and giving up at once when a server asks for more time than is left.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from http import HTTPStatus

import httpx

from ecot.providers.patience import ASKED_WAIT, ASKS_ONLY, BUDGET, PACE, is_limit, wait_asked_by

ATTEMPTS = 5
FIRST_BACKOFF_SECONDS = 0.5
# A limit is often so many requests a minute, and its 429 need not say when it is over: 4, 8, 16 and
# 32 s, less the jitter, are a minute at the most.
FIRST_LIMIT_BACKOFF_SECONDS = 4.0
IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
TEMPORARY = frozenset({408, HTTPStatus.TOO_MANY_REQUESTS, 500, 502, 503, 504, 529})


class Patient(httpx.AsyncBaseTransport):
    """Another transport, asked again while that can help and the request's budget allows it.

    What it hands out has been read to the end, or is the error of the last attempt.
    """

    def __init__(
        self,
        transport: httpx.AsyncBaseTransport,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._transport = transport
        self._sleep = sleep
        self._now = now
        self._jitter = jitter

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The first useful answer; raises the last attempt's httpx.RequestError if none came."""
        outcome = await self._attempt(request)
        for attempt in range(ATTEMPTS - 1):
            wait = self._wait(request, outcome, attempt)
            if wait is None:
                break
            await self._sleep(wait)
            outcome = await self._attempt(request)
        if isinstance(outcome, httpx.RequestError):
            raise outcome
        return outcome

    async def aclose(self) -> None:
        """Close the connections."""
        await self._transport.aclose()

    async def _attempt(self, request: httpx.Request) -> httpx.Response | httpx.RequestError:
        await self._keep_pace(request)
        try:
            response = await self._transport.handle_async_request(request)
            try:
                await response.aread()  # a body that is cut off is noticed, and asked for again
            finally:
                await response.aclose()
        except httpx.RequestError as error:
            return error
        if (asked := wait_asked_by(response, self._now())) is not None:
            response.extensions[ASKED_WAIT] = asked
        return response

    async def _keep_pace(self, request: httpx.Request) -> None:
        pace, budget = request.extensions.get(PACE), request.extensions.get(BUDGET)
        wait = pace.wait(budget.now()) if pace and budget else 0.0
        if wait > 0:
            await self._sleep(wait)

    def _wait(
        self, request: httpx.Request, outcome: httpx.Response | httpx.RequestError, attempt: int
    ) -> float | None:
        """Seconds to wait before the next attempt, None where there is to be none."""
        may_repeat = request.method in IDEMPOTENT or request.extensions.get(ASKS_ONLY)
        if not may_repeat or not _is_temporary(outcome):
            return None
        asked = outcome.extensions.get(ASKED_WAIT) if isinstance(outcome, httpx.Response) else None
        backoff = _first_backoff(outcome) * 2**attempt * (1 + self._jitter()) / 2
        wait = float(asked or backoff)
        budget = request.extensions.get(BUDGET)
        return wait if budget is None or wait < budget.left() else None


def _first_backoff(outcome: httpx.Response | httpx.RequestError) -> float:
    """The seconds of our own first wait."""
    if isinstance(outcome, httpx.Response) and is_limit(outcome):
        return FIRST_LIMIT_BACKOFF_SECONDS
    return FIRST_BACKOFF_SECONDS


def _is_temporary(outcome: httpx.Response | httpx.RequestError) -> bool:
    """Whether the same request may fare better a moment later."""
    if isinstance(outcome, httpx.Response):
        return outcome.status_code in TEMPORARY or is_limit(outcome)
    return not isinstance(outcome, httpx.UnsupportedProtocol | httpx.LocalProtocolError)
