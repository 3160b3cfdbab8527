"""Changes of a table's columns: a request's list of them, done whole or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from ecot.sandbox.notion.records import OPTIONED, DataSource, Json, Page, Property
from ecot.sandbox.notion.refusals import Refused, invalid, misshapen, no_such_property
from ecot.sandbox.notion.relations import mirror, unmirror
from ecot.sandbox.notion.schema import add, configure, described, find, is_title, kind_of
from ecot.sandbox.notion.text import typed
from ecot.sandbox.notion.values import READERS, store

if TYPE_CHECKING:
    from ecot.sandbox.notion.workspace import Workspace

MOST_SCHEMA_BYTES = 50 * 1024


def first_columns(world: "Workspace", table: DataSource, written: Json) -> None:
    """The columns that a table is made with; its title bears the name that is given to one."""
    titles = [name for name, each in written.items() if "title" in each]
    if len(titles) != 1:
        raise invalid("Title is not provided")
    table.title_property.name = titles[0]
    for name, each in written.items():
        if name != titles[0]:
            add(world, table, name, each)


def update_columns(world: "Workspace", table: DataSource, written: Any) -> None:
    """Add, rename, configure, retype, and delete by null; by name or by id."""
    if not isinstance(written, dict):
        raise misshapen("body.properties", "an object", written)
    with whole_or_not(world):
        for key, each in written.items():
            _update(world, table, key, each)
        _within_size(world, table)


@contextmanager
def whole_or_not(world: "Workspace") -> Iterator[None]:
    """Undo every change of columns, of cells and of the count of blocks if the rest is refused."""
    columns = {each.id: deepcopy(each.properties) for each in world.tables.values()}
    cells = {each.id: deepcopy(each.values) for each in world.pages_by_id.values()}
    blocks = world.blocks
    try:
        yield
    except Refused:
        world.blocks = blocks
        for table in world.tables.values():
            table.properties = columns[table.id]
        for page in world.pages_by_id.values():
            page.values = cells[page.id]
        raise


def rename(table: DataSource, column: Property, name: str) -> None:
    """Another name, which no other column bears."""
    other = table.named(name)
    if other is not None and other is not column:
        raise invalid(f"Cannot rename property: {name} already exists.")  # our words
    column.name = name


def delete(world: "Workspace", table: DataSource, column: Property) -> None:
    """A column and what stands in it; the other side of a two-way relation goes too."""
    if is_title(column):
        raise invalid("Cannot delete the title property.")  # our words
    unmirror(world, column)
    del table.properties[column.id]
    for row in world.rows(table):
        row.values.pop(column.id, None)


def retype(
    world: "Workspace", table: DataSource, column: Property, kind: str, written: Any
) -> None:
    """Another type under the same id; each value is carried over as far as it can be."""
    if is_title(column) or kind == "title":
        raise invalid("Cannot change the type of the title property.")  # our words
    unmirror(world, column)
    kept = [(row, world.plain(row, column)) for row in world.rows(table)]
    column.type, column.config, column.options = kind, {}, []
    configure(world, table, column, written)
    mirror(world, table, column)
    for row, plain in kept:
        _carry_over(world, row, column, plain)


def _update(world: "Workspace", table: DataSource, key: str, written: Json | None) -> None:
    column = find(table, key)
    if written is None:
        if column is None:
            raise no_such_property(key)
        delete(world, table, column)
    elif column is None:
        if kind_of(written, f"body.properties.{key}") is None:
            raise no_such_property(key)
        add(world, table, written.get("name") or key, written)
    else:
        _change(world, table, column, written)


def _change(world: "Workspace", table: DataSource, column: Property, written: Json) -> None:
    kind = kind_of(written, f"body.properties.{column.name}")
    if written.get("name"):
        rename(table, column, written["name"])
    if "description" in written:
        column.description = written["description"] or None
    if kind is not None and kind != column.type:
        retype(world, table, column, kind, written[kind])
    elif kind is not None:
        configure(world, table, column, written[kind])
        mirror(world, table, column)


def _within_size(world: "Workspace", table: DataSource) -> None:
    size = sum(len(repr(described(world, table, each))) for each in table.properties.values())
    if size > MOST_SCHEMA_BYTES:
        raise invalid("The database schema has exceeded the maximum size.")


def _carry_over(world: "Workspace", row: Page, column: Property, plain: Any) -> None:
    row.values.pop(column.id, None)
    text = ", ".join(plain) if isinstance(plain, tuple) else "" if plain is None else str(plain)
    if not text:
        return
    if column.type == "rich_text":
        row.values[column.id] = READERS["rich_text"](typed(text), column.name)
    elif column.type == "number":
        row.values[column.id] = _number(text)
    elif column.type in OPTIONED:
        names = text.split(", ") if column.type == "multi_select" else [text.replace(",", "")]
        store(world, row, column, [(name, "default") for name in names])


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
