"""A site in front of the stand-in that holds every request and answer against the specification.

Wrap it: `LoopbackServer(Checked(NotionSite(...)), faults)`. A request or an answer that contradicts
the specification raises `Contradiction`, which the server raises again when its `with` block ends.
Requests that the stand-in refuses are not held against the schema of requests: they are wrong on
purpose. Where the specification is not beside the checkout, a test that wraps is skipped.

The specification looks at types, constants and lengths, not at texts and numbers: a part of the
same shape as one that was found right is right, and is not looked at again (a row took 28 ms).
"""

import json
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import jsonschema

from ecot.sandbox.messages import Request, Response, Site
from tests.specifications import specification_file

SPECIFICATION = "notion.openapi.json"
WORD = re.compile(r"[a-z_]{1,30}")
LENGTHS = (0, 100, 280, 2000)  # every length that the specification names


class Contradiction(AssertionError):
    """What went over the wire is not what the specification allows."""


class Checked:
    """A site whose requests and answers are held against Notion's specification."""

    def __init__(self, site: Site) -> None:
        self.site = site
        _document()  # skips where the specification is absent, before anything runs

    def answer(self, request: Request, /) -> Response:
        """The site's answer, after both were checked."""
        response = self.site.answer(request)
        operation = operation_of(request.method, request.path)
        if operation is None:
            return response
        if response.status < 300 and request.body:
            check_request(operation, json.loads(request.body))
        check_answer(operation, response.status, json.loads(response.body))
        return response


def operation_of(method: str, path: str) -> tuple[str, str] | None:
    """Path and method of the specification for what was asked; None if it has none."""
    for described, pattern in _paths():
        if pattern.fullmatch(path) and method.lower() in _document()["paths"][described]:
            return described, method.lower()
    return None


def check_request(operation: tuple[str, str], body: Any) -> None:
    """Raise Contradiction unless the specification allows this body."""
    validator = _validator(*operation, None)
    if validator is not None:
        _hold(validator, body, (operation, None), f"request {operation}")


def check_answer(operation: tuple[str, str], status: int, body: Any) -> None:
    """Raise Contradiction unless the specification describes this answer."""
    validator = _validator(*operation, status)
    if validator is None:
        raise Contradiction(f"{operation} has no answer {status}")
    known: set[Any] = set()
    rest = _unseen(body, known)
    _hold(validator, rest, (operation, status), f"answer {status} of {operation}")
    _seen.update(known)


def shape(part: Any) -> Any:
    """What the specification sees of a part: words that may be constants, types, lengths."""
    if isinstance(part, dict):
        return tuple((key, shape(part[key])) for key in sorted(part))
    if isinstance(part, list):
        return ("list", *map(shape, part))
    if isinstance(part, str) and not WORD.fullmatch(part):
        return ("text", bisect_left(LENGTHS, len(part)))
    if isinstance(part, int | float) and not isinstance(part, bool):
        return ("number", isinstance(part, int) or part.is_integer(), part < 0)
    return (type(part).__name__, part)


_seen: set[Any] = set()


def _unseen(body: Any, known: set[Any]) -> Any:
    """The body without the cells, columns and rows that are of a shape that was found right; the
    shapes of the others are put into `known`. The specification holds each of them by itself."""
    if not isinstance(body, dict):
        return body
    if isinstance(body.get("results"), list):
        rows = [_unseen(row, known) for row in body["results"]]
        return {**body, "results": [row for row in rows if _is_new("row", row, known)]}
    if body.get("object") not in ("page", "data_source"):
        return body
    cells = body.get("properties", {}).items()
    new = {name: cell for name, cell in cells if _is_new(body["object"], cell, known)}
    return {**body, "properties": new}


def _is_new(what: str, part: Any, known: set[Any]) -> bool:
    key = (what, shape(part))
    is_new = key not in _seen and key not in known
    known.add(key)
    return is_new


def _hold(validator: jsonschema.Draft202012Validator, body: Any, key: Any, what: str) -> None:
    is_refusal = isinstance(body, dict) and body.get("object") == "error"  # its status is constant
    if not is_refusal and (key, shape(body)) in _seen:
        return
    if not validator.is_valid(body):
        error = max(_errors(validator.iter_errors(body)), key=_depth)
        where = "/".join(map(str, error.absolute_path))
        raise Contradiction(f"{what}: at {where}: {error.message[:500]}")
    _seen.add((key, shape(body)))


def _errors(
    errors: Iterable[jsonschema.ValidationError],
) -> Iterator[jsonschema.ValidationError]:
    """All of them, also those that stand behind "is not valid under any of"."""
    for error in errors:
        yield error
        yield from _errors(error.context or ())


def _depth(error: jsonschema.ValidationError) -> int:
    return len(error.absolute_path)


@cache
def _document() -> Any:
    return json.loads(specification_file(SPECIFICATION).read_bytes())


@cache
def _paths() -> list[tuple[str, re.Pattern[str]]]:
    found = [(path, re.compile(re.sub(r"\{\w+\}", "[^/]+", path))) for path in _document()["paths"]]
    return sorted(found, key=lambda each: "{" in each[0])  # /v1/users/me before /v1/users/{id}


@cache
def _validator(
    path: str, method: str, status: int | None
) -> jsonschema.Draft202012Validator | None:
    """For the request when there is no status; one for each operation, made once."""
    described = _document()["paths"][path][method]
    part = (
        described.get("requestBody") if status is None else described["responses"].get(str(status))
    )
    if part is None:
        return None
    schema = part["content"]["application/json"]["schema"]
    whole = {**schema, "components": _document()["components"]}
    return jsonschema.Draft202012Validator(whole)
