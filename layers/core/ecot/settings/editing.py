"""Changing `ecot.toml` as a person would: a line or a table more, comments and order as they were.

What comes out is read again: where it does not say just what was meant (a table in braces, a
header inside a text), nothing is changed and the person is told the line to write.
"""

import json
import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from ecot.errors import SettingsError
from ecot.settings.file import parse_toml

_HEADER = re.compile(r"\s*\[")


def with_table(text: str, table: str, values: Mapping[str, Any], file: str) -> str:
    """The text with one more `[[table]]` at its end."""
    lines = "".join(f"{key} = {_toml(value)}\n" for key, value in values.items())
    added = f"[[{table}]]\n{lines}"
    wanted = _read(text, file)
    wanted[table] = [*wanted.get(table, []), dict(values)]
    return _verified(_joined(text, added), wanted, file, added)


def with_key(
    text: str, table: str, key: str, value: Any, file: str, number: int | None = None
) -> str:
    """The text with a key of `[table]`, or of the `[[table]]` of that number (the first is 0). A
    `[table]` that is not there is added at the end."""
    wanted, line = _read(text, file), f"{key} = {_toml(value)}\n"
    if number is None:
        wanted.setdefault(table, {})[key] = value
        header = rf"\s*\[\s*{re.escape(table)}\s*\]"
    else:
        wanted[table][number][key] = value
        header = rf"\s*\[\[\s*{re.escape(table)}\s*\]\]"
    lines = text.splitlines(keepends=True)
    found = [n for n, one in enumerate(lines) if re.match(header, one)]
    if number is None and not found:
        changed = _joined(text, f"[{table}]\n{line}")
    else:
        changed = _placed(
            lines, found[number or 0] if len(found) > (number or 0) else -1, key, line
        )
    return _verified(changed, wanted, file, line)


def _placed(lines: Sequence[str], header: int, key: str, line: str) -> str:
    """The lines with this one below the header, in the place of the key's own where it has one."""
    after = list(lines[header + 1 :])
    end = next((n for n, one in enumerate(after) if _HEADER.match(one)), len(after))
    own = re.compile(rf"\s*{re.escape(key)}\s*=")
    there = next((n for n, one in enumerate(after[:end]) if own.match(one)), None)
    before = [*lines[:header], f"{lines[header].rstrip()}\n"]
    if there is None:
        return "".join([*before, line, *after])
    return "".join([*before, *after[:there], line, *after[there + 1 :]])


def _joined(text: str, added: str) -> str:
    """A blank line between, and a line end where the text lacks its last."""
    if not text.strip():
        return text + added
    return f"{text.rstrip()}\n\n{added}"


def _read(text: str, file: str) -> dict[str, Any]:
    return deepcopy(parse_toml(text.encode(), file))


def _verified(text: str, wanted: Mapping[str, Any], file: str, added: str) -> str:
    try:
        found = parse_toml(text.encode(), file)
    except SettingsError:
        found = {}
    if found != wanted:
        raise SettingsError(
            "{file} is written in a way that only a person can add to",
            remedy="Write into it yourself, where it belongs: {lines}",
            file=file,
            lines=added.strip().replace("\n", "; "),
        )
    return text


def _toml(value: Any) -> str:
    """A value as TOML writes it; JSON's escapes are TOML's too."""
    if isinstance(value, bool | int | str) or (
        isinstance(value, list) and all(isinstance(one, str) for one in value)
    ):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    raise TypeError(f"no way to write a {type(value).__name__}")
