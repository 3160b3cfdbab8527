"""A script of faults: which requests go wrong, how often, and what happens to them instead."""

import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from ecot.sandbox.messages import Request, Response, Site

Next = Callable[[Request], Response]
Effect = Callable[[Request, Next], Response]
"""What a fault does: given the request and the rest of the way, the response to give instead.

An effect that hands back the very response of the rest has done nothing, and is not counted."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong, for the requests that `on` narrows it to; once unless told."""

    name: str
    effect: Effect
    path: str = ""
    method: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    first: int = 1
    times: int | None = 1

    def on(
        self,
        path: str | None = None,
        *,
        first: int | None = None,
        query: Mapping[str, str] | None = None,
        method: str | None = None,
    ) -> Self:
        """The same fault for paths in which the regular expression is found, from the `first`
        (1, 2, …) matching request; `query` maps parameter names to regular expressions, and
        `method` is one for the whole method ("POST|PATCH")."""
        return replace(
            self,
            path=self.path if path is None else path,
            first=self.first if first is None else first,
            query=self.query if query is None else query,
            method=self.method if method is None else method,
        )

    def repeated(self, times: int | None) -> Self:
        """The same fault, so many times; None means without end."""
        return replace(self, times=times)

    def concerns(self, request: Request) -> bool:
        """Whether method, path and query are the ones this fault is for."""
        if self.method and not re.fullmatch(self.method, request.method):
            return False
        return bool(re.search(self.path, request.path)) and all(
            any(re.search(pattern, value) for value in request.values(name))
            for name, pattern in self.query.items()
        )


@dataclass(slots=True)
class _Line:
    """A fault in a script, with how often it was reached and how often it struck."""

    fault: Fault
    reached: int = 0
    struck: int = 0


class Faults:
    """Faults in order, the first one outermost; safe to use from many threads.

    A fault counts the matching requests that reach it: behind two `rate_limited` answers, the next
    fault strikes the third request. Edits let requests through, so several can act on one answer.
    """

    def __init__(self, *faults: Fault) -> None:
        self._lock = threading.Lock()
        self._lines = [_Line(fault) for fault in faults]
        self._struck: list[str] = []

    def add(self, *faults: Fault) -> None:
        """Append to the script, also while the server runs."""
        with self._lock:
            self._lines += [_Line(fault) for fault in faults]

    def clear(self) -> None:
        """From now on everything works; `struck` is kept."""
        with self._lock:
            self._lines = []

    @property
    def struck(self) -> tuple[str, ...]:
        """The names of the faults that struck, in order."""
        with self._lock:
            return tuple(self._struck)

    def answer(self, request: Request, site: Site) -> Response:
        """The site's answer, after the faults that are due had their way with it."""
        with self._lock:
            lines = tuple(self._lines)
        return self._through(lines, request, site)

    def _through(self, lines: tuple[_Line, ...], request: Request, site: Site) -> Response:
        if not lines:
            return site.answer(request)
        rest = _Remembered(lambda passed: self._through(lines[1:], passed, site))
        if not self._due(lines[0], request):
            return rest(request)
        response = lines[0].fault.effect(request, rest)
        if response is rest.response or self._claim(lines[0]):
            return response
        return rest.response or rest(request)

    def _due(self, line: _Line, request: Request) -> bool:
        if not line.fault.concerns(request):
            return False
        with self._lock:
            line.reached += 1
            return line.reached >= line.fault.first and line.struck != line.fault.times

    def _claim(self, line: _Line) -> bool:
        with self._lock:
            if line.struck == line.fault.times:
                return False
            line.struck += 1
            self._struck.append(line.fault.name)
            return True


class _Remembered:
    """The rest of the way, remembering its last response."""

    def __init__(self, rest: Next) -> None:
        self._rest = rest
        self.response: Response | None = None

    def __call__(self, request: Request) -> Response:
        self.response = self._rest(request)
        return self.response
