"""What every row of Anthropic has, in both of its interfaces: a UTC day, and dimensions."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Protocol

from ecot.model.period import DAY, Period, midnight
from ecot.model.rows import AnyRow
from ecot.providers.reading import Node
from ecot.providers.redaction import quotable

# The workspace that every organisation has: its id is null wherever it is grouped by workspace
# (reference of the reports, 2026-08), as it is the same at every customer.
DEFAULT_WORKSPACE = "default"

TAGS = ("context_window", "inference_geo", "service_tier", "speed", "token_type")


class Rows(Protocol):
    """The rows that one result states: what it is about, and what was measured or billed.

    In the reports both are the same object, in the analytics interface two."""

    def __call__(self, day: Period, group: Node, measures: Node, /) -> Iterator[AnyRow]: ...


def utc_day(part: Node) -> Period:
    """The UTC day that a bucket or a row is about; anything longer or shorter is refused."""
    start, end = _moment(part["starting_at"]), _moment(part["ending_at"])
    if start.utcoffset() != timedelta(0) or start != midnight(start.date()) or end != start + DAY:
        part.refuse("{source}: {place} is not a UTC day: {part}")
    return Period.of_day(start.date())


def dimensions(group: Node) -> dict[str, Any]:
    """What a row is about, as the ledger names it. What a null means depends on the groups that
    were asked for: of those that always are, only the workspace's has a meaning of its own."""
    tags = {name: text for name in TAGS if (text := group.optional(name)) is not None}
    return {
        "category": "ai",
        "sub_account_id": group.optional("workspace_id") or DEFAULT_WORKSPACE,
        "model": group.optional("model"),
        "api_key_id": group.optional("api_key_id"),
        "tags": tags,
    }


def _moment(node: Node) -> datetime:
    """An RFC 3339 time with its zone."""
    try:
        if (moment := datetime.fromisoformat(node.text())).tzinfo:
            return moment
        why = "no time zone"
    except ValueError as error:
        why = str(error)
    return node.refuse("{source}: {place} is no time ({why}): {part}", why=quotable(why))
