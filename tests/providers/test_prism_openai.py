"""Every request that a collection makes is one that the published specification accepts.

Prism serves OpenAI's own description and refuses a wrong path, parameter or missing key. It always
gives the official samples: rows of 2024 whatever was asked, in one of them `has_more` with a cursor
that never changes. So every feed ends in an UnexpectedAnswer here, which is right: what is promised
is that each request is accepted, second pages included, and that the collection ends.
"""

from pathlib import Path

import httpx
import pytest

from ecot.jobs.round import Source
from ecot.providers.openai import OPENAI
from tests.providers.around import source
from tests.providers.prism import Answered, collected, mock_of, proven, read_to_the_end, said
from tests.specifications import operations_of

pytestmark = pytest.mark.tools

SPECIFICATION = "openai.openapi.json"
SAMPLE_WITH_MORE = "usage.completions"  # the one whose sample says that there is another page
NOT_COLLECTED = {"GET /organization/spend_limit"}  # a setting, not a cost
prism = mock_of(SPECIFICATION)


def test_every_request_of_a_collection_is_accepted(prism: str, tmp_path: Path) -> None:
    answered = Answered()

    outcome = collected(_source(prism), answered, tmp_path)

    assert answered.operations(SPECIFICATION) == operations_of(SPECIFICATION) - NOT_COLLECTED
    assert outcome.state == "failed"
    assert "openai/lumen" in said(outcome)


@pytest.mark.parametrize("stream", [*OPENAI.feeds, *OPENAI.directories])
def test_a_stream_read_to_its_end_asks_as_specified(prism: str, stream: str) -> None:
    answered = Answered()

    goes_in_circles = read_to_the_end(_source(prism), stream, answered)

    assert goes_in_circles == (stream == SAMPLE_WITH_MORE)
    assert goes_in_circles == any("page" in asked.url.params for asked in answered.requests)


def test_the_request_that_proves_a_key_is_accepted(prism: str) -> None:
    assert len(proven(_source(prism)).requests) == 1


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/organization/costs?start_time=1", {}, 401),
        ("/organization/costs", {"authorization": "Bearer sk-admin-x"}, 422),
        ("/organization/costs?start_time=monday", {"authorization": "Bearer sk-admin-x"}, 422),
        ("/organization/nothing", {"authorization": "Bearer sk-admin-x"}, 404),
    ],
)
def test_what_is_wrong_would_have_been_refused(
    prism: str, path: str, headers: dict[str, str], status: int
) -> None:
    assert httpx.get(prism + path, headers=headers).status_code == status


def _source(prism: str) -> Source:
    return source(OPENAI, prism, "sk-admin-made-up-for-prism")
