"""Which request does what: Notion's operations on pages, databases and tables."""

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from ecot.sandbox.messages import Request
from ecot.sandbox.notion import bodies
from ecot.sandbox.notion.changes import first_columns, update_columns, whole_or_not
from ecot.sandbox.notion.identifiers import TITLE_ID, encoded
from ecot.sandbox.notion.paging import Cursors, one_page, page_size
from ecot.sandbox.notion.query import matching
from ecot.sandbox.notion.records import Database, DataSource, Json, Page, Property, Thing
from ecot.sandbox.notion.refusals import (
    INTEGRATION,
    INTEGRATION_ID,
    Refused,
    in_trash,
    invalid,
    misshapen,
    no_such_property,
)
from ecot.sandbox.notion.text import plain_text, rich_text
from ecot.sandbox.notion.values import read, store
from ecot.sandbox.notion.workspace import Workspace

LISTED = ("title", "rich_text", "relation", "people")  # a property item that is a list


def decoded(request: Request) -> Json:
    """The body of a request; `{}` when there is none."""

    def refuse(constant: str) -> None:
        raise ValueError(constant)

    if not request.body:
        return {}
    try:
        body = json.loads(request.body, parse_constant=refuse)
    except ValueError:
        raise Refused(400, "invalid_json", "Error parsing JSON body.") from None
    if not isinstance(body, dict):
        raise misshapen("body", "an object", body)
    return body


