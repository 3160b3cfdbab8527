"""A made-up company's Deepgram: projects, money, usage and balances, as Deepgram answers them.

Covers the operations that a collector of costs reads, from the specification of 2025-07 and the
reference pages of 2026. What these leave open can be set: whether `end` is inside, and from how
many days on an answer is by weeks. Dimensions that are not asked for are null.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from ecot.sandbox.deepgram.query import (
    BILLING,
    GROUPINGS,
    PROJECT,
    USAGE,
    Access,
    Asked,
    Refused,
    admitted,
    breakdown,
    coded,
    project_of,
)
from ecot.sandbox.deepgram.truth import MEASURES, DeepgramTruth, Project, Used
from ecot.sandbox.messages import Request, Response, json_response

ROOT = "/v1/projects"
SCOPES = {
    "billing/breakdown": BILLING,
    "usage/breakdown": USAGE,
    "balances": BILLING,
}
DIMENSIONS: Mapping[str, Callable[[Used], object]] = {
    "accessor": lambda used: used.accessor,
    "deployment": lambda used: used.deployment,
    "line_item": lambda used: used.product.line_item,
    "tags": lambda used: used.project.tags,
    "endpoint": lambda used: used.product.endpoint,
    "feature_set": lambda used: used.product.feature_set,
    "models": lambda used: used.product.model,
    "method": lambda used: used.product.method,
}
DAY, WEEK = timedelta(1), timedelta(7)
Row = dict[str, Any]


class DeepgramSite:
    """Serves a truth as Deepgram would; `keys` may be changed at any time."""

    def __init__(
        self,
        truth: DeepgramTruth,
        keys: dict[str, Access],
        end_is_inside: bool = True,
        most_days: int | None = None,
    ) -> None:
        self.truth = truth
        self.keys = keys
        self.end_is_inside = end_is_inside
        self.most_days = most_days

    def answer(self, request: Request, /) -> Response:
        """Deepgram's answer, or its refusal with a true body."""
        try:
            return json_response(self._content(request))
        except Refused as refusal:
            return refusal.response

    def _content(self, request: Request) -> Row:
        path = request.path.removeprefix(ROOT).strip("/")
        project_id, _, what = path.partition("/")
        scope = SCOPES.get(what, PROJECT)
        access = admitted(request, self.keys, scope)
        if request.method != "GET" or not request.path.startswith(ROOT):
            raise coded(404, "NOT_FOUND", "Not found.")
        if not path:
            return {"projects": list(self._projects(access))}
        project = project_of(self.truth, access, project_id)
        if what == "balances":
            return {"balances": list(self._balances(project))}
        if what not in SCOPES:
            raise coded(404, "NOT_FOUND", "Not found.")
        return self._breakdown(project, request, what.partition("/")[0])

    def _projects(self, access: Access) -> Iterator[Row]:
        for project in self.truth.projects:
            if project.id in access.project_ids:
                yield {"project_id": project.id, "name": project.name}

    def _balances(self, project: Project) -> Iterator[Row]:
        for credit, left in self.truth.left(project):
            yield {
                "balance_id": credit.id,
                "amount": left,
                "units": credit.units,
                "purchase_order_id": credit.id.replace("c", "d", 1),
            }

    def _breakdown(self, project: Project, request: Request, kind: str) -> Row:
        asked = breakdown(request, kind, self.truth.now().date())
        after = asked.end + DAY if self.end_is_inside else asked.end
        coarse = self.most_days is not None and (after - asked.start).days > self.most_days
        results: list[Row] = []
        start = asked.start
        while start < after:
            end = min(start + (WEEK if coarse else DAY), after)
            results += self._rows(project, asked, kind, start, end - DAY)
            start = end
        return {
            "start": str(asked.start),
            "end": str(asked.end),
            "resolution": {"units": "week" if coarse else "day", "amount": 1},
            "results": results,
        }

    def _rows(
        self, project: Project, asked: Asked, kind: str, first: date, last: date
    ) -> Iterator[Row]:
        days = (first + timedelta(offset) for offset in range((last - first).days + 1))
        groups: dict[tuple[object, ...], list[Used]] = {}
        for used in (used for day in days for used in self.truth.used(project, day)):
            key = tuple(_shown(used, name, asked) for name in GROUPINGS[kind])
            groups.setdefault(key, []).append(used)
        for key, members in groups.items():
            grouping = dict(zip(GROUPINGS[kind], key, strict=True))
            grouping = {"start": str(first), "end": str(last), **grouping}
            yield {**_measured(members, kind), "grouping": grouping}


def _shown(used: Used, name: str, asked: Asked) -> object:
    return DIMENSIONS[name](used) if name in asked.grouping else None


def _measured(members: list[Used], kind: str) -> Row:
    if kind == "billing":
        return {"dollars": sum((used.dollars for used in members), Decimal(0))}
    return {name: sum(used.measures[name] for used in members) for name in MEASURES}
