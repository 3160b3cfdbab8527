"""Every request that a collection makes is one that Stripe's specification accepts.

Prism gives the samples of the specification, a subscription of test mode and a movement of 2009
whatever is asked, so both end in a refusal: neither is an answer to what was asked.
"""

from pathlib import Path

import httpx
import pytest

from ecot.jobs.round import Source
from ecot.providers.stripe import STRIPE
from ecot.sandbox.server import LoopbackServer
from ecot.sandbox.stripe import StripeSite
from ecot.sandbox.stripe.query import ALL_RIGHTS
from tests.providers.around import source
from tests.providers.prism import (
    NOW,
    Answered,
    collected,
    mock_of,
    operation_of,
    proven,
    read_to_the_end,
    said,
)
from tests.providers.stripe_around import KEY, made
from tests.providers.stripe_cases import CASES
from tests.specifications import operations_of

pytestmark = pytest.mark.tools

SPECIFICATION = "stripe.openapi.json"
READ = {
    "GET /v1/subscriptions",
    "GET /v1/subscription_items",
    "GET /v1/prices/{price}",
    "GET /v1/coupons",
    "GET /v1/balance_transactions",
}
PROVES_A_KEY = {"GET /v1/prices"}
NOT_READ = {  # one subscription at a time, what is on the balance, and Stripe's own exchange rates
    "GET /v1/subscriptions/{subscription_exposed_id}",
    "GET /v1/balance",
    "GET /v1/exchange_rates",
}
prism = mock_of(SPECIFICATION)


def test_every_operation_is_read_or_known_not_to_be() -> None:
    assert operations_of(SPECIFICATION) == READ | PROVES_A_KEY | NOT_READ


@pytest.mark.parametrize("stream", STRIPE.streams)
def test_a_stream_read_to_its_end_asks_as_specified(prism: str, stream: str) -> None:
    answered = Answered()

    assert not read_to_the_end(_source(prism), stream, answered)

    assert answered.operations(SPECIFICATION) <= READ


def test_everything_that_subscriptions_of_every_shape_need_is_accepted(prism: str) -> None:
    """What is asked of the sandbox, where all shapes are, is asked of prism again."""
    truth = made(lambda the: [case.make(the) for case in CASES])
    asked = Answered()
    with LoopbackServer(StripeSite(truth, {KEY: ALL_RIGHTS})) as server:
        assert not read_to_the_end(_source(server.url), "subscriptions", asked)
    known = operations_of(SPECIFICATION)
    assert {operation_of(each, known) for each in asked.requests} == READ - {
        "GET /v1/balance_transactions"
    }

    for request in asked.requests:
        url = prism + request.url.raw_path.decode()
        answer = httpx.get(url, headers={"authorization": f"Bearer {KEY}"})
        assert answer.status_code == 200, f"{url}: {answer.text}"


def test_a_collection_asks_nothing_else_and_takes_no_sample_for_figures(
    prism: str, tmp_path: Path
) -> None:
    answered = Answered()

    outcome = collected(_source(prism), answered, tmp_path)

    assert answered.operations(SPECIFICATION) <= READ
    assert outcome.state == "failed"
    assert "2009-02-13" in said(outcome)


def test_the_requests_that_prove_a_key_are_accepted(prism: str) -> None:
    assert len(proven(_source(prism)).requests) == 4


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/v1/subscriptions", {}, 401),
        ("/v1/subscriptions?limit=many", {"authorization": "Bearer x"}, 422),
        ("/v1/subscriptions?collection_method=by_hand", {"authorization": "Bearer x"}, 422),
        ("/v1/balance_transactions?created[gte]=monday", {"authorization": "Bearer x"}, 422),
        ("/v1/mrr", {"authorization": "Bearer x"}, 404),
    ],
)
def test_what_is_wrong_would_have_been_refused(
    prism: str, path: str, headers: dict[str, str], status: int
) -> None:
    assert httpx.get(prism + path, headers=headers).status_code == status


def _source(url: str) -> Source:
    return source(STRIPE, url, KEY, since=NOW.date())
