"""Every request that a collection makes is one that Vercel's specification accepts.

Prism gives the sample of the specification, a day of October 2026, whatever is asked: where other
days are asked for it is refused.
"""

from datetime import date
from pathlib import Path

import httpx
import pytest

from ecot.jobs.round import Source
from ecot.model.period import Period
from ecot.providers.vercel import VERCEL, VercelOptions
from tests.providers.around import source
from tests.providers.prism import Answered, collected, mock_of, proven, read_to_the_end, said
from tests.specifications import operations_of

pytestmark = pytest.mark.tools

SPECIFICATION = "vercel-billing.openapi.json"
SAMPLE_DAY = Period.of_day(date(2026, 10, 5))
CHARGES = "GET /v1/billing/charges"
prism = mock_of(SPECIFICATION)


def test_every_operation_is_read_or_known_not_to_be() -> None:
    commitments = "GET /v1/billing/contract-commitments"  # what is promised is no cost of a day

    assert operations_of(SPECIFICATION) == {CHARGES, commitments}


@pytest.mark.parametrize(
    "options", [VercelOptions(), VercelOptions(team_id="team_1"), VercelOptions(slug="lumen")]
)
def test_a_stream_read_to_its_end_asks_as_specified(prism: str, options: VercelOptions) -> None:
    answered = Answered()

    assert not read_to_the_end(_source(prism, options), "charges", answered, SAMPLE_DAY)
    assert answered.operations(SPECIFICATION) == {CHARGES}


def test_a_collection_asks_nothing_else_and_takes_the_sample_for_its_own_day_only(
    prism: str, tmp_path: Path
) -> None:
    answered = Answered()

    outcome = collected(_source(prism, VercelOptions()), answered, tmp_path)

    assert answered.operations(SPECIFICATION) == {CHARGES}
    assert (outcome.state, outcome.charges) == ("partial", 2)  # October's; November is refused
    assert "2026-10-05, which was not asked for" in said(outcome)


def test_the_request_that_proves_a_key_is_accepted(prism: str) -> None:
    assert len(proven(_source(prism, VercelOptions())).requests) == 1


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        (f"{CHARGES[4:]}?from=2026-10-01T00:00:00Z&to=2026-10-02T00:00:00Z", {}, 401),
        (f"{CHARGES[4:]}?from=2026-10-01T00:00:00Z", {"authorization": "Bearer x"}, 400),
        ("/v1/nothing", {"authorization": "Bearer x"}, 404),
    ],
)
def test_what_is_wrong_would_have_been_refused(
    prism: str, path: str, headers: dict[str, str], status: int
) -> None:
    assert httpx.get(prism + path, headers=headers).status_code == status


def _source(prism: str, options: VercelOptions) -> Source:
    token = "vcp_Can4ryBirdTw33tTweet9Zk3QwLmNo7Hs2PxYb5Vd8Rf1GjKe6"
    return source(VERCEL, prism, token, options=options)
