"""Which property of a table is which of ours: found by its id, then by its name.

An id stays through every rename, and a property that was deleted and made again has a new one. A
name typed on a Mac may be decomposed (NFD), and a person may leave an accent out.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from unicodedata import combining, normalize
from urllib.parse import unquote

import msgspec

from ecot.sinks.notion.answers import Body
from ecot.sinks.notion.link import Link
from ecot.sinks.notion.names import Option, Property

Word = TypeVar("Word", bound=str)


class Ids(msgspec.Struct, frozen=True, kw_only=True):
    """The tables of the pair: ids of data sources, not of the databases that hold them."""

    services: str
    usages: str


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """A property as it is in Notion. `options` are the choices of a select; `target` the table that
    a relation leads to and `synced` the id of its other side there. `is_whole` is false for a
    roll-up whose relation, or what it sums up, is gone."""

    id: str
    name: str
    kind: str
    format: str | None = None
    options: tuple[str, ...] = ()
    target: str | None = None
    synced: str | None = None
    is_whole: bool = True


class Schema(msgspec.Struct, frozen=True, kw_only=True):
    """A table's properties, as they are now."""

    data_source: str
    title: str
    columns: tuple[Column, ...]


def read(link: Link, data_source: str) -> Schema:
    """A table's schema: one call."""
    return schema_of(link.data_source(data_source))


def schema_of(body: Body) -> Schema:
    """The schema in what Notion says of a table, also in its answer to a change of it."""
    columns = (_column(name, value) for name, value in body["properties"].items())
    return Schema(
        data_source=body["id"],
        title=plain(body.get("title")),
        columns=tuple(sorted(columns, key=lambda column: column.id)),
    )


def resolve(
    schema: Schema,
    wanted: Mapping[str, Property],
    stored: Mapping[str, str] | None = None,
    services: str | None = None,
) -> dict[str, Column]:
    """The property of Notion that each of ours (by our name) is, where it can be used: missing ones
    and those of another kind are left out. `stored` are the ids that were found last time;
    `services` is the table that the relation of a usage has to lead to."""
    found = located(schema, wanted, stored)
    return {name: one for name, one in found.items() if fits(one, wanted[name], services)}


def fits(column: Column, wanted: Property, services: str | None = None) -> bool:
    """Whether what is wanted can be written to, or read from, the column."""
    leads_away = (
        wanted.kind == "relation"
        and wanted.owner == "ours"
        and services is not None
        and undashed(column.target or "") != undashed(services)
    )
    return column.kind in wanted.accepted and not leads_away


def located(
    schema: Schema, wanted: Mapping[str, Property], stored: Mapping[str, str] | None = None
) -> dict[str, Column]:
    """The same, of whatever kind it is. No column is two of ours: an id goes before a name, a whole
    name before an earlier system's, and what is spelt alike comes last and must be of the kind."""
    free = {column.id: column for column in schema.columns}
    found: dict[str, Column] = {}
    for way in (_by_id(stored or {}), _by_kind, _by_name, _by_earlier_name, _by_spelling):
        for name, one in wanted.items():
            if name not in found and (column := _first(free, way, name, one)):
                found[name] = free.pop(column.id)
    return {name: found[name] for name in wanted if name in found}


_Way = Callable[[str, Property, Column], bool]


def _first(free: Mapping[str, Column], way: _Way, name: str, wanted: Property) -> Column | None:
    return next((column for column in free.values() if way(name, wanted, column)), None)


def _by_id(stored: Mapping[str, str]) -> _Way:
    known = {name: unquote(value) for name, value in stored.items()}
    return lambda name, _, column: known.get(name) == unquote(column.id)


def _by_kind(_: str, wanted: Property, column: Column) -> bool:
    """A table has exactly one title, whatever it is called."""
    return wanted.kind == column.kind == "title"


def _by_name(_: str, wanted: Property, column: Column) -> bool:
    return composed(column.name) == wanted.name


def _by_earlier_name(_: str, wanted: Property, column: Column) -> bool:
    return composed(column.name) in wanted.also and column.kind in wanted.accepted


def _by_spelling(_: str, wanted: Property, column: Column) -> bool:
    alike = {loosely(name) for name in (wanted.name, *wanted.also)}
    return loosely(column.name) in alike and column.kind in wanted.accepted


def spelt(column: Column, option: Option) -> str:
    """The option's name in a select that may have another for it: an earlier system's, or ours
    without its accent."""
    names = (option.name, *option.also)
    known = {loosely(one): one for one in reversed(column.options)}
    return next((known[key] for name in names if (key := loosely(name)) in known), option.name)


def meaning(options: Mapping[Word, Option], text: str) -> Word | None:
    """What the name of an option, ours or an earlier system's, stands for; None for any other."""
    alike = loosely(text)
    return next(
        (
            word
            for word, one in options.items()
            if alike in {loosely(name) for name in (one.name, *one.also)}
        ),
        None,
    )


def composed(name: str) -> str:
    """A name as we write it: composed, with single spaces."""
    return " ".join(normalize("NFC", name).split())


def loosely(name: str) -> str:
    """A name without accents and capitals."""
    letters = (letter for letter in normalize("NFKD", name) if not combining(letter))
    return composed("".join(letters)).casefold()


def undashed(identifier: str) -> str:
    """An id as the 32 hex digits that it is written as with dashes or without."""
    return identifier.replace("-", "").lower()


def plain(pieces: object) -> str:
    """What a rich text says, without how it looks."""
    parts = pieces if isinstance(pieces, list) else []
    return "".join(_text(part.get("plain_text")) for part in parts if isinstance(part, dict))


def _column(name: str, body: Mapping[str, Any]) -> Column:
    kind = body["type"]
    details = _dict(body.get(kind))
    options = details.get("options")
    return Column(
        id=body["id"],
        name=name,
        kind=kind,
        format=_text(details.get("format")) or None,
        options=tuple(
            _text(one.get("name"))
            for one in (options if isinstance(options, list) else [])
            if isinstance(one, dict)
        ),
        target=_text(details.get("data_source_id")) or None,
        synced=_text(_dict(details.get("dual_property")).get("synced_property_id")) or None,
        is_whole=kind != "rollup" or all(_text(details.get(name)) for name in _ROLLED),
    )


_ROLLED = ("relation_property_name", "rollup_property_name")


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
