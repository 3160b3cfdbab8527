"""Values as Notion takes them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

TEXT_LIMIT = 2000  # characters of one piece of text (request limits, read 2026-11)


def sendable(value: Any) -> Any:
    """The same for JSON: a Decimal is a number there, as exact as a JavaScript number can be."""
    match value:
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case Mapping():
            return {name: sendable(inner) for name, inner in value.items()}
        case list() | tuple():
            return [sendable(inner) for inner in value]
    return value


def text_pieces(text: str) -> list[dict[str, Any]]:
    """A text as Notion takes it: pieces of at most 2,000 characters, none where it is empty."""
    parts = (text[at : at + TEXT_LIMIT] for at in range(0, len(text), TEXT_LIMIT))
    return [{"type": "text", "text": {"content": part}} for part in parts]
