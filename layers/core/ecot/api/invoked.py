"""What Lambda calls for a request: the world of the deployed stack, kept warm between requests."""

import os
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from ecot.api.app import answer
from ecot.api.world import World
from ecot.edge.cloud import KEPT_FOR, Shelf, of_tokens, open_setup
from ecot.edge.deployed import Deployed, read_deployed
from ecot.edge.setup import Setup
from ecot.edge.signing_key import key_of
from ecot.edge.waiting import utc_now
from ecot.jobs.place import lent
from ecot.jobs.stacks import hand_of

MOST_BYTES = 4_000_000  # Lambda answers with six megabytes at most, of which base64 takes a third
LENT_SECONDS = 60
Handler = Callable[[Mapping[str, Any], object], dict[str, Any]]


def handler_of(
    at_the_end: ExitStack | None = None, now: Callable[[], datetime] = utc_now
) -> Handler:
    """The handler of requests, by the clock `now` (UTC). Settings and signing key serve for a
    minute, so that a page of many parts asks for them once; of secrets, only the tokens of earlier
    systems are read. Connections are kept until the process ends, or `at_the_end` is closed."""

    @cache
    def world() -> World:
        return world_of(read_deployed(os.environ), at_the_end or ExitStack(), now)

    def handler(event: Mapping[str, Any], context: object) -> dict[str, Any]:
        return answer(event, world(), context)

    return handler


def world_of(deployed: Deployed, at_the_end: ExitStack, now: Callable[[], datetime]) -> World:
    """What the routes of a deployed stack are given."""
    shelf, key = Shelf(), _SigningKey(deployed)
    return World(
        open_setup=lambda: open_setup(deployed, now, of_tokens, shelf),
        hand=at_the_end.enter_context(hand_of(deployed.stack)),
        signing_key=lambda: key.at(now()),
        now=now,
        most_bytes=MOST_BYTES,
        lend=_lend,
    )


def _lend(setup: Setup, name: str, body: bytes, media_type: str) -> str:
    return lent(str(setup.settings.home), name, body, LENT_SECONDS, media_type)


class _SigningKey:
    """The key that signs cookies and links, read again after a minute."""

    def __init__(self, deployed: Deployed) -> None:
        self._deployed = deployed
        self._read: tuple[datetime, bytes] | None = None

    def at(self, now: datetime) -> bytes:
        """The key as of a moment at most a minute ago."""
        if self._read is None or not timedelta(0) <= now - self._read[0] < KEPT_FOR:
            self._read = (now, key_of(self._deployed))
        return self._read[1]
