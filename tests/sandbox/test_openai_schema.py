"""Every answer of the made-up OpenAI fits the published specification, where that is at hand."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest

from ecot.sandbox.company import Organisation
from tests.sandbox.wire import Params, window

REPOSITORY = Path(__file__).resolve().parents[2]
SPECIFICATION = REPOSITORY.parent / "shared" / "api" / "openai.openapi.json"


@pytest.fixture(scope="module")
def specification() -> dict[str, Any]:
    if not SPECIFICATION.exists():
        pytest.skip("OpenAI's specification is not beside this checkout (../shared/api)")
    loaded: dict[str, Any] = json.loads(SPECIFICATION.read_text(encoding="utf-8"))
    return loaded


def test_every_operation_answers_as_specified(
    specification: dict[str, Any], openai: httpx.Client, labo: Organisation
) -> None:
    for path, operations in specification["paths"].items():
        place = path.removeprefix("/organization").format(project_id=labo.projects[0].id)
        response = openai.get(place, params=_params(operations["get"]))
        assert response.status_code == 200, response.text
        content = operations["get"]["responses"]["200"]["content"]["application/json"]
        _check(specification, content["schema"], response.json())


def test_refusals_are_as_specified(specification: dict[str, Any], openai: httpx.Client) -> None:
    refusal = {"$ref": "#/components/schemas/ErrorResponse"}
    for path in ("/costs", "/nothing", "/costs?start_time=1&limit=1000"):
        _check(specification, refusal, openai.get(path).json())


def _params(operation: dict[str, Any]) -> Params:
    known = {parameter["name"]: parameter for parameter in operation.get("parameters", [])}
    if "start_time" not in known:
        return {}
    dimensions = known["group_by"]["schema"]["items"]["enum"]
    return window(date(2026, 11, 9), date(2026, 11, 21), limit=31, group_by=dimensions)


def _check(specification: dict[str, Any], schema: dict[str, Any], answer: object) -> None:
    whole = {**schema, "components": specification["components"]}
    jsonschema.Draft202012Validator(whole).validate(answer)
