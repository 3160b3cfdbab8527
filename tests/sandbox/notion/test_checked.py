"""The check against the specification finds contradictions, also in what it has seen before."""

from collections.abc import Callable
from typing import Any

import pytest

from ecot.sandbox.messages import Request, Response, json_response
from tests.sandbox.notion.checked import Checked, Contradiction, check_answer, check_request
from tests.sandbox.notion.recorded import answer_of, pairs

QUERY = ("/v1/data_sources/{data_source_id}/query", "post")
TABLE = ("/v1/data_sources/{data_source_id}", "get")


def test_a_row_that_was_right_may_not_become_wrong() -> None:
    answer = answer_of("number, filter equals")
    check_answer(QUERY, 200, answer)
    check_answer(QUERY, 200, answer)
    answer["results"][0]["properties"]["Number"]["number"] = "42"
    with pytest.raises(Contradiction, match="properties/Number"):
        check_answer(QUERY, 200, answer)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda row: row.pop("in_trash"),
        lambda row: row.update(object="database"),
        lambda row: row["parent"].update(type="page_id"),
        lambda row: row["properties"]["Number"].update(type="numbers"),
        lambda row: row["properties"]["Title"]["title"][0]["annotations"].update(color="mauve"),
    ],
    ids=["a missing part", "another object", "another parent", "an unknown type", "a colour"],
)
def test_what_is_wrong_with_a_row_is_found(spoil: Callable[[Any], object]) -> None:
    answer = answer_of("number, filter equals")
    check_answer(QUERY, 200, answer)
    spoil(answer["results"][0])
    with pytest.raises(Contradiction):
        check_answer(QUERY, 200, answer)


def test_a_column_is_looked_at_by_itself() -> None:
    table = answer_of("rollup, step 1")
    check_answer(TABLE, 200, table)
    table["properties"]["Number"]["number"]["format"] = 5
    with pytest.raises(Contradiction):
        check_answer(TABLE, 200, table)


def test_a_refusal_bears_its_own_status() -> None:
    refusal = answer_of("error 404 object_not_found")
    check_answer(TABLE, 404, refusal)
    with pytest.raises(Contradiction):
        check_answer(TABLE, 404, {**refusal, "status": 400})
    with pytest.raises(Contradiction, match="no answer 418"):
        check_answer(TABLE, 418, refusal)


def test_the_site_in_front_tells_of_requests_and_of_answers() -> None:
    class Agreeable:
        def answer(self, _request: Request, /) -> Response:
            return json_response(answer_of("retrieve page"))

    site, path = Checked(Agreeable()), "/v1/pages/00000000-0000-4000-8000-000000000001"
    assert site.answer(Request("GET", path)).status == 200
    assert site.answer(Request("GET", "/v1/nowhere")).status == 200
    with pytest.raises(Contradiction, match="archived"):
        site.answer(Request("PATCH", path, body=b'{"archived": true}'))
    with pytest.raises(Contradiction):
        site.answer(Request("GET", path.replace("pages", "databases")))


def test_lengths_are_looked_at_again() -> None:
    request = pairs()["row, update row by names, path id without dashes"]["request"]["body"]
    check_request(("/v1/pages/{page_id}", "patch"), request)
    request = {"properties": {"Name": {"title": [{"text": {"content": "x" * 2001}}]}}}
    with pytest.raises(Contradiction):
        check_request(("/v1/pages/{page_id}", "patch"), request)
