"""A made-up company's repositories, as GitHub answers for them: search, list, commits.

Parameters and refusals are those of the specification (@octokit/openapi 23.0.2). The search knows
the qualifiers that a collector needs, gives `MOST` results at the most whatever it counts, and
refuses more than `a_minute` questions a minute of its `clock` (None: the truth's); one about more
than `days` it gives up before it has found everything. The two ends of a span of commits are in it
or not (`with_ends`): GitHub does not say.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from ecot.model.period import DAY, Period
from ecot.sandbox.github import Refused
from ecot.sandbox.github.truth import ORGANIZATION
from ecot.sandbox.github_activity import bodies
from ecot.sandbox.github_activity.truth import REPOS, Commit, GitHubActivityTruth, Merge, Repo
from ecot.sandbox.messages import Request, Response, json_response

COMMITS = re.compile(r"/repos/([^/]+/[^/]+)/commits")
MERGED = re.compile(r"merged:(\S+)\.\.(\S+)")
MOST = 1000
SECOND = timedelta(seconds=1)
Entry = TypeVar("Entry")


@dataclass(frozen=True, slots=True)
class Seen:
    """What a token sees: these repositories, and their contents."""

    repos: tuple[Repo, ...] = REPOS
    contents: bool = True

    def repo(self, name: str) -> Repo | None:
        """The repository of this name, in capitals or not."""
        return next((one for one in self.repos if one.full_name == name.lower()), None)


@dataclass
class GitHubActivitySite:
    """Serves a truth as GitHub would; `tokens` may be changed at any time."""

    truth: GitHubActivityTruth
    tokens: dict[str, Seen]
    with_ends: bool = True
    a_minute: int | None = None
    days: int | None = None
    clock: Callable[[], datetime] | None = None
    searched: list[datetime] = field(default_factory=list)
    """When there was a search."""

    def answer(self, request: Request, /) -> Response:
        """GitHub's answer, or its refusal with a true body."""
        try:
            return json_response(self._answered(request))
        except Refused as refusal:
            return json_response(refusal.content, refusal.status)

    def _answered(self, request: Request) -> Any:
        seen = self._admitted(request)
        if request.method == "GET" and request.path == "/search/issues":
            return self._search(request, seen)
        if request.method == "GET" and request.path == f"/orgs/{ORGANIZATION}/repos":
            return self._list(request, seen)
        found = COMMITS.fullmatch(request.path)
        repo = None if found is None else seen.repo(found[1])
        if request.method != "GET" or repo is None:
            raise Refused(404, "Not Found")
        return self._commits(request, seen, repo)

    def _admitted(self, request: Request) -> Seen:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or token not in self.tokens:
            raise Refused(401, "Bad credentials")
        return self.tokens[token]

    def _search(self, request: Request, seen: Seen) -> Any:
        self._within_limit()
        scope, *kinds, span = _one(request, "q").split(" ")
        found = MERGED.fullmatch(span)
        if kinds != ["is:pr", "is:merged"] or found is None:
            raise Refused(422, "Validation Failed")
        repos = _scope(scope, seen)
        first, last = _moment(found[1]), _moment(found[2])
        merges = [one for one in self._merges(first, last) if one.repo in repos]
        if _one(request, "sort") != "created" or _one(request, "order") != "asc":
            merges.reverse()
        shown = [bodies.pull_request(one) for one in _page(request, merges[:MOST])]
        is_cut = self.days is not None and last - first >= self.days * DAY
        counted = {"total_count": len(merges), "incomplete_results": is_cut}
        items = shown[:1] if is_cut else shown
        return {**counted, "search_type": "lexical", "items": items}

    def _within_limit(self) -> None:
        now = (self.clock or self.truth.now)()
        self.searched.append(now)
        count = sum(now - one < 60 * SECOND for one in self.searched)
        if self.a_minute is not None and count > self.a_minute:
            raise Refused(429, "API rate limit exceeded")

    def _merges(self, first: datetime, last: datetime) -> list[Merge]:
        days = Period(first, last + SECOND).days()
        return [one for day in days for one in self.truth.merges(day) if first <= one.at <= last]

    def _list(self, request: Request, seen: Seen) -> Any:
        wanted = [one for one in seen.repos if not one.is_fork]
        if _one(request, "type") != "sources":
            wanted = list(seen.repos)
        return [bodies.repository(one, self.truth.now()) for one in _page(request, wanted)]

    def _commits(self, request: Request, seen: Seen, repo: Repo) -> Any:
        if not seen.contents:
            raise Refused(403, "Resource not accessible by personal access token")
        if repo.is_empty:
            raise Refused(409, "Git Repository is empty.")
        since, until = _moment(_one(request, "since")), _moment(_one(request, "until"))
        days = Period(since, until + SECOND).days()
        made = [one for day in days for one in self.truth.commits(day) if one.repo == repo]
        made = [one for one in made if self._is_in(one, since, until)]
        return [bodies.commit(one) for one in _page(request, made[::-1])]

    def _is_in(self, one: Commit, since: datetime, until: datetime) -> bool:
        if self.with_ends:
            return since <= one.at <= until
        return since < one.at < until


def _scope(scope: str, seen: Seen) -> list[Repo]:
    """The repositories that a question is about, as far as they are seen."""
    kind, _, name = scope.partition(":")
    if kind == "org" and name.lower() == ORGANIZATION and seen.repos:
        return list(seen.repos)
    repo = seen.repo(name) if kind == "repo" else None
    if repo is None:
        raise Refused(422, "Validation Failed")
    return [repo]


def _page(request: Request, entries: list[Entry]) -> list[Entry]:
    size, number = int(_one(request, "per_page")), int(_one(request, "page"))
    if not 1 <= size <= 100 or number < 1:
        raise Refused(422, "Validation Failed")
    return entries[(number - 1) * size : number * size]


def _one(request: Request, name: str) -> str:
    values = request.values(name)
    if len(values) != 1:
        raise Refused(422, f"Validation Failed: {name}")
    return values[0]


def _moment(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise Refused(422, f"Validation Failed: {text}") from None
