"""Waiting for a provider: how much time an account has, how fast it may ask, and what a refusal
says of when to ask again. The transport (`transport.py`) goes by it."""

import re
import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # 30 ms, which a function that asks no provider starts without
    import httpx

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


def wait_asked_by(response: "httpx.Response", now: datetime) -> float | None:
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


def is_limit(response: "httpx.Response") -> bool:
    """Whether a refusal is one for a time: 429, or a 403 that says so (GitHub's)."""
    says_when = "retry-after" in response.headers or _is_used_up(response)
    return response.status_code == HTTPStatus.TOO_MANY_REQUESTS or (
        response.status_code == HTTPStatus.FORBIDDEN and (says_when or _is_second_limit(response))
    )


def _is_second_limit(response: "httpx.Response") -> bool:
    return bool(_SECOND_LIMIT.search(response.content))


def _is_used_up(response: "httpx.Response") -> bool:
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
