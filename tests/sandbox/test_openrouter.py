"""The made-up OpenRouter answers as the specification says, and refuses as OpenRouter does."""

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import httpx
import jsonschema
import pytest

from ecot.sandbox.openrouter.truth import KEYS, OLD, STUDIO
from tests.providers.asking import NOW
from tests.providers.openrouter_account import INFERENCE, MANAGEMENT, Account, account
from tests.specifications import specification_file

YESTERDAY, TODAY = NOW.date() - timedelta(days=1), NOW.date()
QUESTION = {
    "metrics": ["total_usage", "request_count"],
    "dimensions": ["workspace"],
    "granularity": "day",
    "time_range": {"start": "2026-05-01T00:00:00Z", "end": "2026-05-08T00:00:00Z"},
}
WRONG: tuple[dict[str, Any], ...] = (
    {"dimensions": ["model", "workspace", "api_key_id"]},
    {"metrics": []},
    {"metrics": ["coffees"]},
    {"limit": 10_001},
    {"filters": [{"field": "workspace", "operator": "not_in", "value": "x"}]},
    {"time_range": {"start": "2026-05-08T00:00:00Z", "end": "2026-05-01T00:00:00Z"}},
    {"time_range": {"start": "2025-05-08T00:00:00Z", "end": "2025-06-01T00:00:00Z"}},
)
ONLY_MANAGEMENT = "Only management keys can perform this operation"


@pytest.fixture(scope="module")
def specification() -> Any:
    return json.loads(specification_file("openrouter.openapi.json").read_bytes())


@pytest.fixture(scope="module")
def lumen() -> Iterator[Account]:
    with account() as running:
        yield running


@pytest.fixture
def client(lumen: Account) -> Iterator[httpx.Client]:
    headers = {"authorization": f"Bearer {MANAGEMENT}"}
    with httpx.Client(base_url=lumen.url, headers=headers) as opened:
        yield opened


ASKED: Mapping[tuple[str, str], Any] = {
    ("get", "/key"): {},
    ("get", "/credits"): {},
    ("get", "/activity"): {"params": {"group_by": "workspace"}},
    ("get", "/workspaces"): {"params": {"limit": "1"}},
    ("get", "/keys"): {"params": {"include_disabled": "true"}},
    ("get", "/analytics/meta"): {},
    ("post", "/analytics/query"): {"json": QUESTION},
}


@pytest.mark.parametrize(("method", "path"), ASKED)
def test_every_operation_answers_as_specified(
    specification: Any, client: httpx.Client, method: str, path: str
) -> None:
    response = client.request(method, path, **ASKED[method, path])
    answers = specification["paths"][path][method]["responses"]

    assert response.status_code == 200, response.text
    schema = answers["200"]["content"]["application/json"]["schema"]
    _check(specification, schema, response.json())


@pytest.mark.parametrize(
    ("method", "path", "asked", "status", "message"),
    [
        ("get", "/activity", {"params": {"date": str(TODAY)}}, 400, "Date must be within"),
        ("get", "/activity", {"params": {"date": "monday"}}, 400, "Date must be within"),
        ("get", "/activity", {"params": {"group_by": "key"}}, 400, "Invalid request"),
        ("get", "/activity", {"params": {"page": "2"}}, 400, "Invalid request"),
        ("get", "/activity", {"params": {"workspace_id": "x"}}, 404, "Resource not found"),
        ("get", "/workspaces", {"params": {"limit": "101"}}, 400, "Invalid request"),
        ("get", "/keys", {"params": {"offset": "-1"}}, 400, "Invalid request"),
        ("get", "/nothing", {}, 404, "Resource not found"),
        ("post", "/analytics/query", {"content": b"no JSON"}, 400, "Invalid request"),
        *(
            ("post", "/analytics/query", {"json": QUESTION | wrong}, 400, "Invalid request")
            for wrong in WRONG
        ),
    ],
)
def test_what_is_wrong_is_refused_as_specified(
    specification: Any,
    client: httpx.Client,
    method: str,
    path: str,
    asked: dict[str, Any],
    status: int,
    message: str,
) -> None:
    response = client.request(method, path, **asked)

    assert response.status_code == status
    assert response.json()["error"]["message"].startswith(message)
    _check(specification, {"$ref": "#/components/schemas/BadRequestResponse"}, response.json())


def test_keys_open_what_their_kind_may_read(client: httpx.Client) -> None:
    ordinary = {"authorization": f"Bearer {INFERENCE}"}

    assert client.get("/credits", headers=ordinary).json()["data"] == {
        "total_credits": 0,
        "total_usage": 0,
    }
    refused = client.get("/activity", headers=ordinary)
    assert (refused.status_code, refused.json()["error"]["message"]) == (403, ONLY_MANAGEMENT)
    assert client.get("/key", headers=ordinary).json()["data"]["is_management_key"] is False
    assert client.get("/key", headers={"authorization": ""}).status_code == 401
    assert client.get("/key", headers={"authorization": "Bearer nobody"}).status_code == 401


def test_activity_holds_the_days_that_are_over_and_no_workspace_unless_asked(
    client: httpx.Client,
) -> None:
    rows = client.get("/activity").json()["data"]

    assert {row["date"] for row in rows} == {
        f"{TODAY - timedelta(days=back)} 00:00:00" for back in range(1, 31)
    }
    assert not any("workspace_id" in row for row in rows)
    of_a_day = client.get("/activity", params={"date": str(YESTERDAY)}).json()["data"]
    assert of_a_day == [row for row in rows if row["date"] == f"{YESTERDAY} 00:00:00"]


def test_analytics_tell_workspaces_by_name_and_counts_as_texts(client: httpx.Client) -> None:
    rows = client.post("/analytics/query", json=QUESTION).json()["data"]["data"]

    assert {row["workspace"] for row in rows} == {"Studio", "Labo", "Essai"}
    assert {type(row["request_count"]) for row in rows} == {str}
    assert rows[0]["date__day"] == "2026-05-07T00:00:00.000Z"


def test_lists_hide_what_is_not_asked_for(client: httpx.Client) -> None:
    names = [key["name"] for key in client.get("/keys").json()["data"]]
    listed = [one["id"] for one in client.get("/workspaces").json()["data"]]

    assert names == [k.name for k in KEYS if k.workspace == STUDIO and not k.disabled]
    assert OLD.id not in listed


def _check(specification: Any, schema: Any, answer: object) -> None:
    whole = {**schema, "components": specification["components"]}
    jsonschema.Draft202012Validator(whole).validate(answer)
