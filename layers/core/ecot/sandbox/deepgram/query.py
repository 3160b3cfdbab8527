"""How Deepgram reads a request: who may read what, which parameters it knows, and its refusals.

Bodies are those of the specification (2025-07) and of the error pages (2026): JSON of two kinds,
and plain text. Unknown parameters are refused here, so that no test passes by a misspelt one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from ecot.sandbox.deepgram.truth import DeepgramTruth, Project
from ecot.sandbox.messages import Request, Response, json_response

REQUEST_ID = "b1234567-7890-4234-8678-901234567890"
USAGE, BILLING, PROJECT = "usage:read", "billing:read", "project:read"
ADMIN = frozenset({PROJECT, USAGE, BILLING})
GROUPINGS = {
    "billing": ("accessor", "deployment", "line_item", "tags"),
    "usage": ("accessor", "endpoint", "feature_set", "models", "method", "tags", "deployment"),
}
DEFAULT_DAYS = 7


class Refused(Exception):
    """A request that Deepgram refuses, and its whole answer."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.body.decode())
        self.response = response


@dataclass(frozen=True, slots=True)
class Access:
    """What a key opens: projects by id (those it belongs to), and its scopes there."""

    project_ids: tuple[str, ...]
    scopes: frozenset[str] = field(default=ADMIN)


@dataclass(frozen=True, slots=True)
class Asked:
    """A breakdown that is asked for: both dates as they were sent, and what it is grouped by."""

    start: date
    end: date
    grouping: tuple[str, ...]


def admitted(request: Request, keys: Mapping[str, Access], scope: str) -> Access:
    """What the request's key opens. A key is a Token; Bearer is for temporary tokens only."""
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    access = keys.get(key.strip()) if scheme.lower() == "token" else None
    if access is None:
        raise coded(401, "INVALID_AUTH", "Invalid credentials.")
    if scope not in access.scopes:
        raise coded(403, "INSUFFICIENT_PERMISSIONS", "User does not have sufficient permissions.")
    return access


def project_of(truth: DeepgramTruth, access: Access, project_id: str) -> Project:
    """The project of a path, which must be one of the key's."""
    if len(project_id) != 36 or project_id.count("-") != 4:
        found = f"found {len(project_id)}"
        raise plain(
            404,
            f"UUID parsing failed: invalid length: expected length 32 for simple format, {found}",
        )
    for project in truth.projects:
        if project.id == project_id and project.id in access.project_ids:
            return project
    raise coded(404, "PROJECT_NOT_FOUND", "Project not found.")


def breakdown(request: Request, kind: str, today: date) -> Asked:
    """The breakdown that the query asks for, by default of the last days."""
    for name, _ in request.query:
        if name not in ("start", "end", "grouping"):
            raise wrong(f"unknown field `{name}`")
    end = _day(request, "end") or today
    start = _day(request, "start") or end - timedelta(DEFAULT_DAYS)
    grouping = tuple(request.values("grouping"))
    if end < start:
        raise wrong("`end` is before `start`")
    if kind == "usage" and len(grouping) > 1:
        raise wrong("duplicate field `grouping`")
    for name in grouping:
        if name not in GROUPINGS[kind]:
            known = ", ".join(f"`{each}`" for each in GROUPINGS[kind])
            raise wrong(f"unknown variant `{name}`, expected one of {known}")
    return Asked(start, end, grouping)


def _day(request: Request, name: str) -> date | None:
    texts = request.values(name)
    try:
        return date.fromisoformat(texts[-1]) if texts else None
    except ValueError:
        raise wrong(f"`{name}`: premature end of input") from None


def coded(status: int, code: str, message: str) -> Refused:
    """A refusal with a code."""
    content = {"err_code": code, "err_msg": message, "request_id": REQUEST_ID}
    return Refused(json_response(content, status))


def plain(status: int, text: str) -> Refused:
    """A refusal that is no JSON."""
    return Refused(Response(status, {"content-type": "text/plain; charset=utf-8"}, text.encode()))


def wrong(details: str) -> Refused:
    """A query that cannot be read."""
    content = {
        "category": "INVALID_QUERY_PARAMETER",
        "message": f"Invalid query string: {details}.",
        "details": details,
        "request_id": REQUEST_ID,
    }
    return Refused(json_response(content, 400))
