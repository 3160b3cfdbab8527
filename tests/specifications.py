"""The suppliers' published specifications, which stand beside the checkout: operations, examples.

An operation is written "GET /organization/costs": the method, and the path without the server's.
Money in an example is Decimal, as in an answer.
"""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "api"
METHODS = ("get", "post", "put", "patch", "delete")  # what else a path holds is no operation
OFFICIAL = "official"  # also the name of an example that has none


def specification_file(specification: str) -> Path:
    """Where "openai.openapi.json" stands; a test that asks for one that is absent is skipped."""
    path = FOLDER / specification
    if not path.exists():
        pytest.skip(f"{specification} is not beside this checkout (../shared/api)")
    return path


def operations_of(specification: str) -> set[str]:
    """Every operation of a specification."""
    return set(_operations(_document(specification)))


def examples(specification: str) -> Iterator[tuple[str, str, Any]]:
    """Operation, name and value of every example of a successful answer.

    Only those that stand beside an answer's media type: an example inside a schema is not one."""
    document = _document(specification)
    for operation, described in _operations(document).items():
        for status, reference in described["responses"].items():
            if status.startswith("2"):
                for media in _followed(document, reference).get("content", {}).values():
                    for name, value in _values(document, media):
                        yield operation, name, value


def refusals(specification: str) -> Iterator[tuple[str, int, Any]]:
    """Operation, status and body of every example of an error, also those inside a schema."""
    document = _document(specification)
    for operation, described in _operations(document).items():
        for status, reference in described["responses"].items():
            if status.isdigit() and not status.startswith("2"):
                for media in _followed(document, reference).get("content", {}).values():
                    schema = _followed(document, media.get("schema", {}))
                    found = [*_values(document, media), *_values(document, schema)]
                    yield from ((operation, int(status), body) for _, body in found)


def nullable(schema: Any) -> Any:
    """OpenAPI 3.0 says of a type that it may be null; JSON Schema lists null among the types."""
    if isinstance(schema, list):
        return [nullable(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    parts = {name: nullable(part) for name, part in schema.items()}
    return {**parts, "type": [parts["type"], "null"]} if parts.get("nullable") is True else parts


def _document(specification: str) -> Any:
    return json.loads(specification_file(specification).read_bytes(), parse_float=Decimal)


def _operations(document: Any) -> dict[str, Any]:
    return {
        f"{method.upper()} {path}": described
        for path, methods in document["paths"].items()
        for method, described in methods.items()
        if method in METHODS
    }


def _values(document: Any, media: Any) -> Iterator[tuple[str, Any]]:
    if "example" in media:
        yield OFFICIAL, media["example"]
    for name, reference in media.get("examples", {}).items():
        yield name, _followed(document, reference)["value"]


def _followed(document: Any, reference: Any) -> Any:
    """What a `$ref` into the same document stands for; anything else is itself."""
    while "$ref" in reference:
        steps = reference["$ref"].removeprefix("#/").split("/")
        reference = document
        for step in steps:
            reference = reference[step.replace("~1", "/").replace("~0", "~")]
    return reference
