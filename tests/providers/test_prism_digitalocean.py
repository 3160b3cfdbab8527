"""Every request that a collection makes is one that DigitalOcean's specification accepts.

Prism gives the samples of the specification whatever is asked: lists of invoices and of items that
lead back to their own page, a team without its real id, and insights of January 2025. So whatever
comes after a list is read by itself here, and a collection takes no sample for figures.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import date
from pathlib import Path

import httpx
import pytest

from ecot.errors import UnexpectedAnswer
from ecot.jobs.collect import open_http
from ecot.jobs.round import Source
from ecot.model.answer import Answer
from ecot.model.period import Period
from ecot.providers.digitalocean import DIGITALOCEAN
from ecot.providers.digitalocean.access import DigitalOceanOptions
from ecot.providers.digitalocean.insights import fetch_insights
from ecot.providers.digitalocean.invoices import INVOICES, fetch_invoice
from ecot.providers.http import Http
from ecot.providers.reading import Node
from tests.providers.around import source
from tests.providers.prism import Answered, collected, mock_of, proven, read_to_the_end, said
from tests.specifications import operations_of

pytestmark = pytest.mark.tools

SPECIFICATION = "digitalocean.openapi.json"
TEAM = "do:team:12345678-1234-1234-1234-123456789012"  # of the samples
JANUARY = Period.of_days(date(2025, 1, 1), date(2025, 2, 1))
LIST, ACCOUNT, BALANCE = (
    f"GET {INVOICES}",
    "GET /v2/account",
    "GET /v2/customers/my/balance",
)
ITEMS, SUMMARY = f"{LIST}/{{invoice_uuid}}", f"{LIST}/{{invoice_uuid}}/summary"
INSIGHTS = "GET /v2/billing/{account_urn}/insights/{start_date}/{end_date}"
READ = {LIST, ACCOUNT, BALANCE, ITEMS, SUMMARY, INSIGHTS}
NOT_READ = {  # payments, other forms of an invoice, and public prices
    "GET /v2/customers/my/billing_history",
    f"{ITEMS}/csv",
    "GET /v2/apps/tiers/instance_sizes",
    "GET /v2/sizes",
    "GET /v2/registries",
}
prism = mock_of(SPECIFICATION)


def test_every_operation_is_read_or_known_not_to_be() -> None:
    assert operations_of(SPECIFICATION) == READ | NOT_READ


@pytest.mark.parametrize(
    ("stream", "asked", "circles"),
    [("costs", {LIST}, True), ("balance", {BALANCE}, False), ("team", {ACCOUNT}, False)],
)
def test_a_stream_read_to_its_end_asks_as_specified(
    prism: str, stream: str, asked: set[str], circles: bool
) -> None:
    answered = Answered()

    assert read_to_the_end(_source(prism), stream, answered) == circles
    assert answered.operations(SPECIFICATION) == asked


def test_insights_of_a_month_are_asked_for_as_specified(prism: str) -> None:
    answered = Answered()

    answers = _read(prism, answered, lambda http: fetch_insights(http, TEAM, JANUARY))

    assert answered.operations(SPECIFICATION) == {INSIGHTS}
    assert len([row for answer in answers for row in DIGITALOCEAN.parse(answer)]) == 2


def test_an_invoice_is_asked_for_as_specified(prism: str) -> None:
    answered = Answered()
    stated = {"invoice_uuid": "22737513-0ea7", "invoice_period": "2020-01", "amount": "27.13"}

    with pytest.raises(UnexpectedAnswer, match="leads back"):
        _read(prism, answered, lambda http: fetch_invoice(http, Node(stated, "list"), TEAM))
    assert answered.operations(SPECIFICATION) == {ITEMS}

    (summary,) = _read(prism, answered, _summary)
    assert answered.operations(SPECIFICATION) == {ITEMS, SUMMARY}
    assert len(list(DIGITALOCEAN.parse(summary))) == 3


def test_a_collection_asks_nothing_else_and_takes_no_sample_for_figures(
    prism: str, tmp_path: Path
) -> None:
    answered = Answered()

    outcome = collected(_source(prism), answered, tmp_path)

    assert answered.operations(SPECIFICATION) <= READ
    assert (outcome.state, outcome.charges) == ("partial", 0)
    assert "leads back" in said(outcome)


def test_the_requests_that_prove_a_key_are_accepted(prism: str) -> None:
    assert proven(_source(prism)).operations(SPECIFICATION) == {LIST}


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/v2/customers/my/invoices", {}, 401),
        ("/v2/customers/my/invoices?per_page=500", {"authorization": "Bearer x"}, 422),
        ("/v2/billing/x/insights/monday/2025-01-31", {"authorization": "Bearer x"}, 422),
        ("/v2/nothing", {"authorization": "Bearer x"}, 404),
    ],
)
def test_what_is_wrong_would_have_been_refused(
    prism: str, path: str, headers: dict[str, str], status: int
) -> None:
    assert httpx.get(prism + path, headers=headers).status_code == status


async def _summary(http: Http) -> AsyncIterator[Answer]:
    yield await http.answer("costs", f"{INVOICES}/22737513-0ea7/summary")


def _read(
    prism: str, answered: Answered, reading: Callable[[Http], AsyncIterator[Answer]]
) -> list[Answer]:
    async def all_of() -> list[Answer]:
        round_ = answered.round()
        async with round_.open_client() as shared:
            http = open_http(_source(prism), round_, shared)
            return [answer async for answer in reading(http)]

    try:
        return asyncio.run(all_of())
    finally:
        answered.all_accepted()


def _source(prism: str) -> Source:
    key = "dop_v1_0123456789abcdef"
    return source(DIGITALOCEAN, prism, key, options=DigitalOceanOptions(team_urn=TEAM))
