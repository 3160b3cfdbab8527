"""Every request that reading Mistral makes is one that the published specification accepts.

Prism answers with one sample, a month of 2026-05, whatever month is asked for: a collection of the
present months ends in an UnexpectedAnswer, which is right. Its list of workspaces is made up from
the schema. What is promised is that each request is accepted.
"""

from pathlib import Path

import httpx
import pytest

from ecot.jobs.round import Source
from ecot.model.period import Month
from ecot.providers.mistral import MISTRAL
from ecot.providers.mistral.access import MistralOptions
from tests.providers.around import source
from tests.providers.prism import Answered, collected, mock_of, proven, read_to_the_end, said
from tests.specifications import operations_of

pytestmark = pytest.mark.tools

SPECIFICATION = "mistral.openapi.json"
NOT_COLLECTED = {
    "GET /v1/admin/api-keys",  # no usage or cost names a key
    "GET /v1/admin/rate-limit",  # what may be used in a minute, not what was
    # What people did with Vibe Code, not a cost: what it cost is in the usage.
    "GET /v1/admin/analytics/vibe/code/usage/by_organization",
    "GET /v1/admin/analytics/vibe/code/usage/by_workspace",
}
COLLECTED = operations_of(SPECIFICATION) - NOT_COLLECTED
SAMPLE = Month(2026, 5)
prism = mock_of(SPECIFICATION)


@pytest.mark.parametrize("header", ["x-api-key", "authorization", "both"])
@pytest.mark.parametrize("stream", MISTRAL.streams)
def test_a_stream_read_to_its_end_asks_as_specified(prism: str, stream: str, header: str) -> None:
    answered = Answered()
    options = MistralOptions.model_validate({"header": header})

    goes_in_circles = read_to_the_end(_source(prism, options), stream, answered, SAMPLE.period)

    assert not goes_in_circles
    assert answered.operations(SPECIFICATION) <= COLLECTED
    assert answered.requests


def test_usage_is_asked_of_the_organisation_and_of_its_workspaces(prism: str) -> None:
    answered = Answered()

    read_to_the_end(_source(prism), "usage", answered, SAMPLE.period)

    asked = [set(each.url.params) for each in answered.requests if "usage" in each.url.path]
    assert asked[0] == {"month", "year"}
    assert asked[1:]
    assert all(names == {"month", "year", "workspace_id"} for names in asked[1:])


def test_every_request_of_a_collection_is_accepted(prism: str, tmp_path: Path) -> None:
    answered = Answered()

    outcome = collected(_source(prism), answered, tmp_path)

    assert answered.operations(SPECIFICATION) == COLLECTED
    assert outcome.state in ("partial", "failed")
    assert "is not about 202" in said(outcome)


def test_the_request_that_proves_a_key_is_accepted(prism: str) -> None:
    assert len(proven(_source(prism)).requests) == 1


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/v1/admin/usage", {}, 401),
        ("/v1/admin/usage?workspace_id=mine", {"x-api-key": "k"}, 422),
        ("/v1/admin/workspaces?page=0", {"x-api-key": "k"}, 422),
        ("/v1/admin/workspaces?is_archived=perhaps", {"authorization": "Bearer k"}, 422),
        ("/v1/admin/nothing", {"x-api-key": "k"}, 404),
    ],
)
def test_what_is_wrong_would_have_been_refused(
    prism: str, path: str, headers: dict[str, str], status: int
) -> None:
    assert httpx.get(prism + path, headers=headers).status_code == status


def _source(prism: str, options: MistralOptions | None = None) -> Source:
    return source(
        MISTRAL, f"{prism}/v1/admin", "made-up-for-prism", options=options or MistralOptions()
    )
