"""The table of routes and roles in docs/api.md, made of the one that the check reads:
`python -m tests.api.route_table` writes it there."""

import re
from collections.abc import Mapping
from pathlib import Path

from ecot.api.rules import RULES, Openness, Rule
from ecot.model.access import Means

PAGE = Path(__file__).resolve().parents[2] / "docs" / "api.md"
HEAD = "| route | roles | a token is shown by | without a token |\n|---|---|---|---|\n"
MEANS: Mapping[Means, str] = {
    "token": "header",
    "cookie": "cookie",
    "query": "`?token=`",
    "link": "signed link",
}
OPEN: Mapping[Openness, str] = {
    "never": "no",
    "always": "yes",
    "badge": "where `[report.badge] public = true`",
}
_TABLE = re.compile(rf"^{re.escape(HEAD)}(?:\|.*\n)*", re.MULTILINE)


def line(rule: Rule) -> str:
    """The rule as a line."""
    means = ", ".join(words for name, words in MEANS.items() if name in rule.means)
    roles = ", ".join(sorted(rule.roles)) or "—"
    return f"| `{rule.method} {rule.path}` | {roles} | {means} | {OPEN[rule.open]} |\n"


def table() -> str:
    """The whole table."""
    return HEAD + "".join(map(line, RULES))


def written() -> str:
    """The table as it stands in the page."""
    found = _TABLE.search(PAGE.read_text(encoding="utf-8"))
    return found[0] if found else ""


if __name__ == "__main__":
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(_TABLE.sub(lambda _: table(), page), encoding="utf-8")
