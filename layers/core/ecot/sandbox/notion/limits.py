"""Notion's limits on requests: the header of the version, the token, the minute's budget."""

import math
from collections.abc import Callable
from datetime import datetime, timedelta

from ecot.sandbox.messages import Request
from ecot.sandbox.notion.refusals import Refused, invalid

VERSIONS = ("2025-09-03", "2026-03-11")
A_MINUTE = timedelta(seconds=60)
MOST_BYTES = 500_000


class Budget:
    """So many requests in each window of sixty seconds, spent at any pace.

    A refused request costs nothing; a window begins with the first request after the last one."""

    def __init__(self, now: Callable[[], datetime], most: int) -> None:
        self._now = now
        self.most = most
        self._began: datetime | None = None
        self._spent = 0

    def spend(self) -> None:
        """Count a request; Refused (429) with the seconds until the next window."""
        now = self._now()
        if self._began is None or not self._began <= now < self._began + A_MINUTE:
            self._began, self._spent = now, 0
        if self._spent >= self.most:
            left = (self._began + A_MINUTE - now).total_seconds()
            raise rate_limited(math.ceil(left))
        self._spent += 1


def rate_limited(
    retry_after_seconds: int, reason: str = "public_api_request_rate_limit"
) -> Refused:
    """429 with the reason that Notion gives in `additional_data`."""
    return Refused(
        429,
        "rate_limited",
        "You have been rate limited. Please try again in a few minutes.",
        {"rate_limit_reason": reason},
        {"retry-after": str(retry_after_seconds)},
    )


def admit(request: Request, token: str) -> str:
    """The version that the request speaks; Refused without the token or the version."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or given != token:
        raise Refused(401, "unauthorized", "API token is invalid.")
    version = request.headers.get("notion-version")
    if version is None:
        raise Refused(
            400,
            "missing_version",
            "Notion-Version header failed validation: Notion-Version header should be defined,"
            " instead was `undefined`.",
        )
    if version not in VERSIONS:
        raise invalid(
            f"Notion-Version header failed validation: Notion-Version header should be"
            f" {' or '.join(f'`{each}`' for each in VERSIONS)}, instead was `{version}`."
        )
    if len(request.body) > MOST_BYTES:
        raise invalid("body failed validation: body.length should be ≤ `500000`.")  # our words
    return version
