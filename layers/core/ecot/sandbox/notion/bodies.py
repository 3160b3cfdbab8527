"""How answers describe pages, databases and tables."""

import re
from typing import TYPE_CHECKING

from ecot.sandbox.notion.dates import to_the_millisecond, to_the_minute
from ecot.sandbox.notion.identifiers import bare
from ecot.sandbox.notion.records import Database, DataSource, Json, Page, Thing
from ecot.sandbox.notion.schema import described
from ecot.sandbox.notion.text import plain_text

if TYPE_CHECKING:
    from ecot.sandbox.notion.workspace import Workspace

SITE = "https://app.notion.com/p/"


def page_body(world: "Workspace", page: Page) -> Json:
    """A page with its cells, in the order of their ids (as recorded)."""
    columns = sorted(world.seen(world.columns(page)), key=lambda column: column.id)
    return {
        "object": "page",
        **_stamped(page),
        "cover": page.cover,
        "icon": page.icon,
        "parent": _parent(world, page),
        "in_trash": page.in_trash,
        "is_archived": False,
        "is_locked": False,
        "properties": {column.name: world.cell(page, column) for column in columns},
        "url": f"{SITE}{_slug(world.title(page))}{bare(page.id)}",
        "public_url": None,
    }


def database_body(world: "Workspace", database: Database) -> Json:
    """A database: it names its tables, and says nothing of their properties."""
    return {
        "object": "database",
        "id": database.id,
        "title": database.title,
        "description": database.description,
        "parent": {"type": "page_id", "page_id": database.parent_id},
        "is_inline": database.is_inline,
        "in_trash": database.in_trash,
        "is_locked": False,
        "created_time": to_the_millisecond(database.created),
        "last_edited_time": to_the_millisecond(database.edited),
        "data_sources": [
            {"id": each.id, "name": plain_text(each.title)} for each in world.tables_of(database)
        ],
        "icon": database.icon,
        "cover": database.cover,
        "url": f"{SITE}{bare(database.id)}",
        "public_url": None,
    }


def table_body(world: "Workspace", table: DataSource) -> Json:
    """A table with its properties."""
    columns = sorted(world.seen(table.properties), key=lambda column: column.id)
    database = world.databases[table.parent_id or ""]
    return {
        "object": "data_source",
        **_stamped(table),
        "cover": table.cover,
        "icon": table.icon,
        "title": table.title,
        "description": table.description,
        "is_inline": database.is_inline,
        "properties": {column.name: described(world, table, column) for column in columns},
        "parent": {"type": "database_id", "database_id": database.id},
        "database_parent": {"type": "page_id", "page_id": database.parent_id},
        "url": f"{SITE}{bare(database.id)}",
        "public_url": None,
        "in_trash": table.in_trash,
    }


def bot_body(identifier: str, name: str) -> Json:
    """Who the token is: the integration's own user."""
    return {
        "object": "user",
        "id": identifier,
        "name": name,
        "avatar_url": None,
        "type": "bot",
        "bot": {
            "owner": {"type": "workspace", "workspace": True},
            "workspace_name": "Sandbox",
            "workspace_id": "00000000-0000-4000-8000-0000000000f0",
            "workspace_limits": {"max_file_upload_size_in_bytes": 5_242_880},
        },
    }


def list_body(results: list[Json], said: Json, kind: str = "page_or_data_source") -> Json:
    """One page of a list."""
    return {"object": "list", "results": results, **said, "type": kind, kind: {}}


def _stamped(thing: Thing) -> Json:
    return {
        "id": thing.id,
        "created_time": to_the_minute(thing.created),
        "last_edited_time": to_the_minute(thing.edited),
        "created_by": {"object": "user", "id": thing.created_by},
        "last_edited_by": {"object": "user", "id": thing.edited_by},
    }


def _parent(world: "Workspace", page: Page) -> Json:
    table = world.tables.get(page.parent_id or "")
    if table is not None:
        return {
            "type": "data_source_id",
            "data_source_id": table.id,
            "database_id": table.parent_id,
        }
    if page.parent_id is None:
        return {"type": "workspace", "workspace": True}
    return {"type": "page_id", "page_id": page.parent_id}


def _slug(title: str) -> str:
    words = re.sub(r"[^A-Za-z0-9]+", "-", title).strip("-")
    return f"{words}-" if words else ""
