"""Every request that a collection makes is one that OpenRouter's specification accepts.

Prism always gives the official samples: a key that is no management key, the same key on every
page, an activity of 2025. What is promised is that each request is accepted.
"""

import httpx
import pytest

from ecot.jobs.round import Source
from ecot.providers.openrouter import OPENROUTER
from tests.providers.around import source
from tests.providers.openrouter_account import MANAGEMENT
from tests.providers.prism import Answered, examined, mock_of, read_to_the_end, said
from tests.specifications import operations_of

pytestmark = pytest.mark.tools

SPECIFICATION = "openrouter.openapi.json"
SAME_KEYS = ("keys", "key_names")  # lists whose sample comes again on the next page
NOT_COLLECTED = {
    "GET /keys/{hash}",  # the list holds the same
    "GET /analytics/meta",  # names of metrics, not figures
}
prism = mock_of(SPECIFICATION)


@pytest.mark.parametrize("stream", OPENROUTER.streams)
def test_a_stream_read_to_its_end_asks_as_specified(prism: str, stream: str) -> None:
    answered = Answered()

    goes_in_circles = read_to_the_end(_source(prism), stream, answered)

    assert goes_in_circles == (stream in SAME_KEYS)
    assert goes_in_circles == any("offset" in asked.url.params for asked in answered.requests)


def test_every_operation_of_the_specification_is_asked_for_or_named_here(prism: str) -> None:
    answered = Answered()

    for stream in OPENROUTER.streams:
        read_to_the_end(_source(prism), stream, answered)
    examined(_source(prism), answered)

    assert answered.operations(SPECIFICATION) == operations_of(SPECIFICATION) - NOT_COLLECTED


def test_the_sample_of_a_key_is_no_management_key(prism: str) -> None:
    answered = Answered()

    outcome = examined(_source(prism), answered)

    assert len(answered.requests) == 1
    assert outcome.state == "failed"
    assert "may not read what they cost" in said(outcome)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/activity?group_by=project", 400),
        ("GET", "/workspaces?limit=101", 422),
        ("GET", "/nothing", 404),
        ("POST", "/activity", 405),
        ("POST", "/analytics/query", 400),  # without a question
    ],
)
def test_what_is_wrong_would_have_been_refused(
    prism: str, method: str, path: str, status: int
) -> None:
    headers = {"authorization": f"Bearer {MANAGEMENT}"}

    assert httpx.request(method, prism + path, headers=headers).status_code == status
    assert httpx.get(f"{prism}/credits").status_code == 401


def _source(prism: str) -> Source:
    return source(OPENROUTER, prism, MANAGEMENT)
