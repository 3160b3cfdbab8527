"""The made-up Mistral answers as its specification says, and refuses as an Admin API would."""

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import httpx
import jsonschema
import pytest

from ecot.sandbox.mistral import ADMIN_KEY, MistralSite
from ecot.sandbox.mistral.truth import WORKSPACES, MistralTruth
from ecot.sandbox.server import LoopbackServer
from tests.sandbox.conftest import Clock
from tests.sandbox.wire import Params, read
from tests.specifications import specification_file

OCTOBER: Params = {"month": "10", "year": "2026"}
KEY = {"x-api-key": ADMIN_KEY}


@pytest.fixture
def site(clock: Clock) -> MistralSite:
    return MistralSite(MistralTruth(clock))


@pytest.fixture
def mistral(site: MistralSite) -> Iterator[httpx.Client]:
    with (
        LoopbackServer(site) as server,
        httpx.Client(base_url=f"{server.url}/v1/admin", headers=KEY) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def specification() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(specification_file("mistral.openapi.json").read_bytes())
    return loaded


@pytest.mark.parametrize(
    ("path", "params"),
    [
        ("/usage", OCTOBER),
        ("/usage", {}),
        ("/usage", {**OCTOBER, "workspace_id": WORKSPACES[0].id, "api_zone": "eu"}),
        ("/usage", {"month": "01", "year": "2020"}),
        ("/spend-limit", {}),
        ("/workspaces", {"is_archived": "true", "page_size": 2}),
    ],
)
@pytest.mark.parametrize("limit", [Decimal(5), None])
def test_every_answer_is_as_specified(
    specification: dict[str, Any],
    site: MistralSite,
    mistral: httpx.Client,
    path: str,
    params: Params,
    limit: Decimal | None,
) -> None:
    site.usage_limit = limit
    operation = specification["paths"][f"/v1/admin{path}"]["get"]
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    response = mistral.get(path, params=params)
    if params.get("year") == "2020":  # before there was a Mistral
        assert response.status_code == 422
        schema = {"$ref": "#/components/schemas/HTTPValidationError"}

    jsonschema.validate(response.json(), {**schema, "components": specification["components"]})


def rows(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, list):
        yield from part
    elif isinstance(part, dict):
        for name, inner in part.items():
            if name != "prices":
                yield from rows(inner)


def test_a_month_holds_everything_and_a_workspace_its_own(
    site: MistralSite, mistral: httpx.Client
) -> None:
    used = list(site.truth.between(date(2026, 10, 1), date(2026, 11, 1)))
    whole = read(mistral, "/usage", OCTOBER)
    one = read(mistral, "/usage", {**OCTOBER, "workspace_id": WORKSPACES[1].id})

    assert sum(row["value"] for row in rows(whole)) == sum(each.value for each in used)
    of_one = [each for each in used if each.workspace is WORKSPACES[1]]
    assert sum(row["value_paid"] for row in rows(one)) == sum(each.paid for each in of_one) > 0
    assert {type(price["price"]) for price in whole["prices"]} == {str, Decimal}
    assert "4.25E-7" in [price["price"] for price in whole["prices"]]


def test_tomorrow_is_not_known_and_a_restated_day_is_another(site: MistralSite) -> None:
    today = site.truth.now().date()
    before = sum(each.cost for each in site.truth.of_day(today))
    site.truth.restated[today] = 3

    assert max(each.day for each in site.truth.between(today, date(2030, 1, 1))) == today
    assert sum(each.cost for each in site.truth.of_day(today)) == 3 * before > 0


def test_pages_of_workspaces_are_numbered(mistral: httpx.Client) -> None:
    params: Params = {"is_archived": "true", "page_size": 2}
    pages = [read(mistral, "/workspaces", {**params, "page": page}) for page in (1, 2, 3)]

    assert [[each["name"] for each in page["items"]] for page in pages] == [
        ["Default workspace", "Lumen Édition"],
        ["Old prototype"],
        [],
    ]
    assert {page["total"] for page in pages} == {3}
    assert read(mistral, "/workspaces")["total"] == 2


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/usage?month=13", 422),
        ("/usage?month=May", 422),
        ("/usage?workspace_id=mine", 422),
        ("/usage?workspace_id=6f1a0000-0000-4000-8000-000000000004", 404),
        ("/usage?api_zone=moon", 422),
        ("/workspaces?page=0", 422),
        ("/workspaces?is_archived=perhaps", 422),
        ("/nothing", 404),
    ],
)
def test_what_is_wrong_is_refused(mistral: httpx.Client, path: str, status: int) -> None:
    answer = mistral.get(path)

    assert answer.status_code == status
    assert answer.json()["detail"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"x-api-key": "nobody's"}, 401),
        ({"authorization": ADMIN_KEY}, 401),
        ({"authorization": f"Bearer {ADMIN_KEY}"}, 200),
        ({"x-api-key": "standard", "authorization": "Bearer standard"}, 401),
        ({"x-api-key": "small"}, 403),
    ],
)
def test_a_key_opens_what_it_is_for(
    site: MistralSite, headers: dict[str, str], status: int
) -> None:
    site.keys.update({"standard": "standard", "small": "no enterprise"})
    with LoopbackServer(site) as server:
        assert httpx.get(f"{server.url}/v1/admin/usage", headers=headers).status_code == status
