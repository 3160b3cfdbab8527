"""Queries of the stand-in: filters, sorts, pages of an answer, cursors."""

from datetime import timedelta
from typing import Any

import pytest

from ecot.sandbox.notion.identifiers import Identifiers
from ecot.sandbox.notion.paging import MOST_IN_ALL, Cursors, one_page
from tests.sandbox.notion.conftest import Desk
from tests.sandbox.notion.words import title


def found(desk: Desk, condition: Any, **more: Any) -> set[str]:
    answer: Any = desk.client.data_sources.query(desk.usages, filter=condition, **more)
    return {row["properties"]["Nom"]["title"][0]["plain_text"] for row in answer["results"]}


@pytest.fixture
def table(desk: Desk) -> Desk:
    openai = desk.world.add_row("Services", {"Nom": "OpenAI"})
    for name, key, cost, period, status in (
        ("Janvier", "openai:a:2026-01", 3.5, "2026-01-01/2026-01-31", "OK"),
        ("Février", "openai:a:2026-02", None, "2026-02-01/2026-02-28", "Erreur"),
        ("Mars", "openai:b:2026-03", 10, "2026-03-01", "OK"),
    ):
        values = {"Nom": name, "Clé": key, "Coût USD": cost, "Période": period, "Statut": status}
        desk.world.add_row("Usages", {**values, "Service": openai if cost else None})
        desk.clock.moment += timedelta(minutes=1)
    desk.said.append(openai)
    return desk


@pytest.mark.parametrize(
    ("name", "condition", "names"),
    [
        ("Clé", {"rich_text": {"equals": "openai:a:2026-01"}}, "Janvier"),
        ("Clé", {"rich_text": {"starts_with": "openai:a"}}, "Janvier Février"),
        ("Clé", {"rich_text": {"does_not_contain": ":b:"}}, "Janvier Février"),
        ("Nom", {"title": {"contains": "a"}}, "Janvier Mars"),
        ("Nom", {"rich_text": {"ends_with": "s"}}, "Mars"),
        ("Coût USD", {"number": {"greater_than": 3.5}}, "Mars"),
        ("Coût USD", {"number": {"is_empty": True}}, "Février"),
        ("Coût USD", {"number": {"is_not_empty": True}}, "Janvier Mars"),
        ("Statut", {"select": {"equals": "OK"}}, "Janvier Mars"),
        ("Statut", {"select": {"does_not_equal": "OK"}}, "Février"),
        ("Période", {"date": {"on_or_after": "2026-02-01"}}, "Février Mars"),
        ("Période", {"date": {"before": "2026-02-01"}}, "Janvier"),
        ("Période", {"date": {"after": "2026-02-01"}}, "Mars"),
        ("Période", {"date": {"on_or_before": "2026-02-01"}}, "Janvier Février"),
        ("Période", {"date": {"equals": "2026-03-01"}}, "Mars"),
        ("Service", {"relation": {"is_empty": True}}, "Février"),
    ],
)
def test_filters_find_what_they_say(table: Desk, name: str, condition: Any, names: str) -> None:
    assert found(table, {"property": name, **condition}) == set(names.split())


def test_filters_combine_two_levels_deep(table: Desk) -> None:
    openai = {"property": "Service", "relation": {"contains": table.said[0].replace("-", "")}}
    late = {"property": "Période", "date": {"on_or_after": "2026-02-01"}}
    failed = {"property": "Statut", "select": {"equals": "Erreur"}}
    assert found(table, {"and": [openai, late]}) == {"Mars"}
    assert found(table, {"or": [{"and": [openai, late]}, failed]}) == {"Mars", "Février"}
    deep = {"or": [{"and": [{"or": [late]}]}]}
    table.refused("POST", f"/v1/data_sources/{table.usages}/query", {"filter": deep})


