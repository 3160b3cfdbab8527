"""A made-up company's GitHub: the usage reports of its billing, as GitHub answers them.

Answers `/organizations/{org}/settings/billing/usage` and the same of `/users/{username}` as the
specification has them (@octokit/openapi 23.0.2). Every answer counts down the hour's requests in
its headers. Dates bear a time where `with_time` is set: both forms were seen.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from ecot.model.period import Month
from ecot.sandbox.github.truth import ORGANIZATION, USER, GitHubTruth, Item
from ecot.sandbox.messages import Request, Response, json_response

PATH = re.compile(r"/(organizations|users)/([^/]+)/settings/billing/usage")
DOCUMENTATION = "https://docs.github.com/rest/billing/usage"
KINDS = {ORGANIZATION: "organizations", USER: "users"}
AN_HOUR = 5000


@dataclass(frozen=True, slots=True)
class Access:
    """What a token opens: accounts whose administrator its owner is. A fine-grained token also
    needs the permission."""

    accounts: frozenset[str] = frozenset({ORGANIZATION, USER})
    has_permission: bool = True


class Refused(Exception):
    """A request that GitHub refuses."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.content = {
            "message": message,
            "documentation_url": DOCUMENTATION,
            "status": str(status),
        }


class GitHubSite:
    """Serves a truth as GitHub would; `tokens` may be changed at any time."""

    def __init__(
        self, truth: GitHubTruth, tokens: dict[str, Access], with_time: bool = False
    ) -> None:
        self.truth = truth
        self.tokens = tokens
        self.with_time = with_time
        self.asked = 0

    def answer(self, request: Request, /) -> Response:
        """GitHub's answer, or its refusal with a true body."""
        self.asked += 1
        try:
            items = list(self._items(request))
        except Refused as refusal:
            return json_response(refusal.content, refusal.status, self._counted())
        return json_response({"usageItems": items}, headers=self._counted())

    def _counted(self) -> dict[str, str]:
        reset = self.truth.now() + timedelta(minutes=30)
        return {
            "x-ratelimit-limit": str(AN_HOUR),
            "x-ratelimit-remaining": str(AN_HOUR - self.asked),
            "x-ratelimit-reset": str(int(reset.timestamp())),
        }

    def _items(self, request: Request) -> Iterator[dict[str, Any]]:
        access = self._admitted(request)
        found = PATH.fullmatch(request.path)
        if request.method != "GET" or found is None:
            raise Refused(404, "Not Found")
        kind, account = found[1], found[2].lower()
        if account not in access.accounts or KINDS.get(account) != kind:
            raise Refused(404, "Not Found")
        if not access.has_permission:
            raise Refused(403, "Resource not accessible by personal access token")
        for item in self._of(account, request):
            yield self._shown(item, account)

    def _admitted(self, request: Request) -> Access:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if "user-agent" not in request.headers:
            raise Refused(403, "Request forbidden by administrative rules.")
        if scheme.lower() != "bearer" or not token:
            raise Refused(401, "Requires authentication")
        if token not in self.tokens:
            raise Refused(401, "Bad credentials")
        return self.tokens[token]

    def _of(self, account: str, request: Request) -> Iterable[Item]:
        today = self.truth.now().date()
        for name, _ in request.query:
            if name not in ("year", "month", "day"):
                raise Refused(400, f"Unknown parameter: {name}")
        year = _number(request, "year", 2000, 9999) or today.year
        month, day = _number(request, "month", 1, 12), _number(request, "day", 1, 31)
        months = [Month(year, month)] if month else [Month(year, each) for each in range(1, 13)]
        if day and not month:
            months = [Month(year, today.month)]
        for each in (each for one in months for each in one.days()):
            if day in (None, each.day):
                yield from self.truth.items(account, each)

    def _shown(self, item: Item, account: str) -> dict[str, Any]:
        owner = {"organizationName": account} if account == ORGANIZATION else {}
        where = {} if item.repository is None else {"repositoryName": item.repository}
        return {
            "date": f"{item.day}T00:00:00Z" if self.with_time else str(item.day),
            "product": item.sku.product,
            "sku": item.sku.sku,
            "quantity": item.quantity,
            "unitType": item.sku.unit,
            "pricePerUnit": item.sku.price,
            "grossAmount": item.gross,
            "discountAmount": item.discount,
            "netAmount": item.net,
            **owner,
            **where,
        }


def _number(request: Request, name: str, least: int, most: int) -> int | None:
    values = request.values(name)
    if not values:
        return None
    if not values[0].isascii() or not values[0].isdigit() or not least <= int(values[0]) <= most:
        raise Refused(400, f"Invalid value for {name}: {values[0]}")
    return int(values[0])
