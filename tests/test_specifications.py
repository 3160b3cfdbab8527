"""What the tests read out of a specification is what it says."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests import specifications
from tests.providers.prism import operation_of
from tests.specifications import examples, operations_of, refusals


def answer(**media: Any) -> dict[str, Any]:
    """A response with these examples."""
    return {"content": {"application/json": media}}


DOCUMENT = {
    "paths": {
        "/key": {"description": "x", "get": {"responses": {"200": answer(example={"usd": 1.10})}}},
        "/keys/{hash}": {
            "post": {
                "responses": {
                    "201": {"$ref": "#/components/responses/made"},
                    "400": answer(example="refused"),
                    "404": answer(schema={"$ref": "#/components/schemas/error"}),
                    "default": answer(example="refused"),
                }
            },
            "delete": {"responses": {"204": {"description": "gone"}}},
        },
    },
    "components": {
        "responses": {
            "made": answer(
                examples={
                    "observed_null": {"value": None},
                    "pointed": {"$ref": "#/components/examples/a~1b"},
                }
            )
        },
        "examples": {"a/b": {"value": ["b"]}},
        "schemas": {"error": {"type": "object", "example": {"error": "gone"}}},
    },
}


@pytest.fixture
def name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A specification of one's own."""
    (tmp_path / "mine.json").write_text(json.dumps(DOCUMENT))
    monkeypatch.setattr(specifications, "FOLDER", tmp_path)
    return "mine.json"


def test_the_operations_are_methods_with_paths(name: str) -> None:
    assert operations_of(name) == {"GET /key", "POST /keys/{hash}", "DELETE /keys/{hash}"}


def test_the_examples_are_those_of_success_wherever_they_are_written(name: str) -> None:
    assert list(examples(name)) == [
        ("GET /key", "official", {"usd": Decimal("1.1")}),
        ("POST /keys/{hash}", "observed_null", None),
        ("POST /keys/{hash}", "pointed", ["b"]),
    ]


def test_the_refusals_are_those_with_a_status_wherever_they_are_written(name: str) -> None:
    assert list(refusals(name)) == [
        ("POST /keys/{hash}", 400, "refused"),
        ("POST /keys/{hash}", 404, {"error": "gone"}),
    ]


@pytest.mark.parametrize(
    ("method", "asked", "operation"),
    [
        ("GET", "/keys?page=2", "GET /keys"),
        ("GET", "/keys/3f", "GET /keys/{hash}"),
        ("GET", "/keys/a%2Fb", "GET /keys/{hash}"),
        ("GET", "/keys/meta", "GET /keys/meta"),
        ("GET", "/accounts/AC1.json", "GET /accounts/{sid}.json"),
        ("GET", "/keys/3f/more", "GET /keys/3f/more"),
        ("POST", "/keys/3f", "POST /keys/3f"),
    ],
)
def test_what_was_asked_is_found_among_the_operations(
    method: str, asked: str, operation: str
) -> None:
    known = {"GET /keys", "GET /keys/{hash}", "GET /keys/meta", "GET /accounts/{sid}.json"}

    assert operation_of(httpx.Request(method, f"http://mock{asked}"), known) == operation
