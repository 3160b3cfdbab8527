"""A site in front of the stand-in that holds every request and answer against the specification.

Wrap it: `LoopbackServer(Checked(NotionSite(...)), faults)`. A request or an answer that contradicts
the specification raises `Contradiction`, which the server raises again when its `with` block ends.
Requests that the stand-in refuses are not held against the schema of requests: they are wrong on
purpose. Where the specification is not beside the checkout, a test that wraps is skipped.
"""

import json
import re
from functools import cache
from typing import Any

import jsonschema

from ecot.sandbox.messages import Request, Response, Site
from tests.specifications import specification_file

SPECIFICATION = "notion.openapi.json"


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
        _hold(validator, body, f"request {operation}")


def check_answer(operation: tuple[str, str], status: int, body: Any) -> None:
    """Raise Contradiction unless the specification describes this answer."""
    validator = _validator(*operation, status)
    if validator is None:
        raise Contradiction(f"{operation} has no answer {status}")
    _hold(validator, body, f"answer {status} of {operation}")


def _hold(validator: jsonschema.Draft202012Validator, body: Any, what: str) -> None:
    if not validator.is_valid(body):
        error = jsonschema.exceptions.best_match(validator.iter_errors(body))
        where = "/".join(map(str, error.absolute_path))
        raise Contradiction(f"{what}: at {where}: {error.message[:500]}")


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
