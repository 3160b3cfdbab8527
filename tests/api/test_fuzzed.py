"""Our own description against a real server: whatever can be asked by it is answered by it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.checks import CHECKS
from schemathesis.generation import GenerationMode

from ecot.api.app import app
from ecot.api.openapi import described
from ecot.api.rules import RULES, Rule
from tests.api.asking import Interface
from tests.api.test_matrix import name_of
from tests.api.test_openapi import operation
from tests.api.test_serve import serving

pytestmark = pytest.mark.tools
EXAMPLES = 10
SCHEMA = schemathesis.openapi.from_dict(json.loads(described(app())))
NOT_OURS = {
    "ignored_auth",  # the matrix of routes and roles says more
    "positive_data_acceptance",  # a month to come has the right form, and is none to ask about
    "unsupported_method",  # asks with TRACE, which the server answers and the test of requests too
}


@pytest.fixture
def address(lumen: Interface) -> Iterator[tuple[str, str]]:
    """Where it is served, and a token for everything."""
    with serving(lumen) as server:
        yield server.url, lumen.token("admin").shown


def modes() -> Iterator[tuple[Rule, GenerationMode]]:
    """What is right is asked of every route, and what is wrong where there is anything to say."""
    for rule in RULES:
        yield rule, GenerationMode.POSITIVE
        if {"parameters", "requestBody"} & operation(rule).keys():
            yield rule, GenerationMode.NEGATIVE


@pytest.mark.parametrize(
    ("rule", "mode"),
    list(modes()),
    ids=lambda one: name_of(one) if isinstance(one, Rule) else one.value,
)
def test_every_answer_is_one_that_is_described(
    address: tuple[str, str], rule: Rule, mode: GenerationMode
) -> None:
    url, token = address
    path = rule.path.replace("<", "{").replace(">", "}")
    route = SCHEMA[path][rule.method]

    @seed(8)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(route.as_strategy(generation_mode=mode))
    def asked(case: Any) -> None:
        response = case.call(base_url=url, headers={"Authorization": f"Bearer {token}"})
        checks = [check for check in CHECKS.get_all() if check.__name__ not in NOT_OURS]
        case.validate_response(response, checks=checks)

    asked()
