"""Every request that a collection makes is one that GitHub's specification accepts.

Prism gives the samples of the specification: credits of a year, a report of July 2025 whose files
lie at example.com. They are answered here, without a request leaving the machine. (The
specification names no security scheme, so prism asks for no token.)
"""

from datetime import date, timedelta
from pathlib import Path

import httpx
import pytest

from ecot.errors import UnexpectedAnswer
from ecot.jobs.round import Source
from ecot.model.period import Period
from ecot.providers.copilot import COPILOT, CopilotOptions
from tests.providers.around import source
from tests.providers.prism import Answered, collected, examined, mock_of, read_to_the_end, said
from tests.specifications import operations_of

pytestmark = pytest.mark.tools

SPECIFICATION = "github-copilot.openapi.json"
SAMPLE_DAY = Period.of_day(date(2025, 7, 1))
OF_THE_SAMPLE_OF_USAGE = Period.of_day(date(2023, 8, 1))
BILLING = "GET /organizations/{org}/settings/billing"
OF_AN_ORGANIZATION = "GET /orgs/{org}/copilot"
REPORTS = f"{OF_AN_ORGANIZATION}/metrics/reports"
READ = {
    "credits": {f"{BILLING}/ai_credit/usage"},
    "licences": {f"{BILLING}/usage"},
    "users": {f"{REPORTS}/users-28-day/latest", f"{REPORTS}/users-1-day"},
    "seats": {
        f"{OF_AN_ORGANIZATION}/billing",
        f"{OF_AN_ORGANIZATION}/billing/seats",
        f"{BILLING}/usage",
    },
}
ALL = {operation for operations in READ.values() for operation in operations}
prism = mock_of(SPECIFICATION)


def test_what_is_read_is_in_the_specification() -> None:
    assert operations_of(SPECIFICATION) >= ALL


def test_credits_are_asked_for_by_day(prism: str) -> None:
    answered = Answered(here=_files)
    day = Period.of_day(date(2026, 10, 5))

    assert not read_to_the_end(_source(prism), "credits", answered, day)
    (asked,) = answered.requests
    assert answered.operations(SPECIFICATION) == READ["credits"]
    assert dict(asked.url.params) == {"year": "2026", "month": "10", "day": "5"}


def test_the_files_of_a_report_are_asked_for_without_the_token(prism: str) -> None:
    three_days_later = SAMPLE_DAY.last + timedelta(days=3)  # reports are kept for a year
    answered = Answered(here=_files, today=three_days_later)

    assert not read_to_the_end(_source(prism), "users", answered, SAMPLE_DAY)
    assert answered.operations(SPECIFICATION) == READ["users"]
    assert len(answered.here) == 2
    assert not [one for one in answered.here if "authorization" in one.headers]


def test_the_usage_of_a_month_is_asked_for(prism: str) -> None:
    answered = Answered(here=_files)

    assert not read_to_the_end(_source(prism), "licences", answered, OF_THE_SAMPLE_OF_USAGE)
    assert answered.operations(SPECIFICATION) == READ["licences"]


def test_seats_are_asked_for_and_the_sample_of_another_month_is_refused(prism: str) -> None:
    answered = Answered(here=_files)

    with pytest.raises(UnexpectedAnswer, match="is not of 2023-09, which was asked for"):
        read_to_the_end(_source(prism), "seats", answered, Period.of_day(date(2023, 9, 5)))
    assert answered.operations(SPECIFICATION) == {f"{BILLING}/usage"}


def test_seats_are_asked_for_as_specified(prism: str) -> None:
    answered = Answered(here=_files, altered=_without_usage)

    assert not read_to_the_end(_source(prism), "seats", answered)
    assert answered.operations(SPECIFICATION) == READ["seats"]


def test_a_collection_asks_nothing_else_and_takes_no_sample_for_figures(
    prism: str, tmp_path: Path
) -> None:
    answered = Answered(here=_files)

    outcome = collected(_source(prism), answered, tmp_path)

    assert answered.operations(SPECIFICATION) <= ALL
    assert outcome.state == "partial"
    assert {"credits", "licences"} <= set(outcome.unread)
    assert (outcome.charges, outcome.usages) == (0, 0)
    assert "is not one day" in said(outcome)


def test_the_requests_that_prove_a_token_are_accepted(prism: str) -> None:
    answered = Answered(here=_files)

    outcome = examined(_source(prism), answered)

    assert answered.operations(SPECIFICATION) <= ALL
    assert "is not one day" in said(outcome)  # prism's sample has no day


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/orgs/lumen-lab/copilot/metrics/reports/users-1-day", 422),
        ("/orgs/lumen-lab/copilot/metrics/reports/users-1-day?day=yesterday", 422),
        ("/orgs/lumen-lab/copilot/billing/seats?per_page=many", 422),
        ("/orgs/lumen-lab/copilot/metrics", 404),
    ],
)
def test_what_is_wrong_would_have_been_refused(prism: str, path: str, status: int) -> None:
    assert httpx.get(prism + path).status_code == status


def _files(request: httpx.Request) -> httpx.Response | None:
    """Files of reports are empty, and asked of nobody."""
    return httpx.Response(200) if request.url.host == "example.com" else None


def _without_usage(request: httpx.Request, body: bytes) -> bytes:
    """The usage of a month is empty."""
    return b'{"usageItems": []}' if request.url.path.endswith("/billing/usage") else body


def _source(prism: str) -> Source:
    token = "github_pat_11Can4ryBirdTw33tTweet_9Zk3QwLmNo7Hs2PxYb5Vd8Rf1GjKe6"
    options = CopilotOptions(organization="lumen-lab")
    return source(COPILOT, prism, token, options=options, since=date(2026, 11, 20))
