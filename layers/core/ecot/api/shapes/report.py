"""The shapes of the report, the dashboard and the badge."""

from typing import Any, Literal

from ecot.api.shapes.base import Collected, Shape
from ecot.api.shapes.costs import Group, Sums


class Report(Shape):
    """A month."""

    collected_at: Collected
    month: str
    state: str
    months: list[str]
    totals: Sums
    by_provider: list[Group]
    by_account: list[Group]
    by_sub_account: list[Group]
    by_model: list[Group]
    by_category: list[Group]
    bills: list[dict[str, Any]]
    restatements: list[dict[str, Any]]


class Dashboard(Shape):
    """The last days, and as many before them."""

    collected_at: Collected
    days: int
    totals: Sums
    previous: Sums
    by_day: list[Group]
    by_provider: list[Group]
    by_category: list[Group]
    by_model: list[Group]


class Badge(Shape):
    """As shields.io reads it."""

    schemaVersion: Literal[1]
    label: str
    message: str
    color: str
