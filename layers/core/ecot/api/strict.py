"""What was sent and is not understood is refused, never stepped over: a filter that is misspelt
would answer with the figures of everything."""

from collections.abc import Iterable, Iterator, Mapping
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.api_gateway import Route
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError

from ecot.api.access import LINK, TOKEN
from ecot.api.asked import Asked
from ecot.api.problems import Failed
from ecot.language import Language
from ecot.model.sentence import Sentence

_SHOWN = 40  # characters of what was sent
_UNKNOWN = Sentence("{name} is nothing that can be asked here")
_UNKNOWN_REMEDY = Sentence("What can be asked here: {known}.")
_NOTHING_KNOWN = Sentence("Ask without anything behind the address.")
_TWICE = Sentence("{name} is there twice")
_TWICE_REMEDY = Sentence("Say it once.")
_KINDS: Mapping[str, Sentence] = {  # pydantic's own words, by type of error
    "missing": Sentence("is missing"),
    "extra_forbidden": Sentence("is not known"),
    "literal_error": Sentence("is none of the words that are known"),
    "string_pattern_mismatch": Sentence("is not written as it has to be"),
    "string_too_long": Sentence("is too long"),
    "string_too_short": Sentence("is too short"),
    "string_type": Sentence("is no text"),
    "bool_type": Sentence("is neither true nor false"),
    "int_parsing": Sentence("is no whole number"),
    "bool_parsing": Sentence("is neither true nor false"),
    "greater_than_equal": Sentence("is too small"),
    "less_than_equal": Sentence("is too large"),
}
_ODD = Sentence("is not understood")


def refuse_unknown(one: Asked, app: APIGatewayHttpResolver) -> Failed | None:
    """Why the query is refused, if it is: a name that the route does not know, or one twice."""
    known = set(parameters(one, app))
    hidden = {name for name, means in ((TOKEN, "query"), (LINK, "link")) if means in one.rule.means}
    for name, values in one.request.query.items():
        shown = {"name": ascii(name[:_SHOWN])}
        if name not in known | hidden:
            listed = {"known": ", ".join(sorted(known))}
            remedy = Sentence(_UNKNOWN_REMEDY.text, listed) if known else _NOTHING_KNOWN
            return Failed(HTTPStatus.BAD_REQUEST, Sentence(_UNKNOWN.text, shown), remedy)
        if len(values) > 1:
            return Failed(HTTPStatus.BAD_REQUEST, Sentence(_TWICE.text, shown), _TWICE_REMEDY)
    return None


def parameters(one: Asked, app: APIGatewayHttpResolver) -> Iterator[str]:
    """The names that may stand in the query of the route."""
    for route in routes_of(app):
        if (route.method, route.path) == (one.rule.method, one.rule.path):
            yield from (field.alias for field in route.dependant.query_params)


def routes_of(app: APIGatewayHttpResolver) -> list[Route]:
    """All routes. Powertools has no name of its own for them."""
    return [*app._static_routes, *app._dynamic_routes]


def told_errors(error: RequestValidationError, language: Language) -> list[dict[str, str]]:
    """What is wrong with each part, without what was sent in its place."""
    return told(error.errors(), language)


def told(errors: Iterable[Mapping[str, Any]], language: Language) -> list[dict[str, str]]:
    """The same of pydantic's own errors."""
    return [
        {
            "where": ".".join(ascii(str(part)[:_SHOWN]).strip("'") for part in each["loc"]),
            "problem": language.sentence(_KINDS.get(each["type"], _ODD)),
        }
        for each in errors
    ]
