"""Columns: how they are made, renamed, retyped and deleted, and how an answer describes them."""

from typing import TYPE_CHECKING, Any

from ecot.sandbox.notion.formulas import kept_expression, shown_expression
from ecot.sandbox.notion.identifiers import TITLE_ID, encoded
from ecot.sandbox.notion.records import (
    COMPUTED,
    OPTIONED,
    DataSource,
    Json,
    Option,
    Property,
)
from ecot.sandbox.notion.refusals import invalid, misshapen, no_such_property
from ecot.sandbox.notion.relations import mirror
from ecot.sandbox.notion.rollups import FUNCTIONS
from ecot.sandbox.notion.text import within_elements
from ecot.sandbox.notion.values import normal_option_name

if TYPE_CHECKING:
    from ecot.sandbox.notion.workspace import Workspace

KINDS = (
    "title",
    "rich_text",
    "number",
    "date",
    "checkbox",
    "url",
    "email",
    "phone_number",
    "people",
    "relation",
    *OPTIONED,
    *COMPUTED,
)
FORMATS_DEFAULT = "number"


def described(world: "Workspace", table: DataSource, column: Property) -> Json:
    """A property as the answer about its table has it."""
    return {
        "id": encoded(column.id),
        "name": column.name,
        "description": column.description,
        "type": column.type,
        column.type: _configuration(world, table, column),
    }


def find(table: DataSource, key: str) -> Property | None:
    """The property of this name, or else of this id, encoded or not."""
    named = table.named(key)
    by_id = (each for each in table.properties.values() if key in (each.id, encoded(each.id)))
    return named or next(by_id, None)


def kind_of(written: Json, path: str) -> str | None:
    """The type that a request gives to a property; None if it gives none."""
    kinds = [kind for kind in KINDS if kind in written]
    if len(kinds) > 1 or written.get("type") not in (None, *kinds):
        raise misshapen(path, "of one type", written.get("type") or ", ".join(kinds))
    return next(iter(kinds), None)


def add(world: "Workspace", table: DataSource, name: str, written: Json) -> Property:
    """A new column; the title of a table is there already, and takes the name."""
    kind = kind_of(written, f"body.properties.{name}")
    if kind is None:
        raise no_such_property(name)
    if kind == "title":
        raise invalid("Cannot create a second title property.")  # our words
    column = Property(world.identifiers.of_property(), name, kind)
    column.description = written.get("description")
    configure(world, table, column, written[kind])
    table.properties[column.id] = column
    mirror(world, table, column)
    return column


def configure(world: "Workspace", table: DataSource, column: Property, written: Json) -> None:
    """Give a column the configuration of a request; what it does not say stays."""
    if column.type == "number":
        column.config = {"format": "number", **column.config, **written}
    elif column.type in OPTIONED:
        if "options" in written:
            column.options = _options(world, column, written["options"])
    elif column.type == "relation":
        _relation(world, column, written)
    elif column.type == "rollup":
        column.config = _rollup(world, table, written)
    elif column.type == "formula":
        column.config = {"expression": kept_expression(table, written.get("expression", ""))}


def _configuration(world: "Workspace", table: DataSource, column: Property) -> Json:
    if column.type in OPTIONED:
        options: Json = {"options": [_option_described(each) for each in column.options]}
        return options if column.type != "status" else {**options, "groups": []}
    if column.type == "number":
        return dict(column.config)
    if column.type == "formula":
        return {"expression": shown_expression(table, column.config["expression"])}
    if column.type == "relation":
        return _relation_described(world, column)
    return _rollup_described(world, table, column) if column.type == "rollup" else {}


def _option_described(option: Option) -> Json:
    return {
        "id": option.id,
        "name": option.name,
        "color": option.color,
        "description": option.description,
    }


def _options(world: "Workspace", column: Property, written: Any) -> list[Option]:
    """The options of a request: known ones by id or name, the others new; who is left out goes."""
    path = f"body.properties.{column.name}.{column.type}.options"
    if not isinstance(written, list):
        raise misshapen(path, "an array", written)
    within_elements(written, path)
    return [_option(world, column, each, f"{path}[{n}]") for n, each in enumerate(written)]


def _option(world: "Workspace", column: Property, written: Json, path: str) -> Option:
    known = column.option(identifier=written.get("id")) or column.option(name=written.get("name"))
    if known is None:
        name = normal_option_name(written.get("name"), f"{path}.name")
        color = written.get("color") or "default"
        return Option(world.identifiers.unique(), name, color, written.get("description"))
    if written.get("color", known.color) != known.color:
        raise invalid(f"Cannot update color of select with name: {known.name}.")
    name = normal_option_name(written.get("name", known.name), f"{path}.name")
    return Option(known.id, name, known.color, written.get("description", known.description))


def _relation(world: "Workspace", column: Property, written: Json) -> None:
    target = world.table(str(written.get("data_source_id")))
    if not {"single_property", "dual_property"} & written.keys():
        raise misshapen(
            f"body.properties.{column.name}.relation.single_property", "defined", "undefined"
        )
    if target.id != column.config.get("data_source_id"):
        column.config = {"data_source_id": target.id, "synced": None}
    if "dual_property" in written and column.config["synced"] is None:
        column.config["synced"] = world.identifiers.of_property()


def _relation_described(world: "Workspace", column: Property) -> Json:
    target = world.tables[column.config["data_source_id"]]
    shown: Json = {"database_id": target.parent_id, "data_source_id": target.id}
    synced = target.properties.get(column.config["synced"] or "")
    if synced is None:
        return {**shown, "type": "single_property", "single_property": {}}
    other = {"synced_property_name": synced.name, "synced_property_id": encoded(synced.id)}
    return {**shown, "type": "dual_property", "dual_property": other}


def _rollup(world: "Workspace", table: DataSource, written: Json) -> Json:
    relation = find(table, _either(written, "relation_property"))
    if relation is None or relation.type != "relation":
        raise no_such_property(_either(written, "relation_property"))
    target = world.tables[relation.config["data_source_id"]]
    rolled = find(target, _either(written, "rollup_property"))
    if rolled is None:
        raise no_such_property(_either(written, "rollup_property"))
    if written.get("function") not in FUNCTIONS:
        raise misshapen("body.rollup.function", "a function of roll-ups", written.get("function"))
    return {"relation": relation.id, "property": rolled.id, "function": written["function"]}


def _either(written: Json, what: str) -> str:
    return str(written.get(f"{what}_name") or written.get(f"{what}_id"))


def _rollup_described(world: "Workspace", table: DataSource, column: Property) -> Json:
    """Its ids stand here as they are, not encoded (recorded 2026-06-27)."""
    relation = table.properties.get(column.config["relation"])
    target = relation and world.tables.get(relation.config.get("data_source_id", ""))
    rolled = target and target.properties.get(column.config["property"])
    return {
        "rollup_property_name": rolled.name if rolled else "",
        "relation_property_name": relation.name if relation else "",
        "rollup_property_id": column.config["property"],
        "relation_property_id": column.config["relation"],
        "function": column.config["function"],
    }


def is_title(column: Property) -> bool:
    """Whether it is the one column that cannot be deleted."""
    return column.id == TITLE_ID
