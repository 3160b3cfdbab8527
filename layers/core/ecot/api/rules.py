"""Which roles may ask which route, and how they may show it: one table, read by the check, by the
description of the interface, and by the tests."""

import re
from functools import cached_property
from typing import Literal

import msgspec

from ecot.model.access import Means, Role

Openness = Literal["never", "always", "badge"]
"""Whether somebody without a token may ask: where the settings make the badge public. (The share
page asks the settings itself: where it is not public there is none.)"""

READERS: frozenset[Role] = frozenset({"report", "admin"})
WATCHERS: frozenset[Role] = frozenset({"collect", "report", "admin"})
COLLECTORS: frozenset[Role] = frozenset({"collect", "admin"})
ADMINS: frozenset[Role] = frozenset({"admin"})
USUAL: frozenset[Means] = frozenset({"token", "cookie"})
BOOKMARKED: frozenset[Means] = USUAL | {"query"}
LINKED: frozenset[Means] = USUAL | {"link"}
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Rule(msgspec.Struct, frozen=True, dict=True):
    """A route as Powertools writes it ("/runs/<run>"), the roles that may ask it, the means by
    which they may show a token, and whether anybody may. `is_of_month` says that whoever may see
    one month alone may ask, because the route itself looks which one."""

    method: str
    path: str
    roles: frozenset[Role]
    means: frozenset[Means] = USUAL
    open: Openness = "never"
    is_of_month: bool = False

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What a path looks like that the route is for."""
        return re.compile(re.sub(r"<(\w+)>", r"(?P<\1>[^/]+)", re.escape(self.path)))

    @property
    def is_safe(self) -> bool:
        """Whether asking changes nothing."""
        return self.method in SAFE


_METRICS = (
    "cost-by-user",
    "token-ratios",
    "error-rates",
    "monthly-summary",
    "infrastructure-costs",
)
RULES: tuple[Rule, ...] = (
    Rule("POST", "/collect", COLLECTORS, BOOKMARKED),
    Rule("GET", "/collect", WATCHERS, BOOKMARKED),
    Rule("GET", "/runs", WATCHERS),
    Rule("GET", "/runs/<run>", WATCHERS),
    Rule("GET", "/providers", READERS),
    Rule("GET", "/workspaces", READERS),
    Rule("GET", "/projects", READERS),
    Rule("GET", "/costs", READERS),
    Rule("GET", "/report", READERS),
    *(Rule("GET", f"/metrics/{name}", READERS) for name in _METRICS),
    Rule("GET", "/dashboard", READERS),
    Rule("GET", "/adjustments", READERS),
    Rule("POST", "/adjustments", ADMINS),
    Rule("GET", "/send-report", READERS),
    Rule("POST", "/send-report", ADMINS),
    Rule("GET", "/export", READERS),
    Rule("GET", "/badge.json", READERS, open="badge"),
    Rule("GET", "/badge.svg", READERS, open="badge"),
    Rule("GET", "/health", WATCHERS, open="always"),
    Rule("GET", "/openapi.json", WATCHERS),
)

PAGE_RULES: tuple[Rule, ...] = (
    Rule("GET", "/", WATCHERS, open="always", is_of_month=True),
    Rule("GET", "/sign-in", WATCHERS, open="always", is_of_month=True),
    Rule("POST", "/sign-in", WATCHERS, open="always", is_of_month=True),
    Rule("GET", "/sign-out", WATCHERS, open="always", is_of_month=True),
    Rule("POST", "/sign-out", WATCHERS, open="always", is_of_month=True),
    Rule("GET", "/link/<signed>", WATCHERS, open="always", is_of_month=True),
    Rule("GET", "/site/<name>", READERS, is_of_month=True),
    Rule("GET", "/public/<name>", READERS, open="always"),
    Rule("GET", "/bills", READERS),
    Rule("POST", "/bills", ADMINS),
    Rule("POST", "/bills/void", ADMINS),
    Rule("GET", "/connections", WATCHERS),
    Rule("POST", "/connections", COLLECTORS),
)
"""Those of pages for people, which `/openapi.json` does not describe."""


def rules_for(path: str) -> list[Rule]:
    """The rules of every method of a path; none where there is no such path."""
    return [rule for rule in (*RULES, *PAGE_RULES) if rule.pattern.fullmatch(path)]
