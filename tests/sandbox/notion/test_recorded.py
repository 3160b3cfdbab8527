"""The stand-in gives the recorded answers of the real Notion: 66 of 67, sent again in its world.

What a recording began with but does not hold (a page, a table, thirty rows) is put into the world
first; everything that a recording's own requests make is made by these requests.
"""

from collections.abc import Callable
from urllib.parse import unquote

import pytest

from ecot.sandbox.notion.records import Option, Property
from tests.sandbox.notion.checked import Contradiction, check_request, operation_of
from tests.sandbox.notion.recorded import (
    Replay,
    answer_of,
    load_database,
    load_page,
    load_root,
    load_table,
    load_table_of,
    pairs,
)

NOT_REPLAYED = {
    "delete block": "the stand-in has no blocks; pages are trashed with in_trash",
}
LOOSER = {
    "create page under a page": "a title as a bare list, without its type",
    "restore a page": "`archived`, which the specification has given up for `in_trash`",
    "rollup, step 5": "a relation sent with its `has_more`",
    "rollup, step 6": "a relation sent with its `has_more`",
    "25-reference limit, create item with relation": "a relation sent with its `has_more`",
}
"""Requests that the real Notion took and that the specification does not allow."""

ROOT = "00000000-0000-4000-8000-000000000001"
ABOVE = "393abc1e-edcd-80f3-813b-e205934558c6"


def pages_under_pages(replay: Replay) -> None:
    load_root(replay.world, ABOVE)
    replay.send("create page under a page")


def restoring(replay: Replay) -> None:
    load_page(replay.world, answer_of("restore a page")).in_trash = True
    replay.send("restore a page")


def retrieving(replay: Replay) -> None:
    load_page(replay.world, answer_of("retrieve page"))
    replay.send("retrieve page")


def icons(replay: Replay) -> None:
    load_page(replay.world, answer_of("update page icon")).icon = None
    replay.send("update page icon")


def property_items(replay: Replay) -> None:
    page = load_page(replay.world, answer_of("retrieve page"))
    request = pairs()["retrieve page property title"]["request"]
    shown = answer_of("retrieve page property title")["results"][0]["title"]
    page.values["title"] = [shown]
    replay.ours[request["path"].split("/")[3]] = page.id
    replay.send("retrieve page property title")


def bare_databases(replay: Replay) -> None:
    name = "create database without initial_data_source"
    load_root(replay.world, answer_of(name)["parent"]["page_id"])
    replay.send(name)


def databases(replay: Replay) -> None:
    for name in ("retrieve database", "update database"):
        body = answer_of(name)
        database = load_database(replay.world, body["id"], body["parent"]["page_id"], body)
        database.icon = body["icon"] if name == "retrieve database" else None
        replay.send(name)


def data_sources(replay: Replay) -> None:
    made = answer_of("create data source")
    home, root = made["parent"]["database_id"], made["database_parent"]["page_id"]
    load_database(replay.world, home, root)
    replay.send("create data source")
    load_table(replay.world, answer_of("retrieve data source"))
    replay.send("retrieve data source")
    load_table(replay.world, answer_of("update data source")).title = []
    replay.send("update data source")


def empty_tables(replay: Replay) -> None:
    table = load_table(replay.world, answer_of("trash a data source"))
    table.in_trash = False
    replay.send("query data source, empty answer")
    replay.send("trash a data source")
    assert table.in_trash


def searching(replay: Replay) -> None:
    load_page(replay.world, answer_of("retrieve page"))
    replay.send("search")


def refusals(replay: Replay) -> None:
    replay.send("error 400 invalid_request_url")
    replay.send("error 404 object_not_found")
    replay.token = "ntn_of_nobody"
    replay.send("error 401 unauthorized")


def two_way_relations(replay: Replay) -> None:
    load_root(replay.world, ROOT)
    for name in pairs():
        if name.startswith("two-way relation"):
            replay.send(name)
    replay.send("self relation, step 0")


def rows(replay: Replay) -> None:
    load_root(replay.world, ROOT)
    for name in pairs():
        if name.startswith("row, "):
            replay.send(name)


def rollups(replay: Replay) -> None:
    load_root(replay.world, ROOT)
    for name in pairs():
        if name.startswith("rollup, "):
            replay.send(name)


def twenty_five_references(replay: Replay) -> None:
    """Both tables are made from the cells of their pages, whose relation is known to be one."""
    customer = answer_of("25-reference limit, create customer")
    item = answer_of("25-reference limit, create item with relation")
    customers = customer["parent"]["data_source_id"]
    items = item["parent"]["data_source_id"]
    there = unquote(item["properties"]["Bought by"]["id"])
    back = unquote(customer["properties"]["Items Purchased"]["id"])
    load_table_of(
        replay.world,
        customer,
        ROOT,
        **{"Items Purchased": {"data_source_id": items, "synced": there}},
    )
    load_table_of(
        replay.world, item, ROOT, **{"Bought by": {"data_source_id": customers, "synced": back}}
    )
    replay.send("25-reference limit, create customer")
    replay.send("25-reference limit, create item with relation")
    again = pairs()["25-reference limit, create item with relation"]["request"]
    for _ in range(29):
        assert replay.ask(again)[0] == 200
    replay.send("25-reference limit, retrieve page")
    replay.send("25-reference limit, property item list")


