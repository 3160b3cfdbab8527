"""The demo company on a Saturday at half past ten, its truth, and its OpenAI on loopback."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx
import pytest

from ecot.sandbox.companies import atelier_lumen
from ecot.sandbox.company import Company, Organisation
from ecot.sandbox.openai import OpenAISite
from ecot.sandbox.server import LoopbackServer
from ecot.sandbox.truth import Truth


@dataclass
class Clock:
    """A clock that stands until a test moves it."""

    moment: datetime = datetime(2026, 11, 21, 10, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def company() -> Company:
    return atelier_lumen()


@pytest.fixture
def labo(company: Company) -> Organisation:
    return company.organisations[1]


@pytest.fixture
def truth(company: Company, clock: Clock) -> Truth:
    return Truth(company, clock)


@pytest.fixture
def server(truth: Truth) -> Iterator[LoopbackServer]:
    with LoopbackServer(OpenAISite(truth)) as running:
        yield running


@pytest.fixture
def openai(server: LoopbackServer, labo: Organisation) -> Iterator[httpx.Client]:
    """A client of the labo's OpenAI that sends its first admin key."""
    headers = {"Authorization": f"Bearer {labo.admin_keys[0].value}"}
    with httpx.Client(base_url=f"{server.url}/v1/organization", headers=headers) as client:
        yield client
