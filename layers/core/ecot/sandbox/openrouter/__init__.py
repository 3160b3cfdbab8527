"""A made-up company's OpenRouter: activity, analytics, credit, workspaces and keys.

Covers every operation of the specification of 2026-08-22 that a collector needs, under `/api/v1`.
An ordinary key is answered as was seen on 2026-09-07 (openchamber pull request 3411): a credit of
zero with status 200, where a refusal is documented.
"""

import re
from collections.abc import Callable, MutableMapping, Sequence
from datetime import date, timedelta
from typing import Literal

from ecot.sandbox.messages import Request, Response, json_response
from ecot.sandbox.openrouter.activity import grouped
from ecot.sandbox.openrouter.analytics import META, answered
from ecot.sandbox.openrouter.lists import key_entry, own_key, workspace_entry
from ecot.sandbox.openrouter.refusals import Refused, known, whole
from ecot.sandbox.openrouter.truth import OpenRouterTruth

ROOT = "/api/v1"
ACTIVITY_DAYS = 30
KEYS_A_PAGE = 100
OUT_OF_WINDOW = "Date must be within the last 30 (completed) UTC days"
ONLY_MANAGEMENT = "Only management keys can perform this operation"

Kind = Literal["management", "inference"]
Content = dict[str, object]


class OpenRouterSite:
    """Serves a truth as OpenRouter would; `keys` (of the kind that each is) may be changed at any
    time. `most_rows` is how many an answer of the analytics may have; whether the end of its time
    range is inside is not documented. With `midnights` the days of the activity have a time (seen
    2026-08-25, CodexBar pull request 3184)."""

    def __init__(
        self,
        truth: OpenRouterTruth,
        keys: MutableMapping[str, Kind],
        most_rows: int = 10_000,
        keys_a_page: int = KEYS_A_PAGE,
        midnights: bool = True,
        end_is_inside: bool = False,
    ) -> None:
        self.truth = truth
        self.keys = keys
        self.most_rows = most_rows
        self.keys_a_page = keys_a_page
        self.midnights = midnights
        self.end_is_inside = end_is_inside

    def answer(self, request: Request, /) -> Response:
        """OpenRouter's answer, or its refusal with a true error body."""
        try:
            return json_response(self._content(request))
        except Refused as refusal:
            error = {"code": refusal.status, "message": refusal.message}
            return json_response({"error": error}, refusal.status)

    def _content(self, request: Request) -> Content:
        kind, secret = self._admitted(request)
        operation = f"{request.method} {request.path.removeprefix(ROOT)}"
        if operation == "GET /key":
            return {"data": own_key(secret, kind == "management")}
        if operation == "GET /credits" and kind == "inference":
            return {"data": {"total_credits": 0, "total_usage": 0}}
        if kind != "management":
            raise Refused(403, ONLY_MANAGEMENT)
        operations: dict[str, Callable[[Request], Content]] = {
            "GET /credits": self._credits,
            "GET /activity": self._activity,
            "GET /workspaces": self._workspaces,
            "GET /keys": self._keys,
            "GET /analytics/meta": lambda _request: {"data": META},
            "POST /analytics/query": self._analytics,
        }
        if operation not in operations:
            raise Refused(404, "Resource not found")
        return operations[operation](request)

    def _admitted(self, request: Request) -> tuple[Kind, str]:
        scheme, _, secret = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not secret:
            raise Refused(401, "Missing Authentication header")
        if secret not in self.keys:
            raise Refused(401, "User not found.")
        return self.keys[secret], secret

    def _credits(self, request: Request) -> Content:
        known(request)
        truth = self.truth
        return {"data": {"total_credits": truth.bought, "total_usage": truth.used()}}

    def _activity(self, request: Request) -> Content:
        asked = known(request, "date", "api_key_hash", "user_id", "group_by", "workspace_id")
        split = asked.get("group_by")
        if split not in (None, "workspace"):
            raise Refused(400, "Invalid request parameters")
        workspace = asked.get("workspace_id")
        if workspace is not None and workspace not in {it.id for it in self.truth.workspaces}:
            raise Refused(404, "Resource not found")
        wanted = [
            done
            for day in self._days(asked.get("date"))
            for done in self.truth.on(day)
            if workspace in (None, done.key.workspace.id)
            and asked.get("api_key_hash") in (None, done.key.hash)
        ]
        time = " 00:00:00" if self.midnights else ""
        return {"data": grouped(wanted, time, by_workspace=split is not None)}

    def _days(self, asked: str | None) -> Sequence[date]:
        """The last 30 days that are over, newest first, or the one of them that is asked for."""
        today = self.truth.now().date()
        days = [today - timedelta(days=back) for back in range(1, ACTIVITY_DAYS + 1)]
        if asked is None:
            return days
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", asked) or asked not in map(str, days):
            raise Refused(400, OUT_OF_WINDOW)
        return [date.fromisoformat(asked)]

    def _analytics(self, request: Request) -> Content:
        return answered(request, self.truth, self.most_rows, self.end_is_inside)

    def _workspaces(self, request: Request) -> Content:
        asked = known(request, "offset", "limit")
        offset, limit = whole(asked, "offset", 0), whole(asked, "limit", 50)
        if not 1 <= limit <= 100:
            raise Refused(400, "Invalid request parameters")
        listed = [workspace_entry(it) for it in self.truth.workspaces if not it.deleted]
        return {"data": listed[offset : offset + limit], "total_count": len(listed)}

    def _keys(self, request: Request) -> Content:
        asked = known(request, "include_disabled", "offset", "workspace_id")
        default = self.truth.workspaces[0].id
        offset, workspace = whole(asked, "offset", 0), asked.get("workspace_id", default)
        listed = [
            key_entry(key, self.truth)
            for key in self.truth.keys
            if key.workspace.id == workspace
            and (asked.get("include_disabled") == "true" or not key.disabled)
        ]
        return {"data": listed[offset : offset + self.keys_a_page]}
