"""The made-up Anthropic answers as its description says, and refuses in its words."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx
import jsonschema
import pytest

from ecot.sandbox.anthropic import ADMIN_KEY, AnthropicSite, rate_limited_until
from ecot.sandbox.anthropic.truth import CREDIT_DAY, AnthropicTruth
from ecot.sandbox.server import LoopbackServer
from tests.specifications import specification_file

NOW = datetime(2026, 11, 21, 10, 30, tzinfo=UTC)
OCTOBER = {"starting_at": "2026-10-01T00:00:00Z", "ending_at": "2026-11-01T00:00:00Z"}
KEYED = {"x-api-key": ADMIN_KEY, "anthropic-version": "2023-06-01"}
DOCUMENTED = OCTOBER | {"ending_at": f"2026-10-{CREDIT_DAY}T00:00:00Z"}
BETA = {"anthropic-beta": "analytics-usage-cost-2026-08-24"}
BY_DAY = OCTOBER | {"time_bucket_width": "1d"}
Params = dict[str, Any]


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    site = AnthropicSite(AnthropicTruth(lambda: NOW), entries_a_page=1, rows_a_page=10)
    with LoopbackServer(site) as running:
        yield running


@pytest.fixture
def anthropic(server: LoopbackServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{server.url}/v1/organizations", headers=KEYED) as client:
        yield client


def message(response: httpx.Response) -> str:
    """What a refusal says, which must have Anthropic's body."""
    body = response.json()
    assert body["type"] == "error"
    return f"{response.status_code} {body['error']['type']}: {body['error']['message']}"


def specification() -> Any:
    return json.loads(specification_file("anthropic.openapi.json").read_text(encoding="utf-8"))


def check(schema: dict[str, Any], answer: object) -> None:
    whole = {**schema, "components": specification()["components"]}
    jsonschema.Draft202012Validator(whole).validate(answer)


@pytest.mark.parametrize(
    ("path", "params"),
    [
        ("cost_report", DOCUMENTED | {"limit": 31, "group_by[]": ["workspace_id", "description"]}),
        ("usage_report/messages", OCTOBER | {"limit": 31, "group_by[]": ["model", "api_key_id"]}),
        ("workspaces", {"include_archived": "true"}),
        ("api_keys", {}),
    ],
)
@pytest.mark.parametrize("is_grouped", [True, False])
def test_every_operation_answers_as_described(
    anthropic: httpx.Client, path: str, params: Params, is_grouped: bool
) -> None:
    asked = {name: value for name, value in params.items() if is_grouped or name != "group_by[]"}
    response = anthropic.get(path, params=asked)
    operation = specification()["paths"][f"/v1/organizations/{path}"]["get"]
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]

    assert response.status_code == 200, response.text
    assert response.json()["data"]
    check(schema, response.json())


@pytest.mark.parametrize(
    ("path", "params", "said"),
    [
        ("cost_report", {}, "400 invalid_request_error: starting_at: Field required"),
        ("cost_report", OCTOBER | {"limit": 32}, "400 invalid_request_error: limit: Input should"),
        ("cost_report", OCTOBER | {"limit": "ten"}, "400 invalid_request_error: limit: Input"),
        ("cost_report", OCTOBER | {"bucket_width": "1h"}, "400 invalid_request_error: bucket_w"),
        ("cost_report", OCTOBER | {"group_by[]": "model"}, "400 invalid_request_error: group_by"),
        ("cost_report", OCTOBER | {"group_by": "description"}, "400 invalid_request_error: group"),
        ("cost_report", OCTOBER | {"page": "page_x"}, "400 invalid_request_error: page: Invalid"),
        ("cost_report", {"starting_at": "monday"}, "400 invalid_request_error: starting_at: Input"),
        ("cost_report", {"starting_at": "2026-10-01T00:00:00"}, "400 invalid_request_error: start"),
        (
            "cost_report",
            {"starting_at": "2026-10-01T00:00:00Z", "ending_at": "2026-10-01T23:59:59Z"},
            "400 invalid_request_error: Invalid date range: ending date must be after starting",
        ),
        (
            "usage_report/messages",
            OCTOBER
            | {
                "group_by[]": [
                    *("workspace_id", "api_key_id", "model"),
                    *("service_tier", "context_window", "inference_geo"),
                ]
            },
            "400 invalid_request_error: Cannot specify more than 5 group_by[] dimensions.",
        ),
        ("workspaces", {"after_id": "nobody"}, "400 invalid_request_error: after_id"),
        ("analytics/cost", BY_DAY, "400 invalid_request_error: anthropic-beta"),
        ("invoices", {}, "404 not_found_error: Not found"),
    ],
)
def test_what_anthropic_does_not_accept_is_refused(
    anthropic: httpx.Client, path: str, params: Params, said: str
) -> None:
    response = anthropic.get(path, params=params)

    assert message(response).startswith(said)
    check({"$ref": "#/components/schemas/ErrorResponse"}, response.json())


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({"x-api-key": ""}, "401 authentication_error: x-api-key header is required"),
        ({"x-api-key": "sk-ant-api03-abc"}, "401 authentication_error: invalid x-api-key"),
        ({"anthropic-version": ""}, "400 invalid_request_error: anthropic-version: header is"),
        ({"x-api-key": "limited"}, "403 permission_error: Permission denied"),
    ],
)
def test_only_an_admin_key_reads(
    server: LoopbackServer, anthropic: httpx.Client, headers: dict[str, str], said: str
) -> None:
    assert isinstance(server.site, AnthropicSite)
    server.site.limited.add("limited")

    assert message(anthropic.get("cost_report", params=OCTOBER, headers=headers)).startswith(said)


