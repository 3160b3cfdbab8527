"""Ready-made faults of the wire and of the server: refusals, broken answers, broken connections.

Error bodies are OpenAI's unless another provider's `content` is given. A `Retry-After` is a number
of seconds or an HTTP date (RFC 9110 section 10.2.3), and OpenAI's may be absent (its specification,
2026-08-21: "may be omitted").
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from ecot.sandbox.faults import Fault, Next
from ecot.sandbox.messages import Delivery, Request, Response, json_response

MAINTENANCE_PAGE = "<!DOCTYPE html>\n<html><head><title>Just a moment…</title></head></html>\n"
SERVER_MESSAGES = {
    500: "The server had an error while processing your request. Sorry about that!",
    502: "Bad gateway.",
    503: "The engine is currently overloaded, please try again later.",
    529: "Overloaded.",
}


def error_content(message: str, kind: str, code: str | None = None) -> dict[str, object]:
    """The body of an OpenAI error."""
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}


def refused(
    status: int, content: object, headers: Mapping[str, str] | None = None, name: str = ""
) -> Fault:
    """Any status with any JSON body, without asking the site."""
    response = json_response(content, status, headers)
    return Fault(name or f"refused with {status}", lambda _request, _rest: response)


def rate_limited(retry_after_seconds: int | None = None, content: object = None) -> Fault:
    """429, with `Retry-After` in seconds, or with none at all."""
    hint = {} if retry_after_seconds is None else {"retry-after": str(retry_after_seconds)}
    return refused(429, _rate_limit(content), hint, "rate limited")


def rate_limited_until(
    seconds: float, now: Callable[[], datetime], content: object = None
) -> Fault:
    """429 with `Retry-After` as the HTTP date `seconds` after the injected clock's time then."""

    def effect(_request: Request, _rest: Next) -> Response:
        moment = now().astimezone(UTC) + timedelta(seconds=seconds)
        hint = {"retry-after": format_datetime(moment, usegmt=True)}
        return json_response(_rate_limit(content), 429, hint)

    return Fault("rate limited until a date", effect)


def server_error(status: int = 500, content: object = None) -> Fault:
    """500, 502, 503 or 529, with a true body."""
    message = SERVER_MESSAGES.get(status, SERVER_MESSAGES[500])
    return refused(status, content or error_content(message, "server_error"))


def not_json(status: int = 200) -> Fault:
    """A proxy's HTML page in place of the answer."""
    page = Response(status, {"content-type": "text/html; charset=utf-8"}, MAINTENANCE_PAGE.encode())
    return Fault("not JSON", lambda _request, _rest: page)


def truncated_json() -> Fault:
    """The first half of the true body, announced with just that length."""

    def half(answer: Response) -> Response:
        return replace(answer, body=answer.body[: len(answer.body) // 2])

    return Fault("truncated JSON", lambda request, rest: half(rest(request)))


def cut_off() -> Fault:
    """The true answer's whole length announced, half of it sent, the connection closed."""
    return _delivered("cut off", delivery=Delivery.CUT)


def connection_reset() -> Fault:
    """The connection is reset before the first byte of an answer."""
    nothing = Response(200, delivery=Delivery.RESET)
    return Fault("connection reset", lambda _request, _rest: nothing)


def slow(seconds: float = 30.0) -> Fault:
    """The true answer, held back until the server's `release()`, at most so many seconds."""
    return _delivered("slow", hold_seconds=seconds)


def hang(seconds: float = 30.0) -> Fault:
    """No answer: silence until `release()`, at most so many seconds, then a reset."""
    silence = Response(200, delivery=Delivery.RESET, hold_seconds=seconds)
    return Fault("hang", lambda _request, _rest: silence)


def _delivered(name: str, delivery: Delivery = Delivery.WHOLE, hold_seconds: float = 0.0) -> Fault:
    return Fault(
        name,
        lambda request, rest: replace(rest(request), delivery=delivery, hold_seconds=hold_seconds),
    )


def _rate_limit(content: object) -> object:
    message = "Rate limit reached for requests. Please try again later."
    return content or error_content(message, "requests", "rate_limit_exceeded")
