"""What can be asked of pages and rows: make, read, change, trash, restore."""

from typing import Any
from urllib.parse import unquote

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
from ecot.sandbox.notion.identifiers import encoded
from ecot.sandbox.notion.paging import one_page, page_size
from ecot.sandbox.notion.records import DataSource, Json, Page, Property
from ecot.sandbox.notion.refusals import in_trash, invalid, misshapen, no_such_property
from ecot.sandbox.notion.relations import related
from ecot.sandbox.notion.values import read, store
from ecot.sandbox.notion.workspace import Workspace

LISTED = ("title", "rich_text", "relation", "people")
"""Types whose property item is a list of items."""


def create_page(context: Context, request: Request) -> Json:
    """A page under a page, or a row of a table."""
    world, body = context.world, decoded(request)
    place = _place(world, body)
    refuse_in_trash(place)
    page = Page(**world.stamps(), parent_id=place.id)
    changes = _changes(world, page, body)
    world.spend_blocks()
    page.icon, page.cover = body.get("icon"), body.get("cover")
    world.add(page)
    for column, said in changes:
        store(world, page, column, said)
    return bodies.page_body(world, page)


def retrieve_page(context: Context, request: Request, identifier: str) -> Json:
    """A page with its cells, also from the trash."""
    shown = bodies.page_body(context.world, context.world.page(identifier))
    return only(shown, wanted_properties(request))


def update_page(context: Context, request: Request, identifier: str) -> Json:
    """Cells, icon, the trash; what lies in the trash can only be restored."""
    world, body = context.world, decoded(request)
    page = world.page(identifier)
    thrown = trashed(body, page)
    if page.in_trash and thrown and body.keys() & {"properties", "icon", "cover"}:
        raise in_trash()
    changes = _changes(world, page, body)
    page.in_trash = thrown
    for column, said in changes:
        store(world, page, column, said)
    for part in body.keys() & {"icon", "cover"}:
        setattr(page, part, body[part])
    if body:
        world.touch(page)
    return bodies.page_body(world, page)


def retrieve_property(context: Context, request: Request, identifier: str, key: str) -> Json:
    """One property of a page; all the references of a relation, which the page cuts."""
    world = context.world
    page = world.page(identifier)
    column = _column(world, page, unquote(key))
    shown: Json = {"object": "property_item", "type": column.type, "id": encoded(column.id)}
    if column.type not in LISTED:
        return {**shown, column.type: world.content(page, column)}
    items = _items(world, page, column)
    ids = [str(place) for place in range(len(items))]
    size = page_size(_number(request, "page_size"), "query.page_size")
    cursor = next(iter(request.values("start_cursor")), None)
    part, said = one_page(context.cursors, ids, cursor, f"{page.id}/{column.id}", size)
    results = [{**shown, column.type: each} for each in items[part]]
    inner: Json = {"id": encoded(column.id), "next_url": None, "type": column.type}
    listed = bodies.list_body(results, said, "property_item")
    return {**listed, "property_item": {**inner, column.type: {}}}


def _place(world: Workspace, body: Json) -> DataSource | Page:
    """The table or the page that a new page goes into."""
    parent = body.get("parent") or {}
    if "data_source_id" in parent:
        return world.table(str(parent["data_source_id"]))
    if "database_id" in parent:
        tables = world.tables_of(world.database(str(parent["database_id"])))
        if len(tables) == 1:
            return tables[0]
        raise invalid("Databases with multiple data sources are not supported in this API version.")
    return world.page(parent_id(body, "page_id"))


def _changes(world: Workspace, page: Page, body: Json) -> list[tuple[Property, Any]]:
    written = body.get("properties") or {}
    if not isinstance(written, dict):
        raise misshapen("body.properties", "an object", written)
    columns = {key: _column(world, page, key) for key in written}
    return [
        (column, read(world, column, written[key], f"body.properties.{key}"))
        for key, column in columns.items()
    ]


def _column(world: Workspace, page: Page, key: str) -> Property:
    """The property of this name, or else of this id, encoded or not."""
    columns = world.seen(world.columns(page))
    named = (each for each in columns if each.name == key)
    by_id = (each for each in columns if key in (each.id, encoded(each.id)))
    found = next(named, None) or next(by_id, None)
    if found is None:
        raise no_such_property(key)
    return found


def _items(world: Workspace, page: Page, column: Property) -> list[Any]:
    if column.type == "relation":
        return [{"id": each} for each in related(world, page, column)]
    return list(world.content(page, column))


def _number(request: Request, name: str) -> Any:
    value = next(iter(request.values(name)), None)
    return int(value) if value is not None and value.isdigit() else value
