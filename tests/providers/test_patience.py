"""Retries: when they are worth it, how long they wait, and when they give up at once."""

from datetime import timedelta
from email.utils import format_datetime

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecot.errors import AccessDenied, RateLimited, Unavailable, UnexpectedAnswer
from ecot.providers.patience import asked_wait
from ecot.providers.reading import decoded
from ecot.providers.transport import ATTEMPTS
from ecot.sandbox import troubles
from ecot.sandbox.faults import Fault, Faults
from ecot.sandbox.messages import Request, Response, json_response
from ecot.sandbox.server import LoopbackServer
from tests.providers.asking import NOW, Waiting, get, http, real, run, sequence

OK = httpx.Response(200, json={"fine": True})
BACKOFF = [0.5, 1.0, 2.0, 4.0]
LIMIT_BACKOFF = [4.0, 8.0, 16.0, 32.0]


class Fine:
    def answer(self, _request: Request, /) -> Response:
        return json_response({"fine": "x" * 1000})


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504, 529])
def test_what_is_temporary_is_asked_again_with_growing_waits(status: int) -> None:
    waiting = Waiting()
    refusals = [httpx.Response(status)] * (ATTEMPTS - 1)

    assert get(http(sequence(*refusals, OK), waiting=waiting)) == OK.content
    assert waiting.slept == BACKOFF


def test_a_limit_that_does_not_say_when_it_is_over_is_given_a_minute() -> None:
    waiting = Waiting()
    refusals = [httpx.Response(429)] * (ATTEMPTS - 1)

    assert get(http(sequence(*refusals, OK), waiting=waiting)) == OK.content
    assert waiting.slept == LIMIT_BACKOFF
    assert sum(waiting.slept) >= 60


SECOND = {"message": "You have exceeded a secondary rate limit. Please wait a few minutes."}


def test_a_second_limit_that_says_so_in_words_alone_is_waited_for_a_minute() -> None:
    waiting = Waiting()
    refused = httpx.Response(403, json=SECOND, headers={"x-ratelimit-remaining": "4982"})

    assert get(http(sequence(refused, OK), waiting=waiting)) == OK.content
    assert waiting.slept == [60.0]


def test_a_second_limit_that_lasts_is_no_wrong_key() -> None:
    with pytest.raises(RateLimited, match="secondary rate limit"):
        get(http(sequence(*[httpx.Response(403, json=SECOND)] * ATTEMPTS)))


@pytest.mark.parametrize(
    ("reset", "waited"),
    [
        ("37", [37.0]),
        (" 59 ", [59.0]),
        ("0", LIMIT_BACKOFF[:1]),
        ("1795257000", LIMIT_BACKOFF[:1]),  # a moment, as others write it
        ("soon", LIMIT_BACKOFF[:1]),
        ("-5", LIMIT_BACKOFF[:1]),
    ],
)
def test_a_limit_that_counts_down_to_its_reset_is_waited_for(
    reset: str, waited: list[float]
) -> None:
    waiting = Waiting()
    limited = httpx.Response(429, headers={"x-ratelimit-reset": reset})

    assert get(http(sequence(limited, OK), waiting=waiting)) == OK.content
    assert waiting.slept == waited


def test_a_countdown_beside_an_error_that_is_no_limit_means_nothing() -> None:
    waiting = Waiting()
    failed = httpx.Response(500, headers={"x-ratelimit-reset": "37"})

    assert get(http(sequence(failed, OK), waiting=waiting)) == OK.content
    assert waiting.slept == BACKOFF[:1]


def test_a_limit_is_waited_for_within_the_time_of_the_account_only() -> None:
    waiting = Waiting()

    with pytest.raises(RateLimited, match="still allows no request"):
        get(http(sequence(httpx.Response(429)), waiting=waiting, seconds=20.0))
    assert waiting.slept == LIMIT_BACKOFF[:2]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 301, 422, 501])
