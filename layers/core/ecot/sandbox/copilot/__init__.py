"""A made-up company's Copilot, as GitHub answers for it: billing, seats, and links to reports.

Paths, parameters and refusals are those of the specification (@octokit/openapi 23.0.2). The files
of a report lie on the same server here, at `/files`; as at a real storage they are given for their
signature, until it expires, and a request that bears another authorization is refused.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from ecot.model.period import DAY, Month
from ecot.sandbox.copilot import bodies
from ecot.sandbox.copilot.truth import ORGANIZATION, CopilotTruth
from ecot.sandbox.github import Refused
from ecot.sandbox.messages import Request, Response, json_response

REPORTS = rf"/orgs/{ORGANIZATION}/copilot/metrics/reports"
BILLING = rf"/organizations/{ORGANIZATION}/settings/billing"
FILES = re.compile(r"/files/(\d{4}-\d{2}-\d{2})/(\d)\.ndjson")
A_FILE = 4  # persons
VALID = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token may read."""

    billing: bool = True
    seats: bool = True
    reports: bool = True


@dataclass
class CopilotSite:
    """Serves a truth as GitHub would; `tokens` may be changed at any time. Without the `policy`
    there are no reports for anybody; `as_array` gives files as one JSON array."""

    truth: CopilotTruth
    tokens: dict[str, Grant]
    policy: bool = True
    as_array: bool = False
    with_token: list[str] = field(default_factory=list)
    """The files that were asked for with an authorization."""

    def answer(self, request: Request, /) -> Response:
        """GitHub's answer, or its refusal with a true body."""
        try:
            if found := FILES.fullmatch(request.path):
                return self._file(request, date.fromisoformat(found[1]), int(found[2]))
            return self._listed(request)
        except Refused as refusal:
            return json_response(refusal.content, refusal.status)

    def _listed(self, request: Request) -> Response:
        grant = self._admitted(request)
        ways: dict[str, tuple[bool, Callable[[Request], Any]]] = {
            f"{BILLING}/ai_credit/usage": (grant.billing, self._credits),
            f"{BILLING}/usage": (grant.billing, self._usage),
            f"/orgs/{ORGANIZATION}/copilot/billing": (grant.seats, self._details),
            f"/orgs/{ORGANIZATION}/copilot/billing/seats": (grant.seats, self._seats),
            f"{REPORTS}/users-1-day": (grant.reports, self._report),
            f"{REPORTS}/users-28-day/latest": (grant.reports, self._latest),
        }
        is_allowed, way = ways.get(request.path, (True, None))
        if request.method != "GET" or way is None:
            raise Refused(404, "Not Found")
        if not is_allowed:
            raise Refused(403, "Resource not accessible by personal access token")
        content = way(request)
        return Response(204) if content is None else json_response(content)

    def _admitted(self, request: Request) -> Grant:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or token not in self.tokens:
            raise Refused(401, "Bad credentials")
        return self.tokens[token]

    def _credits(self, request: Request) -> Any:
        year, month, day = (_number(request, name) for name in ("year", "month", "day"))
        first = date(year, month, day or 1)
        days = [first] if day else list(Month.of(first).days())
        lines = [line for one in days for line in self.truth.credits(one)]
        period = {"year": year, "month": month} | ({"day": day} if day else {})
        items = [bodies.credits_item(line) for line in lines]
        return {"timePeriod": period, "organization": ORGANIZATION, "usageItems": items}

    def _usage(self, request: Request) -> Any:
        month = Month(_number(request, "year"), _number(request, "month"))
        return {
            "usageItems": [
                item
                for day in month.days()
                if day <= self.truth.today
                for item in bodies.usage_items(self.truth, day)
            ]
        }

    def _details(self, _: Request) -> Any:
        return bodies.details(self.truth)

    def _seats(self, request: Request) -> Any:
        page, size = _number(request, "page"), _number(request, "per_page")
        if not 1 <= size <= 100:
            raise Refused(422, "per_page is out of range")
        seats = self.truth.seats()
        shown = seats[(page - 1) * size : page * size]
        return {"total_seats": len(seats), "seats": [bodies.seat(one) for one in shown]}

    def _report(self, request: Request) -> Any:
        self._has_policy()
        (asked,) = request.values("day")
        people = self.truth.report(date.fromisoformat(asked))
        if not people:
            return None
        files = range(1 + (len(people) - 1) // A_FILE)
        host, until = request.headers["host"], int((self.truth.now() + VALID).timestamp())
        links = [
            f"http://{host}/files/{asked}/{number}.ndjson?se={until}&sig={signature(asked, until)}"
            for number in files
        ]
        return {"download_links": links, "report_day": asked}

    def _latest(self, _: Request) -> Any:
        self._has_policy()
        last = self.truth.reported
        first = last - 27 * DAY
        span = {"report_start_day": str(first), "report_end_day": str(last)}
        return {"download_links": [], **span}

    def _has_policy(self) -> None:
        if not self.policy:
            raise Refused(404, "Not Found")

    def _file(self, request: Request, day: date, number: int) -> Response:
        if "authorization" in request.headers:
            self.with_token.append(request.path)
            raise Refused(400, "InvalidAuthenticationInfo")
        until, signed = request.values("se"), request.values("sig")
        if not until or signed != [signature(str(day), int(until[0]))]:
            raise Refused(403, "AuthenticationFailed: Signature did not match")
        if int(until[0]) < self.truth.now().timestamp():
            raise Refused(403, "AuthenticationFailed: Signature has expired")
        people = self.truth.report(day)[number * A_FILE : (number + 1) * A_FILE]
        lines = [bodies.line(one, day) for one in people]
        body = b"[" + b",".join(lines) + b"]" if self.as_array else b"".join(lines)
        return Response(200, {"content-type": "application/x-ndjson"}, body)


def signature(day: str, until: int) -> str:
    """What a link of the day is signed with."""
    return f"Can4rySignature{day.replace('-', '')}x{until}"


def _number(request: Request, name: str) -> int:
    values = request.values(name)
    if not values:
        return 0
    if not values[0].isdigit():
        raise Refused(400, f"Invalid value for {name}: {values[0]}")
    return int(values[0])
