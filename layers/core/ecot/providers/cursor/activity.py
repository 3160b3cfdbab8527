"""What Cursor tells of people's days: lines, suggestions taken or not, and requests by feature.

Kept are lines that were accepted; `totalLinesAdded` and `-Deleted` are not, for what they are the
total of is not documented. Nor are the fields `…Reqs`: they count raw events and no billable units
(the documentation, 2026-03), and the events themselves are read.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from ecot.model.answer import Parsed
from ecot.model.period import Period, midnight
from ecot.model.rows import Activity
from ecot.providers.cursor.events import CATEGORY
from ecot.providers.reading import Node

TOOL = "Cursor"
FEATURES: Mapping[str, Mapping[str, str]] = {
    "": {"acceptedLinesAdded": "lines_added", "acceptedLinesDeleted": "lines_removed"},
    "apply": {
        "totalApplies": "suggestions",
        "totalAccepts": "acceptances",
        "totalRejects": "rejections",
    },
    "tab": {"totalTabsShown": "suggestions", "totalTabsAccepted": "acceptances"},
    "composer": {"composerRequests": "interactions"},
    "chat": {"chatRequests": "interactions"},
    "agent": {"agentRequests": "interactions"},
    "cmd-k": {"cmdkUsages": "interactions"},
    "bugbot": {"bugbotUsages": "interactions"},
}
"""By feature (the tag; what is of none has none), Cursor's fields and our quantities."""


def activity(content: Node) -> Iterator[Parsed]:
    """A row for each feature that somebody used on a day. Who was not active did nothing that is
    worth a row, and one who was has all measures of a feature, zeros too."""
    for row in content["data"]:
        day = _day(row)
        for feature, fields in FEATURES.items():
            quantities = _quantities(row, fields)
            if any(quantities.values()):
                yield Parsed(
                    row.place,
                    Activity(
                        charge_period=Period.of_day(day),
                        category=CATEGORY,
                        service=TOOL,
                        user=row.optional("email"),
                        tags={"feature": feature} if feature else {},
                        quantities=quantities,
                    ),
                )


def _quantities(row: Node, fields: Mapping[str, str]) -> dict[str, Decimal]:
    return {name: part.amount() for field, name in fields.items() if (part := row.get(field))}


def _day(row: Node) -> date:
    """The UTC day, which is told twice."""
    day = row["day"]
    try:
        found = date.fromisoformat(day.text())
    except ValueError:
        day.refuse("{source}: {place} is no date: {part}")
    if row["date"].whole() != int(midnight(found).timestamp()) * 1000:
        row.refuse("{source}: {place} is about a day that does not begin at midnight UTC: {part}")
    return found
