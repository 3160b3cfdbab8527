"""JSON in which money keeps every digit: numbers are written from Decimals and read as Decimals."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal

_encoder = json.JSONEncoder(ensure_ascii=False, allow_nan=False)  # `json.dumps` makes one a word


def dumps(content: object) -> bytes:
    """Compact UTF-8 JSON of plain data; a Decimal never passes through a float."""
    return _text(content).encode()


def loads(body: bytes | str) -> object:
    """Plain data, with every number that has a fraction or an exponent as Decimal."""
    return json.loads(body, parse_float=Decimal)


def plain(amount: Decimal) -> str:
    """The digits of a Decimal without an exponent: 0.0000008, never 8E-7."""
    return format(amount, "f")


def _text(content: object) -> str:
    if content is None or isinstance(content, (str, int, float)):
        return _encoder.encode(content)
    if isinstance(content, Decimal):
        return plain(content)
    if isinstance(content, Mapping):
        return "{" + ",".join(f"{_name(key)}:{_text(part)}" for key, part in content.items()) + "}"
    if isinstance(content, Sequence) and not isinstance(content, bytes):
        return "[" + ",".join(map(_text, content)) + "]"
    return _encoder.encode(content)


def _name(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError(f"a JSON name must be a string, not {key!r}")
    return _encoder.encode(key)