def pagination(replay: Replay) -> None:
    first = answer_of("pagination, first query page of 100")
    table = load_table_of(replay.world, first["results"][0], ROOT)
    for number in range(1, 111):
        replay.world.add_row(table.id, {"Name": f"Page {number}"}, by="integration")
    for row in replay.world.rows(table):
        row.created_by = row.edited_by = first["results"][0]["created_by"]["id"]
    theirs = pairs()["pagination, second query page with start_cursor"]["request"]["body"]
    ours = replay.send("pagination, first query page of 100")
    replay.cursors[theirs["start_cursor"]] = ours["next_cursor"]
    rest = replay.send("pagination, second query page with start_cursor")
    assert len(ours["results"]) == 100
    assert len(rest["results"]) == 10


def numbers(replay: Replay) -> None:
    load_table_of(replay.world, answer_of("number, create row"), ROOT)
    replay.send("number, create row")
    load_page(replay.world, answer_of("number, filter equals")["results"][0])
    replay.send("number, filter equals")


def selects(replay: Replay) -> None:
    """The table had its options before; the recording begins with the first row."""
    row = answer_of("select, create row")
    table = load_table_of(replay.world, row, ROOT)
    for cell in row["properties"].values():
        chosen = {"select": [cell.get("select")], "multi_select": cell.get("multi_select")}
        for each in chosen.get(cell["type"]) or []:
            table.properties[unquote(cell["id"])].options.append(Option(**each))
    replay.send("select, create row")
    replay.send("select, filter equals")


def texts(replay: Replay) -> None:
    [found] = answer_of("rich_text, filter equals")["results"]
    load_table_of(replay.world, found, ROOT)
    load_page(replay.world, found)
    replay.send("rich_text, filter equals")
    replay.send("rich_text, filter equals without a hit")


def relations(replay: Replay) -> None:
    [found] = answer_of("relation, filter contains")["results"]
    itself = {"data_source_id": found["parent"]["data_source_id"], "synced": None}
    load_table_of(replay.world, found, ROOT, Relation=itself)
    load_page(replay.world, found)
    replay.send("relation, filter contains")


def options(replay: Replay) -> None:
    load_table(replay.world, answer_of("select options, step 2"))
    for name in pairs():
        if name.startswith("select options"):
            replay.send(name)


def trash(replay: Replay) -> None:
    load_page(replay.world, answer_of("restore a page with in_trash"))
    replay.send("trash a page with in_trash")
    replay.send("restore a page with in_trash")


def schema_changes(replay: Replay) -> None:
    """Steps that the recording leaves out are done as its own library does them."""
    table = load_table(replay.world, answer_of("schema change, step 3"))
    number = answer_of("schema change, step 7")["properties"]["Number"]
    column = Property("frml", "Formula", "formula", {"expression": "{{title}}"})
    table.properties[column.id] = column
    replay.send("schema change, step 3")
    tags = {"path": f"/v1/data_sources/{table.id}", "body": {"properties": {"Tags": None}}}
    request = {"method": "PATCH", "notion_version": "2026-03-11", **tags}
    assert replay.ask(request)[0] == 200
    plain = Property(unquote(number["id"]), "Number", "number", {"format": "number"})
    table.properties[plain.id] = plain
    replay.send("schema change, step 7")
    replay.send("schema change, step 9")
    other = answer_of("schema change, step 16")
    other["properties"].pop("Back Relation")
    load_table(replay.world, other)
    for step in (14, 16, 18, 19):
        replay.send(f"schema change, step {step}")
    assert replay.ask(pairs()["schema change, step 18"]["request"])[0] == 200
    replay.send("schema change, step 22")


FLOWS: dict[Callable[[Replay], None], tuple[str, ...]] = {
    pages_under_pages: ("create page under a page",),
    restoring: ("restore a page",),
    retrieving: ("retrieve page",),
    icons: ("update page icon",),
    property_items: ("retrieve page property title",),
    bare_databases: ("create database without initial_data_source",),
    databases: ("retrieve database", "update database"),
    data_sources: ("create data source", "retrieve data source", "update data source"),
    empty_tables: ("query data source, empty answer", "trash a data source"),
    searching: ("search",),
    refusals: ("error ",),
    two_way_relations: ("two-way relation, ", "self relation, step 0"),
    rows: ("row, ",),
    rollups: ("rollup, ",),
    twenty_five_references: ("25-reference limit, ",),
    pagination: ("pagination, ",),
    numbers: ("number, ",),
    selects: ("select, ",),
    texts: ("rich_text, ",),
    relations: ("relation, ",),
    options: ("select options, ",),
    trash: ("trash a page with in_trash", "restore a page with in_trash"),
    schema_changes: ("schema change, ",),
}
"""What each flow replays: whole names, or how the names begin that end in a comma or a space."""


def replayed(words: tuple[str, ...]) -> set[str]:
    whole = {word for word in words if word in pairs()}
    begun = tuple(word for word in words if word not in whole)
    return whole | {name for name in pairs() if begun and name.startswith(begun)}


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.__name__)
def test_the_stand_in_gives_the_recorded_answers(flow: Callable[[Replay], None]) -> None:
    replay = Replay()
    flow(replay)
    assert replay.sent == replayed(FLOWS[flow])


def test_every_recorded_pair_is_replayed_or_named_with_the_reason() -> None:
    sent = [name for words in FLOWS.values() for name in replayed(words)]
    assert len(sent) == len(set(sent))
    assert not NOT_REPLAYED.keys() & set(sent)
    assert {*sent, *NOT_REPLAYED} == set(pairs())
    assert len(pairs()) == 67


def test_the_recorded_requests_are_as_specified_but_for_five_that_are_named() -> None:
    looser = set()
    for name, pair in pairs().items():
        request = pair["request"]
        operation = operation_of(request["method"], request["path"].partition("?")[0])
        if operation is not None and request["body"] is not None:
            try:
                check_request(operation, request["body"])
            except Contradiction:
                looser.add(name)
    assert looser == LOOSER.keys()
