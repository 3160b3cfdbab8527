"""Every request that a collection makes is one that Anthropic's description accepts.

Prism serves it (transcribed from the reference of 2026-08) and refuses a wrong path, parameter or
missing header. It always gives the official samples: rows of 2025 whatever was asked, with
`has_more` and a cursor that never changes. So both feeds end in an UnexpectedAnswer here, which is
right: what is promised is that each request is accepted, second pages included, and that it ends.
Prism does not look at parameters with brackets: test_anthropic.py compares `group_by[]` with the
description. The analytics interface is not in it.
"""

from pathlib import Path

import httpx
import pytest

from ecot.jobs.round import Source
from ecot.providers.anthropic import ANTHROPIC
from tests.providers.around import source
from tests.providers.prism import Answered, collected, mock_of, proven, read_to_the_end, said
from tests.specifications import operations_of

pytestmark = pytest.mark.tools

SPECIFICATION = "anthropic.openapi.json"
NOT_COLLECTED = {"GET /v1/organizations/usage_report/claude_code"}  # what people did, not a cost
KEY = "sk-ant-admin01-made-up-for-prism"
prism = mock_of(SPECIFICATION)


def test_every_request_of_a_collection_is_accepted(prism: str, tmp_path: Path) -> None:
    answered = Answered()

    outcome = collected(_source(prism), answered, tmp_path)

    assert answered.operations(SPECIFICATION) == operations_of(SPECIFICATION) - NOT_COLLECTED
    assert outcome.state == "failed"
    assert "anthropic/lumen" in said(outcome)


@pytest.mark.parametrize("stream", [*ANTHROPIC.feeds, *ANTHROPIC.directories])
def test_a_stream_read_to_its_end_asks_as_specified(prism: str, stream: str) -> None:
    answered = Answered()

    goes_in_circles = read_to_the_end(_source(prism), stream, answered)

    assert goes_in_circles == (stream in ANTHROPIC.feeds)
    assert goes_in_circles == any("page" in asked.url.params for asked in answered.requests)


def test_the_request_that_proves_a_key_is_accepted(prism: str) -> None:
    assert len(proven(_source(prism)).requests) == 1


@pytest.mark.parametrize(
    ("path", "left_out", "status"),
    [
        ("cost_report?starting_at=2026-01-01T00:00:00Z", "x-api-key", 401),
        ("cost_report?starting_at=2026-01-01T00:00:00Z", "anthropic-version", 422),
        ("cost_report", "", 422),
        ("cost_report?starting_at=2026-01-01T00:00:00Z&limit=32", "", 422),
        ("nothing", "", 404),
    ],
)
def test_what_is_wrong_would_have_been_refused(
    prism: str, path: str, left_out: str, status: int
) -> None:
    sent = {"x-api-key": KEY, "anthropic-version": "2023-06-01"}
    sent.pop(left_out, None)

    assert httpx.get(f"{prism}/v1/organizations/{path}", headers=sent).status_code == status


def _source(prism: str) -> Source:
    return source(ANTHROPIC, prism, KEY)
