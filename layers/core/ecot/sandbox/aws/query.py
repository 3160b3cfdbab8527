"""What may be asked of the sandbox's Cost Explorer, checked as AWS checks it.

Names and exceptions are those of botocore's model of the interface of 2017-10-25 (1.44.5),
sentences are AWS's where they were seen, else ours.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from ecot.sandbox.aws.truth import Line

METRICS = {
    *("AmortizedCost", "BlendedCost", "NetAmortizedCost", "NetUnblendedCost"),
    *("NormalizedUsageAmount", "UnblendedCost", "UsageQuantity"),
}
DIMENSIONS: Mapping[str, Callable[[Line], str]] = {
    "SERVICE": lambda line: line.service,
    "USAGE_TYPE": lambda line: line.usage_type or "NoUsageType",
    "RECORD_TYPE": lambda line: line.kind,
}
KNOWN = {"TimePeriod", "Granularity", "Filter", "Metrics", "GroupBy", "NextPageToken"}
ISO_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})")
MONTHS_KEPT = 13
MOST_GROUPS = 2


class Refused(Exception):
    """One of the exceptions of the interface, and the status it comes with."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code, self.message, self.status = code, message, status


@dataclass(frozen=True)
class Query:
    """A question that can be answered: days, the dimensions to group by, and which lines."""

    first: date
    after: date
    groups: tuple[str, ...]
    metrics: tuple[str, ...]
    takes: Callable[[Line], bool]

    @property
    def days(self) -> list[date]:
        """Each day in the half-open period."""
        return [self.first + timedelta(n) for n in range((self.after - self.first).days)]


def read_query(asked: Any, today: date) -> Query:
    """The question, or Refused."""
    if not isinstance(asked, dict) or asked.keys() - KNOWN:
        raise Refused(
            "SerializationException", "Start of structure or map found where not expected."
        )
    if asked.get("Granularity") != "DAILY":
        raise invalid("Only granularity DAILY is answered here")
    metrics = asked.get("Metrics") or ()
    if not metrics or set(metrics) - METRICS:
        raise invalid("Metrics are missing or unknown")
    first, after = _period(asked.get("TimePeriod"), today)
    groups = _groups(asked.get("GroupBy", ()))
    return Query(first, after, groups, tuple(metrics), _taken(asked.get("Filter")))


def invalid(message: str) -> Refused:
    """What AWS says to a question that it does not accept."""
    return Refused("ValidationException", message)


def _period(period: Any, today: date) -> tuple[date, date]:
    start, end = (_day((period or {}).get(name)) for name in ("Start", "End"))
    if start >= end:
        raise invalid("Start date (and hour) should be before end date (and hour)")
    if start > today:
        raise invalid("Start date cannot be in the future")
    if end > _first_of_month(today, 1):
        raise invalid("end date past the beginning of next month")
    if start < _first_of_month(today, -MONTHS_KEPT):
        raise invalid("Start date is older than the data that is kept")
    return start, end


def _day(text: Any) -> date:
    if not isinstance(text, str) or not ISO_DAY.fullmatch(text):
        raise invalid("Start time or end time is invalid. Valid format is: yyyy-MM-dd.")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise invalid("Start time or end time is invalid.") from None


def _first_of_month(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, 1)


def _groups(asked: Any) -> tuple[str, ...]:
    if len(asked) > MOST_GROUPS:
        raise invalid(f"Group by list size can't exceed {MOST_GROUPS}")
    if any(one.get("Type") != "DIMENSION" or one.get("Key") not in DIMENSIONS for one in asked):
        raise invalid("Group Definition dimension is invalid.")
    return tuple(one["Key"] for one in asked)


def _taken(expression: Any) -> Callable[[Line], bool]:
    """Whether a line is among those that a filter takes."""
    if expression is None:
        return lambda _: True
    if len(expression) != 1:
        raise invalid("Expression must have exactly one root")
    ((name, inner),) = expression.items()
    if name == "Not":
        taken = _taken(inner)
        return lambda line: not taken(line)
    if name != "Dimensions" or inner.get("Key") not in DIMENSIONS or not inner.get("Values"):
        raise invalid("Filter is not supported here")
    read, values = DIMENSIONS[inner["Key"]], set(inner["Values"])
    return lambda line: read(line) in values
