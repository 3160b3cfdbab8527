"""Made-up organisations' Supabase: the Management API, answered as Supabase answers it.

Covers the operations that a collector of costs reads, from the specification of 2026-06-01. Bodies
of refusals are `{"message": …}`; a scoped token's names the permissions that it lacks
(`missing_permissions`, changelog of 2026-10-06). What the specification leaves open is as seen in
2026: times without a zone, and `interval` as the time that is looked back.
"""

import re
from collections.abc import MutableMapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from ecot.sandbox.messages import Request, Response, json_response
from ecot.sandbox.supabase.bodies import addons, disk, organization, project_of
from ecot.sandbox.supabase.truth import (
    DAY,
    HOUR,
    SERVICES,
    Project,
    SupabaseTruth,
    hours,
    summed,
)

ORGANIZATIONS, ORGANIZATION = "organizations_read", "organization_admin_read"
PROJECTS, ADDONS = "projects_read", "infra_add_ons_read"
ANALYTICS, DISK = "analytics_usage_read", "infra_disk_config_read"
ALL = frozenset({ORGANIZATIONS, ORGANIZATION, PROJECTS, ADDONS, ANALYTICS, DISK})
COUNTS = "analytics/endpoints/usage.api-counts"
OF_PROJECT = {"billing/addons": ADDONS, COUNTS: ANALYTICS, "config/disk/util": DISK}
REF = re.compile(r"[a-z]{20}")
MINUTE = timedelta(minutes=1)
# How far an interval looks back, and how long its buckets are.
INTERVALS = {
    "15min": (15 * MINUTE, MINUTE),
    "30min": (30 * MINUTE, MINUTE),
    "1hr": (HOUR, MINUTE),
    "3hr": (3 * HOUR, MINUTE),
    "1day": (DAY, HOUR),
    "3day": (3 * DAY, HOUR),
    "7day": (7 * DAY, DAY),
}
KEPT = {"free": DAY}  # how long logs are kept; longer than any interval on the other plans
LIMITED = {"message": "ThrottlerException: Too Many Requests"}
Content = dict[str, Any] | list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Access:
    """What a token opens: organisations by slug, and its permissions there."""

    slugs: tuple[str, ...]
    permissions: frozenset[str] = ALL


class Refused(Exception):
    """A request that Supabase refuses."""

    def __init__(self, status: int, message: str, **more: object) -> None:
        super().__init__(message)
        self.response = json_response({"message": message, **more}, status)


class SupabaseSite:
    """Serves a truth as Supabase would; `keys` may be changed at any time."""

    def __init__(self, truth: SupabaseTruth, keys: MutableMapping[str, Access]) -> None:
        self.truth = truth
        self.keys = keys

    def answer(self, request: Request, /) -> Response:
        """Supabase's answer, or its refusal."""
        try:
            return json_response(self._content(request))
        except Refused as refusal:
            return refusal.response

    def _content(self, request: Request) -> Content:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        access = self.keys.get(token) if scheme == "Bearer" else None
        if access is None:
            raise Refused(401, "Unauthorized")
        root, _, rest = request.path.removeprefix("/v1/").partition("/")
        if request.method != "GET" or root not in ("organizations", "projects"):
            raise Refused(404, f"Cannot {request.method} {request.path}")
        if root == "organizations":
            return self._organization(access, rest) if rest else self._organizations(access)
        return self._of_project(access, request, rest) if rest else self._projects(access)

    def _organizations(self, access: Access) -> Content:
        _permitted(access, ORGANIZATIONS)
        seen = (self.truth.organizations[slug] for slug in access.slugs)
        return [{"id": one.slug, "slug": one.slug, "name": one.name} for one in seen]

    def _organization(self, access: Access, slug: str) -> Content:
        _permitted(access, ORGANIZATION)
        if slug not in access.slugs:
            raise Refused(404, "Organization not found")
        return organization(self.truth.organizations[slug])

    def _projects(self, access: Access) -> Content:
        _permitted(access, PROJECTS)
        projects = self.truth.projects.values()
        return [project_of(one) for one in projects if one.organization in access.slugs]

    def _of_project(self, access: Access, request: Request, rest: str) -> Content:
        ref, _, what = rest.partition("/")
        if what not in OF_PROJECT:
            raise Refused(404, f"Cannot GET {request.path}")
        _permitted(access, OF_PROJECT[what])
        if not REF.fullmatch(ref):
            raise Refused(400, "ref: Invalid project ref")
        project = self.truth.projects.get(ref)
        if project is None or project.organization not in access.slugs:
            raise Refused(404, "Project not found")
        if not project.status.startswith("ACTIVE_"):
            raise Refused(400, f"Project is {project.status}")
        if what == COUNTS:
            return self._counts(project, request)
        return addons(project) if what == "billing/addons" else disk(project, self.truth.now())

    def _counts(self, project: Project, request: Request) -> Content:
        for name, _ in request.query:
            if name != "interval":
                raise Refused(400, f"property {name} should not exist")
        interval = request.values("interval")[-1] if request.query else "1hr"
        if interval not in INTERVALS:
            raise Refused(400, f"interval: must be one of {', '.join(INTERVALS)}")
        back, length = INTERVALS[interval]
        now = self.truth.now().astimezone(UTC)
        plan = self.truth.organizations[project.organization].plan or ""
        first = now - min(back, KEPT.get(plan, back))
        return {"result": list(self._buckets(project, first, now, max(length, HOUR)))}

    def _buckets(
        self, project: Project, first: datetime, now: datetime, length: timedelta
    ) -> list[dict[str, object]]:
        """What was asked in each bucket since the first moment; buckets without any are left out,
        and the hour that the first moment falls into is."""
        midnight = first.replace(hour=0, minute=0, second=0, microsecond=0)
        found = []
        while midnight <= now:
            in_bucket = (hour for hour in hours(midnight, midnight + length) if hour >= first)
            counted = summed(self.truth.asked_in(project, hour) for hour in in_bucket)
            if counted:
                counts = {f"total_{service}_requests": counted[service] for service in SERVICES}
                found.append({"timestamp": f"{midnight:%Y-%m-%dT%H:%M:%S}", **counts})
            midnight += length
        return found


def _permitted(access: Access, permission: str) -> None:
    if permission not in access.permissions:
        message = "Your token lacks the permissions that this needs"
        raise Refused(403, message, missing_permissions=[permission])