class Routes:
    """The operations; each answers with a body, or raises Refused."""

    def __init__(self, world: Workspace, most_per_answer: int) -> None:
        self.world = world
        self.most_per_answer = most_per_answer
        self._cursors = Cursors(world.identifiers)

    def answer(self, request: Request) -> Json:
        """The body of the answer; Refused for what Notion refuses."""
        for method, pattern, operation in ROUTES:
            found = re.fullmatch(pattern, request.path)
            if found and request.method == method:
                with self.world.lock:
                    return operation(self, request, *found.groups())
        raise Refused(400, "invalid_request_url", "Invalid request URL.")

    def create_database(self, request: Request) -> Json:
        world, body = self.world, decoded(request)
        parent = world.page(_parent_id(body, "page_id"))
        _is_editable(parent)
        title = rich_text(body.get("title") or [], "body.title")
        database = Database(
            **world.stamps(),
            parent_id=parent.id,
            title=title,
            description=rich_text(body.get("description") or [], "body.description"),
            is_inline=bool(body.get("is_inline")),
        )
        written = (body.get("initial_data_source") or {}).get("properties")
        with whole_or_not(world):
            world.spend_blocks()
            table = self._table(database, title, written)
        database.icon, database.cover = body.get("icon"), body.get("cover")
        world.add(database)
        world.add(table)
        return bodies.database_body(world, database)

    def retrieve_database(self, _request: Request, identifier: str) -> Json:
        return bodies.database_body(self.world, self.world.database(identifier))

    def update_database(self, request: Request, identifier: str) -> Json:
        database, body = self.world.database(identifier), decoded(request)
        self._describe(database, body)
        database.is_inline = bool(body.get("is_inline", database.is_inline))
        return bodies.database_body(self.world, database)

    def create_table(self, request: Request) -> Json:
        body = decoded(request)
        database = self.world.database(_parent_id(body, "database_id"))
        title = rich_text(body.get("title") or [], "body.title")
        with whole_or_not(self.world):
            table = self._table(database, title, body.get("properties"))
        self.world.add(table)
        return bodies.table_body(self.world, table)

    def retrieve_table(self, _request: Request, identifier: str) -> Json:
        return bodies.table_body(self.world, self.world.table(identifier))

    def update_table(self, request: Request, identifier: str) -> Json:
        table, body = self.world.table(identifier), decoded(request)
        if body.get("properties"):
            update_columns(self.world, table, body["properties"])
        self._describe(table, body)
        return bodies.table_body(self.world, table)

    def query(self, request: Request, identifier: str) -> Json:
        table, body = self.world.table(identifier), decoded(request)
        if table.in_trash:
            raise in_trash()
        size = min(page_size(body.get("page_size")), self.most_per_answer)
        rows = matching(self.world, table, body)
        question = json.dumps([table.id, body.get("filter"), body.get("sorts")], sort_keys=True)
        ids = [row.id for row in rows]
        part, said = one_page(self._cursors, ids, body.get("start_cursor"), question, size)
        shown = [bodies.page_body(self.world, row) for row in rows[part]]
        wanted = {unquote(each) for each in request.values("filter_properties[]")}
        wanted |= {unquote(each) for each in request.values("filter_properties")}
        return bodies.list_body([_only(each, wanted) for each in shown], said)

    def create_page(self, request: Request) -> Json:
        world, body = self.world, decoded(request)
        page = Page(**world.stamps(), parent_id=self._place(body).id)
        changes = self._changes(page, body)
        world.spend_blocks()
        page.icon, page.cover = body.get("icon"), body.get("cover")
        world.add(page)
        for column, said in changes:
            store(world, page, column, said)
        return bodies.page_body(world, page)

    def retrieve_page(self, _request: Request, identifier: str) -> Json:
        return bodies.page_body(self.world, self.world.page(identifier))

    def update_page(self, request: Request, identifier: str) -> Json:
        page, body = self.world.page(identifier), decoded(request)
        thrown = _trashed(body, page)
        if page.in_trash and thrown and body.keys() & {"properties", "icon", "cover"}:
            raise in_trash()
        changes = self._changes(page, body)
        page.in_trash = thrown
        for column, said in changes:
            store(self.world, page, column, said)
        for part in body.keys() & {"icon", "cover"}:
            setattr(page, part, body[part])
        if body:
            self.world.touch(page)
        return bodies.page_body(self.world, page)

    def retrieve_property(self, request: Request, identifier: str, key: str) -> Json:
        page = self.world.page(identifier)
        column = self._column(page, unquote(key))
        shown = {"object": "property_item", "type": column.type, "id": encoded(column.id)}
        if column.type not in LISTED:
            return {**shown, column.type: self.world.content(page, column)}
        items = self._items(page, column)
        sizes = request.values("page_size")
        size = page_size(int(sizes[0]) if sizes and sizes[0].isdigit() else None)
        ids = [str(place) for place in range(len(items))]
        cursor = next(iter(request.values("start_cursor")), None)
        question = f"{page.id}/{column.id}"
        part, said = one_page(self._cursors, ids, cursor, question, size)
        results = [{**shown, column.type: each} for each in items[part]]
        inner: Json = {
            "id": encoded(column.id),
            "next_url": None,
            "type": column.type,
            column.type: {},
        }
        return {**bodies.list_body(results, said, "property_item"), "property_item": inner}

    def children(self, request: Request, identifier: str) -> Json:
        """What is on a page: databases and pages, which are all the blocks of this workspace."""
        page = self.world.page(identifier)
        blocks = bodies.child_bodies(self.world, page)
        sizes = request.values("page_size")
        size = min(page_size(int(sizes[0]) if sizes else None), self.most_per_answer)
        cursor = next(iter(request.values("start_cursor")), None)
        ids = [each["id"] for each in blocks]
        part, said = one_page(self._cursors, ids, cursor, f"{page.id}/children", size)
        return bodies.list_body(blocks[part], said, "block")

    def search(self, request: Request) -> Json:
        world, body = self.world, decoded(request)
        only = (body.get("filter") or {}).get("value")
        found = self._searched(str(body.get("query", "")).lower(), only)
        found.sort(key=lambda each: each.edited, reverse=True)
        ids = [each.id for each in found]
        question = json.dumps(["search", body.get("query"), body.get("filter")])
        size = page_size(body.get("page_size"))
        part, said = one_page(self._cursors, ids, body.get("start_cursor"), question, size)
        results = [
            bodies.page_body(world, each)
            if isinstance(each, Page)
            else bodies.table_body(world, each)
            for each in found[part]
        ]
        return bodies.list_body(results, said)

    def me(self, _request: Request) -> Json:
        return bodies.bot_body(INTEGRATION_ID, INTEGRATION)

    def _table(self, database: Database, title: list[Json], written: Any) -> DataSource:
        table = DataSource(**self.world.stamps(), parent_id=database.id, title=title)
        table.properties = {TITLE_ID: Property(TITLE_ID, "Name", "title")}
        if written:
            first_columns(self.world, table, written)
        return table

    def _place(self, body: Json) -> DataSource | Page:
        """The table or the page that a new page goes into."""
        parent = body.get("parent") or {}
        if "data_source_id" in parent:
            table = self.world.table(str(parent["data_source_id"]))
            if table.in_trash:
                raise in_trash()
            return table
        if "database_id" in parent:
            tables = self.world.tables_of(self.world.database(str(parent["database_id"])))
            if len(tables) != 1:
                raise invalid("Databases with multiple data sources are not supported here.")
            return tables[0]
        above = self.world.page(_parent_id(body, "page_id"))
        _is_editable(above)
        return above

    def _changes(self, page: Page, body: Json) -> list[tuple[Property, Any]]:
        written = body.get("properties") or {}
        if not isinstance(written, dict):
            raise misshapen("body.properties", "an object", written)
        changes = []
        for key, value in written.items():
            column = self._column(page, key)
            changes.append((column, read(self.world, column, value, f"body.properties.{key}")))
        return changes

    def _column(self, page: Page, key: str) -> Property:
        """The property of this name, or else of this id, encoded or not."""
        columns = self.world.columns(page).values()
        named = next((each for each in columns if each.name == key), None)
        known = named or next((x for x in columns if key in (x.id, encoded(x.id))), None)
        if known is None:
            raise no_such_property(key)
        return known

    def _items(self, page: Page, column: Property) -> list[Any]:
        if column.type == "relation":
            return [{"id": each} for each in self.world.related(page, column)]
        return list(self.world.content(page, column))

    def _describe(self, thing: Database | DataSource, body: Json) -> None:
        thing.in_trash = _trashed(body, thing)
        for part in body.keys() & {"title", "description"}:
            setattr(thing, part, rich_text(body[part], f"body.{part}"))
        for part in body.keys() & {"icon", "cover"}:
            setattr(thing, part, body[part])
        self.world.touch(thing)

    def _searched(self, text: str, only: str | None) -> list[Page | DataSource]:
        world = self.world
        pages = [each for each in world.pages_by_id.values() if only in (None, "page")]
        tables = [each for each in world.tables.values() if only in (None, "data_source")]
        return [
            *(each for each in pages if text in world.title(each).lower() and self._seen(each)),
            *(
                each
                for each in tables
                if text in plain_text(each.title).lower() and self._seen(each)
            ),
        ]

    def _seen(self, thing: Thing) -> bool:
        return self.world.is_visible(thing) and not thing.in_trash


