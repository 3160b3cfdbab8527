"""Asking by POST, and waiting for a limit that says only when it is reset."""

from datetime import timedelta

import httpx
import pytest

from ecot.errors import RateLimited
from tests.providers.asking import NOW, Waiting, get, http, run, sequence

RESET = "anthropic-ratelimit-requests-reset"
OK = httpx.Response(200, content=b"{}")


@pytest.mark.parametrize(
    "trouble",
    [httpx.Response(500), httpx.Response(429), httpx.ReadError("cut off")],
    ids=["500", "429", "cut off"],
)
def test_a_question_is_asked_again_whole(trouble: httpx.Response | Exception) -> None:
    asked: list[tuple[str, bytes]] = []
    answers = sequence(trouble, OK)

    def answering(request: httpx.Request) -> httpx.Response:
        asked.append((request.method, request.content))
        return answers(request)

    one = http(answering)
    answer = run(one, one.answer("f", "/query", question={"b": 1, "a": [2]}))
    assert asked == [("POST", b'{"a": [2], "b": 1}')] * 2
    assert answer.endpoint == 'POST /query {"a": [2], "b": 1}'


def test_a_question_that_holds_the_key_is_kept_without_it() -> None:
    """Also one that no pattern of a key would find."""
    secret = "quite-an-ordinary-word"
    one = http(sequence(OK), secret=secret)
    answer = run(one, one.answer("f", "/query", question={"key": secret}))
    assert secret not in answer.endpoint


@pytest.mark.parametrize(
    ("status", "headers", "slept"),
    [
        (429, {RESET: (NOW + timedelta(seconds=40)).isoformat()}, 40.0),
        (429, {RESET: "2026-11-21T10:30:40Z"}, 40.0),
        (429, {RESET: "2026-11-21T10:30:40Z", "retry-after": "3"}, 3.0),
        (429, {RESET: "2026-11-21T10:29:00Z"}, 4.0),
        (429, {RESET: "2026-11-21T10:30:40"}, 4.0),
        (429, {RESET: "soon"}, 4.0),
        (429, {"ratelimit-reset": "1795257040"}, 40.0),  # DigitalOcean: seconds since 1970
        (429, {"ratelimit-reset": "30"}, 4.0),  # others: seconds from now, which nobody promises
        (503, {RESET: "2026-11-21T10:30:40Z"}, 0.5),
    ],
)
def test_a_limit_is_waited_for_until_it_is_reset(
    status: int, headers: dict[str, str], slept: float
) -> None:
    waiting = Waiting()
    get(http(sequence(httpx.Response(status, headers=headers), OK), waiting=waiting))
    assert waiting.slept == [slept]


def test_a_limit_that_is_reset_after_the_time_is_up_is_not_waited_for() -> None:
    waiting = Waiting()
    busy = httpx.Response(429, headers={RESET: "2026-11-21T10:40:00Z"})
    with pytest.raises(RateLimited, match="asks to wait 600 s, longer than the time left"):
        get(http(sequence(busy), waiting=waiting, seconds=300))
    assert waiting.slept == []
