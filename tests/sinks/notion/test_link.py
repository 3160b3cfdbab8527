"""What goes over the wire to Notion, call by call, and what is done about each of its answers."""

import logging
from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from pydantic import SecretStr

from ecot.errors import SinkError, SinkRefused, SinkUnavailable
from ecot.sandbox.messages import Delivery, Response, json_response
from ecot.sinks.notion.errors import (
    Blocked,
    Denied,
    Full,
    NotFound,
    OutOfTime,
    RowRefused,
    StrangeAnswer,
    Uncertain,
)
from ecot.sinks.notion.link import Link
from tests.sinks.notion.wire import (
    DATABASE,
    HTML,
    LOST,
    PAGE,
    TABLE,
    TOKEN,
    Spoken,
    listed,
    refusal,
    speaking,
)

Call = Callable[[Link], object]

READS: dict[str, tuple[Call, object]] = {
    "database": (lambda link: link.database("b"), DATABASE),
    "data source": (lambda link: link.data_source("d"), TABLE),
    "query": (lambda link: list(link.query("d")), listed(PAGE)),
    "children": (lambda link: list(link.children("p")), listed()),
    "page": (lambda link: link.page("p"), PAGE),
}
CHANGES: dict[str, tuple[Call, object]] = {
    "update page": (lambda link: link.update_page("p", {}), PAGE),
    "trash page": (lambda link: link.trash_page("p"), PAGE),
    "restore page": (lambda link: link.restore_page("p"), PAGE),
    "update data source": (lambda link: link.update_data_source("d", {}), TABLE),
}
MAKES: dict[str, tuple[Call, object]] = {
    "create page": (lambda link: link.create_page("d", {}), PAGE),
    "create database": (lambda link: link.create_database("p", "Usages", {}), DATABASE),
    "add a relation": (
        lambda link: link.update_data_source("d", {}, is_repeatable=False),
        TABLE,
    ),
}
REPEATABLE = READS | CHANGES
ALL = REPEATABLE | MAKES
OF_ROWS = ("page", "update page", "trash page", "restore page", "create page")


