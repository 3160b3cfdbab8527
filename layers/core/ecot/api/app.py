"""The interface: a request of API Gateway in, its answer out; the same behind `ecot serve`.

Whoever may not ask is refused before anything of the request is looked at but its path.
"""

import logging
import traceback
from collections.abc import Callable, Mapping
from functools import cache
from http import HTTPStatus
from threading import Lock
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError

from ecot.api import problems
from ecot.api.access import LINK, TOKEN, Refusal, Shown, check, shown_by
from ecot.api.asked import Asked, asked, current
from ecot.api.lending import fitting
from ecot.api.pages.people import NOWHERE, missing_page, page_of, refused_page
from ecot.api.public import is_open
from ecot.api.request import MOST_BODY, Request, read_request
from ecot.api.rules import RULES, Rule, rules_for
from ecot.api.sealed import Built, answered, built_of, sealed
from ecot.api.strict import refuse_unknown, routes_of, told_errors
from ecot.api.world import World
from ecot.edge.setup import Setup
from ecot.edge.tokens import known_tokens
from ecot.errors import EcotError
from ecot.language import Language
from ecot.model.sentence import Sentence

_log = logging.getLogger("ecot")
_ONE_AT_A_TIME = Lock()  # Powertools keeps the request that it answers in the resolver's class
_BEFORE_SETTINGS = Language(locale="en-US")


@cache
def app() -> APIGatewayHttpResolver:
    """All routes, made for the first request that is none for a page: pages need none of them."""
    from ecot.api.routes import ROUTERS

    # Without a code of its own an answer of ours that is wrong would pass for a wrong request.
    made = APIGatewayHttpResolver(
        enable_validation=True,
        response_validation_error_http_code=HTTPStatus.INTERNAL_SERVER_ERROR,
        debug=False,
    )
    for router in ROUTERS:
        made.include_router(router)
    for kind, handler in _HANDLERS.items():
        made.exception_handler(kind)(handler)
    return made


def _failed(error: problems.Failed) -> Response[str]:
    return problems.of_failed(error, asked().language)


def _wrong(error: EcotError) -> Response[str]:
    return problems.of_error(error, asked().language)


def _invalid(error: RequestValidationError) -> Response[str]:
    language = asked().language
    return problems.problem(
        HTTPStatus.BAD_REQUEST,
        language,
        problems.NOT_UNDERSTOOD,
        problems.NOT_UNDERSTOOD_REMEDY,
        errors=told_errors(error, language),
    )


def _nowhere(_: NotFoundError) -> Response[str]:
    """A part of the path holds what no name has, so that Powertools finds no route for it."""
    return _not_found(asked().language)


def _unforeseen(error: Exception) -> Response[str]:
    return _broken(error, asked().language)


_HANDLERS: Mapping[type[Exception], Callable[[Any], Response[str]]] = {
    problems.Failed: _failed,
    EcotError: _wrong,
    RequestValidationError: _invalid,
    NotFoundError: _nowhere,
    Exception: _unforeseen,
}


def answer(event: Mapping[str, Any], world: World, context: object = None) -> dict[str, Any]:
    """The answer to a request. Requests are answered one after another, whatever the threads."""
    with _ONE_AT_A_TIME:
        try:
            request = read_request(event)
        except (ValueError, AttributeError, TypeError):
            return sealed(built_of(_not_understood()))
        return sealed(_answer(request, event, world, context), request)


def _answer(request: Request, event: Mapping[str, Any], world: World, context: object) -> Built:
    try:
        setup = world.open_setup()
    except EcotError as error:
        _log.error("the settings cannot be read: %s", error)
        return built_of(_out_of_order(_BEFORE_SETTINGS))
    except Exception as error:  # noqa: BLE001 - as below
        return built_of(_broken(error, _BEFORE_SETTINGS))
    with setup:
        try:
            return _routed(request, setup, event, world, context)
        except EcotError as error:  # the ledger, before a route has begun
            _log.error("the request cannot be answered: %s", error)
            return built_of(_out_of_order(setup.language))
        except Exception as error:  # noqa: BLE001 - whatever it is, nobody outside is told what
            return built_of(_broken(error, setup.language))


def _routed(
    request: Request, setup: Setup, event: Mapping[str, Any], world: World, context: object
) -> Built:
    """The answer of the address: that there is none, that it takes no such method, or its own."""
    if not (rules := rules_for(request.path)):
        one = Asked(
            request=request, rule=NOWHERE, grant=None, setup=setup, world=world, now=world.now()
        )
        return missing_page(one) or built_of(_not_found(setup.language))
    if (early := _early(request, rules, setup.language)) is not None:
        return built_of(early)
    rule = next(one for one in rules if one.method == _asked_method(request))
    return _let_in(request, rule, setup, event, world, context)


