"""Each fault does on the wire what it is named for, as often and to whom it was told."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest

from ecot.sandbox import edits, troubles
from ecot.sandbox.faults import Fault, Faults
from ecot.sandbox.messages import Request, Response, json_response
from ecot.sandbox.server import LoopbackServer
from tests.sandbox.conftest import Clock
from tests.sandbox.wire import buckets, read, window

WEEK = window(date(2026, 11, 9), date(2026, 11, 16), group_by="line_item")


class Steady:
    """Always answers the same."""

    def answer(self, request: Request, /) -> Response:
        return json_response({"data": [], "path": request.path})


@pytest.fixture
def steady() -> Iterator[LoopbackServer]:
    with LoopbackServer(Steady()) as running:
        yield running


@pytest.mark.parametrize("status", [500, 502, 503, 529])
def test_server_error_has_a_true_body(steady: LoopbackServer, status: int) -> None:
    steady.faults.add(troubles.server_error(status))
    refusal = httpx.get(steady.url)
    assert refusal.status_code == status
    assert refusal.json()["error"]["type"] == "server_error"
    assert httpx.get(steady.url).status_code == 200


def test_rate_limit_says_seconds_or_nothing(steady: LoopbackServer) -> None:
    steady.faults.add(troubles.rate_limited(3), troubles.rate_limited())
    first, second = httpx.get(steady.url), httpx.get(steady.url)
    assert (first.status_code, first.headers["retry-after"]) == (429, "3")
    assert (second.status_code, "retry-after" in second.headers) == (429, False)
    assert first.json()["error"]["code"] == "rate_limit_exceeded"


def test_rate_limit_date_follows_the_injected_clock(steady: LoopbackServer, clock: Clock) -> None:
    steady.faults.add(troubles.rate_limited_until(90, clock).repeated(2))
    assert _retry_date(steady) == datetime(2026, 11, 21, 10, 31, 30, tzinfo=UTC)
    clock.moment += timedelta(hours=1)
    assert _retry_date(steady) == datetime(2026, 11, 21, 11, 31, 30, tzinfo=UTC)


def test_another_provider_brings_its_own_error_body(steady: LoopbackServer) -> None:
    overloaded = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
    steady.faults.add(troubles.server_error(529, overloaded))
    assert httpx.get(steady.url).json() == overloaded


def test_cut_off_answer_announces_more_than_it_sends(steady: LoopbackServer) -> None:
    steady.faults.add(troubles.cut_off())
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
        httpx.get(steady.url)


def test_truncated_json_has_a_consistent_length(steady: LoopbackServer) -> None:
    steady.faults.add(troubles.truncated_json())
    response = httpx.get(steady.url)
    assert int(response.headers["content-length"]) == len(response.content)
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        response.json()


def test_connection_reset_comes_before_any_byte(steady: LoopbackServer) -> None:
    steady.faults.add(troubles.connection_reset())
    with pytest.raises(httpx.ReadError):
        httpx.get(steady.url)
    assert httpx.get(steady.url).status_code == 200


def test_html_page_in_place_of_json(steady: LoopbackServer) -> None:
    steady.faults.add(troubles.not_json(), troubles.not_json(502))
    pages = [httpx.get(steady.url) for _ in range(2)]
    assert [page.status_code for page in pages] == [200, 502]
    assert all(page.headers["content-type"].startswith("text/html") for page in pages)


def test_hang_outlasts_the_client_and_ends_when_released(steady: LoopbackServer) -> None:
    steady.faults.add(troubles.hang())
    with pytest.raises(httpx.ReadTimeout):
        httpx.get(steady.url, timeout=0.05)
    steady.release()
    assert httpx.get(steady.url).status_code == 200


def test_slow_answer_is_the_true_one_once_released(steady: LoopbackServer) -> None:
    steady.faults.add(troubles.slow())
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(httpx.get, f"{steady.url}/a")
        assert not waiting.done()
        steady.release()
        assert waiting.result().json()["path"] == "/a"


def test_script_runs_in_order_and_then_all_is_well(steady: LoopbackServer) -> None:
    steady.faults.add(troubles.rate_limited(1).repeated(2), troubles.server_error(503))
    assert _statuses(steady, "/a", 5) == [429, 429, 503, 200, 200]
    assert steady.faults.struck == ("rate limited", "rate limited", "refused with 503")


def test_fault_waits_for_its_path_its_query_and_its_turn(steady: LoopbackServer) -> None:
    fault = troubles.server_error().on(r"/costs$", first=2, query={"page": "^b"})
    steady.faults.add(fault)
    asked = ["/costs?page=b", "/usage?page=b", "/costs?page=ab", "/costs", "/costs?page=bc"]
    assert [httpx.get(f"{steady.url}{path}").status_code for path in asked] == [200] * 4 + [500]


def test_cleared_script_lets_everything_through(steady: LoopbackServer) -> None:
    steady.faults.add(troubles.server_error().repeated(None))
    assert _statuses(steady, "/a", 2) == [500, 500]
    steady.faults.clear()
    assert _statuses(steady, "/a", 1) == [200]


def test_fault_strikes_so_often_and_no_more_under_concurrency() -> None:
    faults = Faults(troubles.server_error().repeated(7))
    with ThreadPoolExecutor(16) as pool:
        answers = pool.map(
            lambda _: faults.answer(Request("GET", "/a"), Steady()).status, range(200)
        )
    assert sorted(answers) == [200] * 193 + [500] * 7


def test_repeated_cursor_never_ends(openai: httpx.Client, server: LoopbackServer) -> None:
    server.faults.add(edits.repeated_cursor().on("/costs"))
    first = read(openai, "/costs", WEEK | {"limit": 2})
    second = read(openai, "/costs", WEEK | {"limit": 2, "page": first["next_page"]})
    assert second == first
    assert first["has_more"]


def test_repeated_cursor_on_a_list(openai: httpx.Client, server: LoopbackServer) -> None:
    server.faults.add(edits.repeated_cursor("after", "last_id").on("/projects"))
    first = read(openai, "/projects")
    assert first["has_more"]
    assert read(openai, "/projects", {"after": first["last_id"]}) == first


def test_unknown_field_is_in_every_object(openai: httpx.Client, server: LoopbackServer) -> None:
    server.faults.add(edits.unknown_field())
    answer = read(openai, "/costs", WEEK)
    row = answer["data"][0]["results"][0]
    holders = (answer, answer["data"][0], row, row["amount"])
    assert all(holder["carbon_grams"] == 7 for holder in holders)


def test_unknown_unit(openai: httpx.Client, server: LoopbackServer) -> None:
    server.faults.add(edits.unknown_value())
    units = {row["quantity_unit"] for row in _rows(openai)}
    assert units == {"quanta", None}


def test_unknown_row_type_once(openai: httpx.Client, server: LoopbackServer) -> None:
    server.faults.add(edits.unknown_row_type())
    kinds = [row["object"] for row in _rows(openai)]
    assert kinds.count("organization.surprises.result") == 1
    assert {row["object"] for row in _rows(openai)} == {"organization.costs.result"}


def test_amount_missing_once(openai: httpx.Client, server: LoopbackServer) -> None:
    server.faults.add(edits.amount_missing())
    assert ["amount" in row for row in _rows(openai)].count(False) == 1
    assert all("amount" in row for row in _rows(openai))


def test_amounts_as_strings_keep_every_digit(openai: httpx.Client, server: LoopbackServer) -> None:
    true = [row["amount"]["value"] for row in _rows(openai)]
    server.faults.add(edits.amounts_as_strings())
    texts = [row["amount"]["value"] for row in _rows(openai)]
    assert all(isinstance(text, str) and "E" not in text for text in texts)
    assert [Decimal(text) for text in texts] == true


def test_day_is_empty_once_on_whichever_page_it_is(
    openai: httpx.Client, server: LoopbackServer
) -> None:
    server.faults.add(edits.day_empty(date(2026, 11, 12)).on("/costs"))
    pages = WEEK | {"limit": 2}
    filled = [bool(bucket["results"]) for bucket in buckets(openai, "/costs", pages)]
    assert filled == [True, True, True, False, True, True, True]
    assert all(bucket["results"] for bucket in buckets(openai, "/costs", pages))


def test_empty_organisation_has_empty_days_and_lists(
    openai: httpx.Client, server: LoopbackServer
) -> None:
    server.faults.add(edits.empty_organisation())
    assert [len(bucket["results"]) for bucket in buckets(openai, "/costs", WEEK)] == [0] * 7
    projects = read(openai, "/projects")
    assert (projects["data"], projects["first_id"], projects["has_more"]) == ([], None, False)


def test_two_edits_act_on_one_answer(openai: httpx.Client, server: LoopbackServer) -> None:
    server.faults.add(edits.amounts_as_strings(), edits.unknown_value())
    row = _rows(openai)[0]
    assert isinstance(row["amount"]["value"], str)
    assert row["quantity_unit"] == "quanta"


def test_edit_that_changes_nothing_does_not_count(steady: LoopbackServer) -> None:
    steady.faults.add(edits.edited("idle", lambda content: content))
    httpx.get(steady.url)
    assert steady.faults.struck == ()


def test_fault_of_ones_own(steady: LoopbackServer) -> None:
    teapot = Fault("teapot", lambda _request, _rest: json_response({}, 418))
    steady.faults.add(teapot)
    assert _statuses(steady, "/a", 2) == [418, 200]


def _rows(client: httpx.Client) -> list[dict[str, Any]]:
    return [row for bucket in read(client, "/costs", WEEK)["data"] for row in bucket["results"]]


def _statuses(server: LoopbackServer, path: str, times: int) -> list[int]:
    return [httpx.get(f"{server.url}{path}").status_code for _ in range(times)]


def _retry_date(server: LoopbackServer) -> datetime:
    return parsedate_to_datetime(httpx.get(server.url).headers["retry-after"])
