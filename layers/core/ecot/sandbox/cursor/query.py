"""How Cursor reads a question, and what of it is refused, with a body as documented (2026-03)."""

from base64 import b64decode
from binascii import Error
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ecot.sandbox import exact_json
from ecot.sandbox.messages import Request, Response, json_response

MOST_MILLISECONDS = 30 * 86_400_000
MOST_A_PAGE = 1000
NAMES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    429: "Too Many Requests",
}


class Refused(Exception):
    """A question that is not answered; `response` says why."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.response = refusal(status, message)


def refusal(status: int, message: str) -> Response:
    """What Cursor answers when it does not answer."""
    return json_response({"error": NAMES.get(status, "Error"), "message": message}, status)


@dataclass(frozen=True, slots=True)
class Paging:
    """Which page is asked for, of how many rows."""

    number: int
    size: int

    def of(self, rows: list[Any]) -> list[Any]:
        """The rows of the page."""
        return rows[(self.number - 1) * self.size : self.number * self.size]

    def count(self, rows: list[Any]) -> int:
        """How many pages there are."""
        return -(-len(rows) // self.size)


def admitted(request: Request, keys: Mapping[str, str]) -> None:
    """Refuses what is no known key, and one of another plan than Enterprise. `keys` has the plan of
    each."""
    scheme, _, pair = request.headers.get("authorization", "").partition(" ")
    try:
        key, colon, password = b64decode(pair, validate=True).decode().partition(":")
    except (Error, UnicodeDecodeError):
        raise Refused(401, "Invalid credentials") from None
    if scheme != "Basic" or not colon or password or key not in keys:
        raise Refused(401, "Invalid API key")
    if keys[key] != "enterprise":
        raise Refused(403, "The Admin API is available to Enterprise teams only")


def question(request: Request) -> dict[str, Any]:
    """The body of a request, which must be an object."""
    try:
        asked: Any = exact_json.loads(request.body or b"{}")
    except ValueError:
        raise Refused(400, "Invalid JSON body") from None
    if not isinstance(asked, dict):
        raise Refused(400, "The body must be an object")
    return asked


def span(asked: Mapping[str, Any]) -> tuple[int, int]:
    """Both ends, in milliseconds."""
    start, end = _whole(asked, "startDate", 1_000_000_000_000), _whole(asked, "endDate", 0)
    if end < start or end - start > MOST_MILLISECONDS:
        raise Refused(400, "Date range cannot exceed 30 days")
    return start, end


def paging(asked: Mapping[str, Any], default: int = 10) -> Paging:
    """The page, the first of ten rows unless told."""
    number = _whole({"page": 1, **asked}, "page", 1)
    size = _whole({"pageSize": default, **asked}, "pageSize", 1)
    if size > MOST_A_PAGE:
        raise Refused(400, f"pageSize cannot exceed {MOST_A_PAGE}")
    return Paging(number, size)


def _whole(asked: Mapping[str, Any], name: str, least: int) -> int:
    value = asked.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise Refused(400, f"{name} must be an integer")
    return value
