"""Making a row once: where nobody knows whether it was made, it is looked for before it is made
again."""

from collections.abc import Mapping
from typing import Any

import msgspec

from ecot.sinks.notion.answers import strange
from ecot.sinks.notion.cells import Cell, is_empty
from ecot.sinks.notion.difference import Columns
from ecot.sinks.notion.errors import NotFound, RowRefused, Uncertain
from ecot.sinks.notion.link import Link
from ecot.sinks.notion.pages import Page, page_of

MOST_TRIES = 3


def make(
    link: Link, data_source: str, columns: Columns, cells: Mapping[str, Cell], known_by: str
) -> Page:
    """The new row. It is looked for by what stands under our property `known_by`. Raises Uncertain
    where it is still unknown, and the next sync looks for it by its key."""
    body = by_name({name: one for name, one in cells.items() if not is_empty(one)}, columns)
    sought = _same(columns, cells, known_by)
    tries = 0
    while True:
        tries += 1
        try:
            return read_page(link.create_page(data_source, body))
        except Uncertain as doubt:
            if found := _made(link, data_source, sought, doubt.committed):
                return found
            if tries == MOST_TRIES:
                raise


def by_name(cells: Mapping[str, Cell], columns: Columns) -> dict[str, Cell]:
    """The cells by the names that their columns have in Notion now."""
    return {columns[name].name: one for name, one in cells.items()}


def read_page(answer: Mapping[str, Any]) -> Page:
    """Notion's answer as a row. Raises StrangeAnswer where it is none."""
    try:
        return page_of(answer)
    except msgspec.ValidationError as error:
        raise strange(f"PAGE {answer.get('id')}", str(error)) from None


def _same(columns: Columns, cells: Mapping[str, Cell], known_by: str) -> Mapping[str, Any]:
    column = columns[known_by]
    inside = cells[known_by][column.kind]
    written = inside["name"] if column.kind == "select" else inside[0]["text"]["content"]
    return {"property": column.name, column.kind: {"equals": written}}


def _made(
    link: Link, data_source: str, sought: Mapping[str, Any], committed: str | None
) -> Page | None:
    """The row that Notion says it has saved, else the oldest one that is like it."""
    if committed:
        try:
            return read_page(link.page(committed))
        except (NotFound, RowRefused):
            pass  # then what it said was of something else; the table tells
    answer = next(link.query(data_source, sought, page_size=1), None)
    return None if answer is None else read_page(answer)
