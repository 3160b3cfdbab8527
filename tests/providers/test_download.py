"""Files that an answer links to, and the pace of a supplier that allows so many requests."""

from urllib.parse import parse_qs

import httpx
import pytest

from ecot.errors import ProviderError
from ecot.providers.http import Http, client
from ecot.providers.patience import Budget, Pace
from tests.providers.asking import CANARY, Waiting, http, patient, run

SIGNATURE = "sig=Can4rySignature0123456789abcdef"
LINK = f"https://files.example/reports/1.ndjson?{SIGNATURE}&se=2026"


def test_a_file_is_asked_for_without_the_key_and_kept_without_its_signature() -> None:
    asked: list[httpx.Request] = []

    def answering(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, content=b'{"day":"2026-11-01","link":"' + LINK.encode() + b'"}')

    account = http(answering)
    found = run(account, account.download("users", LINK, asked={"day": "2026-11-01"}))

    (request,) = asked
    assert parse_qs(request.url.query.decode())["sig"] == [SIGNATURE.removeprefix("sig=")]
    assert "authorization" not in request.headers
    assert CANARY not in str(request.headers)
    assert found.endpoint == "GET https://files.example/reports/1.ndjson"
    assert found.asked == {"day": "2026-11-01"}
    assert SIGNATURE.encode() not in found.body


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(403, text=f"<Error>expired {LINK}</Error>"),
        httpx.Response(302, headers={"location": LINK}),
        httpx.Response(500, json={"error": {"message": f"no {SIGNATURE}"}}),
    ],
)
def test_no_error_shows_the_signature(answer: httpx.Response) -> None:
    account = http(lambda _: answer)
    with pytest.raises(ProviderError) as told:
        run(account, account.download("users", LINK))

    assert "https://files.example/reports/1.ndjson" in str(told.value)
    assert "Can4ry" not in str(told.value)


@pytest.mark.parametrize(
    "link",
    [
        "http://files.example/1?sig=1",
        "file:///etc/passwd",
        "ftp://files.example/1",
        "//x/1",
        "",
        "https:///1",
    ],
)
def test_a_link_that_somebody_could_listen_to_is_not_followed(link: str) -> None:
    def answering(_: httpx.Request) -> httpx.Response:
        raise AssertionError("it was asked for")

    account = http(answering)
    with pytest.raises(ProviderError, match="where nothing is read from"):
        run(account, account.download("users", link))


def test_a_file_of_this_machine_is_read() -> None:
    account = http(lambda _: httpx.Response(200, content=b"{}"))
    assert run(account, account.download("users", "http://127.0.0.1:9/1?s=1")).body == b"{}"


def test_no_more_are_sent_in_a_minute_than_the_supplier_allows() -> None:
    waiting, sent = Waiting(), list[float]()

    def answering(_: httpx.Request) -> httpx.Response:
        sent.append(waiting.seconds)
        waiting.seconds += 0.5
        return httpx.Response(200, content=b"{}")

    async def many(account: Http) -> None:
        for _ in range(100):
            await account.get("/x")

    account = paced(answering, waiting, Pace(20))
    run(account, many(account))

    assert len(sent) == 100
    assert all(later - earlier >= 60 for earlier, later in zip(sent, sent[20:], strict=False))
    assert sent[-1] < 4 * 60 + 11  # and not a minute longer than that takes


def test_refused_requests_are_counted_too() -> None:
    waiting, sent = Waiting(), list[float]()

    def answering(_: httpx.Request) -> httpx.Response:
        sent.append(waiting.seconds)
        return httpx.Response(500 if len(sent) % 2 else 200, content=b"{}")

    async def some(account: Http) -> None:
        for _ in range(5):
            await account.get("/x")

    account = paced(answering, waiting, Pace(4))
    run(account, some(account))

    assert len(sent) == 10
    assert all(later - earlier >= 60 for earlier, later in zip(sent, sent[4:], strict=False))


def paced(answering: object, waiting: Waiting, pace: Pace) -> Http:
    assert callable(answering)
    return Http(
        client(patient(httpx.MockTransport(answering), waiting)),
        base_url="https://api.example",
        headers={},
        secrets=[],
        provider="Made up",
        account="made-up/lumen",
        budget=Budget(10_000, waiting.monotonic),
        pace=pace,
    )
