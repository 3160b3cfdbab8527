"""Relations: the rows that a cell names, and the other side of those that go both ways."""

from typing import TYPE_CHECKING

from ecot.sandbox.notion.records import DataSource, Page, Property
from ecot.sandbox.notion.refusals import invalid
from ecot.sandbox.notion.text import plain_text

if TYPE_CHECKING:
    from ecot.sandbox.notion.workspace import Workspace


def related(world: "Workspace", page: Page, column: Property) -> list[str]:
    """The pages that a relation names, without those in the trash."""
    kept = page.values.get(column.id) or []
    return [each for each in kept if not world.pages_by_id[each].in_trash]


def relate(world: "Workspace", page: Page, column: Property, targets: list[str]) -> None:
    """Let a relation name exactly these pages, on both of its sides."""
    before = page.values.get(column.id) or []
    page.values[column.id] = list(targets)
    synced = column.config["synced"]
    if synced is None:
        return
    for gone in set(before) - set(targets):
        world.pages_by_id[gone].values[synced] = [
            each for each in world.pages_by_id[gone].values.get(synced, []) if each != page.id
        ]
    for target in targets:
        others = world.pages_by_id[target].values.setdefault(synced, [])
        if page.id not in others:
            others.append(page.id)


def mirror(world: "Workspace", table: DataSource, column: Property) -> None:
    """Make the other side of a two-way relation, under its automatic name."""
    if column.type != "relation" or column.config["synced"] is None:
        return
    target = world.tables[column.config["data_source_id"]]
    synced = column.config["synced"]
    if synced in target.properties:
        return
    name = f"Related to {plain_text(table.title)} ({column.name})"
    if target.named(name) is not None:
        raise invalid(f"{name} is a property that exists already.")  # our words
    config = {"data_source_id": table.id, "synced": column.id}
    target.properties[synced] = Property(synced, name, "relation", config)


def unmirror(world: "Workspace", column: Property) -> None:
    """Take away the other side of a two-way relation that is about to go."""
    if column.type != "relation" or column.config["synced"] is None:
        return
    synced, target = column.config["synced"], world.tables[column.config["data_source_id"]]
    target.properties.pop(synced, None)
    for row in world.rows(target):
        row.values.pop(synced, None)
