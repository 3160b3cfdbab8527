"""What stands in cells of Notion, as our values: text, amounts, days, months and links.

People type there, and turn a column of numbers into one of text: what can be read is read, and what
could mean two things is a ValueError that says so.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from ecot.model.money import exact
from ecot.model.period import Month, midnight
from ecot.sinks.notion.cells import Cell, kind_of, normal
from ecot.sinks.notion.schema import undashed

_NOES = frozenset({"no", "non", "false", "faux", "0"})


def text_of(held: Cell) -> str | None:
    """What stands in a cell of any text-like kind; names are joined by commas."""
    kind = kind_of(held)
    inside: Any = held.get(kind)
    match kind:
        case "title" | "rich_text":
            found = normal(held)
            return found if isinstance(found, str) else None
        case "select" | "status":
            return str(inside["name"]).strip() or None if _has_name(inside) else None
        case "multi_select":
            named = [str(one["name"]) for one in inside or () if _has_name(one)]
            return ", ".join(named) or None
        case "url" | "email" | "phone_number":
            return inside.strip() or None if isinstance(inside, str) else None
        case _:
            return None


def _has_name(inside: Any) -> bool:
    return isinstance(inside, Mapping) and isinstance(inside.get("name"), str)


def ids_of(held: Cell) -> tuple[str, ...]:
    """The pages that a relation points to, in its order."""
    inside = held.get("relation")
    found = [one.get("id") for one in inside or () if isinstance(one, Mapping)]
    return tuple(undashed(one) for one in found if isinstance(one, str))


def amount_of(held: Cell) -> Decimal | None:
    """The number in a cell; also one that is written as text, « 1 234,56 $ ». Raises ValueError
    where a text is no number, or may be two: 1,234 is a thousand to some."""
    if kind_of(held) == "number":
        inside = held.get("number")
        is_number = isinstance(inside, int | float | Decimal) and not isinstance(inside, bool)
        return exact(str(inside)) if is_number else None
    written = text_of(held)
    return None if written is None else _read_amount(written)


def _read_amount(written: str) -> Decimal:
    bare = re.sub(r"[\s\u00a0\u202f'’]|\$US|[$€£]|\b[A-Z]{3}\b", "", written)
    if not (found := re.fullmatch(r"(-?)([0-9]+)(?:[.,]([0-9]{1,2}|[0-9]{4,}))?", bare)):
        raise ValueError(f"{written!r} is not one amount")
    sign, whole, fraction = found.groups(default="")
    return exact(f"{sign}{whole}.{fraction or '0'}") if fraction else exact(f"{sign}{whole}")


def span_of(held: Cell) -> tuple[date, date] | None:
    """The first and the last day in a cell of dates; instants are taken by their UTC day."""
    found = normal(held) if kind_of(held) == "date" else None
    if not isinstance(found, tuple):
        return None
    first, last = (one.date() if isinstance(one, datetime) else one for one in found)
    return (first, last) if first <= last else None


def instant_of(held: Cell) -> datetime | None:
    """The instant in a cell of dates, or of a text that we have written; in UTC. A day is its first
    moment."""
    found = normal(held) if kind_of(held) == "date" else None
    if not isinstance(found, tuple):
        return _instant_in(text_of(held) or "")
    start = found[0]
    return start if isinstance(start, datetime) else midnight(start)


def _instant_in(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text.removesuffix(" UTC")).replace(tzinfo=UTC)
    except ValueError:
        return None


def month_of(held: Cell) -> Month | None:
    """The month in a cell of dates or of text (`2026-01`). Raises ValueError where a text is no
    month, or a span touches more than one."""
    if span := span_of(held):
        first, last = (Month.of(day) for day in span)
        if first != last:
            raise ValueError(f"{span[0]} to {span[1]} is more than one month")
        return first
    written = text_of(held)
    return None if written is None else Month.parse(written)


def is_ticked(held: Cell) -> bool:
    """Whether the box is ticked; where it became a text, whether that says anything but no."""
    if kind_of(held) == "checkbox":
        return held.get("checkbox") is True
    return (text_of(held) or "no").casefold() not in _NOES
