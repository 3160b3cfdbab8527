"""Every request that a collection makes is one that the published description accepts.

Prism gives samples, whatever was asked. The first one of the usage, the official, breaks its own
schema (texts for numbers, "" for a unit), so that prism would answer 500 to a request that it
accepts; another is preferred here, which is of days of May 2026.
"""

from pathlib import Path

import httpx
import pytest

from ecot.jobs.round import Source
from ecot.providers.elevenlabs import ELEVENLABS, QUERY
from tests.providers.around import source
from tests.providers.prism import Answered, collected, mock_of, proven, read_to_the_end, said
from tests.specifications import operations_of

pytestmark = pytest.mark.tools

SPECIFICATION = "elevenlabs.openapi.json"
NOT_COLLECTED = {
    "GET /v1/usage/character-stats",  # deprecated
    "POST /v1/workspace/analytics/requests",  # single requests
}
prism = mock_of(SPECIFICATION)


@pytest.fixture
def answered() -> Answered:
    return Answered({QUERY: "example=constructed_daily_by_model"})


@pytest.mark.parametrize("stream", ELEVENLABS.streams)
def test_a_stream_read_to_its_end_asks_as_specified(
    prism: str, answered: Answered, stream: str
) -> None:
    goes_in_circles = read_to_the_end(_source(prism), stream, answered)

    assert len(answered.requests) == 1
    assert not goes_in_circles


def test_a_collection_asks_nothing_that_is_refused(
    prism: str, answered: Answered, tmp_path: Path
) -> None:
    outcome = collected(_source(prism), answered, tmp_path)

    assert answered.operations(SPECIFICATION) == operations_of(SPECIFICATION) - NOT_COLLECTED
    assert outcome.state == "ok", said(outcome)


def test_the_requests_that_prove_a_key_are_all_operations(prism: str, answered: Answered) -> None:
    proven(_source(prism), answered)

    assert answered.operations(SPECIFICATION) == operations_of(SPECIFICATION) - NOT_COLLECTED


@pytest.mark.parametrize(
    ("question", "status"),
    [
        ({}, 422),
        ({"start_time": 1_790_812_800, "end_time": 1_793_491_200}, 422),  # in seconds
        ({"start_time": "monday", "end_time": 1_793_491_200_000}, 422),
    ],
)
def test_what_is_wrong_would_have_been_refused(
    prism: str, question: dict[str, object], status: int
) -> None:
    assert httpx.post(prism + QUERY, json=question).status_code == status


def _source(prism: str) -> Source:
    return source(ELEVENLABS, prism, "sk_made0up0for0prism")
