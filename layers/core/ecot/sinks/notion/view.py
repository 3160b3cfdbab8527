"""What stands in the two databases, as one sync has read it."""

from collections.abc import Mapping

import msgspec

from ecot.model.sentence import Sentence
from ecot.sinks.notion.check import Checked
from ecot.sinks.notion.difference import Columns
from ecot.sinks.notion.pages import Page
from ecot.sinks.notion.rows import Budget, Memory, TypedRow
from ecot.sinks.notion.schema import Schema


class Table(msgspec.Struct, frozen=True):
    """A table: its schema, the columns of it that can be used, and the rows that were read."""

    schema: Schema
    columns: Columns
    pages: tuple[Page, ...]

    @property
    def data_source(self) -> str:
        """Its id."""
        return self.schema.data_source


class Double(msgspec.Struct, frozen=True):
    """A second row of the same key, or of the same month, service and project. `is_ours` where we
    have made it and nobody has written anything of their own in it."""

    label: str
    kept: Page
    other: Page
    is_ours: bool


class View(msgspec.Struct, frozen=True, kw_only=True):
    """Both databases, before anything is written.

    `rows` are the pages of Usages by their key; `unkeyed` those that have none: an earlier
    system's, and people's own. Without `tells_typed` (the status, or its option, is not there)
    nobody knows of a row that is not among the `typed` whether a person typed it, nor of those
    `unread`, pages of Usages that are not as they should be. `checked` is how the tables differ
    from ours.
    """

    checked: Checked
    services: Table
    usages: Table
    rows: Mapping[str, Page]
    unkeyed: tuple[Page, ...]
    doubles: tuple[Double, ...]
    typed: tuple[TypedRow, ...]
    budgets: tuple[Budget, ...]
    memory: Memory
    tells_typed: bool
    warnings: tuple[Sentence, ...] = ()
    unread: frozenset[str] = frozenset()

    @property
    def has_keys(self) -> bool:
        """Whether rows are known by their keys; else they are by month, service and project."""
        return "key" in self.usages.columns
