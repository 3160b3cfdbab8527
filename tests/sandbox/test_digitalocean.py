"""The made-up DigitalOcean answers as its specification says, and its books are those of a company:
estimates and invoices that differ by cents, and payments that are no cost."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import httpx
import jsonschema
import pytest

from ecot.sandbox.digitalocean import BILLING_KEY, DigitalOceanSite
from ecot.sandbox.digitalocean.truth import DigitalOceanTruth
from ecot.sandbox.server import LoopbackServer
from tests.sandbox.conftest import Clock
from tests.sandbox.wire import Params, read
from tests.specifications import specification_file

OCTOBER = date(2026, 10, 1)
INVOICES = "/v2/customers/my/invoices"
OPERATIONS = {
    "/v2/account": "/v2/account",
    "/v2/customers/my/balance": "/v2/customers/my/balance",
    "/v2/customers/my/billing_history": "/v2/customers/my/billing_history",
    INVOICES: INVOICES,
    f"{INVOICES}/{{invoice_uuid}}": f"{INVOICES}/{{uuid}}",
    f"{INVOICES}/{{invoice_uuid}}/summary": f"{INVOICES}/{{uuid}}/summary",
    "/v2/billing/{account_urn}/insights/{start_date}/{end_date}": (
        "/v2/billing/{urn}/insights/2026-11-01/2026-11-20"
    ),
}


@pytest.fixture
def site(clock: Clock) -> DigitalOceanSite:
    clock.moment = datetime(2026, 11, 21, 10, 30, tzinfo=UTC)
    return DigitalOceanSite(DigitalOceanTruth(clock))


@pytest.fixture
def digitalocean(site: DigitalOceanSite) -> Iterator[httpx.Client]:
    headers = {"authorization": f"Bearer {BILLING_KEY}"}
    with (
        LoopbackServer(site) as server,
        httpx.Client(base_url=server.url, headers=headers) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def specification() -> dict[str, Any]:
    path = specification_file("digitalocean.openapi.json")
    loaded: dict[str, Any] = json.loads(path.read_bytes())
    return loaded


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_answer_fits_the_specification(
    digitalocean: httpx.Client,
    site: DigitalOceanSite,
    specification: dict[str, Any],
    operation: str,
) -> None:
    uuid = site.truth.invoice(OCTOBER).uuid
    response = digitalocean.get(OPERATIONS[operation].format(uuid=uuid, urn=site.truth.urn))
    content = specification["paths"][operation]["get"]["responses"]["200"]["content"]

    assert response.status_code == 200, response.text
    _check(specification, content["application/json"]["schema"], response.json())
    assert response.headers["ratelimit-limit"] == "5000"


@pytest.mark.parametrize(
    ("path", "params", "status"),
    [
        (INVOICES, {"per_page": "201"}, 400),
        (INVOICES, {"page": "0"}, 400),
        (f"{INVOICES}/nothing", {}, 404),
        ("/v2/nothing", {}, 404),
        ("/v2/billing/do:team:other/insights/2026-11-01/2026-11-02", {}, 404),
    ],
)
def test_a_refusal_is_as_specified(
    digitalocean: httpx.Client,
    specification: dict[str, Any],
    path: str,
    params: Params,
    status: int,
) -> None:
    response = digitalocean.get(path, params=params)

    assert response.status_code == status
    _check(specification, specification["components"]["schemas"]["error"], response.json())


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        ("2025-11-30/2025-12-02", "Start date cannot be before December 1, 2025."),
        ("2026-10-01/2026-11-02", "End date must be within 31 days of start date."),
        ("2026-10-02/2026-10-01", "End date must be within 31 days of start date."),
        ("monday/2026-10-01", "Dates must be in YYYY-MM-DD format."),
    ],
)
def test_insights_are_of_a_month_at_most_and_begin_in_december_2025(
    digitalocean: httpx.Client, site: DigitalOceanSite, days: str, sentence: str
) -> None:
    response = digitalocean.get(f"/v2/billing/{site.truth.urn}/insights/{days}")

    assert response.status_code == 400
    assert response.json()["messages"] == {"base": [sentence]}


@pytest.mark.parametrize(
    ("scopes", "path", "status"),
    [
        (None, INVOICES, 401),
        ({"account:read"}, INVOICES, 403),
        ({"billing:read"}, "/v2/account", 403),
        ({"billing:read"}, INVOICES, 200),
        ({"account:read"}, "/v2/account", 200),
    ],
)
def test_a_token_reads_what_its_scopes_say(
    digitalocean: httpx.Client,
    site: DigitalOceanSite,
    scopes: set[str] | None,
    path: str,
    status: int,
) -> None:
    site.tokens = {} if scopes is None else {BILLING_KEY: scopes}

    assert digitalocean.get(path).status_code == status


def test_pages_lead_on_by_address_and_by_number(
    digitalocean: httpx.Client, site: DigitalOceanSite
) -> None:
    params: Params = {"per_page": 3}
    first = read(digitalocean, INVOICES, params)
    following = first["links"]["pages"]["next"]
    second = read(digitalocean, httpx.URL(following).raw_path.decode())
    all_of_them = read(digitalocean, INVOICES, {"per_page": 200})

    assert first["invoices"] + second["invoices"] == all_of_them["invoices"][:6]
    assert all_of_them["links"] == {}
    assert all_of_them["meta"]["total"] == len(all_of_them["invoices"]) == 12

    path = f"/v2/billing/{site.truth.urn}/insights/2026-11-01/2026-11-20"
    pages = [read(digitalocean, path, {"per_page": 50, "page": page}) for page in (1, 2, 3)]
    points = [point for page in pages for point in page["data_points"]]
    assert [page["current_page"] for page in pages] == [1, 2, 3]
    assert len(points) == pages[0]["total_items"]
    assert {page["total_pages"] for page in pages} == {3}


def test_an_invoice_is_there_from_the_first_and_differs_by_cents(
    digitalocean: httpx.Client, site: DigitalOceanSite, clock: Clock
) -> None:
    invoice = site.truth.invoice(OCTOBER)
    estimated = sum(one.amount for one in site.truth.between(OCTOBER, date(2026, 10, 31)))
    assert 0 < abs(invoice.products - estimated) < Decimal("0.20")
    assert invoice.amount == invoice.products + invoice.overages + invoice.taxes + invoice.credits

    for hour, newest in ((7, "2026-09"), (8, "2026-10")):
        clock.moment = datetime(2026, 11, 1, hour, tzinfo=UTC)
        assert read(digitalocean, INVOICES)["invoices"][0]["invoice_period"] == newest


def test_payments_take_back_what_invoices_say(digitalocean: httpx.Client) -> None:
    params: Params = {"per_page": 200}
    rows = read(digitalocean, "/v2/customers/my/billing_history", params)["billing_history"]

    assert {row["type"] for row in rows} == {"Invoice", "Payment"}
    assert sum(Decimal(row["amount"]) for row in rows) == 0


def test_the_balance_holds_the_earlier_one(
    digitalocean: httpx.Client, site: DigitalOceanSite, clock: Clock
) -> None:
    clock.moment = datetime(2026, 11, 1, 9, tzinfo=UTC)
    balance = read(digitalocean, "/v2/customers/my/balance")

    assert Decimal(balance["account_balance"]) == site.truth.invoice(OCTOBER).amount
    assert Decimal(balance["month_to_date_usage"]) == 0
    assert balance["month_to_date_balance"] == balance["account_balance"]


def _check(specification: dict[str, Any], schema: dict[str, Any], answer: object) -> None:
    whole = {**schema, "components": specification["components"]}
    jsonschema.Draft202012Validator(whole).validate(answer)
