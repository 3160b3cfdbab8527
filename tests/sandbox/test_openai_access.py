"""Keys open what they should, and refusals read like OpenAI's without showing a key."""

import httpx
import pytest

from ecot.sandbox.company import USAGE_SCOPE, Organisation
from ecot.sandbox.openai import OpenAISite
from ecot.sandbox.openai.access import Access, masked
from ecot.sandbox.server import LoopbackServer

COSTS = "/costs?start_time=1794355200"


def refused(
    client: httpx.Client, key: str | None, path: str = COSTS
) -> tuple[int, str, str | None]:
    """Status, message and code of a refusal of this key."""
    headers = {} if key is None else {"Authorization": f"Bearer {key}"}
    response = httpx.get(f"{client.base_url}{path.removeprefix('/')}", headers=headers)
    error = response.json()["error"]
    assert list(error) == ["message", "type", "param", "code"]
    assert error["type"] == "invalid_request_error"
    return response.status_code, error["message"], error["code"]


def test_unknown_key_is_refused_masked(openai: httpx.Client) -> None:
    message = (
        "Incorrect API key provided: sk-ad****1234. You can find your API key at"
        " https://platform.openai.com/account/api-keys."
    )
    assert refused(openai, "sk-admin-lost-and-gone-1234") == (401, message, "invalid_api_key")


def test_no_key_is_refused(openai: httpx.Client) -> None:
    status, message, code = refused(openai, None)
    assert (status, code) == (401, None)
    assert message.startswith("You didn't provide an API key.")


def test_project_key_lacks_the_usage_scope(openai: httpx.Client) -> None:
    status, message, _ = refused(openai, "sk-proj-abcdefghijkl")
    assert status == 403
    assert "insufficient permissions" in message
    assert "Missing scopes: api.usage.read." in message


@pytest.mark.parametrize("path", ["/projects", "/admin_api_keys", "/spend_limit"])
def test_key_limited_to_usage_reads_no_lists(
    openai: httpx.Client, labo: Organisation, path: str
) -> None:
    limited = labo.admin_keys[1]
    assert limited.scopes == {USAGE_SCOPE}
    status, message, _ = refused(openai, limited.value, path)
    assert status == 403
    assert "Missing scopes: api.management.read." in message


def test_key_limited_to_usage_reads_costs_and_usage(
    openai: httpx.Client, labo: Organisation
) -> None:
    openai.headers["Authorization"] = f"Bearer {labo.admin_keys[1].value}"
    assert openai.get(COSTS).status_code == 200
    assert openai.get("/usage/completions?start_time=1794355200").status_code == 200


def test_key_revoked_and_repaired(
    openai: httpx.Client, server: LoopbackServer, labo: Organisation
) -> None:
    assert isinstance(server.site, OpenAISite)
    key = labo.admin_keys[0].value
    del server.site.keys[key]
    assert openai.get(COSTS).status_code == 401
    server.site.keys[key] = Access(labo.id, frozenset())
    assert openai.get(COSTS).status_code == 403
    server.site.keys[key] = Access(labo.id)
    assert openai.get(COSTS).status_code == 200


def test_short_key_is_not_shown_at_all() -> None:
    assert masked("sk-short") == "****"
