"""JSON for people and other programs: amounts as text with all their digits, never "8E-7"."""

from decimal import Decimal
from typing import Any

import msgspec

from ecot.model.money import text


def plain_json(value: Any) -> bytes:
    """The value, struct or not, as JSON with its fields in order of name."""
    builtins = msgspec.to_builtins(value, builtin_types=(Decimal,), order="sorted")
    return msgspec.json.encode(_plain(builtins))


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return text(value)
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value
