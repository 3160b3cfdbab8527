"""Every request that a collection makes is one that Weaviate's specification accepts.

Its server is `…/v1`, and that is where the mock's root stands; an account's address has no /v1, so
that the requests lose theirs on the way. Only the nodes have an official sample; of the rest prism
makes up what fits the schema.
"""

from pathlib import Path

import httpx
import pytest

from ecot.jobs.round import Source
from ecot.providers.weaviate import WEAVIATE
from tests.providers.around import source
from tests.providers.prism import Answered, collected, mock_of, proven, read_to_the_end, said
from tests.specifications import operations_of

pytestmark = pytest.mark.tools

SPECIFICATION = "weaviate.openapi.json"
READ = {"GET /nodes", "GET /schema", "GET /schema/{className}/tenants"}
NOT_READ = {  # whether it lives, what it is, the same by collection, and questions about objects
    *("GET /.well-known/live", "GET /.well-known/ready", "GET /meta", "GET /cluster/statistics"),
    *("GET /nodes/{className}", "GET /schema/{className}/shards", "POST /graphql"),
}
prism = mock_of(SPECIFICATION)


def test_every_operation_is_read_or_known_not_to_be() -> None:
    assert operations_of(SPECIFICATION) == READ | NOT_READ


@pytest.mark.parametrize(
    ("stream", "operations"),
    [("nodes", {"GET /nodes"}), ("tenants", READ - {"GET /nodes"})],
)
def test_a_stream_read_to_its_end_asks_as_specified(
    prism: str, stream: str, operations: set[str]
) -> None:
    answered = Answered(root="/v1")

    assert not read_to_the_end(_source(prism), stream, answered)
    assert answered.operations(SPECIFICATION) == operations


def test_a_collection_reads_the_sample(prism: str, tmp_path: Path) -> None:
    answered = Answered(root="/v1")

    outcome = collected(_source(prism), answered, tmp_path)

    assert answered.operations(SPECIFICATION) == READ
    assert outcome.state == "ok", said(outcome)
    assert outcome.usages == 1


def test_the_requests_that_prove_a_key_are_accepted(prism: str) -> None:
    answered = proven(_source(prism), Answered(root="/v1"))

    assert answered.operations(SPECIFICATION) == {"GET /nodes", "GET /schema"}


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/nodes", {}, 401),
        ("/schema/Pupil/tenants", {}, 401),
        ("/nowhere", {"authorization": "Bearer x"}, 404),
    ],
)
def test_what_is_wrong_would_have_been_refused(
    prism: str, path: str, headers: dict[str, str], status: int
) -> None:
    assert httpx.get(prism + path, headers=headers).status_code == status


def _source(prism: str) -> Source:
    return source(WEAVIATE, prism, "v13wer0123456789abcdefghijklmnopqrstuvwxyz")