def test_what_will_not_change_is_asked_once(status: int) -> None:
    waiting = Waiting()

    with pytest.raises(Exception, match=str(status)):
        get(http(sequence(httpx.Response(status), OK), waiting=waiting))
    assert waiting.slept == []


def test_retry_after_in_seconds_is_waited() -> None:
    waiting = Waiting()
    refusal = httpx.Response(429, headers={"retry-after": "17"})

    assert get(http(sequence(refusal, OK), waiting=waiting)) == OK.content
    assert waiting.slept == [17.0]


def test_retry_after_as_a_date_is_waited() -> None:
    waiting = Waiting()
    moment = format_datetime(NOW + timedelta(seconds=42), usegmt=True)

    assert get(
        http(sequence(httpx.Response(503, headers={"retry-after": moment}), OK), waiting=waiting)
    )
    assert waiting.slept == [42.0]


def reset_in(seconds: int, remaining: str = "0") -> dict[str, str]:
    moment = int((NOW + timedelta(seconds=seconds)).timestamp())
    return {"x-ratelimit-remaining": remaining, "x-ratelimit-reset": str(moment)}


@pytest.mark.parametrize("status", [403, 429])
def test_a_limit_that_is_used_up_is_waited_for_until_it_begins_again(status: int) -> None:
    waiting = Waiting()
    refusal = httpx.Response(status, headers=reset_in(75))

    assert get(http(sequence(refusal, OK), waiting=waiting)) == OK.content
    assert waiting.slept == [75.0]


def test_a_retry_after_comes_before_the_time_of_the_reset() -> None:
    waiting = Waiting()
    refusal = httpx.Response(403, headers={"retry-after": "9", **reset_in(75)})

    assert get(http(sequence(refusal, OK), waiting=waiting)) == OK.content
    assert waiting.slept == [9.0]


def test_a_limit_with_requests_left_is_another_than_the_one_that_is_reset() -> None:
    waiting = Waiting()
    refusal = httpx.Response(429, headers=reset_in(3000, remaining="4711"))

    assert get(http(sequence(refusal, OK), waiting=waiting)) == OK.content
    assert waiting.slept == LIMIT_BACKOFF[:1]


def test_of_several_limits_the_last_one_to_end_is_waited_for() -> None:
    waiting = Waiting()
    earlier = (NOW + timedelta(seconds=5)).isoformat()
    named = {"anthropic-ratelimit-requests-reset": earlier, **reset_in(75)}

    assert (
        get(http(sequence(httpx.Response(429, headers=named), OK), waiting=waiting)) == OK.content
    )
    assert waiting.slept == [75.0]


@pytest.mark.parametrize("reset", ["", "soon", "1795257075000", "99999999999999999999"])
def test_a_reset_that_is_no_unix_time_falls_back_on_our_own_waits(reset: str) -> None:
    waiting = Waiting()
    refusal = httpx.Response(
        429, headers={"x-ratelimit-remaining": "0", "x-ratelimit-reset": reset}
    )

    assert get(http(sequence(refusal, OK), waiting=waiting)) == OK.content
    assert waiting.slept == LIMIT_BACKOFF[:1]


def test_a_limit_of_an_hour_is_a_limit_and_no_wrong_key() -> None:
    refusal = httpx.Response(403, headers=reset_in(3600), json={"message": "rate limit exceeded"})

    with pytest.raises(RateLimited, match=r"asks to wait 3600 s, .*\(403\): rate limit exceeded"):
        get(http(sequence(refusal), seconds=600))


def test_a_key_that_is_refused_with_requests_left_is_refused() -> None:
    waiting = Waiting()
    refusal = httpx.Response(403, headers=reset_in(3600, remaining="4999"))

    with pytest.raises(AccessDenied, match=r"refused the key"):
        get(http(sequence(refusal, OK), waiting=waiting))
    assert waiting.slept == []


