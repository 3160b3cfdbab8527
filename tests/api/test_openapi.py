"""The description of the interface: every route, every answer, and nothing that is not so."""

import json
import re
from typing import Any

import jsonschema
import pytest

from ecot.api.app import app
from ecot.api.openapi import described
from ecot.api.rules import RULES, Rule
from tests.api import route_table
from tests.api.asking import Interface
from tests.api.test_matrix import name_of

DOCUMENT: dict[str, Any] = json.loads(described(app()))
QUERIES = {"/costs": "month=2026-10", "/report": "month=2026-10", "/export": "format=json"}


def operation(rule: Rule) -> dict[str, Any]:
    path = re.sub(r"<(\w+)>", r"{\1}", rule.path)
    found: dict[str, Any] = DOCUMENT["paths"][path][rule.method.lower()]
    return found


def check(schema: dict[str, Any], document: Any) -> None:
    whole = {**schema, "components": DOCUMENT["components"]}
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    jsonschema.Draft202012Validator(whole, format_checker=checker).validate(document)


@pytest.mark.parametrize("rule", RULES, ids=name_of)
def test_every_route_is_described_with_who_may_ask_it(rule: Rule) -> None:
    one = operation(rule)

    assert one["summary"]
    assert len(one["description"]) > 40
    assert one["x-roles"] == sorted(rule.roles)
    assert {"bearer": []} in one["security"]
    assert ({} in one["security"]) == (rule.open == "always")
    assert ({"bookmark": []} in one["security"]) == ("query" in rule.means)
    assert {"400", "401", "403"} <= one["responses"].keys()
    assert "422" not in one["responses"]
    assert any(status.startswith("2") for status in one["responses"])


def test_nothing_else_is_described() -> None:
    described_ones = {
        (method.upper(), path) for path, one in DOCUMENT["paths"].items() for method in one
    }
    assert described_ones == {
        (rule.method, re.sub(r"<(\w+)>", r"{\1}", rule.path)) for rule in RULES
    }
    names = [one["operationId"] for path in DOCUMENT["paths"].values() for one in path.values()]
    assert len(set(names)) == len(names)
    schemes = DOCUMENT["components"]["securitySchemes"]
    assert set(schemes) == {"bearer", "cookie", "bookmark", "link"}
    assert not [name for name in DOCUMENT["components"]["schemas"] if "Validation" in name]


@pytest.mark.parametrize(
    "rule", [rule for rule in RULES if rule.method == "GET" and "<" not in rule.path], ids=name_of
)
def test_every_answer_has_the_shape_that_is_described(lumen: Interface, rule: Rule) -> None:
    for interface in (lumen,):
        found = interface.ask(
            "GET", rule.path, QUERIES.get(rule.path, ""), token=lumen.token("admin").shown
        )
        assert found.status == 200, found.text
        kind = found.headers["Content-Type"].partition(";")[0]
        schema = operation(rule)["responses"]["200"]["content"][kind].get("schema")
        if kind == "application/json" and rule.path not in ("/openapi.json", "/export"):
            check(schema, found.document)


def test_problems_have_the_shape_that_is_described(empty: Interface) -> None:
    schema = {"$ref": "#/components/schemas/Problem"}
    check(schema, empty.ask("GET", "/costs").document)
    check(schema, empty.ask("GET", "/costs", "month=x", token=empty.reader).document)
    check(schema, empty.ask("GET", "/nothing").document)


def test_what_is_sent_is_described_field_by_field(empty: Interface) -> None:
    collect = DOCUMENT["paths"]["/collect"]["post"]["requestBody"]["content"]
    fields = collect["application/json"]["schema"]["properties"]

    assert set(fields) == {"provider", "account", "month", "send_email"}
    assert collect.keys() == {"application/json", "application/x-www-form-urlencoded"}
    for rule in RULES:
        for sent in operation(rule).get("requestBody", {}).get("content", {}).values():
            check(sent["schema"], sent["example"])
    bill = DOCUMENT["paths"]["/adjustments"]["post"]["requestBody"]["content"]
    assert {"account", "number", "net", "from", "to"} <= set(
        bill["application/json"]["schema"]["properties"]
    )


def test_it_is_answered_to_whoever_has_a_token(empty: Interface) -> None:
    assert empty.ask("GET", "/openapi.json").status == 401
    assert empty.ask("GET", "/openapi.json", token=empty.reader).document == DOCUMENT


def test_the_page_has_the_table_of_routes_and_roles() -> None:
    assert route_table.written() == route_table.table()  # python -m tests.api.route_table
