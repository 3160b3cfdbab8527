"""What goes wrong with Notion arrives as it really does, and what was saved is saved."""

from typing import Any

import httpx
import pytest

from ecot.sandbox.faults import Fault
from ecot.sandbox.notion import faults
from tests.sandbox.notion.checked import check_answer
from tests.sandbox.notion.conftest import Desk
from tests.sandbox.notion.words import title

PAGES = ("/v1/pages", "post")


def create(desk: Desk) -> httpx.Response:
    body = {
        "parent": {"type": "data_source_id", "data_source_id": desk.usages},
        "properties": {"Nom": title("A")},
    }
    return desk.raw.post("/v1/pages", json=body)


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (faults.rate_limited(7), 429, "rate_limited"),
        (faults.blocked(), 429, "rate_limited"),
        (faults.overloaded(7), 529, "service_overload"),
        (faults.conflict(), 409, "conflict_error"),
        (faults.row_limit(), 409, "row_limit_exceeded"),
        (faults.block_limit(), 403, "restricted_resource"),
        (faults.internal_error(), 500, "internal_server_error"),
        (faults.unavailable(), 503, "service_unavailable"),
        (faults.no_connection_to_its_database(), 503, "database_connection_unavailable"),
    ],
    ids=lambda value: value.name if isinstance(value, Fault) else None,
)
def test_a_refusal_saves_nothing_and_has_its_true_body(
    desk: Desk, fault: Fault, status: int, code: str
) -> None:
    desk.faults.add(faults.creates(fault))
    refused = create(desk)
    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert desk.world.pages("Usages") == []
    if code != "database_connection_unavailable":  # known from the SDKs' source alone
        check_answer(PAGES, status, refused.json())
    assert create(desk).status_code == 200
    assert desk.faults.struck == (fault.name,)


def test_waits_and_reasons_are_told(desk: Desk) -> None:
    desk.faults.add(faults.rate_limited(7), faults.blocked(), faults.overloaded(9))
    answers = [create(desk) for _ in range(3)]
    assert [each.headers["retry-after"] for each in answers] == ["7", "60", "9"]
    reason = answers[1].json()["additional_data"]["rate_limit_reason"]
    assert reason == "public_api_request_blocked"


def test_a_bad_gateway_is_a_page_of_html(desk: Desk) -> None:
    desk.faults.add(faults.bad_gateway())
    answer = create(desk)
    assert (answer.status_code, answer.text[:14]) == (502, "<!DOCTYPE html")
    assert desk.world.pages("Usages") == []


def test_a_503_after_the_write_names_what_was_made(desk: Desk) -> None:
    desk.faults.add(faults.creates(faults.saved_then_unavailable()))
    answer = create(desk)
    check_answer(PAGES, 503, answer.json())
    [row] = desk.world.pages("Usages")
    told: Any = answer.json()["additional_data"]
    assert answer.status_code == 503
    assert told["committed_resource_id"] == row.id
    assert "Do not repeat the write" in told["retry_guidance"]


def test_a_503_after_a_change_says_only_that_it_was_made(desk: Desk) -> None:
    row = create(desk).json()["id"]
    desk.faults.add(faults.writes(faults.saved_then_unavailable()))
    body = {"properties": {"Coût USD": {"number": 4}}}
    answer = desk.raw.patch(f"/v1/pages/{row}", json=body)
    assert "committed_resource_id" not in answer.json()["additional_data"]
    assert desk.world.row(row)["Coût USD"] == 4


@pytest.mark.parametrize(
    "fault",
    [faults.saved_then_cut(), faults.saved_then_reset(), faults.saved_then_silence(0.05)],
    ids=lambda fault: fault.name,
)
def test_a_connection_may_end_after_the_write(desk: Desk, fault: Fault) -> None:
    desk.faults.add(faults.writes(fault))
    with pytest.raises(httpx.TransportError):
        create(desk)
    assert len(desk.world.pages("Usages")) == 1


def test_a_502_after_the_write_says_nothing_of_it(desk: Desk) -> None:
    desk.faults.add(faults.writes(faults.saved_then_bad_gateway()))
    assert create(desk).status_code == 502
    assert len(desk.world.pages("Usages")) == 1


def test_a_fault_of_writes_lets_reads_and_refusals_through(desk: Desk) -> None:
    desk.faults.add(faults.writes(faults.saved_then_unavailable(), first=2))
    assert desk.raw.post(f"/v1/data_sources/{desk.usages}/query", json={}).status_code == 200
    assert desk.raw.get(f"/v1/data_sources/{desk.usages}").status_code == 200
    assert create(desk).status_code == 200
    desk.refused("POST", "/v1/pages", {"parent": {"data_source_id": desk.root}}, 404)
    assert desk.faults.struck == ()
    assert create(desk).status_code == 503