@pytest.mark.parametrize("header", ["0", "soon", "-5", "Sat, 21 Nov 2026 10:29:00 GMT"])
def test_a_retry_after_that_says_nothing_falls_back_on_our_own_waits(header: str) -> None:
    waiting = Waiting()

    get(http(sequence(httpx.Response(429, headers={"retry-after": header}), OK), waiting=waiting))
    assert waiting.slept == LIMIT_BACKOFF[:1]


def test_a_wait_longer_than_the_time_left_is_refused_at_once() -> None:
    waiting = Waiting()
    refusal = httpx.Response(429, headers={"retry-after": "3600"})

    with pytest.raises(RateLimited, match=r"asks to wait 3600 s, longer than the time left"):
        get(http(sequence(refusal, OK), waiting=waiting, seconds=600))
    assert waiting.slept == []


def test_retries_end_when_the_time_is_used_up() -> None:
    waiting = Waiting()

    with pytest.raises(Unavailable):
        get(http(sequence(httpx.Response(500)), waiting=waiting, seconds=3.0))
    assert waiting.slept == [0.5, 1.0]


def test_a_provider_that_never_lets_us_in_is_a_limit() -> None:
    with pytest.raises(RateLimited, match="still allows no request to GET /organization/costs"):
        get(http(sequence(httpx.Response(429))))


def test_nothing_is_asked_when_no_time_is_left() -> None:
    with pytest.raises(Unavailable, match="the time for this account is used up"):
        get(http(sequence(OK), seconds=0.0))


def test_only_idempotent_requests_are_repeated() -> None:
    waiting = Waiting()
    asked = http(sequence(httpx.Response(503), OK), waiting=waiting)

    assert run(asked, asked._client.post("https://api.openai.com/v1")).status_code == 503
    assert waiting.slept == []


@pytest.mark.parametrize("fault", [troubles.cut_off(), troubles.connection_reset()])
def test_a_broken_connection_is_asked_again(fault: Fault) -> None:
    waiting = Waiting()

    with LoopbackServer(Fine(), Faults(fault.repeated(2))) as server:
        assert b"xxx" in get(real(server.url, waiting))
    assert waiting.slept == BACKOFF[:2]


def test_a_connection_that_always_breaks_is_unavailable() -> None:
    with LoopbackServer(Fine(), Faults(troubles.cut_off().repeated(None))) as server:
        with pytest.raises(Unavailable, match="gave no answer to GET /organization/costs"):
            get(real(server.url))
        assert len(server.requests) == ATTEMPTS


def test_a_silent_server_costs_the_time_of_the_account_and_no_more() -> None:
    with LoopbackServer(Fine(), Faults(troubles.hang().repeated(None))) as server:
        asked = http(httpx.AsyncHTTPTransport(), base_url=server.url, seconds=0.2)
        with pytest.raises(Unavailable, match="the time for this account is used up"):
            get(asked)


def test_a_server_that_is_not_there_is_unavailable() -> None:
    waiting = Waiting()

    with LoopbackServer(Fine()) as server:
        url = server.url
    with pytest.raises(Unavailable, match="ConnectError"):
        get(real(url, waiting))
    assert waiting.slept == BACKOFF


def test_a_truncated_answer_that_looks_whole_is_not_stepped_over() -> None:
    with LoopbackServer(Fine(), Faults(troubles.truncated_json())) as server:
        body = get(real(server.url))
    with pytest.raises(UnexpectedAnswer, match="this is not JSON"):
        decoded(body)


@given(st.text())
def test_any_retry_after_is_understood_or_ignored(header: str) -> None:
    asked = asked_wait(header, NOW)

    assert asked is None or asked >= 0


@given(st.integers(min_value=0, max_value=10**8))
def test_both_forms_of_retry_after_mean_the_same(seconds: int) -> None:
    date = format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)

    assert asked_wait(date, NOW) == asked_wait(str(seconds), NOW) == seconds


@pytest.mark.parametrize("date", ["Saturday, 21-Nov-26 10:31:00 GMT", "Sat Nov 21 10:31:00 2026"])
def test_the_old_forms_of_a_date_are_read_too(date: str) -> None:
    assert asked_wait(date, NOW) == 60.0
