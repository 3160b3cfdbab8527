"""What a Notion workspace holds: pages, databases, their tables, properties and options."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ecot.sandbox.notion.identifiers import TITLE_ID
from ecot.sandbox.notion.refusals import INTEGRATION_ID

Json = dict[str, Any]

OPTIONED = ("select", "multi_select", "status")
COMPUTED = (
    "rollup",
    "formula",
    "created_time",
    "created_by",
    "last_edited_time",
    "last_edited_by",
)
"""Types of properties that nobody can write."""


@dataclass(slots=True)
class Option:
    """One choice of a select property."""

    id: str
    name: str
    color: str = "default"
    description: str | None = None


@dataclass(slots=True, eq=False)
class Property:
    """A column. `config` is, by type: number {format}; relation {data_source_id, synced}, the
    latter the other side's property id or None; rollup {relation, property, function}, by ids;
    formula {expression}, with {{id}} in the place of each property."""

    id: str
    name: str
    type: str
    config: Json = field(default_factory=dict)
    options: list[Option] = field(default_factory=list)
    description: str | None = None

    def option(self, *, name: str | None = None, identifier: str | None = None) -> Option | None:
        """The option of this name or id."""
        found = (each for each in self.options if each.name == name or each.id == identifier)
        return next(found, None)


@dataclass(slots=True, kw_only=True, eq=False)
class Thing:
    """What pages, databases and tables have in common; `parent_id` is None at the top."""

    id: str
    parent_id: str | None
    created: datetime
    edited: datetime
    created_by: str = INTEGRATION_ID
    edited_by: str = INTEGRATION_ID
    in_trash: bool = False
    icon: Json | None = None
    cover: Json | None = None


@dataclass(slots=True, kw_only=True, eq=False)
class Database(Thing):
    """A container of tables, under a page."""

    title: list[Json] = field(default_factory=list)
    description: list[Json] = field(default_factory=list)
    is_inline: bool = False


@dataclass(slots=True, kw_only=True, eq=False)
class DataSource(Thing):
    """A table, in a database; its properties by their ids."""

    title: list[Json] = field(default_factory=list)
    description: list[Json] = field(default_factory=list)
    properties: dict[str, Property] = field(default_factory=dict)

    def named(self, name: str) -> Property | None:
        """The property of exactly this name."""
        return next((each for each in self.properties.values() if each.name == name), None)

    @property
    def title_property(self) -> Property:
        """The one property that every table has."""
        return self.properties[TITLE_ID]


@dataclass(slots=True, kw_only=True, eq=False)
class Page(Thing):
    """A page, or a row when its parent is a table. Values by property id: rich text, float, bool,
    option ids, page ids, {start, end}; absent is empty."""

    values: Json = field(default_factory=dict)


def title_only() -> dict[str, Property]:
    """The properties of a page that is in no table."""
    return {TITLE_ID: Property(TITLE_ID, "title", "title")}