def test_rows_are_found_by_their_moments(table: Desk) -> None:
    moment = table.world.pages("Usages")[1].created.isoformat()
    condition = {"timestamp": "created_time", "created_time": {"on_or_after": moment}}
    assert found(table, condition) == {"Février", "Mars"}


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ({"property": "Prix", "number": {"equals": 1}}, "Could not find property"),
        ({"property": "Clé", "number": {"equals": 1}}, "rich_text does not match filter number"),
        ({"property": "Statut", "select": {"equals": "Manuel"}}, 'option "Manuel" not found'),
        ({"property": "Période", "date": {"before": "hier"}}, "valid ISO 8601"),
    ],
)
def test_a_filter_that_does_not_fit_the_table_is_refused(
    table: Desk, condition: Any, message: str
) -> None:
    path = f"/v1/data_sources/{table.usages}/query"
    assert message in table.refused("POST", path, {"filter": condition})["message"]


def test_rows_come_sorted_the_empty_ones_last(table: Desk) -> None:
    for sort, names in (
        ({"property": "Coût USD", "direction": "descending"}, ["Mars", "Janvier", "Février"]),
        ({"property": "Coût USD", "direction": "ascending"}, ["Janvier", "Mars", "Février"]),
        ({"timestamp": "created_time", "direction": "ascending"}, ["Janvier", "Février", "Mars"]),
    ):
        answer: Any = table.client.data_sources.query(table.usages, sorts=[sort])
        shown = [row["properties"]["Nom"]["title"][0]["plain_text"] for row in answer["results"]]
        assert shown == names


def test_a_page_has_at_most_a_hundred_rows(desk: Desk) -> None:
    path = f"/v1/data_sources/{desk.usages}/query"
    message = desk.refused("POST", path, {"page_size": 101})["message"]
    assert message == (
        "body failed validation: body.page_size should be ≤ `100`, instead was `101`."
    )
    desk.refused("POST", path, {"page_size": 0})


def test_a_cursor_belongs_to_its_question_and_outlives_deleted_rows(desk: Desk) -> None:
    rows = [desk.world.add_row("Usages", {"Nom": str(number)}) for number in range(6)]
    first: Any = desk.client.data_sources.query(desk.usages, page_size=2)
    path = f"/v1/data_sources/{desk.usages}/query"
    cursor = first["next_cursor"]
    other = {"property": "Nom", "title": {"contains": "1"}}
    desk.refused("POST", path, {"start_cursor": cursor, "filter": other})
    desk.refused("POST", path, {"start_cursor": "rows-3"})
    desk.world.trash(rows[3])  # the very row that the cursor names
    rest: Any = desk.client.data_sources.query(desk.usages, start_cursor=cursor, page_size=100)
    assert {row["id"] for row in rest["results"]} == {*rows[:3]}


def test_a_query_reaches_ten_thousand_rows_and_says_so() -> None:
    """Asked of the pages of an answer alone: ten thousand rows over the wire take half a minute."""
    cursors = Cursors(Identifiers(1))
    ids = [str(number) for number in range(MOST_IN_ALL + 1)]
    said: Any = {"next_cursor": None}
    for _ in range(MOST_IN_ALL // 100):
        part, said = one_page(cursors, ids, said["next_cursor"], "question", 100)
        assert part.stop - part.start == 100
    assert said == {
        "next_cursor": None,
        "has_more": False,
        "request_status": {
            "type": "incomplete",
            "incomplete_reason": "query_result_limit_reached",
        },
    }


def test_only_the_wanted_properties_are_answered(desk: Desk) -> None:
    row = desk.world.add_row("Usages", {"Nom": "A"})
    for path in (f"/v1/data_sources/{desk.usages}/query", f"/v1/pages/{row}"):
        method = "POST" if path.endswith("query") else "GET"
        asked = desk.raw.request(
            method,
            path,
            params={"filter_properties": "title"},
            json={} if method == "POST" else None,
        )
        page = asked.json().get("results", [asked.json()])[0]
        assert list(page["properties"]) == ["Nom"]


def test_a_query_may_lag_behind_a_create(desk: Desk) -> None:
    desk.site.context.query_lag = timedelta(seconds=10)
    row = desk.create(desk.usages, Nom=title("A"))["id"]
    answer: Any = desk.client.data_sources.query(desk.usages)
    assert answer["results"] == []
    assert desk.client.pages.retrieve(row)
    desk.wait(10)
    answer = desk.client.data_sources.query(desk.usages)
    assert [each["id"] for each in answer["results"]] == [row]
