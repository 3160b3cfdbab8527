"""What notion-client 3.1.0 does that our link is built around: where it changes, these say so."""

import logging
from collections.abc import Iterator

import httpx
import pytest
from notion_client import Client
from notion_client.errors import RequestTimeoutError, UnknownHTTPResponseError

from ecot.sandbox.messages import Delivery, Response
from ecot.sandbox.server import LoopbackServer
from tests.sinks.notion.wire import DATABASE, LOST, PAGE, TOKEN, Script, refusal


@pytest.fixture
def script() -> Script:
    return Script([PAGE])


@pytest.fixture
def address(script: Script) -> Iterator[str]:
    with LoopbackServer(script) as server:
        yield server.url


@pytest.fixture
def client(address: str) -> Iterator[Client]:
    made = Client(
        auth=TOKEN, base_url=address, retry=False, logger=logging.getLogger("tests.notion")
    )
    yield made
    made.close()


def test_arguments_that_it_does_not_know_are_dropped_without_a_word(
    client: Client, script: Script
) -> None:
    client.pages.update(page_id="p", propertys={"Nom": {}})
    assert script.body() == {}
    script.answers = [DATABASE]
    client.databases.create(parent={"page_id": "p"}, properties={"Nom": {"title": {}}})
    assert script.body() == {"parent": {"page_id": "p"}}


def test_its_own_version_is_an_older_one(client: Client, script: Script) -> None:
    client.pages.retrieve("p")

    assert script.asked[0].headers["notion-version"] == "2025-09-03"


def test_it_knows_neither_an_overload_nor_the_limit_of_rows(client: Client, script: Script) -> None:
    for status, code in ((529, "service_overload"), (409, "row_limit_exceeded")):
        script.answers = [refusal(status, code)]
        with pytest.raises(UnknownHTTPResponseError) as caught:
            client.pages.retrieve("p")
        assert (caught.value.status, code in caught.value.body) == (status, True)


def test_a_lost_connection_is_an_error_of_httpx(client: Client, script: Script) -> None:
    script.answers = [LOST]
    with pytest.raises(httpx.RequestError):
        client.pages.retrieve("p")


def test_a_timeout_keeps_in_its_context_whether_there_was_a_connection(
    client: Client, script: Script
) -> None:
    script.answers = [Response(200, delivery=Delivery.RESET, hold_seconds=30.0)]
    client.client.timeout = httpx.Timeout(0.1)
    with pytest.raises(RequestTimeoutError) as caught:
        client.pages.retrieve("p")

    assert isinstance(caught.value.__context__, httpx.ReadTimeout)


def test_without_retries_each_call_is_one_request(client: Client, script: Script) -> None:
    script.answers = [refusal(429, "rate_limited", headers={"retry-after": "0"})]
    with pytest.raises(Exception, match="no"):
        client.pages.retrieve("p")

    assert len(script.asked) == 1


def test_its_context_manager_takes_another_client_than_ours(address: str) -> None:
    with httpx.Client() as ours:
        client = Client(client=ours, auth=TOKEN, base_url=address, logger=logging.getLogger("x"))
        assert client.client is ours
        with client:
            assert client.client is not ours
