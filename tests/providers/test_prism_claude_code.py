"""Every request that a collection makes is one that the description of the analytics accepts.

Prism serves it (transcribed from the guide of 2026-11) and refuses a wrong path, parameter or
missing header. It gives the guide's sample, of 2025-09-01, whatever day is asked for: where another
one was, it is refused.
"""

from datetime import date
from pathlib import Path

import httpx
import pytest

from ecot.jobs.round import Source
from ecot.model.period import Period
from ecot.providers.claude_code import CLAUDE_CODE, PATH
from tests.providers.around import source
from tests.providers.prism import NOW, Answered, collected, mock_of, proven, read_to_the_end, said
from tests.specifications import operations_of

pytestmark = pytest.mark.tools

SPECIFICATION = "claude-code.openapi.json"
NOT_READ = {f"GET /v1/organizations/analytics/{what}" for what in ("cost", "usage")}
KEY = "sk-ant-admin01-made-up-for-prism"
TWO_DAYS = Period.of_days(date(2025, 9, 1), date(2025, 9, 3))
prism = mock_of(SPECIFICATION)


def test_every_operation_is_read_or_known_not_to_be() -> None:
    assert operations_of(SPECIFICATION) == {f"GET {PATH}"} | NOT_READ


def test_a_stream_read_to_its_end_asks_for_each_day_as_specified(prism: str) -> None:
    answered = Answered()

    assert not read_to_the_end(_source(prism), "analytics", answered, TWO_DAYS)

    assert answered.operations(SPECIFICATION) == {f"GET {PATH}"}
    assert [dict(asked.url.params) for asked in answered.requests] == [
        {"starting_at": "2025-09-01", "limit": "1000"},
        {"starting_at": "2025-09-02", "limit": "1000"},
    ]


def test_a_collection_asks_nothing_else_and_takes_no_sample_for_figures(
    prism: str, tmp_path: Path
) -> None:
    answered = Answered()

    outcome = collected(_source(prism), answered, tmp_path)

    assert answered.operations(SPECIFICATION) == {f"GET {PATH}"}
    assert outcome.state == "failed"
    assert "is not of 2026-11-" in said(outcome)


def test_days_without_records_are_no_data(prism: str, tmp_path: Path) -> None:
    answered = Answered(prefer={PATH: "example=empty"})

    assert collected(_source(prism), answered, tmp_path).state == "no_data"


def test_the_request_that_proves_a_key_is_accepted(prism: str) -> None:
    assert len(proven(_source(prism)).requests) == 1


@pytest.mark.parametrize(
    ("query", "left_out", "status"),
    [
        ("starting_at=2026-10-05", "x-api-key", 401),
        ("starting_at=2026-10-05", "anthropic-version", 400),
        ("", "", 400),
        ("start_date=2026-10-05", "", 400),
        ("starting_at=october", "", 400),
        ("starting_at=2026-10-05&limit=1001", "", 400),
    ],
)
def test_what_is_wrong_would_have_been_refused(
    prism: str, query: str, left_out: str, status: int
) -> None:
    sent = {"x-api-key": KEY, "anthropic-version": "2023-06-01"}
    sent.pop(left_out, None)

    assert httpx.get(f"{prism}{PATH}?{query}", headers=sent).status_code == status


def _source(prism: str) -> Source:
    return source(CLAUDE_CODE, prism, KEY, since=NOW.date())
