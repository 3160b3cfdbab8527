"""What an account's client sends, what it makes of refusals, and that the key never comes out."""

import logging
import traceback
from collections.abc import Iterator

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecot.errors import (
    AccessDenied,
    ProviderError,
    RateLimited,
    Unavailable,
    UnexpectedAnswer,
)
from ecot.providers.http import Http, client
from ecot.providers.patience import Budget
from ecot.providers.redaction import keepable, quotable
from ecot.sandbox import troubles
from ecot.sandbox.faults import Fault, Faults
from ecot.sandbox.messages import Request, Response, json_response
from ecot.sandbox.server import LoopbackServer
from tests.providers.asking import CANARY, Waiting, get, http, real, run, sequence

RANDOM_PART = CANARY.removeprefix("sk-admin-")


def windows(text: str, size: int = 8) -> Iterator[str]:
    return (text[at : at + size] for at in range(len(text) - size + 1))


def assert_no_canary(text: str) -> None:
    assert not [part for part in windows(RANDOM_PART) if part in text]


def test_repeated_names_and_the_key_are_sent() -> None:
    seen: list[httpx.Request] = []

    def answering(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, content=b"{}")

    asked = http(answering)
    params = [("group_by", "project_id"), ("group_by", "line_item"), ("page", "a+b/c=")]
    run(asked, asked.get("/organization/costs", params))

    assert seen[0].url.path == "/v1/organization/costs"
    assert seen[0].url.params.multi_items() == params
    assert seen[0].headers["authorization"] == f"Bearer {CANARY}"


def test_an_answer_names_its_endpoint_and_keeps_its_bytes() -> None:
    body = b'{"value": 0.10000000000000000000000000001,  "name": "\xc3\xa9t\xc3\xa9"}'
    asked = http(sequence(httpx.Response(200, content=body)))
    answer = run(asked, asked.answer("costs", "/organization/costs", [("page", "a b")] * 40))

    assert answer.body == body
    assert answer.endpoint == "GET /organization/costs?" + "&".join(["page=a+b"] * 40)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, AccessDenied),
        (403, AccessDenied),
        (429, RateLimited),
        (408, Unavailable),
        (500, Unavailable),
        (529, Unavailable),
        (400, UnexpectedAnswer),
        (404, UnexpectedAnswer),
        (302, UnexpectedAnswer),
    ],
)
def test_a_refusal_has_a_kind_and_says_what_the_provider_says(
    status: int, kind: type[ProviderError]
) -> None:
    refusal = httpx.Response(
        status,
        headers={"location": "https://elsewhere.example"},
        json={"error": {"message": "Missing scopes: api.usage.read.", "type": "x"}},
    )
    with pytest.raises(kind) as caught:
        get(http(sequence(refusal)))
    assert type(caught.value) is kind
    assert str(caught.value).startswith("openai/lumen: OpenAI ")
    assert str(caught.value).endswith(f"({status}): Missing scopes: api.usage.read.")


@pytest.mark.parametrize(
    ("response", "words"),
    [
        (httpx.Response(404, text="no such  page\n"), "no such page"),
        (httpx.Response(404, html="<h1>Just a moment</h1>"), "a web page instead of an answer"),
        (httpx.Response(404, json={"error": "gone"}), "gone"),
        (httpx.Response(404, json={"error": "Not Found", "message": "no page 3"}), "no page 3"),
        (httpx.Response(404, json={"detail": {"message": "wrong voice"}}), "wrong voice"),
        (httpx.Response(404, json={"err_code": "NOT_FOUND", "err_msg": "No such."}), "No such."),
        (httpx.Response(404, json=[1, 2]), "no reason given"),
        (httpx.Response(404, content=b"\xff\xfe"), "\ufffd\ufffd"),
        (httpx.Response(404), "no reason given"),
        (httpx.Response(404, text="x" * 5000), "x" * 239 + "…"),
    ],
)
def test_other_forms_of_a_reason_are_quoted_short(response: httpx.Response, words: str) -> None:
    with pytest.raises(UnexpectedAnswer) as caught:
        get(http(sequence(response)))
    assert str(caught.value).endswith(f"(404): {words}")


def test_a_redirect_is_never_followed() -> None:
    class Elsewhere:
        def answer(self, _request: Request, /) -> Response:
            return Response(307, {"location": f"{server.url}/stolen"})

    with LoopbackServer(Elsewhere()) as server:
        with pytest.raises(UnexpectedAnswer, match="elsewhere, where no key is sent"):
            get(real(server.url))
        assert [asked.path for asked in server.requests] == ["/organization/costs"]


def test_cookies_of_one_account_never_reach_another() -> None:
    seen: list[str | None] = []

    def answering(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers.get("cookie"))
        return httpx.Response(200, headers={"set-cookie": "who=lumen; Path=/"})

    asked = http(answering)

    async def twice() -> None:
        await asked.get("/organization/costs")
        await asked.get("/organization/costs")

    run(asked, twice())
    assert seen == [None, None]


