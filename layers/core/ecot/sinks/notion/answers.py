"""What we need of Notion's answers, looked at where they come in."""

from collections.abc import Mapping
from typing import Any

import msgspec

from ecot.sinks.notion.errors import StrangeAnswer

Shape = type[msgspec.Struct]
Body = dict[str, Any]
"""An object of Notion, of which its shape is certain and the rest is not."""


class _Named(msgspec.Struct):
    id: str
    name: str


class _Column(msgspec.Struct):
    id: str
    type: str


class _Cell(msgspec.Struct):
    id: str
    type: str


class _Piece(msgspec.Struct):
    plain_text: str


class _Person(msgspec.Struct):
    id: str


class UserShape(msgspec.Struct):
    """A person, or an integration."""

    id: str
    type: str = ""


class DatabaseShape(msgspec.Struct):
    """A database: a container of tables. It has no properties of its own."""

    id: str
    data_sources: list[_Named]
    title: list[_Piece] = []
    description: list[_Piece] = []
    in_trash: bool = False
    url: str | None = None


class DataSourceShape(msgspec.Struct):
    """A table: its properties by name."""

    id: str
    properties: dict[str, _Column]
    title: list[_Piece] = []
    in_trash: bool = False


class PageShape(msgspec.Struct):
    """A row."""

    id: str
    properties: dict[str, _Cell]
    created_time: str
    last_edited_time: str
    last_edited_by: _Person
    in_trash: bool
    parent: dict[str, Any]


class ListShape(msgspec.Struct):
    """One page of a list."""

    results: list[dict[str, Any]]
    has_more: bool
    next_cursor: str | None = None
    request_status: dict[str, Any] = {}


class BlockShape(msgspec.Struct):
    """A part of a page; a database in it is one of the type `child_database`."""

    id: str
    type: str


def checked(answer: object, shape: Shape, what: str) -> Body:
    """The answer, an object that has what `shape` says. Raises StrangeAnswer, which names `what`
    was asked for."""
    try:
        msgspec.convert(answer, shape)
    except msgspec.ValidationError as error:
        raise strange(what, str(error)) from None
    return dict(answer) if isinstance(answer, Mapping) else {}


def strange(what: str, reason: str) -> StrangeAnswer:
    """The sentence for an answer that is not what Notion describes."""
    return StrangeAnswer(
        "Notion's answer about {what} is not what it describes: {reason}",
        remedy="Run it again; if it stays so, report this.",
        what=what,
        reason=reason,
    )


def has_to_be_complete(answer: Body, endpoint: str) -> None:
    """A query ends after 10,000 rows, and says so (the JavaScript library's notes, 2026): what was
    read is not all that there is."""
    if answer.get("request_status", {}).get("type") == "incomplete":
        raise strange(endpoint, "a list that stops before its end")