def each(calls: dict[str, tuple[Call, object]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(("call", "good"), calls.values(), ids=calls)


def failing(spoken: Spoken, call: Call, kind: type[SinkError]) -> SinkError:
    with pytest.raises(kind) as caught:
        call(spoken.link)
    assert type(caught.value) is kind
    assert TOKEN not in str(caught.value)
    return caught.value


# --- what is sent ---------------------------------------------------------------------------------


def test_every_call_sends_what_it_says_and_nothing_else() -> None:
    with speaking(DATABASE, TABLE, listed(PAGE), PAGE, PAGE, PAGE, PAGE, PAGE, TABLE) as spoken:
        link = spoken.link
        link.database("b")
        link.data_source("d")
        list(link.query("d", {"property": "Clé", "rich_text": {"equals": "k"}}))
        link.page("p")
        link.create_page("d", {"Coût USD": {"number": Decimal("3.02")}})
        link.update_page("p", {"Requêtes": {"number": Decimal(28)}})
        link.trash_page("p")
        link.restore_page("p")
        link.update_data_source("d", {"%5B%3Dyq": {"name": "Usages"}})

        sent = [
            (told, one.body)
            for told, one in zip(spoken.script.told, spoken.script.asked, strict=True)
        ]
        bodies = [spoken.script.body(at) if body else None for at, (_, body) in enumerate(sent)]

    assert [told for told, _ in sent] == [
        "GET /databases/b",
        "GET /data_sources/d",
        "POST /data_sources/d/query",
        "GET /pages/p",
        "POST /pages",
        "PATCH /pages/p",
        "PATCH /pages/p",
        "PATCH /pages/p",
        "PATCH /data_sources/d",
    ]
    assert bodies[2:] == [
        {
            "sorts": [{"timestamp": "created_time", "direction": "ascending"}],
            "page_size": 100,
            "filter": {"property": "Clé", "rich_text": {"equals": "k"}},
        },
        None,
        {
            "parent": {"type": "data_source_id", "data_source_id": "d"},
            "properties": {"Coût USD": {"number": 3.02}},
        },
        {"properties": {"Requêtes": {"number": 28}}},
        {"in_trash": True},
        {"in_trash": False},
        {"properties": {"%5B%3Dyq": {"name": "Usages"}}},
    ]
    assert link.calls == 9


def test_the_properties_of_a_new_database_belong_to_its_first_table() -> None:
    with speaking(DATABASE) as spoken:
        spoken.link.create_database("p", "Usages", {"Nom": {"title": {}}}, "x" * 2001)
        body = spoken.script.body()

    assert body["initial_data_source"] == {"properties": {"Nom": {"title": {}}}}
    assert "properties" not in body
    assert body["parent"] == {"type": "page_id", "page_id": "p"}
    assert body["title"] == [{"type": "text", "text": {"content": "Usages"}}]
    assert [len(one["text"]["content"]) for one in body["description"]] == [2000, 1]


@each(ALL)
def test_every_request_has_the_pinned_version_and_the_token_as_bearer(
    call: Call, good: object
) -> None:
    with speaking(good) as spoken:
        call(spoken.link)
        headers = spoken.script.asked[0].headers

    assert headers["notion-version"] == "2026-03-11"
    assert headers["authorization"] == f"Bearer {TOKEN}"


def test_a_list_is_read_to_its_end_page_by_page() -> None:
    with speaking(listed(PAGE, PAGE, cursor="s:1"), listed(PAGE)) as spoken:
        rows = spoken.link.query("d")
        next(rows)
        assert spoken.link.calls == 1
        assert len(list(rows)) == 2
        assert "start_cursor" not in spoken.script.body(0)
        assert spoken.script.body(1)["start_cursor"] == "s:1"


# --- where it may be sent -------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["http://notion.example", "ftp://127.0.0.1", "127.0.0.1:1", ""])
def test_a_token_goes_nowhere_where_it_could_be_read(address: str) -> None:
    if not address:
        link = Link(token=SecretStr(TOKEN), base_url=None)
        assert "api.notion.com" in repr(link)
        link.close()
        return
    with pytest.raises(SinkRefused, match="could be read on the way"):
        Link(token=SecretStr(TOKEN), base_url=address)


@pytest.mark.parametrize("token", ["", "ntn_é", "ntn_1\n"])
def test_a_token_that_no_header_can_hold_is_refused_without_being_shown(token: str) -> None:
    with pytest.raises(Denied) as caught:
        Link(token=SecretStr(token), base_url="http://127.0.0.1:1")

    assert not token or token not in str(caught.value)


def test_the_address_may_be_written_with_its_version() -> None:
    with speaking(DATABASE) as spoken:
        url = repr(spoken.link).split("to ")[1].split(">")[0].removesuffix("/")
        with_version = Link(token=SecretStr(TOKEN), base_url=url)
        with_version.database("b")
        with_version.close()

        assert spoken.script.told == ["GET /databases/b"]


def test_an_id_that_would_lead_elsewhere_is_never_asked_for() -> None:
    with speaking(PAGE) as spoken:
        for one in ("../users", "p?x=1", "p#", "%2e%2e/users", ""):
            with pytest.raises(StrangeAnswer):
                spoken.link.page(one)

        assert spoken.script.asked == []


def test_a_redirect_is_not_followed() -> None:
    elsewhere = Response(302, {"location": "http://127.0.0.1:1/"})
    with speaking(elsewhere) as spoken:
        failing(spoken, READS["database"][0], SinkRefused)

        assert spoken.link.calls == 1


def test_the_token_is_in_no_log_and_no_repr(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with speaking(
        DATABASE, refusal(401, "unauthorized", f"API token {TOKEN} is invalid.")
    ) as spoken:
        spoken.link.database("b")
        failing(spoken, READS["database"][0], Denied)
        shown = repr(spoken.link)

    assert TOKEN not in caplog.text
    assert TOKEN not in shown


def test_many_links_leave_no_handler_behind(capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(3):
        with speaking(refusal(400, "validation_error")) as spoken:
            failing(spoken, CHANGES["update page"][0], RowRefused)

    assert logging.getLogger("notion_client").handlers == []
    own = logging.getLogger("ecot.notion_client").handlers
    assert len([one for one in own if isinstance(one, logging.NullHandler)]) == 1
    assert capsys.readouterr() == ("", "")


# --- pace, hold, deadline -------------------------------------------------------------------------


def test_requests_keep_a_pace() -> None:
    moments: list[float] = []
    with speaking(DATABASE, per_second=2.5) as spoken:
        for _ in range(5):
            spoken.link.database("b")
            moments.append(spoken.clock.now)

    assert [round(later - sooner, 6) for sooner, later in pairwise(moments)] == [0.4] * 4
    assert len(spoken.clock.slept) == 4


def test_time_that_passes_by_itself_counts_for_the_pace() -> None:
    with speaking(DATABASE, per_second=2.5) as spoken:
        spoken.link.database("b")
        spoken.clock.now += 0.3
        spoken.link.database("b")
        spoken.clock.now += 5
        spoken.link.database("b")

    assert spoken.clock.slept == pytest.approx([0.1])


def test_a_server_on_this_machine_is_asked_as_fast_as_it_answers() -> None:
    with speaking(DATABASE) as spoken:
        for _ in range(5):
            spoken.link.database("b")

    assert spoken.clock.slept == []


@each(ALL)
@pytest.mark.parametrize("status", [429, 529])
def test_a_limit_holds_everything_for_as_long_as_notion_asks(
    call: Call, good: object, status: int
) -> None:
    limited = refusal(status, "rate_limited", headers={"retry-after": "7"})
    with speaking(limited, good) as spoken:
        call(spoken.link)

    assert spoken.clock.slept == [7.0]
    assert spoken.link.calls == 2


def test_a_limit_without_a_time_is_waited_for_longer_each_time() -> None:
    limited = refusal(529, "service_overload")
    with speaking(*[limited] * 3, DATABASE, jitter=lambda: 0.0) as spoken:
        spoken.link.database("b")

    assert spoken.clock.slept == [0.5, 1.0, 2.0]


def test_an_own_pause_is_longer_than_a_retry_after_of_nothing() -> None:
    with speaking(refusal(429, headers={"retry-after": "0"}), DATABASE) as spoken:
        spoken.link.database("b")

    assert spoken.clock.slept == [1.0]


@pytest.mark.parametrize(
    ("header", "slept"),
    [
        ("2.5", 2.5),
        ("Sun, 22 Nov 2026 12:00:30 GMT", 30.0),
        ("Sun, 22 Nov 2026 11:00:30 GMT", 1.0),
        ("soon", 1.0),
        ("-5", 1.0),
        ("1e999", 1.0),
    ],
)
def test_both_forms_of_retry_after_are_understood(header: str, slept: float) -> None:
    headers = {"retry-after": header, "date": "Sun, 22 Nov 2026 12:00:00 GMT"}
    with speaking(refusal(429, headers=headers), DATABASE) as spoken:
        spoken.link.database("b")

    assert spoken.clock.slept == [slept]


def test_a_limit_that_never_ends_is_given_up() -> None:
    with speaking(refusal(429, "rate_limited")) as spoken:
        failing(spoken, READS["database"][0], SinkUnavailable)

    assert spoken.link.calls == 8
    assert sum(spoken.clock.slept) > 60  # the window that Notion counts in


def test_a_wait_of_an_hour_is_left_to_the_next_run() -> None:
    with speaking(refusal(429, "rate_limited", headers={"retry-after": "3600"})) as spoken:
        failing(spoken, READS["database"][0], SinkUnavailable)

    assert (spoken.link.calls, spoken.clock.slept) == (1, [])


@each(ALL)
def test_an_integration_that_is_shut_out_does_not_ask_again(call: Call, good: object) -> None:
    blocked = refusal(
        429,
        "rate_limited",
        headers={"retry-after": "1"},
        rate_limit_reason="public_api_request_blocked",
    )
    with speaking(blocked, good) as spoken:
        failing(spoken, call, Blocked)

    assert (spoken.link.calls, spoken.clock.slept) == (1, [])


@each(ALL)
def test_nothing_is_sent_once_the_deadline_has_come(call: Call, good: object) -> None:
    with speaking(good, deadline=10) as spoken:
        call(spoken.link)
        spoken.clock.now += 10
        failing(spoken, call, OutOfTime)

    assert (spoken.link.calls, spoken.clock.slept) == (1, [])


def test_a_wait_beyond_the_deadline_is_not_begun() -> None:
    limited = refusal(429, "rate_limited", headers={"retry-after": "60"})
    with speaking(limited, DATABASE, deadline=30) as spoken:
        failing(spoken, READS["database"][0], OutOfTime)
        failing(spoken, MAKES["create page"][0], OutOfTime)  # held for everybody

    assert (spoken.link.calls, spoken.clock.slept) == (1, [])


def test_the_pace_stops_at_the_deadline_too() -> None:
    with speaking(DATABASE, deadline=1, per_second=2.5) as spoken:
        for _ in range(3):
            spoken.link.database("b")
        failing(spoken, READS["database"][0], OutOfTime)

    assert spoken.clock.slept == pytest.approx([0.4, 0.4])


def test_silence_lasts_no_longer_than_the_time_that_is_left() -> None:
    silent = Response(200, delivery=Delivery.RESET, hold_seconds=30.0)
    with speaking(silent, deadline=0.2) as spoken:
        error = failing(spoken, MAKES["create page"][0], Uncertain)

    assert "no answer in time" in str(error)


# --- what goes wrong ------------------------------------------------------------------------------

TROUBLES: dict[str, object] = {
    "500": refusal(500, "internal_server_error"),
    "502 in HTML": HTML,
    "503": refusal(503, "service_unavailable"),
    "503 of the database": refusal(503, "database_connection_unavailable"),
    "504": refusal(504, "gateway_timeout"),
    "a connection that is lost": LOST,
    "half an answer": Response(200, {"content-type": "application/json"}, b'{"id": "1'),
    "a web page": Response(200, {"content-type": "text/html"}, b"<html>"),
    "a body cut off": Response(200, {}, b'{"id": "11111"}', delivery=Delivery.CUT),
}


@each(REPEATABLE)
@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=TROUBLES)
def test_what_can_be_asked_twice_is_asked_again(call: Call, good: object, trouble: object) -> None:
    with speaking(trouble, good) as spoken:
        call(spoken.link)

    assert (spoken.link.calls, spoken.clock.slept) == (2, [1.0])


@each(MAKES)
@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=TROUBLES)
def test_what_makes_something_is_never_repeated_blindly(
    call: Call, good: object, trouble: object
) -> None:
    with speaking(trouble, good) as spoken:
        error = failing(spoken, call, Uncertain)

    assert isinstance(error, Uncertain)
    assert error.committed is None
    assert (spoken.link.calls, spoken.clock.slept) == (1, [])


@each(MAKES)
@pytest.mark.parametrize("status", [500, 503, 429, 409])
def test_the_id_of_what_was_saved_all_the_same_is_handed_on(
    call: Call, good: object, status: int
) -> None:
    saved = refusal(status, "service_unavailable", committed_resource_id="made")
    with speaking(saved, good) as spoken:
        error = failing(spoken, call, Uncertain)

    assert isinstance(error, Uncertain)
    assert (error.committed, spoken.link.calls) == ("made", 1)


@each(CHANGES)
def test_a_change_that_was_saved_all_the_same_is_made_again(call: Call, good: object) -> None:
    saved = refusal(503, "service_unavailable", committed_resource_id="p")
    with speaking(saved, good) as spoken:
        call(spoken.link)

    assert spoken.link.calls == 2


@each(MAKES)
def test_an_answer_without_an_id_leaves_open_what_was_made(call: Call, good: object) -> None:
    with speaking({"object": "page"}) as spoken:
        failing(spoken, call, Uncertain)


@each(ALL)
def test_a_connection_that_was_never_made_is_tried_again_for_everything(
    call: Call, good: object
) -> None:
    with speaking(good) as spoken:
        gone = Link(
            token=SecretStr(TOKEN),
            base_url="http://127.0.0.1:1",  # nobody listens there
            monotonic=spoken.clock,
            sleep=spoken.clock.sleep,
            jitter=lambda: 1.0,
        )
        try:
            with pytest.raises(SinkUnavailable, match="gave no answer") as caught:
                call(gone)
        finally:
            gone.close()

    assert type(caught.value) is SinkUnavailable
    assert (gone.calls, spoken.clock.slept) == (4, [1.0, 2.0, 4.0])


@each(REPEATABLE)
def test_an_outage_is_given_up_after_four_tries(call: Call, good: object) -> None:
    with speaking(refusal(503, "service_unavailable", "Notion is unavailable.")) as spoken:
        error = failing(spoken, call, SinkUnavailable)

    assert "503, Notion is unavailable." in str(error)
    assert (spoken.link.calls, spoken.clock.slept) == (4, [1.0, 2.0, 4.0])


def test_a_web_page_that_stays_is_a_strange_answer() -> None:
    with speaking(Response(200, {"content-type": "text/html"}, b"<html>")) as spoken:
        failing(spoken, READS["database"][0], StrangeAnswer)

    assert spoken.link.calls == 4


@each(ALL)
def test_a_conflict_is_tried_three_times(call: Call, good: object) -> None:
    conflict = refusal(409, "conflict_error", "Conflict occurred while saving.")
    with speaking(conflict, conflict, good) as spoken:
        call(spoken.link)
        assert spoken.clock.slept == [1.0, 2.0]
    with speaking(conflict) as spoken:
        of_row = (call, good) in [ALL[name] for name in OF_ROWS]
        failing(spoken, call, RowRefused if of_row else SinkUnavailable)
        assert spoken.link.calls == 3


@each(MAKES)
@pytest.mark.parametrize(
    "full",
    [
        refusal(409, "row_limit_exceeded", "This database has too many rows."),
        refusal(403, "restricted_resource", "No blocks left.", block_limit=1000),
    ],
    ids=["rows", "blocks"],
)
def test_a_full_workspace_is_told_from_a_conflict_and_from_a_denial(
    call: Call, good: object, full: Response
) -> None:
    with speaking(full, good) as spoken:
        failing(spoken, call, Full)

    assert spoken.link.calls == 1


@each(ALL)
@pytest.mark.parametrize(
    ("status", "code", "kind", "remedy"),
    [
        (401, "unauthorized", Denied, "secret of the integration"),
        (403, "restricted_resource", Denied, "Allow the integration"),
        (404, "object_not_found", NotFound, "add the integration"),
    ],
)
def test_what_needs_a_person_is_said_once_with_its_remedy(
    call: Call, good: object, status: int, code: str, kind: type[SinkError], remedy: str
) -> None:
    with speaking(refusal(status, code, "So says Notion."), good) as spoken:
        error = failing(spoken, call, kind)

    assert isinstance(error, SinkRefused)
    assert "So says Notion." in str(error)
    assert remedy in error.remedy
    assert spoken.link.calls == 1


@each(ALL)
def test_a_value_that_notion_refuses_is_the_matter_of_one_row(call: Call, good: object) -> None:
    words = "Coût {USD} is expected to be number.\n" + TOKEN + "x" * 500
    with speaking(refusal(400, "validation_error", words), good) as spoken:
        of_row = (call, good) in [ALL[name] for name in OF_ROWS]
        error = failing(spoken, call, RowRefused if of_row else SinkRefused)

    assert "Coût {USD} is expected to be number. [redacted]" in str(error)
    assert "Coût {USD}" not in error.text  # data of others, in a place of its own
    assert len(str(error)) < 400
    assert spoken.link.calls == 1


def test_codes_that_the_library_does_not_know_are_known_here() -> None:
    with speaking(refusal(400, "missing_version", "Notion-Version is missing.")) as spoken:
        error = failing(spoken, CHANGES["update page"][0], RowRefused)

    assert "Notion-Version is missing." in str(error)


# --- answers that are not what they should be -----------------------------------------------------


@pytest.mark.parametrize(
    ("call", "answer"),
    [
        (READS["database"][0], []),
        (READS["database"][0], {"id": "b"}),
        (READS["database"][0], DATABASE | {"data_sources": [{"id": 1}]}),
        (READS["data source"][0], TABLE | {"properties": {"Nom": {"id": "title"}}}),
        (READS["data source"][0], TABLE | {"properties": []}),
        (READS["page"][0], PAGE | {"properties": {"Nom": None}}),
        (READS["page"][0], {"object": "page", "id": "p"}),
        (READS["query"][0], {"results": []}),
        (READS["query"][0], listed({"object": "page", "id": "p"})),
        (READS["query"][0], listed("page")),
        (READS["query"][0], {"results": [], "has_more": True, "next_cursor": None}),
        (READS["query"][0], listed(PAGE, request_status={"type": "incomplete"})),
        (READS["query"][0], listed(PAGE, cursor="the same for ever")),
    ],
)
def test_an_answer_that_lacks_what_we_need_is_never_stepped_over(call: Call, answer: Any) -> None:
    with speaking(json_response(answer)) as spoken:
        failing(spoken, call, StrangeAnswer)

    assert spoken.link.calls <= 2