def test_a_key_that_is_revoked_reads_no_more(
    server: LoopbackServer, anthropic: httpx.Client
) -> None:
    assert isinstance(server.site, AnthropicSite)
    assert anthropic.get("api_keys").status_code == 200
    server.site.keys.clear()
    assert anthropic.get("api_keys").status_code == 401


def every(client: httpx.Client, path: str, params: Params, cursor: tuple[str, str]) -> list[Any]:
    """The data of every page; a cursor seen twice is an error."""
    parameter, name = cursor
    seen: list[str] = []
    found: list[Any] = []
    while True:
        page = client.get(path, params=params).raise_for_status().json()
        found += page["data"]
        if not page["has_more"]:
            return found
        assert page[name] not in seen
        seen.append(page[name])
        params = params | {parameter: page[name]}


def test_pages_of_a_report_are_all_days_in_order(anthropic: httpx.Client) -> None:
    days = every(anthropic, "cost_report", OCTOBER | {"limit": 7}, ("page", "next_page"))

    assert [day["starting_at"][:10] for day in days] == [f"2026-10-{n:02}" for n in range(1, 32)]
    assert any(day["results"] == [] for day in days)


def test_grouping_changes_no_sum_and_analytics_has_the_same(anthropic: httpx.Client) -> None:
    pages, beta = ("page", "next_page"), httpx.Client(base_url=anthropic.base_url)
    whole = every(anthropic, "cost_report", OCTOBER, pages)
    groups = {"group_by[]": ["workspace_id", "description"]}
    split = every(anthropic, "cost_report", OCTOBER | groups, pages)
    with beta:
        beta.headers = httpx.Headers(KEYED | BETA)
        flat = every(beta, "analytics/cost", BY_DAY | {"group_by[]": ["api_key_id"]}, pages)

    sums = [
        sum((Decimal(row["amount"]) for day in days for row in day["results"]), Decimal(0))
        for days in (whole, split)
    ]
    assert len({*sums, sum(Decimal(row["cost"]["amount"]) for row in flat)}) == 1
    assert sums[0] > 0


def test_lists_have_every_entry_and_archived_ones_when_asked(anthropic: httpx.Client) -> None:
    cursor = ("after_id", "last_id")

    assert len(every(anthropic, "api_keys", {}, cursor)) == 4
    assert len(every(anthropic, "workspaces", {}, cursor)) == 1
    assert len(every(anthropic, "workspaces", {"include_archived": "true"}, cursor)) == 2


def test_the_days_after_the_clock_are_empty(anthropic: httpx.Client) -> None:
    asked = {"starting_at": "2026-11-21T00:00:00Z", "ending_at": "2026-11-24T00:00:00Z"}
    days = anthropic.get("usage_report/messages", params=asked).json()["data"]

    assert [bool(day["results"]) for day in days] == [True, False, False]


def test_a_limit_says_when_it_is_reset_and_not_how_long_to_wait(
    server: LoopbackServer, anthropic: httpx.Client
) -> None:
    server.faults.add(rate_limited_until(60, lambda: NOW))
    limited = anthropic.get("cost_report", params=OCTOBER)

    assert message(limited) == "429 rate_limit_error: Rate limited"
    assert limited.headers["anthropic-ratelimit-requests-reset"] == "2026-11-21T10:31:00Z"
    assert "retry-after" not in limited.headers
