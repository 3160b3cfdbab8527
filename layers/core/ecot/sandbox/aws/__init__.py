"""A made-up company's AWS Cost Explorer: GetCostAndUsage over the AWS JSON 1.1 protocol.

Every operation is `POST /`, named by the header X-Amz-Target and signed for the service `ce`; a
refusal has the status 400 and the exception's name in `__type`. A token belongs to the question
that it continues: with another one it is refused.
"""

import base64
import hashlib
import itertools
from collections.abc import Iterable, Iterator, MutableMapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from ecot.sandbox import exact_json
from ecot.sandbox.aws.query import DIMENSIONS, Query, Refused, read_query
from ecot.sandbox.aws.signature import Access, admitted
from ecot.sandbox.aws.truth import AwsTruth, Line
from ecot.sandbox.messages import Request, Response

TARGET = "AWSInsightsIndexService.GetCostAndUsage"
JSON_TYPE = "application/x-amz-json-1.1"
GROUPS_A_PAGE = 1000  # how many AWS puts on a page is not documented
DENIED = (
    "User: arn:aws:iam::123456789012:user/{user} is not authorized to perform: "
    "ce:GetCostAndUsage on resource: arn:aws:ce:us-east-1:123456789012:/GetCostAndUsage because no "
    "identity-based policy allows the ce:GetCostAndUsage action"
)
NOT_ENABLED = "User not enabled for cost explorer access"  # as the CLI showed it (2018-09-20)

Group = tuple[date, tuple[str, ...]]


@dataclass
class AwsSite:
    """Serves a truth as Cost Explorer would; `keys` may be changed at any time.

    `enabled` says whether somebody has opened Cost Explorer in the account; `page_size` how many
    groups a page has. `pages` counts the pages that were answered, each of which AWS would bill.
    """

    truth: AwsTruth
    keys: MutableMapping[str, Access]
    enabled: bool = True
    page_size: int = GROUPS_A_PAGE
    pages: int = 0

    def answer(self, request: Request, /) -> Response:
        """AWS's answer, or its refusal with a true error body."""
        try:
            content = self._content(request)
        except Refused as refusal:
            body = {"__type": refusal.code, "Message": refusal.message}
            return aws_response(body, refusal.status)
        self.pages += 1
        return aws_response(content)

    def _content(self, request: Request) -> dict[str, Any]:
        if request.method != "POST" or request.headers.get("x-amz-target") != TARGET:
            raise Refused("UnknownOperationException", "")
        access = admitted(request, self.keys)
        if not access.may_read:
            raise Refused("AccessDeniedException", DENIED.format(user=access.user))
        if not self.enabled:
            raise Refused("AccessDeniedException", NOT_ENABLED)
        asked: Any = exact_json.loads(request.body)
        query = read_query(asked, self.truth.now().date())
        return self._page(asked, query)

    def _page(self, asked: dict[str, Any], query: Query) -> dict[str, Any]:
        groups = sorted(self._groups(query).items())
        start = _start(asked)
        part = groups[start : start + self.page_size]
        more = start + self.page_size < len(groups)
        return {
            **({"NextPageToken": _token(asked, start + self.page_size)} if more else {}),
            "GroupDefinitions": [{"Type": "DIMENSION", "Key": key} for key in query.groups],
            "ResultsByTime": [self._result(query, day, part) for day in query.days],
            "DimensionValueAttributes": [],
        }

    def _groups(self, query: Query) -> dict[Group, list[Line]]:
        found: dict[Group, list[Line]] = {}
        for day in query.days:
            for line in filter(query.takes, self.truth.lines(day)):
                keys = tuple(DIMENSIONS[key](line) for key in query.groups)
                found.setdefault((day, keys), []).append(line)
        return found

    def _result(
        self, query: Query, day: date, part: Iterable[tuple[Group, list[Line]]]
    ) -> dict[str, Any]:
        return {
            "TimePeriod": {"Start": str(day), "End": str(date.fromordinal(day.toordinal() + 1))},
            "Total": {},
            "Groups": [
                {"Keys": list(keys), "Metrics": dict(self._metrics(query, lines))}
                for (of_day, keys), lines in part
                if of_day == day
            ],
            "Estimated": self.truth.is_estimated(day),
        }

    def _metrics(self, query: Query, lines: list[Line]) -> Iterator[tuple[str, dict[str, str]]]:
        for name in query.metrics:
            if name.endswith("Cost"):
                total = sum((line.amount for line in lines), Decimal(0))
                yield name, {"Amount": exact_json.plain(total), "Unit": self.truth.currency}
            else:
                used = sum((line.quantity for line in lines), Decimal(0))
                units = {line.unit for line in lines}
                unit = units.pop() if len(units) == 1 else "N/A"
                yield name, {"Amount": exact_json.plain(used), "Unit": unit}


def aws_response(content: object, status: int = 200) -> Response:
    """A response of the protocol."""
    return Response(status, {"content-type": JSON_TYPE}, exact_json.dumps(content))


def _token(asked: dict[str, Any], start: int) -> str:
    return base64.b64encode(f"{_of(asked)}/{start}".encode()).decode()


def _start(asked: dict[str, Any]) -> int:
    """Where the asked page begins; Refused for a token of another question, and for none at all."""
    if (token := asked.get("NextPageToken")) is None:
        return 0
    try:
        question, _, start = base64.b64decode(token, validate=True).decode().partition("/")
        at = int(start)
    except ValueError:
        raise Refused("InvalidNextTokenException", "The pagination token is invalid.") from None
    if question != _of(asked):
        message = "Your request parameters changed between pages."
        raise Refused("RequestChangedException", message)
    return at


def _of(asked: dict[str, Any]) -> str:
    """What tells one question from another."""
    same = itertools.filterfalse(lambda pair: pair[0] == "NextPageToken", sorted(asked.items()))
    return hashlib.sha256(exact_json.dumps(dict(same))).hexdigest()[:16]
