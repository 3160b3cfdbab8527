"""`.env`: lines of NAME=value, read without ever repeating a value in an error.

`export` before the name, quotes around the value and comments are understood; `$NAME` is not
replaced, since keys hold dollar signs. In double quotes \\n, \\" and \\\\ are escapes.
"""

import re
from pathlib import Path

from ecot.errors import SettingsError

_LINE = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=(.*)")
_DOUBLE = re.compile(r'"((?:[^"\\]|\\.)*)"\s*(?:#.*)?')
_SINGLE = re.compile(r"'([^']*)'\s*(?:#.*)?")
_PLAIN = re.compile(r"[A-Za-z0-9_./:@%+=,-]*")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}


def read_dotenv(path: Path | None) -> dict[str, str]:
    """The variables of the file; none where there is no file."""
    if path is None:
        return {}
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise _refused("{file} cannot be read: {problem}", path, problem=error.strerror) from None
    except UnicodeDecodeError:
        text = None
    if text is None:
        raise _refused("{file} is not text in UTF-8", path)
    lines = enumerate((line.strip() for line in text.split("\n")), start=1)
    return dict(_variable(line, path, n) for n, line in lines if line and not line.startswith("#"))


def quoted(value: str) -> str:
    """The value as `.env` holds it: in double quotes where it is more than a plain word."""
    if _PLAIN.fullmatch(value):
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def with_variable(text: str, name: str, value: str) -> str:
    """The text of a `.env` with the variable: in the place of its line, all others as they are,
    else at the end. Of several lines of one name the last counts; all of them go."""
    lines = text.splitlines()
    own = [
        n for n, one in enumerate(lines) if (at := _LINE.fullmatch(one.strip())) and at[1] == name
    ]
    new = f"{name}={quoted(value)}"
    if not own:
        return "\n".join([*lines, new, ""])
    kept = [new if n == own[0] else one for n, one in enumerate(lines) if n not in own[1:]]
    return "\n".join([*kept, ""])


def _variable(line: str, path: Path, number: int) -> tuple[str, str]:
    found = _LINE.fullmatch(line)
    value = None if found is None else _unquoted(found[2])
    if found is None or value is None:
        raise _refused("{file}, line {line}: not a variable", path, line=number)
    return found[1], value


def _unquoted(stated: str) -> str | None:
    """The value, or None where a quote is not closed."""
    text = stated.strip()
    if text.startswith('"'):
        found = _DOUBLE.fullmatch(text)
        return re.sub(r"\\(.)", _escape, found[1]) if found else None
    if text.startswith("'"):
        found = _SINGLE.fullmatch(text)
        return found[1] if found else None
    return re.split(r"\s#", stated)[0].strip()


def _escape(found: re.Match[str]) -> str:
    return _ESCAPES.get(found[1], found[1])


def _refused(text: str, path: Path, **values: object) -> SettingsError:
    remedy = "write one NAME=value a line, with quotes around a value that holds spaces"
    return SettingsError(text, remedy=remedy, file=path, **values)
