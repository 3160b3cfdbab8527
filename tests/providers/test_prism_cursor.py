"""Every request that a collection makes is one that the transcribed description accepts.

Prism gives samples, whatever was asked: events of June 2025, of which the first page says that
another one follows, for ever.
"""

from pathlib import Path

import httpx
import pytest

from ecot.jobs.round import Source
from ecot.providers.cursor import CURSOR
from tests.providers.around import source
from tests.providers.prism import Answered, collected, mock_of, proven, read_to_the_end, said
from tests.specifications import operations_of

pytestmark = pytest.mark.tools

SPECIFICATION = "cursor.openapi.json"
OPERATIONS = {
    "members": "GET /teams/members",
    "daily": "POST /teams/daily-usage-data",
    "spend": "POST /teams/spend",
    "events": "POST /teams/filtered-usage-events",
    "daily.older": "POST /teams/daily-usage-data",
    "events.older": "POST /teams/filtered-usage-events",
}
NOT_READ = {  # sums of the team without money, each of which the days of its people tell
    "GET /analytics/team/dau",
    "GET /analytics/team/models",
}
KEY = {"authorization": "Basic a2V5X21hZGUwdXA6"}
prism = mock_of(SPECIFICATION)


def test_every_operation_is_read_or_known_not_to_be() -> None:
    assert operations_of(SPECIFICATION) == {*OPERATIONS.values()} | NOT_READ


@pytest.mark.parametrize("stream", CURSOR.streams)
def test_a_stream_read_to_its_end_asks_as_specified(prism: str, stream: str) -> None:
    answered = Answered()

    goes_in_circles = read_to_the_end(_source(prism), stream, answered)

    assert answered.operations(SPECIFICATION) == {OPERATIONS[stream]}
    assert goes_in_circles == ("events" in stream)


def test_a_collection_asks_nothing_else_and_takes_no_sample_for_figures(
    prism: str, tmp_path: Path
) -> None:
    answered = Answered()

    outcome = collected(_source(prism), answered, tmp_path)

    assert answered.operations(SPECIFICATION) == {*OPERATIONS.values()}
    assert (outcome.state, set(outcome.unread)) == ("partial", {"events", "daily"})
    assert "leads back to the page 1" in said(outcome)


def test_the_requests_that_prove_a_key_are_accepted(prism: str) -> None:
    assert len(proven(_source(prism)).requests) == 2


@pytest.mark.parametrize(
    ("path", "question"),
    [
        ("daily-usage-data", {}),
        ("daily-usage-data", {"startDate": 1}),
        ("filtered-usage-events", {"startDate": "monday", "endDate": 2}),
        ("filtered-usage-events", {"startDate": 1, "endDate": 2, "page": "one"}),
        ("spend", {"sortBy": "name"}),
    ],
    ids=str,
)
def test_what_is_wrong_would_have_been_refused(
    prism: str, path: str, question: dict[str, object]
) -> None:
    url = f"{prism}/teams/{path}"
    assert httpx.post(url, json=question, headers=KEY).status_code == 400
    assert httpx.post(url, json={"startDate": 1, "endDate": 2}).status_code == 401


def _source(prism: str) -> Source:
    return source(CURSOR, prism, "key_made0up0for0prism")
