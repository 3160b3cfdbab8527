"""A made-up company's Mistral: usage, spend limit and workspaces, answered as its Admin API does.

Covers what a collector asks of the specification of 2026-08-21, under `/v1/admin`. How Mistral
refuses is not documented; its other interfaces answer `{"detail": …}`, a wrong parameter with 422
and a list of what is wrong with which (HTTPValidationError of the specification).
"""

from collections.abc import Callable, MutableMapping
from datetime import UTC, timedelta
from decimal import Decimal
from typing import Literal

from ecot.sandbox.messages import Request, Response, json_response
from ecot.sandbox.mistral.bodies import Content, frame, price, sections, workspace
from ecot.sandbox.mistral.query import Refused, admitted, flag, month, positive, workspace_id, zone
from ecot.sandbox.mistral.truth import MistralTruth

ROOT = "/v1/admin"
ADMIN_KEY = "AdMinLumenKey0123456789abcdefghi"
Kind = Literal["admin", "standard", "no enterprise"]


class MistralSite:
    """Serves a truth as Mistral would; what `keys` open may be changed at any time.

    `header` is the one that is read (either, unless told). `archived_means` is what `is_archived`
    asks for, which the specification leaves open. A metric in `unpriced` has no price."""

    def __init__(self, truth: MistralTruth, keys: MutableMapping[str, Kind] | None = None) -> None:
        self.truth = truth
        self.keys: MutableMapping[str, Kind] = {ADMIN_KEY: "admin"} if keys is None else keys
        self.header: Literal["x-api-key", "authorization", "either"] = "either"
        self.archived_means: Literal["those too", "only those"] = "those too"
        self.currency: str | None = "EUR"
        self.unpriced: set[str] = set()
        self.usage_limit: Decimal | None = Decimal(500)
        self.page_size = 25

    def answer(self, request: Request, /) -> Response:
        """Mistral's answer, or its refusal."""
        try:
            admitted(request, self.keys, self.header)
            return json_response(self._content(request))
        except Refused as refusal:
            return json_response({"detail": refusal.detail}, refusal.status)

    def _content(self, request: Request) -> Content:
        found: dict[str, Callable[[Request], Content]] = {
            f"{ROOT}/usage": self._usage,
            f"{ROOT}/spend-limit": self._spend_limit,
            f"{ROOT}/workspaces": self._workspaces,
        }
        if request.method != "GET" or request.path not in found:
            raise Refused(404, "Not Found")
        return found[request.path](request)

    def _usage(self, request: Request) -> Content:
        first, after = month(request, self.truth.now())
        wanted, in_zone = workspace_id(request), zone(request)
        if wanted and wanted not in {each.id for each in self.truth.listed()}:
            raise Refused(404, "Workspace not found")
        rows = [
            used
            for used in self.truth.between(first, after)
            if wanted in (None, used.workspace.id) and in_zone in (None, used.line.zone)
        ]
        return {**sections(rows), **frame(first, after), **self._prices()}

    def _prices(self) -> Content:
        prices = [price(line) for line in self.truth.lines if line.metric not in self.unpriced]
        symbol = "€" if self.currency == "EUR" else None
        return {"currency": self.currency, "currency_symbol": symbol, "prices": prices}

    def _spend_limit(self, _request: Request) -> Content:
        today = self.truth.now().astimezone(UTC).date()
        rows = self.truth.between(today.replace(day=1), today + timedelta(1))
        spent = sum((used.cost for used in rows), Decimal(0))
        completion = {
            "no_monthly_limit": self.usage_limit is None,
            "monthly_limit_reached": self.usage_limit is not None and spent >= self.usage_limit,
            "usage": spent,
            "vibe_usage": 0,
            "total_usage": spent,
            "usage_limit": self.usage_limit,
        }
        failures = {"last_payment_failure": False, "last_payment_failure_protection": None}
        return {"limits": {"completion": completion, **failures, "currency": self.currency}}

    def _workspaces(self, request: Request) -> Content:
        page, size = positive(request, "page", 1), positive(request, "page_size", self.page_size)
        archived, listed = flag(request, "is_archived"), self.truth.listed()
        if self.archived_means == "only those":
            listed = [each for each in listed if each.archived == archived]
        elif not archived:
            listed = [each for each in listed if not each.archived]
        shown = listed[(page - 1) * size : page * size]
        frame = {"total": len(listed), "object": "list", "page": page, "page_size": size}
        return {**frame, "items": [workspace(each) for each in shown]}
