"""Prism, which serves a supplier's published specification and refuses what it does not accept.

`mock_of` is the fixture that is its address, `Answered` notes what was asked. `collected`,
`read_to_the_end`, `examined` and `proven` ask it as the jobs do, and each of them fails when a
request was refused. The mock's root stands for the server of the specification, path included: a
provider whose `base_url` ends in /v1 asks the mock for /organization/costs.
"""

import asyncio
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from ecot.errors import UnexpectedAnswer
from ecot.jobs.collect import open_http
from ecot.jobs.place import open_place
from ecot.jobs.round import Round, Source
from ecot.model.outcome import Outcome
from ecot.model.period import Period
from ecot.providers.http import client
from tests.providers import around
from tests.providers.between import Altered, Between, Here
from tests.providers.prism_server import mock_at
from tests.specifications import operations_of, specification_file

NOW = datetime(2026, 11, 21, 4, 30, tzinfo=UTC)
TODAY = NOW.date()


def mock_of(specification: str) -> Any:
    """A fixture for a module's tests: the address of a mock of "openai.openapi.json"."""

    @pytest.fixture(scope="module", name="prism")
    def mock() -> str:
        return mock_at(specification_file(specification))

    return mock


class Answered:
    """What was asked, and how it was answered, as seen by the client.

    `prefer` picks another sample than the first, by the path that is asked:
    {"/v1/admin/usage": "example=constructed_month"}. (Where the first breaks its own schema, prism
    answers 500 to a request that it accepts: seen with ElevenLabs' usage-by-product-over-time.)

    `root` is the path of the specification's server where an account's address is without it: it
    is taken off on the way to the mock. `here` and `altered` are those of Between.
    """

    def __init__(
        self,
        prefer: Mapping[str, str] | None = None,
        *,
        root: str = "",
        here: Here | None = None,
        altered: Altered | None = None,
        today: date = TODAY,
    ) -> None:
        self._prefer = prefer or {}
        self._root = root.encode()
        self._between = Between(here, altered) if here or altered else None
        self._today = today
        self.requests: list[httpx.Request] = []
        self.here = self._between.answered if self._between else []  # not asked of prism
        self._refused: list[str] = []

    def round(self) -> Round:
        """A run whose requests are noted."""
        return Round(run="prism", today=self._today, now=lambda: NOW, open_client=self._client)

    def all_accepted(self) -> None:
        """Fails when a request was not answered with a success, with what prism says of it."""
        assert self.requests
        assert not self._refused, "\n".join(self._refused)

    def operations(self, specification: str) -> set[str]:
        """What was asked, written as in the specification; what is not in it, as it was asked."""
        known = operations_of(specification)
        return {operation_of(request, known) for request in self.requests}

    def _client(self) -> httpx.AsyncClient:
        opened = client(self._between)
        opened.event_hooks = {"request": [self._ask], "response": [self._note]}
        return opened

    async def _ask(self, request: httpx.Request) -> None:
        if preference := self._prefer.get(request.url.path):
            request.headers["prefer"] = preference
        if self._root:
            path = request.url.raw_path
            assert path.startswith(self._root + b"/"), f"{request.url} is not below {self._root!r}"
            request.url = request.url.copy_with(raw_path=path.removeprefix(self._root))

    async def _note(self, response: httpx.Response) -> None:
        request = response.request
        if request in self.here:
            return
        self.requests.append(request)
        if not response.is_success:
            said = (await response.aread()).decode()
            self._refused.append(f"{response.status_code} {request.method} {request.url}: {said}")


def operation_of(request: httpx.Request, known: set[str]) -> str:
    """The one of the known operations that was asked for; as it was asked where it is none."""
    asked = f"{request.method} {request.url.raw_path.partition(b'?')[0].decode()}"
    fitting = [operation for operation in known if _pattern(operation).fullmatch(asked)]
    # "/keys/mine" is itself rather than a "/keys/{hash}"
    return min(fitting, key=lambda operation: operation.count("{"), default=asked)


def read_to_the_end(
    source: Source, stream: str, answered: Answered, period: Period | None = None
) -> bool:
    """Reads every page, whatever days it is about; whether a cursor led back to a page before.

    `period` is the day of NOW unless told: an answer of prism is the same whatever is asked."""
    try:
        asyncio.run(_read(source, stream, answered.round(), period or Period.of_day(TODAY)))
        return False
    except UnexpectedAnswer as error:
        if "leads back" in str(error):
            return True
        raise
    finally:
        answered.all_accepted()


def collected(source: Source, answered: Answered, home: Path) -> Outcome:
    """What came of a collection into a new ledger."""
    place = open_place(home)
    outcome = around.collected(source, answered.round(), place)
    place.store.close()
    answered.all_accepted()
    return outcome


def examined(source: Source, answered: Answered) -> Outcome:
    """What the requests that prove a key say of it."""
    outcome = around.examined(source, answered.round())
    answered.all_accepted()
    return outcome


def proven(source: Source, answered: Answered | None = None) -> Answered:
    """What the doctor asked of a key, and was content with."""
    answered = answered or Answered()
    outcome = examined(source, answered)
    assert outcome.state == "ok", said(outcome)
    return answered


def said(outcome: Outcome) -> str:
    """What the outcome says happened."""
    return str(outcome.message)


async def _read(source: Source, stream: str, round_: Round, period: Period) -> None:
    assert source.secret is not None
    async with round_.open_client() as shared:
        http = open_http(source, round_, shared)
        async for _ in source.provider.fetch(http, stream, period):
            pass


def _pattern(operation: str) -> re.Pattern[str]:
    parts = re.split(r"(\{[^}]*\})", operation)
    return re.compile("".join("[^/]+" if "{" in part else re.escape(part) for part in parts))
