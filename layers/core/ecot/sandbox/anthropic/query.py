"""How Anthropic reads a query: what each operation knows, and what it refuses, in its own words.

Sources: the reference of 2026-08; sentences seen live are named where they stand, the others have
the form of those.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, NoReturn

from ecot.model.period import DAY
from ecot.sandbox.messages import Request, Response, json_response

MOST_GROUPS = 5


class Refused(Exception):
    """A request that Anthropic refuses, with the type and the message of its error body."""

    def __init__(self, status: int, kind: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.error = {"type": kind, "message": message}


def invalid(message: str) -> NoReturn:
    """400."""
    raise Refused(400, "invalid_request_error", message)


class Admitting:
    """What every interface of Anthropic asks of a key. `keys` (Admin keys) may be changed at any
    time; a key in `limited` exists, and may read nothing."""

    keys: set[str]
    limited: set[str]

    def answer(self, request: Request, /) -> Response:
        """Anthropic's answer, or its refusal with a true error body."""
        try:
            self._admit(request)
            return json_response(self._content(request))
        except Refused as refusal:
            body = {"type": "error", "error": refusal.error, "request_id": "req_011CSHoEeqs5C35K2"}
            return json_response(body, refusal.status)

    def _admit(self, request: Request) -> None:
        key = request.headers.get("x-api-key", "")
        if not key:
            raise Refused(401, "authentication_error", "x-api-key header is required")
        if key not in self.keys | self.limited:
            raise Refused(401, "authentication_error", "invalid x-api-key")
        if not request.headers.get("anthropic-version"):
            invalid("anthropic-version: header is required")
        if key in self.limited:
            raise Refused(403, "permission_error", "Permission denied")

    def _content(self, request: Request) -> dict[str, Any]:
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Query:
    """The parameters of one request, read with Anthropic's own complaints."""

    request: Request

    def known(self, *names: str) -> None:
        """Refuse any parameter that is not one of these."""
        for name, _ in self.request.query:
            if name not in names:
                invalid(f"{name}: Extra inputs are not permitted")

    def text(self, name: str) -> str | None:
        """The last value sent, None if the parameter is absent."""
        return next(reversed(self.request.values(name)), None)

    def whole(self, name: str, default: int, largest: int) -> int:
        """A whole number from 1 to `largest`."""
        text = self.text(name)
        if text is None:
            return default
        if not (text.isascii() and text.isdigit()):
            invalid(f"{name}: Input should be a valid integer")
        if not 1 <= int(text) <= largest:
            invalid(f"{name}: Input should be between 1 and {largest}")
        return int(text)

    def groups(self, allowed: tuple[str, ...]) -> tuple[str, ...]:
        """The dimensions to group by: at most five (seen live 2026-07-21, PostHog issue 72556)."""
        wanted = tuple(dict.fromkeys(self.request.values("group_by[]")))
        for name in wanted:
            if name not in allowed:
                invalid(f"group_by[]: Input should be one of {', '.join(allowed)}")
        if len(wanted) > MOST_GROUPS:
            invalid(f"Cannot specify more than {MOST_GROUPS} group_by[] dimensions.")
        return wanted

    def days(self, today: date) -> list[date]:
        """The UTC days between the two ends, each snapped to the start of its day."""
        start = self._day("starting_at")
        if start is None:
            invalid("starting_at: Field required")
        end = self._day("ending_at") or today
        if end <= start:  # seen live 2026-07-24 (constructorfabric/insight issue 1901)
            invalid("Invalid date range: ending date must be after starting date")
        return [start + DAY * number for number in range((end - start).days)]

    def page(self, days: list[date]) -> int:
        """Where in the days the cursor points to; a cursor of another query is refused."""
        text = self.text("page")
        if text is None:
            return 0
        try:
            day = date.fromisoformat(urlsafe_b64decode(text.removeprefix("page_")).decode())
            return days.index(day)
        except ValueError:
            invalid("page: Invalid page token")

    def _day(self, name: str) -> date | None:
        text = self.text(name)
        try:
            moment = datetime.fromisoformat(text) if text else None
        except ValueError:
            invalid(f"{name}: Input should be a valid datetime")
        if moment is not None and moment.tzinfo is None:
            invalid(f"{name}: Input should have timezone info")
        return moment.astimezone(UTC).date() if moment else None


def cursor(day: date) -> str:
    """The opaque cursor of the page that begins with this day."""
    return "page_" + urlsafe_b64encode(day.isoformat().encode()).decode()
