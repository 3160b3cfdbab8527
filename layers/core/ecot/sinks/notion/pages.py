"""A row of Notion as the sync looks at it: who made and changed it, and its cells."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

import msgspec

from ecot.sinks.notion.cells import Cell
from ecot.sinks.notion.schema import Column, undashed

NOTHING: Cell = {}


class _Person(msgspec.Struct):
    id: str
    name: str | None = None


class _Parent(msgspec.Struct):
    data_source_id: str | None = None


class _Row(msgspec.Struct):
    id: str
    created_time: datetime
    created_by: _Person
    last_edited_time: datetime
    last_edited_by: _Person
    properties: dict[str, dict[str, Any]]
    parent: _Parent
    in_trash: bool = False
    url: str | None = None


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """A row. Ids are undashed, instants in UTC and cut to the minute by Notion. `data_source` is
    the table that it stands in. `cells` are by the property's id, decoded,
    which stays when it is renamed; `named` are the same by its name."""

    id: str
    created_at: datetime
    created_by: str
    edited_at: datetime
    edited_by: str
    edited_by_name: str | None
    data_source: str | None
    in_trash: bool
    url: str | None
    cells: Mapping[str, Cell]
    named: Mapping[str, Cell]

    def cell(self, column: Column | None) -> Cell:
        """What stands under the column; nothing where the table has no such column."""
        return NOTHING if column is None else self.cells.get(unquote(column.id), NOTHING)


def page_of(answer: Mapping[str, Any]) -> Page:
    """Notion's object as a row. Raises msgspec.ValidationError (a ValueError) where it is none."""
    row = msgspec.convert(answer, _Row)
    named = {name: one for name, one in row.properties.items() if isinstance(one.get("id"), str)}
    return Page(
        id=undashed(row.id),
        created_at=_utc(row.created_time),
        created_by=undashed(row.created_by.id),
        edited_at=_utc(row.last_edited_time),
        edited_by=undashed(row.last_edited_by.id),
        edited_by_name=row.last_edited_by.name,
        data_source=undashed(row.parent.data_source_id) if row.parent.data_source_id else None,
        in_trash=row.in_trash,
        url=row.url,
        cells={unquote(one["id"]): one for one in named.values()},
        named=named,
    )


def _utc(instant: datetime) -> datetime:
    return instant.replace(tzinfo=instant.tzinfo or UTC).astimezone(UTC)