def _early(request: Request, rules: list[Rule], language: Language) -> Response[str] | None:
    """The answer where neither a token nor a route is needed for it."""
    methods = _methods(rules)
    if request.method == "OPTIONS":
        return Response(204, None, "", {"Allow": methods})
    if _asked_method(request) not in {rule.method for rule in rules}:
        return problems.problem(
            HTTPStatus.METHOD_NOT_ALLOWED,
            language,
            Sentence(problems.NOT_ALLOWED.text, {"method": request.method[:20]}),
            Sentence(problems.NOT_ALLOWED_REMEDY.text, {"methods": methods}),
            {"Allow": methods},
        )
    if request.is_too_large:
        return problems.problem(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            language,
            problems.TOO_LARGE,
            Sentence(problems.TOO_LARGE_REMEDY.text, {"most": str(MOST_BODY)}),
        )
    return None


def _let_in(
    request: Request,
    rule: Rule,
    setup: Setup,
    event: Mapping[str, Any],
    world: World,
    context: object,
) -> Built:
    now = world.now()
    shown = shown_by(request)
    found = check(shown, rule, known_tokens(setup), world.signing_key, now)
    grant = None if isinstance(found, Refusal) else found
    one = Asked(request=request, rule=rule, grant=grant, setup=setup, world=world, now=now)
    if isinstance(found, Refusal) and not (_is_nobody(found, shown) and is_open(rule, setup)):
        return refused_page(one, found) or built_of(_refused(found, setup.language))
    built = fitting(one, page_of(one) or _of_route(one, event, context))
    if grant is not None:
        route = f"{rule.method} {rule.path}"  # never the path itself: it may hold a link
        said = {"step": "api", "route": route, "status": built.status, "token": grant.id}
        _log.info("%s: %d", route, built.status, extra=said)
    return built


def _of_route(one: Asked, event: Mapping[str, Any], context: object) -> Built:
    """What the interface answers to somebody who may ask."""
    before = current.set(one)
    try:
        if (unknown := refuse_unknown(one, app())) is not None:
            return built_of(problems.of_failed(unknown, one.language))
        return answered(app().resolve(_as_routed(event, one.request), context))  # type: ignore[arg-type]
    finally:
        current.reset(before)


def _is_nobody(refusal: Refusal, shown: Shown) -> bool:
    """Whether no token was sent: a cookie that is over, which a browser goes on sending, does not
    shut a page that everybody may see."""
    return refusal.reason == "none" or not (
        "authorization" in shown.headers or TOKEN in shown.query or LINK in shown.query
    )


def _as_routed(event: Mapping[str, Any], request: Request) -> dict[str, Any]:
    """The event as the routes are written: HEAD asks what GET asks, and what opened the door is
    none of their business."""
    http = {**event["requestContext"]["http"], "method": _asked_method(request)}
    routed = {**event["requestContext"], "http": http, "stage": "$default"}
    asked_for = {name: values[0] for name, values in request.query.items()}
    shown = {TOKEN, LINK}
    return {
        **event,
        "headers": {
            name: value for name, value in request.headers.items() if name != "authorization"
        },
        "queryStringParameters": {
            name: value for name, value in asked_for.items() if name not in shown
        },
        "requestContext": routed,
    }


def _asked_method(request: Request) -> str:
    return "GET" if request.method == "HEAD" else request.method


def _methods(rules: list[Rule]) -> str:
    methods = {rule.method for rule in rules} | {"OPTIONS"}
    return ", ".join(sorted(methods | ({"HEAD"} if "GET" in methods else set())))


def _refused(refusal: Refusal, language: Language) -> Response[str]:
    is_unknown = refusal.status == HTTPStatus.UNAUTHORIZED
    headers = {"WWW-Authenticate": 'Bearer realm="ecot"'} if is_unknown else None
    return problems.problem(refusal.status, language, refusal.text, refusal.remedy, headers)


def _not_found(language: Language) -> Response[str]:
    return problems.problem(
        HTTPStatus.NOT_FOUND, language, problems.NOT_FOUND, problems.NOT_FOUND_REMEDY
    )


def _not_understood() -> Response[str]:
    return problems.problem(
        HTTPStatus.BAD_REQUEST,
        _BEFORE_SETTINGS,
        problems.NOT_UNDERSTOOD,
        problems.NOT_UNDERSTOOD_REMEDY,
    )


def _out_of_order(language: Language) -> Response[str]:
    return problems.problem(
        HTTPStatus.SERVICE_UNAVAILABLE,
        language,
        problems.OUT_OF_ORDER,
        problems.OUT_OF_ORDER_REMEDY,
        {"Retry-After": "60"},
    )


def _broken(error: Exception, language: Language) -> Response[str]:
    """What nobody foresaw. Its place is logged, and not its words: they may hold what was sent."""
    where = "".join(traceback.format_tb(error.__traceback__))
    _log.error("a request failed with %s\n%s", type(error).__name__, where)
    return problems.problem(
        HTTPStatus.INTERNAL_SERVER_ERROR, language, problems.FAILED, problems.FAILED_REMEDY
    )


def missing_rules() -> set[tuple[str, str]]:
    """Routes without a rule, and rules without a route: there are none of either."""
    routes = {(one.method, one.path) for one in routes_of(app())}
    return routes ^ {(rule.method, rule.path) for rule in RULES}
