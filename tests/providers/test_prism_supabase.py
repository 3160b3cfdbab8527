"""Every request that a collection makes is one that Supabase's specification accepts.

Prism's samples are of a free organisation and a paused project, of which little is asked: here they
are read as a paid one and a running one. Its counts have an error beside them, and are refused.
"""

from pathlib import Path

import httpx
import pytest

from ecot.jobs.round import Source
from ecot.providers.supabase import SUPABASE
from tests.providers.around import source
from tests.providers.prism import Answered, collected, mock_of, proven, read_to_the_end, said
from tests.specifications import operations_of

pytestmark = pytest.mark.tools

SPECIFICATION = "supabase.openapi.json"
OF_A_PROJECT = "GET /v1/projects/{ref}"
LISTS = {"GET /v1/organizations", "GET /v1/projects"}
SEEN = {*LISTS, "GET /v1/organizations/{slug}"}
ADDONS = f"{OF_A_PROJECT}/billing/addons"
COUNTS = f"{OF_A_PROJECT}/analytics/endpoints/usage.api-counts"
DISK = f"{OF_A_PROJECT}/config/disk/util"
READ = {
    "organizations": {"GET /v1/organizations"},
    "projects": {"GET /v1/projects"},
    "requests": {*SEEN, COUNTS},
    "subscription": {*SEEN, ADDONS},
    "disk": {*SEEN, DISK},
}
NOT_READ = {  # what the lists tell too, single requests, and what is no cost
    OF_A_PROJECT,
    "GET /v1/organizations/{slug}/projects",
    "GET /v1/organizations/{slug}/entitlements",
    *(
        f"{OF_A_PROJECT}/analytics/endpoints/{what}"
        for what in ("usage.api-requests-count", "logs.all", "functions.combined-stats")
    ),
    f"{OF_A_PROJECT}/config/disk",
}
prism = mock_of(SPECIFICATION)


def test_every_operation_is_read_or_known_not_to_be() -> None:
    assert operations_of(SPECIFICATION) == set().union(*READ.values()) | NOT_READ


@pytest.mark.parametrize("stream", SUPABASE.streams)
def test_a_stream_read_to_its_end_asks_as_specified(prism: str, stream: str) -> None:
    answered = Answered(altered=_paid)

    assert not read_to_the_end(_source(prism), stream, answered)
    assert answered.operations(SPECIFICATION) == READ[stream]


def test_of_what_is_free_and_paused_only_that_is_asked(prism: str, tmp_path: Path) -> None:
    answered = Answered()

    outcome = collected(_source(prism), answered, tmp_path)

    assert answered.operations(SPECIFICATION) == SEEN
    assert outcome.state == "no_data", said(outcome)


def test_a_collection_asks_nothing_that_is_refused(prism: str, tmp_path: Path) -> None:
    answered = Answered(altered=_paid)

    outcome = collected(_source(prism), answered, tmp_path)

    assert answered.operations(SPECIFICATION) == set().union(*READ.values())
    assert (outcome.state, outcome.unread) == ("partial", ("requests",))
    assert said(outcome).startswith("requests: /error stands beside the figures")
    assert outcome.charges > 0


def test_the_requests_that_prove_a_token_are_all_operations(prism: str) -> None:
    answered = proven(_source(prism), Answered(altered=_paid))

    assert answered.operations(SPECIFICATION) == {*SEEN, ADDONS, COUNTS, DISK}


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/v1/projects", {}, 401),
        (f"/v1/projects/{'a' * 19}/billing/addons", {"authorization": "Bearer x"}, 422),
        (
            f"/v1/projects/{'a' * 20}/analytics/endpoints/usage.api-counts?interval=2day",
            {"authorization": "Bearer x"},
            422,
        ),
        ("/v1/invoices", {"authorization": "Bearer x"}, 404),
    ],
)
def test_what_is_wrong_would_have_been_refused(
    prism: str, path: str, headers: dict[str, str], status: int
) -> None:
    assert httpx.get(prism + path, headers=headers).status_code == status


def _paid(_request: httpx.Request, body: bytes) -> bytes:
    """The plan is a paid one and the project runs."""
    body = body.replace(b'"plan":"free"', b'"plan":"pro"')
    return body.replace(b'"status":"INACTIVE"', b'"status":"ACTIVE_HEALTHY"')


def _source(prism: str) -> Source:
    return source(SUPABASE, prism, "sbp_made0up0for0prism")
