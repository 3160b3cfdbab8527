"""The description of the interface in OpenAPI 3.1: what Powertools knows of the routes, and what
the table of roles and docs/api.md know beside it."""

import json
from functools import lru_cache
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.api_gateway import Route
from aws_lambda_powertools.event_handler.openapi.models import (
    APIKey,
    APIKeyIn,
    HTTPBearer,
    License,
)

from ecot import __version__
from ecot.api.access import COOKIES, LINK, TOKEN
from ecot.api.problems import PROBLEM
from ecot.api.rules import RULES, Rule
from ecot.api.strict import routes_of
from ecot.model.access import Means

_TITLE = "Ecot"
_SUMMARY = "What AI, infrastructure and tools cost, and where each figure comes from"
_DESCRIPTION = """Amounts are text with all their digits, always beside a currency. Days are UTC;
`from` is inside a period and `to` is not. What is not known is null, never 0, and a reason stands
beside it. A problem is answered as RFC 9457 has it, with a `remedy`."""
_SCHEMES: dict[Means, tuple[str, Any]] = {
    "token": ("bearer", HTTPBearer(description="A token of `ecot tokens new ROLE`.")),
    "cookie": (
        "cookie",
        APIKey(in_=APIKeyIn.cookie, name=COOKIES[0], description="Set by the sign-in page."),
    ),
    "query": (
        "bookmark",
        APIKey(in_=APIKeyIn.query, name=TOKEN, description="A token, for bookmarks of /collect."),
    ),
    "link": (
        "link",
        APIKey(in_=APIKeyIn.query, name=LINK, description="A signed link of a mail."),
    ),
}
_PROBLEM_SCHEMA = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "remedy"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What is wrong, in the language of the report"},
        "remedy": {"type": ["string", "null"], "description": "What to do about it"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["where", "problem"],
                "properties": {"where": {"type": "string"}, "problem": {"type": "string"}},
            },
        },
    },
}
_PROBLEM_EXAMPLE = {
    "type": "about:blank",
    "title": "Unauthorized",
    "status": 401,
    "detail": "A token is needed here",
    "remedy": "Send it as `Authorization: Bearer …`; `ecot tokens new report` makes one.",
}
_EVERYWHERE = {
    "400": "Something that was sent is not understood",
    "413": "More was sent than anything here takes",
    "500": "Something went wrong here",
    "503": "The settings or the ledger cannot be read now",
}
_OF_TOKENS = {"401": "No token, or none that holds", "403": "The token is not for that"}


@lru_cache(maxsize=1)
def described(app: APIGatewayHttpResolver) -> str:
    """The whole description, as JSON."""
    text = app.get_openapi_json_schema(
        title=_TITLE,
        version=__version__,
        summary=_SUMMARY,
        description=_DESCRIPTION,
        license_info=License(name="Apache-2.0"),
        security_schemes=dict(_SCHEMES.values()),
    )
    document = json.loads(text)
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError", "ResponseValidationError"):
        schemas.pop(name, None)  # Powertools' own, which nobody is answered with
    schemas["Problem"] = _PROBLEM_SCHEMA
    routes = {(one.method, one.path): one for one in routes_of(app)}
    for rule in RULES:
        path = rule.path.replace("<", "{").replace(">", "}")
        operation = document["paths"][path][rule.method.lower()]
        operation["description"] = _words(routes[rule.method, rule.path])
        _complete(operation, rule)
    return json.dumps(document, ensure_ascii=False, indent=1)


def _words(route: Route) -> str:
    """What the route's own function says of it."""
    return " ".join((route.func.__doc__ or "").split())


def _complete(operation: dict[str, Any], rule: Rule) -> None:
    """Adds who may ask, and what everybody may be answered."""
    schemes: list[dict[str, list[str]]] = [{_SCHEMES[means][0]: []} for means in sorted(rule.means)]
    operation["security"] = schemes + ([{}] if rule.open == "always" else [])
    operation["x-roles"] = sorted(rule.roles)
    responses = operation["responses"]
    responses.pop("422", None)
    is_paged = any(one["name"] == "cursor" for one in operation.get("parameters", ()))
    if is_paged or not rule.is_safe:
        responses["409"] = _problem("Something stands in the way, or has changed meanwhile")
    if rule.is_safe:
        responses["303"] = {"description": "The answer is large: it is at `Location`, for a minute"}
    if not rule.is_safe:
        responses["415"] = _problem("What was sent is neither JSON nor a form")
    responses["404"] = _problem("There is nothing of that name")
    if rule.path == "/collect" and not rule.is_safe:
        responses["429"] = _problem("It was asked for too often: `Retry-After` says when again")
    for status, description in {**_EVERYWHERE, **_OF_TOKENS}.items():
        responses[status] = _problem(description)


def _problem(description: str) -> dict[str, Any]:
    content = {"schema": {"$ref": "#/components/schemas/Problem"}, "example": _PROBLEM_EXAMPLE}
    return {"description": description, "content": {PROBLEM: content}}
