"""Every request that a collection makes is one that Prometheus' specification accepts.

Prism gives the first sample of the specification whatever is asked: `up`, at another moment. So
both the collection and the doctor end in that refusal. The specification's server is /api/v1, which
prism does not serve: it is taken off the path on the way.
"""

from datetime import date
from pathlib import Path

import httpx
import pytest

from ecot.jobs.round import Source
from ecot.model.period import Period
from ecot.providers.prometheus import PROMETHEUS
from ecot.providers.prometheus.options import PrometheusOptions, entries
from tests.providers.around import source
from tests.providers.prism import Answered, collected, examined, mock_of, read_to_the_end, said
from tests.specifications import operations_of

pytestmark = pytest.mark.tools

SPECIFICATION = "prometheus.openapi.json"
READ = {"GET /query"}
NOT_READ = {  # a day is asked at its end: no range; names of labels are in the entries
    *("GET /query_range", "GET /labels", "GET /label/{name}/values", "GET /series"),
    *("GET /metadata", "GET /status/runtimeinfo", "GET /status/buildinfo", "GET /status/tsdb"),
}
SETS = PrometheusOptions(set=("litellm", "openlit"))
prism = mock_of(SPECIFICATION)


def test_every_operation_is_read_or_known_not_to_be() -> None:
    assert operations_of(SPECIFICATION) == READ | NOT_READ


@pytest.mark.parametrize("stream", [entry.feed for entry in entries(SETS)])
def test_an_entry_asks_as_specified(prism: str, stream: str) -> None:
    answered = Answered(root="/api/v1")

    assert not read_to_the_end(_source(prism), stream, answered, Period.of_day(date(2026, 1, 2)))

    assert answered.operations(SPECIFICATION) == READ


def test_a_collection_asks_nothing_else_and_takes_no_sample_for_figures(
    prism: str, tmp_path: Path
) -> None:
    answered = Answered(root="/api/v1")

    outcome = collected(_source(prism), answered, tmp_path)

    assert answered.operations(SPECIFICATION) == READ
    assert outcome.state == "failed"
    assert "is about another time than was asked for: 1767436620" in said(outcome)


def test_the_request_that_proves_a_key_is_accepted(prism: str) -> None:
    answered = Answered(root="/api/v1")

    outcome = examined(_source(prism), answered)

    assert len(answered.requests) == 1  # the first answer is refused
    assert "is about another time than was asked for" in said(outcome)


@pytest.mark.parametrize("query", ["time=0", "query=up&limit=many", "query=up&time=noon"])
def test_what_is_wrong_would_have_been_refused(prism: str, query: str) -> None:
    assert httpx.get(f"{prism}/query?{query}").status_code in (400, 422)


def _source(prism: str) -> Source:
    return source(PROMETHEUS, prism, "0123456789abcdef", options=SETS)
