"""How DigitalOcean reads a request: whose token it is, which page is meant, which days."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from ecot.sandbox.messages import Request

FIRST_DAY = date(2025, 12, 1)
MOST_DAYS = 31
API = "https://api.digitalocean.com"


class Refused(Exception):
    """A request that DigitalOcean refuses, with its status and body."""

    def __init__(self, status: int, content: object) -> None:
        super().__init__(str(content))
        self.status = status
        self.content = content


def refusal(status: int, kind: str, message: str) -> Refused:
    """The usual form: {"id": "not_found", "message": "…"} (specification, 2026-08)."""
    return Refused(status, {"id": kind, "message": message})


def missing() -> Refused:
    """What is not there."""
    return refusal(404, "not_found", "The resource you requested could not be found.")


def admitted(request: Request, tokens: Mapping[str, Collection[str]], scope: str) -> None:
    """Refuses with 401 a token that is none, and with 403 one without the scope."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme != "Bearer" or token not in tokens:
        raise refusal(401, "unauthorized", "Unable to authenticate you.")
    if scope not in tokens[token]:
        message = f"You are missing the required permission {scope}."
        raise refusal(403, "forbidden", message)


def page(request: Request, entries: Sequence[Any]) -> tuple[int, int, Sequence[Any]]:
    """The number of the page, how many there are, and its entries."""
    number, size = _number(request, "page", 1, 10**9), _number(request, "per_page", 20, 200)
    pages = -(-len(entries) // size)
    return number, pages, entries[(number - 1) * size : number * size]


def links(request: Request, number: int, pages: int) -> dict[str, Any]:
    """The addresses of the pages around this one; none where there is only one."""
    size = _number(request, "per_page", 20, 200)
    at = {"next": number + 1, "last": pages} if number < pages else {}
    at |= {"first": 1, "prev": number - 1} if number > 1 else {}
    found = {
        name: f"{API}{request.path}?page={other}&per_page={size}" for name, other in at.items()
    }
    return {"pages": found} if found else {}


def days(first: str, last: str) -> tuple[date, date]:
    """The days of the path. How an early start is refused was seen by others (2026)."""
    try:
        start, end = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        raise _bad("Dates must be in YYYY-MM-DD format.") from None
    if start < FIRST_DAY:
        raise _bad("Start date cannot be before December 1, 2025.")
    if not 0 <= (end - start).days < MOST_DAYS:
        raise _bad("End date must be within 31 days of start date.")
    return start, end


def _bad(sentence: str) -> Refused:
    return Refused(400, {"error": "Bad Request", "messages": {"base": [sentence]}})


def _number(request: Request, name: str, default: int, most: int) -> int:
    values = request.values(name)
    text = values[-1] if values else str(default)
    if not text.isdecimal() or not 1 <= int(text) <= most:
        raise refusal(400, "bad_request", f"{name} must be between 1 and {most}")
    return int(text)