def _parent_id(body: Json, kind: str) -> str:
    parent = body.get("parent")
    if not isinstance(parent, dict) or not isinstance(parent.get(kind), str):
        raise misshapen(f"body.parent.{kind}", "defined", "undefined")
    return str(parent[kind])


def _trashed(body: Json, thing: Thing) -> bool:
    word = body.get("in_trash", body.get("archived", thing.in_trash))
    if not isinstance(word, bool):
        raise misshapen("body.in_trash", "a boolean", word)
    return word


def _is_editable(thing: Thing) -> None:
    if thing.in_trash:
        raise in_trash()


def _only(page: Json, wanted: set[str]) -> Json:
    """The page with no properties but the wanted ones; with all when none are named."""
    if not wanted:
        return page
    kept = {
        name: cell for name, cell in page["properties"].items() if unquote(cell["id"]) in wanted
    }
    return {**page, "properties": kept}


Operation = Callable[..., Json]
ROUTES: tuple[tuple[str, str, Operation], ...] = (
    ("POST", "/v1/databases", Routes.create_database),
    ("GET", "/v1/databases/([^/]+)", Routes.retrieve_database),
    ("PATCH", "/v1/databases/([^/]+)", Routes.update_database),
    ("POST", "/v1/data_sources", Routes.create_table),
    ("GET", "/v1/data_sources/([^/]+)", Routes.retrieve_table),
    ("PATCH", "/v1/data_sources/([^/]+)", Routes.update_table),
    ("POST", "/v1/data_sources/([^/]+)/query", Routes.query),
    ("POST", "/v1/pages", Routes.create_page),
    ("GET", "/v1/pages/([^/]+)", Routes.retrieve_page),
    ("PATCH", "/v1/pages/([^/]+)", Routes.update_page),
    ("GET", "/v1/pages/([^/]+)/properties/([^/]+)", Routes.retrieve_property),
    ("GET", "/v1/blocks/([^/]+)/children", Routes.children),
    ("POST", "/v1/search", Routes.search),
    ("GET", "/v1/users/me", Routes.me),
)
