"""Our values as Notion's property values, and both in a form in which they can be compared.

Amounts are Decimal up to here, and JSON numbers (doubles) from here on. What is unknown is an empty
cell, never a zero. A cell holds what its property's kind can hold: a property that a user turned
from a list into a text, or from a date into a text, still takes our value as text.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from unicodedata import combining, normalize

import msgspec

from ecot.model.period import DAY, Month
from ecot.sinks.notion.schema import undashed

Cell = Mapping[str, Any]
"""A property value as Notion writes it: `{"number": 3.02}`; with type and id where it is read."""

# Request limits of developers.notion.com, read 2026-11. JavaScript counts UTF-16 units.
MOST_TEXT, MOST_OPTION, MOST_NAMES, MOST_URL = 2000, 100, 25, 2000
TOLERANCE = 5e-7
TEXTS = frozenset({"title", "rich_text"})
_EMPTY: Mapping[str, Any] = {
    **{kind: [] for kind in ("title", "rich_text", "multi_select", "relation")},
    **dict.fromkeys(("number", "select", "date", "url")),
}
_JOINERS = "\u200d\ufe0e\ufe0f"
_EXACT_IN_A_DOUBLE = 2**53


class Linked(msgspec.Struct, frozen=True):
    """The pages that a relation points to."""

    ids: tuple[str, ...]


Value = str | Decimal | Month | datetime | tuple[str, ...] | Linked | None


def cell(kind: str, value: Value) -> Cell | None:
    """The value as a cell of this kind of property; None where the kind cannot hold it."""
    if value is None or value in ("", ()):
        return {kind: _EMPTY[kind]} if kind in _EMPTY else None
    match kind, value:
        case "title" | "rich_text", str() | Month() | datetime() | tuple():
            return {kind: [{"type": "text", "text": {"content": cut(plain(value))}}]}
        case "number", Decimal():
            return {kind: json_number(value)}
        case "select", str() | Month():
            return {kind: {"name": option(plain(value))}}
        case "multi_select", str() | tuple():
            return {kind: [{"name": name} for name in options(value)]}
        case "date", Month() | datetime():
            return {kind: _span(value)}
        case "relation", Linked(ids=ids):
            return {kind: [{"id": one} for one in ids]}
        case "url", str():
            return {kind: value if len(value) <= MOST_URL else None}  # cut, it leads nowhere
        case _:
            return None


def plain(value: str | Month | datetime | tuple[str, ...]) -> str:
    """The value as text: `2026-01`, `gpt-5, gpt-5-mini`, `2026-01-31 06:30 UTC`."""
    match value:
        case datetime():
            return f"{value.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        case tuple():
            return ", ".join(options(value))
        case _:
            return str(value)


def cut(text: str, most: int = MOST_TEXT) -> str:
    """The text, composed and stripped, without what JSON or Notion refuse, at most so long; where
    it is cut it ends in an ellipsis, and no character is left without its accents."""
    whole = normalize("NFC", _sendable(text)).strip()
    if _units(whole) <= most:
        return whole
    length = 0
    for end, one in enumerate(whole):
        length += _units(one)
        if length > most - 1:
            return f"{_unbroken(whole, end)}…"
    raise AssertionError("a text longer than its units")


def _sendable(text: str) -> str:
    """Without control characters, and halves of characters that no JSON holds."""
    known = "".join(one if one >= " " or one in "\n\t" else " " for one in text)
    return known.encode("utf-8", "replace").decode()


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _unbroken(text: str, end: int) -> str:
    """The text up to `end`, or a little less: never between a letter and what belongs to it."""
    while end and (combining(text[end]) or text[end] in _JOINERS or text[end - 1] == "\u200d"):
        end -= 1
    return text[:end].rstrip()


def option(name: str) -> str:
    """A name as an option of a select: no comma ("Invalid select option, commas not allowed")."""
    return cut(" ".join(_sendable(name).replace(",", " ").split()), MOST_OPTION)


def options(names: str | Sequence[str]) -> list[str]:
    """The first 25 different names, as options."""
    different: dict[str, str] = {}
    for name in map(option, [names] if isinstance(names, str) else names):
        if name:
            different.setdefault(name.casefold(), name)
    return list(different.values())[:MOST_NAMES]


def json_number(amount: Decimal) -> int | float:
    """The JSON number that Notion stores, a double: the only place where an amount becomes one."""
    if amount == amount.to_integral_value() and abs(amount) < _EXACT_IN_A_DOUBLE:
        return int(amount)
    return float(amount)


def _span(value: Month | datetime) -> Mapping[str, str]:
    if isinstance(value, Month):
        return {"start": str(value.first), "end": str(value.after - DAY)}
    return {"start": value.astimezone(UTC).isoformat(timespec="milliseconds")}


def kind_of(held: Cell) -> str:
    """The kind of property that a cell belongs to."""
    stated = held.get("type")
    return stated if isinstance(stated, str) else next(iter(held), "")


def is_same(held: Cell, wanted: Cell) -> bool:
    """Whether what Notion holds is what would be written."""
    old, new = normal(held), normal(wanted)
    if isinstance(old, float) and isinstance(new, float):
        return abs(old - new) <= TOLERANCE
    return old == new


def is_empty(held: Cell) -> bool:
    """Whether nothing stands in the cell; a box that is not ticked is nothing."""
    found = normal(held)
    return found is None or found is False  # and a zero is something


def normal(held: Cell) -> object:
    """What the cell says, however it is written; None where it says nothing. Kinds that are not
    written (formulas, people, files) are what they are."""
    kind = kind_of(held)
    inside = held.get(kind)
    if inside in (None, "", [], {}):
        return None
    try:
        return _READERS.get(kind, msgspec.json.encode)(inside)
    except (TypeError, ValueError, KeyError, AttributeError):
        return msgspec.json.encode(inside, enc_hook=str)  # odd, and equal to nothing that we write


def _number(inside: Any) -> float:
    return float(inside)


def _joined(inside: Sequence[Any]) -> str | None:
    parts = (one.get("plain_text", one.get("text", {}).get("content", "")) for one in inside)
    return normalize("NFC", "".join(parts)).strip() or None


def _name(inside: Any) -> str:
    return normalize("NFC", inside["name"]).strip().casefold()


def _names(inside: Sequence[Any]) -> frozenset[str]:
    return frozenset(_name(one) for one in inside)


def _ids(inside: Sequence[Any]) -> frozenset[str]:
    return frozenset(undashed(one["id"]) for one in inside)


def _dates(inside: Any) -> tuple[object, object]:
    start, end = moment(inside["start"]), inside.get("end")
    last = moment(end) if end else start
    return start, last


_READERS: Mapping[str, Any] = {
    "number": _number,
    "title": _joined,
    "rich_text": _joined,
    "select": _name,
    "status": _name,
    "multi_select": _names,
    "relation": _ids,
    "date": _dates,
    "url": str,
    "checkbox": bool,
}


def moment(written: str) -> date | datetime:
    """A day, or an instant in UTC. Raises ValueError for anything else."""
    if len(written) == len("2026-01-31"):
        return date.fromisoformat(written)
    instant = datetime.fromisoformat(written)
    return instant.replace(tzinfo=instant.tzinfo or UTC).astimezone(UTC)
