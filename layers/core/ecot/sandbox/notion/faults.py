"""What goes wrong with Notion, with the bodies that it really sends.

Faults that begin with `saved_then` let the request through and lose the answer: the write is done,
and the client cannot know. `writes(fault)` narrows any fault to requests that change something.
"""

import json
from collections.abc import Callable
from dataclasses import replace

from ecot.sandbox.faults import Effect, Fault, Next
from ecot.sandbox.messages import Delivery, Request, Response, json_response
from ecot.sandbox.notion import limits
from ecot.sandbox.notion.refusals import Refused
from ecot.sandbox.troubles import MAINTENANCE_PAGE

WRITTEN = r"^/v1/(pages|databases|data_sources)(/[^/]+)?$"
REQUEST_ID = "00000000-0000-4000-8000-00000000000e"
GUIDANCE = ["Read the object again", "Do not repeat the write"]


def writes(fault: Fault, *, first: int | None = None) -> Fault:
    """The fault for requests that make or change something; a query is none of them."""
    return fault.on(WRITTEN, method="POST|PATCH", first=first)


def creates(fault: Fault, *, first: int | None = None) -> Fault:
    """The fault for requests that make a page or a database."""
    return fault.on(r"^/v1/(pages|databases)$", method="POST", first=first)


def rate_limited(
    retry_after_seconds: int = 5, reason: str = "public_api_request_rate_limit"
) -> Fault:
    """429. Other reasons: `public_api_space_request_rate_limit`, the workspace's common limit."""
    return _refused("rate limited", limits.rate_limited(retry_after_seconds, reason))


def blocked(retry_after_seconds: int = 60) -> Fault:
    """429 that no waiting ends."""
    refusal = limits.rate_limited(retry_after_seconds, "public_api_request_blocked")
    return _refused("blocked", refusal)


def overloaded(retry_after_seconds: int = 5) -> Fault:
    """529, to be treated like 429 (documentation of request limits)."""
    headers = {"retry-after": str(retry_after_seconds)}
    message = "Notion is temporarily overloaded. Please try again later."
    return _refused("overloaded", Refused(529, "service_overload", message, headers=headers))


def conflict() -> Fault:
    """409: two writes met; nothing was saved."""
    message = "Conflict occurred while saving. Please try again."
    return _refused("conflict", Refused(409, "conflict_error", message))


def row_limit() -> Fault:
    """409: the table takes no more rows, whatever is tried."""
    message = "This data source has reached its limit of rows."
    return _refused("row limit", Refused(409, "row_limit_exceeded", message))


def block_limit() -> Fault:
    """403: the workspace has held all the blocks that it may ever hold."""
    message = "This workspace has used all of its blocks. Upgrade the plan to add more."
    data = {"block_limit": {"limit": 1000, "used": 1000}}
    return _refused("block limit", Refused(403, "restricted_resource", message, data))


def internal_error() -> Fault:
    """500, nothing saved."""
    message = "Unexpected error occurred."
    return _refused("internal error", Refused(500, "internal_server_error", message))


def unavailable() -> Fault:
    """503, nothing saved; it says nothing of that."""
    return _refused("unavailable", _unavailable(None))


def no_connection_to_its_database() -> Fault:
    """503 under a code that the SDK does not know."""
    message = "Notion's database is temporarily unavailable."
    refusal = Refused(503, "database_connection_unavailable", message)
    return _refused("no connection to its database", refusal)


def bad_gateway() -> Fault:
    """502: a proxy's page, before Notion saw the request."""
    page = Response(502, {"content-type": "text/html; charset=utf-8"}, MAINTENANCE_PAGE.encode())
    return Fault("bad gateway", lambda _request, _rest: page)


def saved_then_unavailable() -> Fault:
    """503 after the write: told so in `additional_data`, with the id of what was made."""

    def lost(request: Request, answer: Response) -> Response:
        made = request.path in ("/v1/pages", "/v1/databases")
        return _response(_unavailable(json.loads(answer.body)["id"] if made else None, saved=True))

    return Fault("saved, then 503", _after(lost))


def saved_then_bad_gateway() -> Fault:
    """502 after the write: a proxy's page, and no word of what was saved."""
    page = Response(502, {"content-type": "text/html; charset=utf-8"}, MAINTENANCE_PAGE.encode())
    return Fault("saved, then 502", _after(lambda _request, _answer: page))


def saved_then_cut() -> Fault:
    """The write is done, half of the answer arrives."""
    return Fault("saved, then cut", _delivered(Delivery.CUT))


def saved_then_reset() -> Fault:
    """The write is done, and the connection is reset before the first byte."""
    return Fault("saved, then reset", _delivered(Delivery.RESET))


def saved_then_silence(seconds: float = 30.0) -> Fault:
    """The write is done; silence until the server's `release()`, at most so many seconds."""
    return Fault("saved, then silence", _delivered(Delivery.RESET, seconds))


def _unavailable(committed: str | None, *, saved: bool = False) -> Refused:
    message = "Public API service is temporarily unavailable, please try again later."
    data = {"retry_guidance": GUIDANCE, "committed_resource_id": committed} if saved else {}
    known = {name: value for name, value in data.items() if value is not None}
    return Refused(503, "service_unavailable", message, known)


def _after(lose: Callable[[Request, Response], Response]) -> Effect:
    """Lose the answer of a request that succeeded; a refusal is handed on, and is not counted."""

    def effect(request: Request, rest: Next) -> Response:
        answer = rest(request)
        return lose(request, answer) if answer.status < 300 else answer

    return effect


def _delivered(delivery: Delivery, hold_seconds: float = 0.0) -> Effect:
    return _after(
        lambda _request, answer: replace(answer, delivery=delivery, hold_seconds=hold_seconds)
    )


def _refused(name: str, refusal: Refused) -> Fault:
    response = _response(refusal)
    return Fault(name, lambda _request, _rest: response)


def _response(refusal: Refused) -> Response:
    content = {**refusal.content, "request_id": REQUEST_ID}
    return json_response(content, refusal.status, refusal.headers)
