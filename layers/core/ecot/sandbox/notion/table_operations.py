"""What can be asked of databases and tables: make, read, change, query, and search for them."""

import json
from typing import Any

from ecot.sandbox.messages import Request
from ecot.sandbox.notion import bodies
from ecot.sandbox.notion.asked import (
    Context,
    decoded,
    only,
    parent_id,
    refuse_in_trash,
    trashed,
    wanted_properties,
)
from ecot.sandbox.notion.changes import first_columns, update_columns, whole_or_not
from ecot.sandbox.notion.identifiers import TITLE_ID
from ecot.sandbox.notion.paging import one_page, page_size
from ecot.sandbox.notion.query import matching
from ecot.sandbox.notion.records import Database, DataSource, Json, Page, Property, Thing
from ecot.sandbox.notion.text import plain_text, rich_text
from ecot.sandbox.notion.workspace import Workspace


def create_database(context: Context, request: Request) -> Json:
    """A database with its first table, under a page."""
    world, body = context.world, decoded(request)
    parent = world.page(parent_id(body, "page_id"))
    refuse_in_trash(parent)
    title = rich_text(body.get("title") or [], "body.title")
    database = Database(
        **world.stamps(),
        parent_id=parent.id,
        title=title,
        description=rich_text(body.get("description") or [], "body.description"),
        is_inline=bool(body.get("is_inline")),
        icon=body.get("icon"),
        cover=body.get("cover"),
    )
    written = (body.get("initial_data_source") or {}).get("properties")
    with whole_or_not(world):
        world.spend_blocks()
        table = _table(world, database, title, written)
    world.add(database)
    world.add(table)
    return bodies.database_body(world, database)


def retrieve_database(context: Context, _request: Request, identifier: str) -> Json:
    """A database, and which tables it has."""
    return bodies.database_body(context.world, context.world.database(identifier))


def update_database(context: Context, request: Request, identifier: str) -> Json:
    """Its title, description, icon; or the trash, for it and its tables."""
    world, body = context.world, decoded(request)
    database = world.database(identifier)
    tables = [each for each in world.tables.values() if each.parent_id == database.id]
    _describe(world, database, body)
    database.is_inline = bool(body.get("is_inline", database.is_inline))
    for table in tables:
        table.in_trash = trashed(body, table)
    if "description" in body and len(tables) == 1:  # recorded 2026-06-27
        tables[0].description = database.description
    return bodies.database_body(world, database)


def create_table(context: Context, request: Request) -> Json:
    """One more table of a database."""
    world, body = context.world, decoded(request)
    database = world.database(parent_id(body, "database_id"))
    title = rich_text(body.get("title") or [], "body.title")
    with whole_or_not(world):
        table = _table(world, database, title, body.get("properties"))
    world.add(table)
    return bodies.table_body(world, table)


def retrieve_table(context: Context, _request: Request, identifier: str) -> Json:
    """A table with its properties."""
    return bodies.table_body(context.world, context.world.table(identifier))


def update_table(context: Context, request: Request, identifier: str) -> Json:
    """Its properties, title, description, icon; or the trash."""
    world, body = context.world, decoded(request)
    table = world.table(identifier)
    if body.get("properties"):
        refuse_in_trash(table)
        update_columns(world, table, body["properties"])
    _describe(world, table, body)
    return bodies.table_body(world, table)


def query(context: Context, request: Request, identifier: str) -> Json:
    """One page of the rows that a filter finds."""
    world, body = context.world, decoded(request)
    table = world.table(identifier)
    refuse_in_trash(table)
    size = min(page_size(body.get("page_size")), context.most_per_answer)
    seen_until = world.now() - context.query_lag
    rows = [row for row in matching(world, table, body) if row.created <= seen_until]
    question = json.dumps([table.id, body.get("filter"), body.get("sorts")], sort_keys=True)
    ids = [row.id for row in rows]
    part, said = one_page(context.cursors, ids, body.get("start_cursor"), question, size)
    wanted = wanted_properties(request)
    shown = [only(bodies.page_body(world, row), wanted) for row in rows[part]]
    return bodies.list_body(shown, said)


def search(context: Context, request: Request) -> Json:
    """Pages and tables by their titles, the last edited first."""
    world, body = context.world, decoded(request)
    kind = (body.get("filter") or {}).get("value")
    found = _titled(world, str(body.get("query", "")).lower(), kind)
    found.sort(key=lambda each: each.edited, reverse=True)
    ids = [each.id for each in found]
    question = json.dumps(["search", body.get("query"), body.get("filter")])
    size = min(page_size(body.get("page_size")), context.most_per_answer)
    part, said = one_page(context.cursors, ids, body.get("start_cursor"), question, size)
    return bodies.list_body([_found(world, each) for each in found[part]], said)


def _table(world: Workspace, database: Database, title: list[Json], written: Any) -> DataSource:
    table = DataSource(**world.stamps(), parent_id=database.id, title=title)
    table.properties = {TITLE_ID: Property(TITLE_ID, "Name", "title")}
    if written:
        first_columns(world, table, written)
    return table


def _describe(world: Workspace, thing: Database | DataSource, body: Json) -> None:
    thing.in_trash = trashed(body, thing)
    for part in body.keys() & {"title", "description"}:
        setattr(thing, part, rich_text(body[part], f"body.{part}"))
    for part in body.keys() & {"icon", "cover"}:
        setattr(thing, part, body[part])
    world.touch(thing)


def _titled(world: Workspace, text: str, kind: str | None) -> list[Page | DataSource]:
    def is_seen(thing: Thing) -> bool:
        return world.is_visible(thing) and not thing.in_trash

    pages = world.pages_by_id.values() if kind in (None, "page") else ()
    tables = world.tables.values() if kind in (None, "data_source") else ()
    return [
        *(each for each in pages if text in world.title(each).lower() and is_seen(each)),
        *(each for each in tables if text in plain_text(each.title).lower() and is_seen(each)),
    ]


def _found(world: Workspace, thing: Page | DataSource) -> Json:
    if isinstance(thing, Page):
        return bodies.page_body(world, thing)
    return bodies.table_body(world, thing)
