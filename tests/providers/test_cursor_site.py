"""The made-up Cursor answers as the transcribed description says, and refuses what it must."""

import json
from collections.abc import Iterator

import httpx
import jsonschema
import pytest

from ecot.sandbox.cursor.query import MOST_A_PAGE
from ecot.sandbox.cursor.truth import MEMBERS
from tests.providers.around import OCTOBER
from tests.providers.cursor_around import KEY, NOW, Around, a_cursor
from tests.specifications import nullable, specification_file

EVENTS, DAILY = "/teams/filtered-usage-events", "/teams/daily-usage-data"
SPEND, TEAM = "/teams/spend", "/teams/members"
START = int(OCTOBER.start.timestamp()) * 1000
A_DAY = 86_400_000
SPAN = {"startDate": START, "endDate": START + A_DAY - 1}


@pytest.fixture(scope="module")
def around() -> Iterator[Around]:
    with a_cursor() as site:
        yield site


def ask(around: Around, path: str, asked: object = None, key: str = KEY) -> httpx.Response:
    method = "GET" if path == TEAM else "POST"
    body = None if path == TEAM else json.dumps(asked or {})
    return httpx.request(method, around.server.url + path, content=body, auth=(key, ""))


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        (TEAM, None),
        (SPEND, {}),
        (DAILY, SPAN),
        (DAILY, {**SPAN, "page": 1, "pageSize": 2}),
        (EVENTS, {**SPAN, "pageSize": 3}),
    ],
    ids=str,
)
def test_every_answer_is_as_specified(around: Around, path: str, asked: object) -> None:
    published = json.loads(specification_file("cursor.openapi.json").read_bytes())
    operation = published["paths"][path]["get" if path == TEAM else "post"]
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    whole = {**schema, "components": nullable(published["components"])}

    jsonschema.Draft202012Validator(whole).validate(ask(around, path, asked).json())


def test_a_page_of_events_has_ten_unless_told_the_newest_first(around: Around) -> None:
    page = ask(around, EVENTS, {"startDate": START, "endDate": START + 20 * A_DAY}).json()
    moments = [int(event["timestamp"]) for event in page["usageEvents"]]

    assert len(moments) == 10
    assert moments == sorted(moments, reverse=True)
    assert page["pagination"]["hasNextPage"]
    assert page["totalUsageEventsCount"] > 10


def test_without_pages_only_who_was_active_is_told_of(around: Around) -> None:
    span = {"startDate": START, "endDate": START + 10 * A_DAY - 1}
    active = ask(around, DAILY, span).json()["data"]
    everybody = ask(around, DAILY, {**span, "page": 1, "pageSize": 100}).json()["data"]

    assert len(everybody) == 3 * 10
    assert [row for row in everybody if row["isActive"]]
    assert len(active) == len([row for row in everybody if row["isActive"]]) < len(everybody)


def test_nothing_happens_after_now(around: Around) -> None:
    now = int(NOW.timestamp() * 1000)
    asked = {"startDate": now, "endDate": now + A_DAY, "pageSize": 1000}

    assert ask(around, EVENTS, asked).json()["usageEvents"] == []


def test_what_is_owed_is_a_part_of_what_all_is_worth(around: Around) -> None:
    answer = ask(around, SPEND, {"pageSize": 2}).json()

    assert (answer["totalMembers"], answer["totalPages"]) == (len(MEMBERS), 3)
    for member in answer["teamMemberSpend"]:
        assert 0 < member["spendCents"] < member["overallSpendCents"]


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        (EVENTS, {}),
        (EVENTS, {**SPAN, "startDate": START // 1000}),  # seconds
        (EVENTS, {**SPAN, "endDate": str(START)}),
        (EVENTS, {**SPAN, "endDate": START - 1}),
        (EVENTS, {**SPAN, "page": 0}),
        (EVENTS, {**SPAN, "pageSize": MOST_A_PAGE + 1}),
        (DAILY, {**SPAN, "endDate": START + 30 * A_DAY + 1}),
        (DAILY, {**SPAN, "page": True}),
        (SPEND, {"sortBy": "name"}),
        (SPEND, [1]),
    ],
    ids=str,
)
def test_what_is_wrong_is_refused(around: Around, path: str, asked: object) -> None:
    answer = ask(around, path, asked)

    assert answer.status_code == 400
    assert answer.json()["error"] == "Bad Request"


def test_keys_are_looked_at_before_anything_else(around: Around) -> None:
    around.site.keys["key_of_teams"] = "teams"

    assert ask(around, EVENTS, {}, "key_unknown").status_code == 401
    assert ask(around, EVENTS, {}, "key_of_teams").status_code == 403
    assert httpx.get(around.server.url + TEAM).status_code == 401
    bearer = {"authorization": f"Bearer {KEY}"}
    assert httpx.get(around.server.url + TEAM, headers=bearer).status_code == 401
    assert httpx.get(around.server.url + TEAM, auth=(KEY, "password")).status_code == 401
    assert httpx.get(around.server.url + EVENTS, auth=(KEY, "")).status_code == 404


def test_the_twenty_first_request_of_a_minute_is_refused_and_counted() -> None:
    with a_cursor() as around:
        seconds = [0.0]
        around.site.monotonic = lambda: seconds[0]

        assert {ask(around, TEAM).status_code for _ in range(20)} == {200}
        seconds[0] = 59.0
        assert ask(around, TEAM).status_code == 429
        seconds[0] = 60.0  # the refused one alone is left of that minute
        assert [ask(around, TEAM).status_code for _ in range(20)] == [200] * 19 + [429]
