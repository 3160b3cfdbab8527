"""What a person types into a cell, as a request would say it."""

from datetime import date
from typing import Any

from ecot.sandbox.notion.records import OPTIONED, Json, Property
from ecot.sandbox.notion.text import typed


def written(column: Property, plain: Any) -> Json:
    """A plain value as a request says it, for the type of this column."""
    kind = column.type
    if kind in ("title", "rich_text"):
        return {kind: typed(plain or "")}
    if kind == "relation":
        chosen = [plain] if isinstance(plain, str) else plain or []
        return {kind: [{"id": each} for each in chosen]}
    if kind in OPTIONED:
        if kind == "multi_select":
            return {kind: [{"name": each} for each in plain or ()]}
        return {kind: plain and {"name": plain}}
    if kind == "date" and plain is not None:
        text = plain.isoformat() if isinstance(plain, date) else plain
        start, _, end = text.partition("/")
        return {kind: {"start": start, "end": end or None}}
    if kind == "number" and plain is not None:
        return {kind: float(plain)}
    if kind == "checkbox":
        return {kind: bool(plain)}
    return {kind: plain or None}
