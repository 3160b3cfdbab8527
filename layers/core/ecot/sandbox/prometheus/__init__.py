"""A made-up company's Prometheus: instant queries, answered as Prometheus answers them.

Refusals as 2.42 has them (seen 2026-11-21) and the specification of 3.14; `limit` as of 2.53, when
it came, with the warning that results were truncated. In front of it may stand a proxy that asks
for a token or a password, or a Mimir that asks for a tenant; both refuse in words of their own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

from ecot.sandbox.messages import Request, Response, json_response
from ecot.sandbox.prometheus.query import ParseError, Vector, expression
from ecot.sandbox.prometheus.truth import PrometheusTruth

PATH = "/api/v1/query"
UNAUTHORIZED = b"<html><head><title>401 Authorization Required</title></head></html>\n"


class Refused(Exception):
    """A refusal, with its response."""

    def __init__(self, response: Response) -> None:
        self.response = response
        super().__init__(str(response.status))


def trouble(status: int, kind: str, text: str) -> Response:
    """An error in Prometheus' own form."""
    return json_response({"status": "error", "errorType": kind, "error": text}, status)


@dataclass
class PrometheusSite:
    """Serves a truth. `authorization` are the values of the header that are let in (empty: nobody
    is asked), `tenant` the only one that there is."""

    truth: PrometheusTruth
    authorization: set[str] = field(default_factory=set)
    tenant: str | None = None

    def answer(self, request: Request, /) -> Response:
        """The answer, or the refusal of whoever refuses."""
        try:
            self._admit(request)
            return self._answered(request)
        except Refused as refusal:
            return refusal.response

    def _admit(self, request: Request) -> None:
        if self.authorization and request.headers.get("authorization") not in self.authorization:
            raise Refused(Response(401, {"content-type": "text/html"}, UNAUTHORIZED))
        if self.tenant and request.headers.get("x-scope-orgid") != self.tenant:
            raise Refused(Response(401, {"content-type": "text/plain"}, b"no org id\n"))

    def _answered(self, request: Request) -> Response:
        if request.path != PATH:
            raise Refused(Response(404, {"content-type": "text/plain"}, b"404 page not found\n"))
        if request.method != "GET":
            raise Refused(Response(405, {"content-type": "text/plain"}, b"Method Not Allowed\n"))
        moment = self._time(request)
        try:
            vector = expression(_last(request, "query")).at(self.truth, moment)
        except ParseError as error:
            raise _bad("query", str(error)) from None
        return json_response(_content(vector, moment, self._limit(request)))

    def _time(self, request: Request) -> datetime:
        text = _last(request, "time")
        try:
            return datetime.fromtimestamp(int(text), UTC) if text else self.truth.now()
        except ValueError:
            why = f"Invalid time value for 'time': cannot parse \"{text}\" to a valid timestamp"
            raise _bad("time", why) from None

    def _limit(self, request: Request) -> int:
        text = _last(request, "limit") or "0"
        if not text.isdecimal():
            raise _bad("limit", f'strconv.Atoi: parsing "{text}": invalid syntax')
        return int(text)


def _content(vector: Vector, moment: datetime, limit: int) -> Mapping[str, object]:
    time = int(moment.timestamp())
    result = [
        {"metric": dict(labels), "value": [time, _text(value)]} for labels, value in vector.items()
    ]
    whole = not limit or len(result) <= limit
    shown = result if whole else result[:limit]
    answered = {"status": "success", "data": {"resultType": "vector", "result": shown}}
    return answered if whole else {**answered, "warnings": ["results truncated due to limit"]}


def _text(value: Decimal) -> str:
    """As Go writes a float: no needless zeros, an exponent for what is very small."""
    plain = value.normalize()
    return f"{plain:e}" if 0 < abs(plain) < Decimal("0.000001") else f"{plain:f}"


def _last(request: Request, name: str) -> str:
    return (request.values(name) or [""])[-1]


def _bad(parameter: str, why: str) -> Refused:
    return Refused(trouble(400, "bad_data", f'invalid parameter "{parameter}": {why}'))
