"""Every request that a collection makes is one that GitHub's specification accepts.

Prism gives the samples of the specification: one result of a search that found 280, a commit of
2011. The list of repositories is not in this excerpt of it, and is answered here. (The
specification names no security scheme, so prism asks for no token.)
"""

from datetime import date
from pathlib import Path

import httpx
import pytest

from ecot.errors import UnexpectedAnswer
from ecot.jobs.round import Source
from ecot.model.period import Period
from ecot.providers.github_activity import GITHUB_ACTIVITY
from ecot.providers.github_activity.repositories import GitHubActivityOptions
from tests.providers.around import source
from tests.providers.github_activity_around import TOKEN
from tests.providers.prism import Answered, collected, examined, mock_of, read_to_the_end, said
from tests.specifications import operations_of

pytestmark = pytest.mark.tools

SPECIFICATION = "github-copilot.openapi.json"
SEARCH, COMMITS = "GET /search/issues", "GET /repos/{owner}/{repo}/commits"
ALL = {SEARCH, COMMITS}
LISTED = [
    {"full_name": "octocat/Hello-World", "private": True, "pushed_at": "2026-11-21T00:00:00Z"}
]
prism = mock_of(SPECIFICATION)


def test_what_is_read_is_in_the_specification() -> None:
    assert operations_of(SPECIFICATION) >= ALL


def test_commits_are_asked_for_as_specified(prism: str) -> None:
    answered = Answered(here=_repositories)

    read_to_the_end(_source(prism), "commits", answered, Period.of_day(date(2026, 11, 20)))

    (asked,) = answered.requests
    assert answered.operations(SPECIFICATION) == {COMMITS}
    assert dict(asked.url.params) == {
        "since": "2026-11-19T23:59:59Z",
        "until": "2026-11-21T00:00:01Z",
        "per_page": "100",
        "page": "1",
    }
    assert [one.url.params["page"] for one in answered.here] == ["1", "2"]
    assert answered.here[0].url.params["type"] == "sources"


def test_a_search_is_asked_for_as_specified_and_the_sample_is_not_whole(prism: str) -> None:
    answered = Answered(here=_repositories)

    with pytest.raises(UnexpectedAnswer, match="found 280 pull requests and gave 1"):
        read_to_the_end(_source(prism), "pull_requests", answered)

    assert answered.operations(SPECIFICATION) == {SEARCH}
    assert [one.url.params["page"] for one in answered.requests][:4] == ["1", "2", "3", "1"]
    assert answered.requests[0].url.params["q"] == (
        "org:octocat is:pr is:merged merged:2026-11-21T00:00:00Z..2026-11-21T23:59:59Z"
    )


def test_a_collection_asks_nothing_else_and_takes_no_sample_for_figures(
    prism: str, tmp_path: Path
) -> None:
    answered = Answered(here=_repositories)

    outcome = collected(_source(prism), answered, tmp_path)

    assert answered.operations(SPECIFICATION) == ALL
    assert outcome.unread == ("pull_requests",)
    assert (outcome.charges, outcome.usages) == (0, 0)
    assert "found 280 pull requests and gave 1" in said(outcome)


def test_the_requests_that_prove_a_token_are_accepted(prism: str) -> None:
    answered = Answered(here=_repositories)

    outcome = examined(_source(prism), answered)

    assert answered.operations(SPECIFICATION) == {SEARCH}
    assert "has no merged_at" in said(outcome)  # prism's sample is an issue


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/search/issues?per_page=100", 422),
        ("/search/issues?q=x&sort=merged", 422),
        ("/repos/octocat/Hello-World/commits?since=yesterday", 400),
        ("/repos/octocat/Hello-World/commits?page=first", 400),
        ("/search/pulls?q=x", 404),
    ],
)
def test_what_is_wrong_would_have_been_refused(prism: str, path: str, status: int) -> None:
    assert httpx.get(prism + path).status_code == status


def _repositories(request: httpx.Request) -> httpx.Response | None:
    """The list has one repository, on its first page."""
    if request.url.path != "/orgs/octocat/repos":
        return None
    return httpx.Response(200, json=LISTED if request.url.params["page"] == "1" else [])


def _source(prism: str) -> Source:
    options = GitHubActivityOptions(organization="octocat")
    return source(GITHUB_ACTIVITY, prism, TOKEN, options=options, since=date(2026, 11, 20))
