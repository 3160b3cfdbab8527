"""What a cell shows: the value of a property of a page, as an answer has it and in plain words."""

from typing import TYPE_CHECKING, Any

from ecot.sandbox.notion.dates import to_the_minute
from ecot.sandbox.notion.formulas import formula_value
from ecot.sandbox.notion.identifiers import encoded
from ecot.sandbox.notion.records import OPTIONED, Json, Page, Property
from ecot.sandbox.notion.relations import related
from ecot.sandbox.notion.rollups import MOST_REFERENCES, rollup_value
from ecot.sandbox.notion.text import plain_text
from ecot.sandbox.notion.values import json_number

if TYPE_CHECKING:
    from ecot.sandbox.notion.workspace import Workspace


def cell(world: "Workspace", page: Page, column: Property) -> Json:
    """A property of a page as an answer has it."""
    shown: Json = {"id": encoded(column.id), "type": column.type, column.type: None}
    shown[column.type] = content(world, page, column)
    if column.type == "relation":
        shown["has_more"] = len(related(world, page, column)) > MOST_REFERENCES
    return shown


def content(world: "Workspace", page: Page, column: Property) -> Any:
    """What stands under the name of its type."""
    kept = page.values.get(column.id)
    match column.type:
        case "title" | "rich_text" | "people":
            return _people(kept) if column.type == "people" else kept or []
        case "number":
            return json_number(kept)
        case "checkbox":
            return bool(kept)
        case "relation":
            return [{"id": each} for each in related(world, page, column)[:MOST_REFERENCES]]
        case "rollup":
            return rollup_value(world, page, column)
        case "formula":
            return formula_value(world, page, column)
        case _ if column.type in OPTIONED:
            return _chosen(column, kept or [])
        case "created_time" | "last_edited_time":
            return to_the_minute(page.created if column.type == "created_time" else page.edited)
        case "created_by" | "last_edited_by":
            who = page.created_by if column.type == "created_by" else page.edited_by
            return {"object": "user", "id": who}
        case _:
            return kept


def plain(world: "Workspace", page: Page, column: Property) -> Any:
    """The cell for an assertion: text, number, bool, name or names of options, page ids, a date as
    "2026-01-01" or "2026-01-01/2026-01-31"; None where it is empty."""
    if column.type == "relation":
        return tuple(related(world, page, column))
    return in_plain(column.type, content(world, page, column))


def in_plain(kind: str, shown: Any) -> Any:
    """What `content` says, in plain words."""
    match kind:
        case "title" | "rich_text":
            return plain_text(shown)
        case "select" | "status":
            return shown and shown["name"]
        case "multi_select":
            return tuple(each["name"] for each in shown)
        case "date":
            return shown and "/".join(filter(None, (shown["start"], shown["end"])))
        case "rollup" | "formula":
            return in_plain(shown["type"], shown[shown["type"]])
        case "array":
            return tuple(in_plain(each["type"], each[each["type"]]) for each in shown)
        case "people":
            return tuple(each["id"] for each in shown)
        case "relation":
            return tuple(each["id"] for each in shown)
        case _:
            return shown


def _chosen(column: Property, kept: list[str]) -> Any:
    found = (column.option(identifier=each) for each in kept)
    shown = [{"id": one.id, "name": one.name, "color": one.color} for one in found if one]
    return shown if column.type == "multi_select" else next(iter(shown), None)


def _people(kept: list[str] | None) -> list[Json]:
    return [{"object": "user", "id": each} for each in kept or []]