def test_a_process_makes_one_tls_context() -> None:
    def context(made: httpx.AsyncClient) -> object:
        return made._transport._transport._pool._ssl_context  # type: ignore[attr-defined]

    assert context(client()) is context(client())


@pytest.mark.parametrize("key", ["", "two words here", "line\nbreak-Abc123456", "clé-Abc123456789"])
def test_a_key_that_cannot_be_sent_is_refused_without_showing_it(key: str) -> None:
    with pytest.raises(AccessDenied, match="the key is empty, or holds a space") as caught:
        get(http(sequence(httpx.Response(200)), secret=key))
    assert not key or key not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    "shown",
    [
        CANARY,
        CANARY[:17],
        RANDOM_PART,
        RANDOM_PART[5:14],
        f"Bearer {CANARY}",
        "sk-ad****LmNo",
        "sk-proj-****************LmNo",
    ],
)
@pytest.mark.parametrize("status", [401, 400, 429, 500])
def test_the_key_is_in_no_error_whatever_the_provider_quotes(
    shown: str, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    content = troubles.error_content(f"Incorrect API key provided: {shown}. See {shown}!", "x")
    site = Faults(troubles.refused(status, content).repeated(None))
    with LoopbackServer(_Nothing(), site) as server, pytest.raises(ProviderError) as caught:
        get(real(server.url))

    everything = "".join(traceback.format_exception(caught.value)) + caplog.text
    everything += repr(caught.value) + repr(caught.value.__dict__)
    assert "Incorrect API key provided: " in everything
    assert "[redacted]" in everything
    assert_no_canary(everything)
    assert "LmNo" not in everything


@pytest.mark.parametrize(
    "fault",
    [troubles.cut_off(), troubles.connection_reset(), troubles.not_json(502), troubles.not_json()],
)
def test_the_key_is_in_no_traceback_with_locals_and_no_log(
    fault: Fault, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with LoopbackServer(_Nothing(), Faults(fault.repeated(None))) as server:
        asked = real(server.url, Waiting())
        error = _error_of(asked)
    assert_no_canary(_with_locals(error) + caplog.text + repr(asked) + str(vars(error)))


def _error_of(asked: Http) -> BaseException:
    from ecot.providers.openai import check

    try:
        run(asked, check(asked))
    except ProviderError as error:
        return error
    raise AssertionError("nothing was raised")


def _with_locals(error: BaseException | None) -> str:
    """The traceback of an error and of all that is behind it, with the repr of every local."""
    text = ""
    while error is not None:
        frames = traceback.TracebackException.from_exception(error, capture_locals=True)
        text += "".join(line for line in frames.format() if "tests/providers" not in line)
        error = error.__context__
    return text


def test_an_answer_that_repeats_the_key_is_kept_without_it() -> None:
    body = f'{{"note": "made with {CANARY}", "value": 0.0000008}}'.encode()

    assert get(http(sequence(httpx.Response(200, content=body)))) == (
        b'{"note": "made with [redacted]", "value": 0.0000008}'
    )


def test_a_credential_that_was_derived_from_the_key_is_a_secret_too() -> None:
    derived = "QUNhbmFyeTpCaXJkVHdlZXQ5Wms="
    asked = Http(
        client(httpx.MockTransport(sequence(httpx.Response(200, text=f"you sent {derived}")))),
        base_url="https://api.twilio.com",
        headers={"authorization": f"Basic {derived}"},
        secrets=("CanaryToken12345",),
        provider="Twilio",
        account="twilio/lumen",
        budget=Budget(10.0),
    )
    assert get(asked) == b"you sent [redacted]"


@given(st.text(), st.text(), st.integers(0, len(RANDOM_PART) - 8), st.integers(8, 40))
def test_no_long_part_of_a_key_can_be_quoted(
    before: str, after: str, start: int, size: int
) -> None:
    quoted = quotable(f"{before}{RANDOM_PART[start : start + size]}{after}", (CANARY,))

    assert_no_canary(quoted)


@given(st.binary())
def test_evidence_without_a_key_keeps_every_byte(body: bytes) -> None:
    assert keepable(body, (CANARY,)) == body


def test_words_of_every_day_are_left_alone() -> None:
    names = b'{"name": "sk-learn-experiments-2026", "note": "latest task-force *** basic research"}'

    assert keepable(names, ("test", CANARY)) == names
    assert quotable("ask for a risk-adjusted basic plan", (CANARY,)) == (
        "ask for a risk-adjusted basic plan"
    )


def test_keys_of_others_are_not_kept_either() -> None:
    body = b'{"name": "sk-proj-Ab3dEf6hIj9lMn2pQr5tUv8x"}'

    assert keepable(body) == b'{"name": "[redacted]"}'


class _Nothing:
    def answer(self, _request: Request, /) -> Response:
        return json_response({"object": "page", "data": [], "has_more": False, "next_page": None})
