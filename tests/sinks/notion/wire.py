"""A link to a loopback server that answers from a list, and a clock that only a sleep moves."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from pydantic import SecretStr

from ecot.sandbox.messages import Delivery, Request, Response, json_response
from ecot.sandbox.server import LoopbackServer
from ecot.sinks.notion.link import Link

TOKEN = "ntn_4711abcdefghijklmnopqrstuvwxyz"  # made up
LOST = Response(200, delivery=Delivery.RESET)
HTML = Response(502, {"content-type": "text/html"}, b"<html>Bad gateway</html>")

PAGE: dict[str, Any] = {
    "object": "page",
    "id": "11111111-0000-4000-8000-000000000001",
    "created_time": "2026-11-01T00:00:00.000Z",
    "last_edited_time": "2026-11-01T00:00:00.000Z",
    "last_edited_by": {"object": "user", "id": "00000000-0000-4000-8000-0000000000f1"},
    "parent": {"type": "data_source_id", "data_source_id": "d"},
    "in_trash": False,
    "properties": {"Nom": {"id": "title", "type": "title", "title": []}},
}
DATABASE: dict[str, Any] = {"id": "b", "title": [], "data_sources": [{"id": "d", "name": "Usages"}]}
TABLE: dict[str, Any] = {
    "id": "d",
    "title": [],
    "properties": {"Nom": {"id": "title", "name": "Nom", "type": "title", "title": {}}},
}


def listed(*results: object, cursor: str | None = None, **more: object) -> dict[str, Any]:
    """One page of a list."""
    return {"results": results, "has_more": cursor is not None, "next_cursor": cursor, **more}


def refusal(
    status: int,
    code: str = "",
    message: str = "no",
    headers: Mapping[str, str] | None = None,
    **additional: object,
) -> Response:
    """An error as Notion writes it."""
    body = {"object": "error", "status": status, "code": code, "message": message}
    if additional:
        body["additional_data"] = additional
    return json_response(body, status, headers)


class Clock:
    """A clock that only a sleep moves."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.slept.append(seconds)
        self.now += seconds


@dataclass
class Script:
    """Answers in their order, the last one again and again; keeps what it was asked."""

    answers: list[object]
    asked: list[Request] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, request: Request) -> Response:
        with self.lock:
            self.asked.append(request)
            one = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return one if isinstance(one, Response) else json_response(one)

    @property
    def told(self) -> list[str]:
        """What was asked: method and path."""
        return [f"{one.method} {one.path.removeprefix('/v1')}" for one in self.asked]

    def body(self, at: int = -1) -> Any:
        """The JSON of a request."""
        return json.loads(self.asked[at].body)


@dataclass
class Spoken:
    """A link, what answers it, and its clock."""

    link: Link
    script: Script
    clock: Clock


@contextmanager
def speaking(
    *answers: object,
    deadline: float | None = None,
    per_second: float | None = None,
    jitter: Callable[[], float] = lambda: 1.0,
) -> Iterator[Spoken]:
    """A link to the answers; the deadline is in seconds from now."""
    clock, script = Clock(), Script(list(answers))
    with LoopbackServer(script) as server:
        link = Link(
            token=SecretStr(TOKEN),
            base_url=server.url,
            monotonic=clock,
            sleep=clock.sleep,
            deadline=None if deadline is None else clock.now + deadline,
            jitter=jitter,
            per_second=per_second,
        )
        try:
            yield Spoken(link, script, clock)
        finally:
            link.close()
