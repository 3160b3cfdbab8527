"""How Mistral's Admin API reads a request: whose key it is, and which parameters it takes."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from uuid import UUID

from ecot.sandbox.messages import Request

ZONES = ("global", "us", "eu")


class Refused(Exception):
    """A request that Mistral refuses, with its status and what it says."""

    def __init__(self, status: int, detail: object) -> None:
        super().__init__(str(detail))
        self.status = status
        self.detail = detail


def admitted(request: Request, keys: Mapping[str, str], header: str) -> None:
    """Refuses with 401 a key that is none, or no Admin key, and with 403 one without the plan."""
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    sent = {
        "x-api-key": request.headers.get("x-api-key", ""),
        "authorization": bearer if scheme.lower() == "bearer" else "",
    }
    read = [sent[header]] if header in sent else list(sent.values())
    kind = next((keys[key] for key in read if key in keys), None)
    if kind in (None, "standard"):
        raise Refused(401, "Unauthorized")
    if kind == "no enterprise":
        raise Refused(403, "The Admin API is not available on your plan")


def month(request: Request, now: datetime) -> tuple[date, date]:
    """First day, and the day after the last; without parameters the present month."""
    today = now.astimezone(UTC).date()
    number = _number(request, "month", today.month, 1, 12)
    year = _number(request, "year", today.year, 2023, 9998)
    return date(year, number, 1), date(year + number // 12, number % 12 + 1, 1)


def positive(request: Request, name: str, default: int) -> int:
    """A whole number above zero."""
    return _number(request, name, default, 1, 10**9)


def flag(request: Request, name: str) -> bool:
    """true or false; false where it is not asked."""
    text = _value(request, name) or "false"
    if text not in ("true", "false"):
        raise _invalid(name, "Input should be a valid boolean", "bool_parsing")
    return text == "true"


def workspace_id(request: Request) -> str | None:
    """The workspace that is asked for, a UUID."""
    text = _value(request, "workspace_id")
    try:
        return str(UUID(text)) if text is not None else None
    except ValueError:
        raise _invalid("workspace_id", "Input should be a valid UUID", "uuid_parsing") from None


def zone(request: Request) -> str | None:
    """The zone that is asked for."""
    text = _value(request, "api_zone")
    if text not in (None, *ZONES):
        raise _invalid("api_zone", "Input should be 'global', 'us' or 'eu'", "enum")
    return text


def _number(request: Request, name: str, default: int, least: int, most: int) -> int:
    text = _value(request, name) or str(default)
    if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
        raise _invalid(name, f"Input should be a number from {least} to {most}", "int_parsing")
    return int(text)


def _value(request: Request, name: str) -> str | None:
    values = request.values(name)
    return values[-1] if values else None


def _invalid(name: str, message: str, kind: str) -> Refused:
    return Refused(422, [{"loc": ["query", name], "msg": message, "type": kind}])
