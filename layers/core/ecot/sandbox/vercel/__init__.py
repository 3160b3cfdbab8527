"""A made-up company's Vercel: the charges of its team, in JSON lines of FOCUS 1.3.

Answers `GET /v1/billing/charges` as its reference page describes it (2026-11): `from` and `to` are
needed and in UTC, `to` is exclusive, at most a year; compressed where that is asked for. Bodies of
errors are those of vercel.com/docs/rest-api/errors (2026).
"""

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ecot.sandbox import exact_json
from ecot.sandbox.messages import Request, Response, json_response
from ecot.sandbox.vercel.truth import DAY, Charged, VercelTruth

PATH = "/v1/billing/charges"
MAY_SEE_BILLING = frozenset(
    {"Owner", "Member", "Developer", "Security", "Billing", "Enterprise Viewer"}
)
LONGEST = timedelta(days=366)
REGIONS = {"iad1": "Washington, D.C., USA", "cdg1": "Paris, France"}
JSON_LINES = "application/jsonl; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Access:
    """What a token opens: the team (else a personal account without one), in a role."""

    role: str = "Billing"
    in_team: bool = True


class Refused(Exception):
    """A request that Vercel refuses."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.response = json_response({"error": {"code": code, "message": message}}, status)


class VercelSite:
    """Serves a truth as Vercel would; `tokens` may be changed at any time."""

    def __init__(self, truth: VercelTruth, tokens: dict[str, Access]) -> None:
        self.truth = truth
        self.tokens = tokens

    def answer(self, request: Request, /) -> Response:
        """Vercel's answer, or its refusal with a true body."""
        try:
            return _sent(b"".join(self._lines(request)), request)
        except Refused as refusal:
            return refusal.response

    def _lines(self, request: Request) -> Iterator[bytes]:
        access = self._admitted(request)
        if (request.method, request.path) != ("GET", PATH):
            raise Refused(404, "not_found", "The requested resource was not found.")
        self._of_team(request, access)
        start, end = _window(request)
        day = start.date()
        while datetime(day.year, day.month, day.day, tzinfo=start.tzinfo) < end:
            for charged in self.truth.charged(day):
                yield exact_json.dumps(_row(charged)) + b"\n"
            day += DAY

    def _admitted(self, request: Request) -> Access:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Refused(401, "unauthorized", "The request is missing an authentication token.")
        if token not in self.tokens:
            raise Refused(403, "forbidden", "Not authorized")
        return self.tokens[token]

    def _of_team(self, request: Request, access: Access) -> None:
        for name, own in (("teamId", self.truth.team_id), ("slug", self.truth.slug)):
            if any(value != own for value in request.values(name)):
                raise Refused(404, "not_found", "Team not found")
        if not access.in_team or access.role not in MAY_SEE_BILLING:
            message = "You don't have permission to access this resource."
            raise Refused(403, "forbidden", message)


def _window(request: Request) -> tuple[datetime, datetime]:
    for name, _ in request.query:
        if name not in ("from", "to", "teamId", "slug"):
            raise _wrong(f"should NOT have additional property `{name}`.")
    start, end = _time(request, "from"), _time(request, "to")
    if end <= start:
        raise _wrong("`to` should be after `from`.")
    if end - start > LONGEST:
        raise _wrong("the date range should be at most 1 year.")
    return start, end


def _time(request: Request, name: str) -> datetime:
    values = request.values(name)
    if not values:
        raise _wrong(f"missing required property `{name}`.")
    try:
        moment = datetime.fromisoformat(values[0])
    except ValueError:
        moment = None
    if moment is None or moment.utcoffset() != timedelta(0):
        raise _wrong(f"`{name}` should be an ISO 8601 date-time in UTC.")
    return moment


def _wrong(details: str) -> Refused:
    return Refused(400, "bad_request", f"Invalid request: {details}")


def _sent(body: bytes, request: Request) -> Response:
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(200, {"content-type": JSON_LINES}, body)
    headers = {"content-type": JSON_LINES, "content-encoding": "gzip"}
    return Response(200, headers, gzip.compress(body, mtime=0))


def _row(charged: Charged) -> dict[str, Any]:
    """The line of a charge; columns that it has nothing to say in are absent."""
    service, project, region = charged.service, charged.project, charged.region
    tags = {"ProjectId": project.id, "ProjectName": project.name_on(charged.day)} if project else {}
    where = {} if region is None else {"RegionId": region, "RegionName": REGIONS[region]}
    kind = {} if service.category is None else {"ServiceCategory": service.category}
    return {
        "BilledCost": charged.cost,
        "BillingCurrency": "USD",
        "ChargeCategory": charged.charge_category,
        "ChargePeriodStart": f"{charged.day}T00:00:00.000Z",
        "ChargePeriodEnd": f"{charged.day + DAY}T00:00:00.000Z",
        "ConsumedQuantity": charged.quantity,
        "ConsumedUnit": service.unit,
        "EffectiveCost": charged.cost,
        **where,
        "ServiceName": service.name,
        **kind,
        "ServiceProviderName": "Vercel",
        "Tags": tags,
        "PricingCategory": "Standard",
        "PricingCurrency": "USD",
        "PricingQuantity": charged.quantity,
        "PricingUnit": service.unit,
    }
