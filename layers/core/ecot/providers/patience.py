"""Waiting for a provider: retries at the transport, within the time that an account has.

No library does what a collector of bills needs: both forms of Retry-After, idempotent methods only,
bodies that were cut off, and giving up at once when a server asks for more time than is left.
"""

import asyncio
import random
import re
import time
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

ATTEMPTS = 5
FIRST_BACKOFF_SECONDS = 0.5
# A limit is often so many requests a minute, and its 429 need not say when it is over: 4, 8, 16 and
# 32 s, less the jitter, are a minute at the most.
FIRST_LIMIT_BACKOFF_SECONDS = 4.0
IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
ASKS_ONLY = "ecot.asks_only"  # in a request's extensions: a POST that changes nothing
# Anthropic's 429 has no Retry-After, but says when its limit is reset (PostHog PR 78268, 2026); nor
# has DigitalOcean's hourly one, in seconds since 1970 (its API reference, 2026-08).
RESETS = ("anthropic-ratelimit-requests-reset", "ratelimit-reset")
# GitHub and Vercel count down, and say in unix seconds when they begin again. The time is about the
# limit only where nothing remains: GitHub has a second limit, whose refusals bear these headers too
# (docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api, 2026; vercel.com/docs/
# rest-api, 2026).
REMAINING, RESET = "x-ratelimit-remaining", "x-ratelimit-reset"
# That second limit need not say when it is over, but in words: then "wait for at least one minute"
# (the same page).
_SECOND_LIMIT, SECOND_LIMIT_SECONDS = re.compile(rb"secondary rate limit", re.IGNORECASE), 60.0
# At Supabase the same header holds the seconds to go (its reference, 2026), in fewer digits.
_TO_GO = re.compile(r"[0-9]{1,5}")
_LIMITED = httpx.codes.TOO_MANY_REQUESTS
TEMPORARY = frozenset({408, _LIMITED, 500, 502, 503, 504, 529})
ASKED_WAIT = "ecot.asked_wait"  # in a response's extensions: the seconds that Retry-After asks for
PACE = "ecot.pace"  # in a request's extensions: the Pace that it keeps, on its Budget's clock
BUDGET = "ecot.budget"  # in a request's extensions: the Budget that it draws on


class Pace:
    """So many requests in so many seconds, and no more: what a supplier allows an account."""

    def __init__(self, requests: int, seconds: float = 60.0) -> None:
        self._requests, self._seconds = requests, seconds
        self._sent: deque[float] = deque()

    def wait(self, now: float) -> float:
        """The seconds until one more may be sent, which is counted as sent then."""
        moment = now
        if len(self._sent) == self._requests:
            moment = max(now, self._sent.popleft() + self._seconds)
        self._sent.append(moment)
        return moment - now


class Budget:
    """The time that one account's collection may still take."""

    def __init__(self, seconds: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._end = monotonic() + seconds

    def left(self) -> float:
        """Seconds until it is used up; negative after that."""
        return self._end - self.now()

    def now(self) -> float:
        """The moment, in seconds on the budget's own clock."""
        return self._monotonic()


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


def wait_asked_by(response: httpx.Response, now: datetime) -> float | None:
    """The seconds that a response asks for: by Retry-After, else, where it says that a limit is
    reached, until that is reset. None where it says nothing."""
    asked = asked_wait(response.headers.get("retry-after"), now)
    if asked is not None or not is_limit(response):
        return asked
    names = (*RESETS, RESET) if _is_used_up(response) else RESETS
    moments = [moment for name in names if (moment := _moment(response.headers.get(name)))]
    waits = [max((moment - now).total_seconds(), 0.0) for moment in moments]
    if _TO_GO.fullmatch(to_go := response.headers.get(RESET, "").strip()):
        waits.append(float(to_go))
    if not waits and _is_second_limit(response):
        waits.append(SECOND_LIMIT_SECONDS)
    return max(waits, default=None)


def is_limit(response: httpx.Response) -> bool:
    """Whether a refusal is one for a time: 429, or a 403 that says so (GitHub's)."""
    says_when = "retry-after" in response.headers or _is_used_up(response)
    return response.status_code == _LIMITED or (
        response.status_code == httpx.codes.FORBIDDEN and (says_when or _is_second_limit(response))
    )


def _is_second_limit(response: httpx.Response) -> bool:
    return bool(_SECOND_LIMIT.search(response.content))


def _is_used_up(response: httpx.Response) -> bool:
    return bool(response.headers.get(REMAINING, "").strip() == "0")


def _moment(header: str | None) -> datetime | None:
    """An RFC 3339 time with its zone, or unix seconds."""
    text = (header or "").strip()
    try:
        if re.fullmatch(r"[0-9]{10}", text):  # fewer: seconds to go; more: milliseconds
            return datetime.fromtimestamp(int(text), UTC)
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def asked_wait(header: str | None, now: datetime) -> float | None:
    """The seconds that a Retry-After header asks for (RFC 9110, 10.2.3: a number, or a date).

    None where it says nothing that can be understood; 0 for a date that has passed.
    """
    text = (header or "").strip()
    if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", text):
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max((moment - now).total_seconds(), 0.0)


def _is_temporary(outcome: httpx.Response | httpx.RequestError) -> bool:
    """Whether the same request may fare better a moment later."""
    if isinstance(outcome, httpx.Response):
        return outcome.status_code in TEMPORARY or is_limit(outcome)
    return not isinstance(outcome, httpx.UnsupportedProtocol | httpx.LocalProtocolError)
