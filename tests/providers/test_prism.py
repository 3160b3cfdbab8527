"""Every request that a collection makes is one that the published specification accepts.

Prism serves OpenAI's own description and refuses a wrong path, parameter or missing key. It always
gives the official samples: rows of 2024 whatever was asked, in one of them `has_more` with a cursor
that never changes. So every feed ends in an UnexpectedAnswer here, which is right: what is promised
is that each request is accepted, second pages included, and that the collection ends.
"""

import asyncio
import json
import socket
import subprocess
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from ecot.errors import UnexpectedAnswer
from ecot.jobs.collect import collect, open_http
from ecot.jobs.doctor import examine
from ecot.jobs.place import open_place
from ecot.jobs.round import Round, Source
from ecot.model.outcome import Outcome
from ecot.model.period import Period
from ecot.providers.http import client
from ecot.providers.openai import OPENAI

pytestmark = pytest.mark.tools

REPOSITORY = Path(__file__).resolve().parents[2]
SPECIFICATION = REPOSITORY.parent / "shared" / "api" / "openai.openapi.json"
PRISM = REPOSITORY / "tests" / "node_modules" / ".bin" / "prism"
NOW = datetime(2026, 11, 21, 4, 30, tzinfo=UTC)
SAMPLE_WITH_MORE = "usage.completions"  # the one whose sample says that there is another page
NOT_COLLECTED = {"/organization/spend_limit"}  # a setting, not a cost


@pytest.fixture(scope="module")
def prism() -> Iterator[str]:
    """The address of the mock server."""
    if not SPECIFICATION.exists():
        pytest.skip("OpenAI's specification is not beside this checkout (../shared/api)")
    if not PRISM.exists():
        pytest.skip("prism is not installed: `make test-all` does that")
    port = _free_port()
    command = [str(PRISM), "mock", "--errors", "-h", "127.0.0.1", "-p", str(port)]
    with subprocess.Popen(
        [*command, str(SPECIFICATION)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    ) as server:
        try:
            reading = _wait_until_it_listens(server)
            yield f"http://127.0.0.1:{port}"
            server.terminate()
            reading.join()
        finally:
            server.kill()  # does nothing to one that has ended


def test_every_request_of_a_collection_is_accepted(prism: str, tmp_path: Path) -> None:
    place, answered = open_place(tmp_path), Answered()

    (outcome,) = asyncio.run(collect(place, _sources(prism), answered.round()))
    place.store.close()

    assert answered.refused() == []
    assert answered.operations() == _operations() - NOT_COLLECTED
    assert outcome.state == "failed"
    assert "openai/lumen" in said(outcome)


@pytest.mark.parametrize("stream", [*OPENAI.feeds, *OPENAI.directories])
def test_a_stream_read_to_its_end_asks_as_specified(prism: str, stream: str) -> None:
    answered = Answered()

    goes_in_circles = asyncio.run(_read_to_the_end(prism, stream, answered))

    assert answered.refused() == []
    assert goes_in_circles == (stream == SAMPLE_WITH_MORE)
    assert goes_in_circles == any("page" in url.params for url in answered.urls)


def test_the_request_that_proves_a_key_is_accepted(prism: str) -> None:
    answered = Answered()

    (outcome,) = asyncio.run(examine(_sources(prism), answered.round()))

    assert answered.refused() == []
    assert len(answered.urls) == 1
    assert outcome.state == "ok", said(outcome)


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/organization/costs?start_time=1", {}, 401),
        ("/organization/costs", {"authorization": "Bearer sk-admin-x"}, 422),
        ("/organization/costs?start_time=monday", {"authorization": "Bearer sk-admin-x"}, 422),
        ("/organization/nothing", {"authorization": "Bearer sk-admin-x"}, 404),
    ],
)
def test_what_is_wrong_would_have_been_refused(
    prism: str, path: str, headers: dict[str, str], status: int
) -> None:
    assert httpx.get(prism + path, headers=headers).status_code == status


class Answered:
    """What was asked, and how it was answered, as seen by the client."""

    def __init__(self) -> None:
        self.urls: list[httpx.URL] = []
        self._statuses: list[int] = []

    def round(self) -> Round:
        """A run whose requests are noted."""
        return Round(run="prism", today=NOW.date(), now=lambda: NOW, open_client=self._client)

    def refused(self) -> list[str]:
        """The requests that were not answered with a success."""
        pairs = zip(self.urls, self._statuses, strict=True)
        return [f"{status} {url}" for url, status in pairs if status != httpx.codes.OK]

    def operations(self) -> set[str]:
        """The paths that were asked for, written as in the specification."""
        return {_operation(url.path) for url in self.urls}

    def _client(self) -> httpx.AsyncClient:
        opened = client()
        opened.event_hooks["response"].append(self._note)
        return opened

    async def _note(self, response: httpx.Response) -> None:
        self.urls.append(response.request.url)
        self._statuses.append(response.status_code)


async def _read_to_the_end(prism: str, stream: str, answered: Answered) -> bool:
    """Reads every page, whatever days it is about; whether one led back to another."""
    (source,), round_ = _sources(prism), answered.round()
    assert source.secret is not None
    async with round_.open_client() as shared:
        http = open_http(source, source.secret, round_, shared)
        try:
            async for _ in OPENAI.fetch(http, stream, Period.of_day(NOW.date())):
                pass
        except UnexpectedAnswer as error:
            assert "leads back" in str(error)  # noqa: PT017 - not raised where a list has one page
            return True
    return False


def said(outcome: Outcome) -> str:
    """What the outcome says happened."""
    return str(outcome.message)


def _sources(prism: str) -> Sequence[Source]:
    return [
        Source(
            provider=OPENAI,
            account="openai/lumen",
            secret=SecretStr("sk-admin-made-up-for-prism"),
            secret_name="OPENAI_ADMIN_KEY",
            base_url=prism,
        )
    ]


def _operations() -> set[str]:
    return set(json.loads(SPECIFICATION.read_text(encoding="utf-8"))["paths"])


def _operation(path: str) -> str:
    parts = path.split("/")
    if parts[2] == "projects" and len(parts) > 3:
        parts[3] = "{project_id}"
    return "/".join(parts)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _wait_until_it_listens(server: subprocess.Popen[str]) -> threading.Thread:
    """Reads what it prints until it says so; the thread goes on reading, so that it never waits."""
    assert server.stdout is not None
    printed: list[str] = []
    for line in server.stdout:
        printed.append(line)
        if "Prism is listening" in line:
            thread = threading.Thread(target=printed.extend, args=(server.stdout,), daemon=True)
            thread.start()
            return thread
    pytest.fail("prism ended before it listened: " + "".join(printed))
