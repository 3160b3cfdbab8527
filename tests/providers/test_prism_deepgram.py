"""Every request that a collection makes is one that Deepgram's specification accepts.

Prism gives the samples of the specification, a project without a real id and a week of January
2025 whatever is asked, so both feeds end in a refusal: nothing but other days is no answer.
"""

from datetime import date
from pathlib import Path

import httpx
import pytest

from ecot.jobs.round import Source
from ecot.model.period import Period
from ecot.providers.deepgram import DEEPGRAM
from tests.providers.around import source
from tests.providers.prism import Answered, collected, mock_of, proven, read_to_the_end, said
from tests.specifications import operations_of

pytestmark = pytest.mark.tools

SPECIFICATION = "deepgram.openapi.json"
SAMPLE_DAY = Period.of_day(date(2025, 1, 16))
OF_A_PROJECT = "GET /v1/projects/{project_id}"
READ = {
    "GET /v1/projects",
    f"{OF_A_PROJECT}/billing/breakdown",
    f"{OF_A_PROJECT}/usage/breakdown",
    f"{OF_A_PROJECT}/balances",
}
NOT_READ = {  # credits bought, single requests, filters, and what is deprecated
    f"{OF_A_PROJECT}/{what}"
    for what in (
        *("purchases", "requests", "billing/fields", "usage/fields"),
        *("usage", "balances/{balance_id}"),
    )
}
prism = mock_of(SPECIFICATION)


def test_every_operation_is_read_or_known_not_to_be() -> None:
    assert operations_of(SPECIFICATION) == READ | NOT_READ


@pytest.mark.parametrize("stream", DEEPGRAM.streams)
def test_a_stream_read_to_its_end_asks_as_specified(prism: str, stream: str) -> None:
    answered = Answered()

    assert not read_to_the_end(_source(prism), stream, answered, SAMPLE_DAY)

    asked = answered.operations(SPECIFICATION)
    assert asked <= READ
    assert any(operation.endswith((f"{stream}/breakdown", stream)) for operation in asked)


def test_a_collection_asks_nothing_else_and_takes_no_sample_for_figures(
    prism: str, tmp_path: Path
) -> None:
    answered = Answered()

    outcome = collected(_source(prism), answered, tmp_path)

    assert answered.operations(SPECIFICATION) <= READ
    assert (outcome.state, outcome.unread) == ("partial", DEEPGRAM.feeds)  # a balance has no days
    assert (outcome.charges, outcome.usages) == (0, 0)
    assert "2025-01-16 / 2025-01-23, which was not asked for" in said(outcome)


def test_the_requests_that_prove_a_key_are_accepted(prism: str) -> None:
    assert len(proven(_source(prism)).requests) == 2


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/v1/projects/x/billing/breakdown?start=2026-10-01", {}, 401),
        ("/v1/projects/x/billing/breakdown?grouping=colour", {"authorization": "Token x"}, 400),
        ("/v1/projects/x/usage/breakdown?start=monday", {"authorization": "Token x"}, 400),
        ("/v1/nothing", {"authorization": "Token x"}, 404),
    ],
)
def test_what_is_wrong_would_have_been_refused(
    prism: str, path: str, headers: dict[str, str], status: int
) -> None:
    assert httpx.get(prism + path, headers=headers).status_code == status


def _source(prism: str) -> Source:
    return source(DEEPGRAM, prism, "0123456789abcdef0123456789abcdef01234567")
