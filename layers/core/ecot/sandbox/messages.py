"""What goes over the wire of a sandbox server: a request, a response, and the site between them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from ecot.sandbox import exact_json

JSON_TYPE = "application/json"


class Delivery(Enum):
    """How the server hands a response over."""

    WHOLE = "whole"
    CUT = "cut"  # announces the whole length, sends half of it, closes
    RESET = "reset"  # resets the connection before the first byte


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request; header names are in lower case, repeated query names are kept."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def values(self, name: str) -> list[str]:
        """All values of a query parameter, in the order in which they were sent."""
        return [value for key, value in self.query if key == name]


@dataclass(frozen=True, slots=True)
class Response:
    """One HTTP response, and how the server delivers it."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    delivery: Delivery = Delivery.WHOLE
    hold_seconds: float = 0.0

    def json(self) -> object:
        """The decoded body, numbers with a fraction as Decimal; ValueError if it is not JSON."""
        return exact_json.loads(self.body)


class Site(Protocol):
    """Anything that answers requests: a provider's whole interface, or a test's three lines."""

    def answer(self, request: Request, /) -> Response:
        """The true answer to this request; called from several threads at once."""
        ...


def json_response(
    content: object, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """A JSON response; a Decimal becomes a number literal with exactly its digits."""
    described = {"content-type": JSON_TYPE, **(headers or {})}
    return Response(status, described, exact_json.dumps(content))
