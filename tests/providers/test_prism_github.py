"""Every request that a collection makes is one that GitHub's specification accepts.

Prism gives the sample of the specification, an item of August 2023, whatever is asked: where
another month is asked for it is refused. (The specification names no security scheme, so prism asks
for no token.)
"""

from datetime import date
from pathlib import Path

import httpx
import pytest

from ecot.jobs.round import Source
from ecot.model.period import Period
from ecot.providers.github import GITHUB, GitHubOptions
from tests.providers.around import source
from tests.providers.prism import Answered, collected, examined, mock_of, read_to_the_end, said
from tests.specifications import operations_of

pytestmark = pytest.mark.tools

SPECIFICATION = "github-billing.openapi.json"
SAMPLE_MONTH = Period.of_days(date(2023, 8, 1), date(2023, 9, 1))
BILLING = "settings/billing"
OF_AN_ORGANIZATION = f"GET /organizations/{{org}}/{BILLING}/usage"
OF_A_USER = f"GET /users/{{username}}/{BILLING}/usage"
NOT_READ = {  # Copilot's, and sums without a day
    f"GET /{whose}/{BILLING}/{what}"
    for whose in ("organizations/{org}", "users/{username}")
    for what in ("ai_credit/usage", "premium_request/usage", "usage/summary")
} | {"GET /orgs/{org}/copilot/billing", "GET /orgs/{org}/copilot/billing/seats"}
prism = mock_of(SPECIFICATION)


def test_every_operation_is_read_or_known_not_to_be() -> None:
    assert operations_of(SPECIFICATION) == {OF_AN_ORGANIZATION, OF_A_USER} | NOT_READ


@pytest.mark.parametrize(
    ("options", "operation"),
    [
        (GitHubOptions(organization="lumen-lab"), OF_AN_ORGANIZATION),
        (GitHubOptions(user="mona"), OF_A_USER),
    ],
)
def test_a_stream_read_to_its_end_asks_as_specified(
    prism: str, options: GitHubOptions, operation: str
) -> None:
    answered = Answered()

    assert not read_to_the_end(_source(prism, options), "billing", answered, SAMPLE_MONTH)
    assert answered.operations(SPECIFICATION) == {operation}
    (asked,) = answered.requests
    assert dict(asked.url.params) == {"year": "2023", "month": "8"}


def test_a_collection_asks_nothing_else_and_takes_no_sample_for_figures(
    prism: str, tmp_path: Path
) -> None:
    answered = Answered()

    outcome = collected(_source(prism, GitHubOptions(organization="lumen-lab")), answered, tmp_path)

    assert answered.operations(SPECIFICATION) == {OF_AN_ORGANIZATION}
    assert outcome.state == "failed"
    assert "is not of 2026-1" in said(outcome)


def test_the_request_that_proves_a_token_is_accepted(prism: str) -> None:
    answered = Answered()

    outcome = examined(_source(prism, GitHubOptions(organization="lumen-lab")), answered)

    assert answered.operations(SPECIFICATION) == {OF_AN_ORGANIZATION}
    assert "is not of 2026-11" in said(outcome)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/organizations/lumen-lab/{BILLING}/usage?year=2026&month=october", 400),
        ("/organizations/lumen-lab/billing", 404),
    ],
)
def test_what_is_wrong_would_have_been_refused(prism: str, path: str, status: int) -> None:
    assert httpx.get(prism + path).status_code == status


def _source(prism: str, options: GitHubOptions) -> Source:
    token = "github_pat_11Can4ryBirdTw33tTweet_9Zk3QwLmNo7Hs2PxYb5Vd8Rf1GjKe6"
    return source(GITHUB, prism, token, options=options)
