"""The shapes of totals, what they are made of, and what they miss."""

from typing import Any

from ecot.api.shapes.base import After, Amount, Amounts, Collected, Day, First, Next, Shape, Why


class Gap(Shape):
    """Days of an account that were never read completely; both ends are inside."""

    provider: str
    account: str
    first: Day
    last: Day
    days: int
    reason: str | None


class Coverage(Shape):
    """Where a total comes from (shares that add up to 1, or null where there is nothing to share),
    and what it misses."""

    billed: Amount | None
    estimated: Amount | None
    entered: Amount | None
    unknown: int
    unknown_of: dict[str, int]
    without_cost: list[str]
    breakdowns: Amounts
    missing: list[Gap]


class Group(Shape):
    """One line of a table by one dimension."""

    key: str | None
    provider: str | None
    account: str | None
    name: str | None
    billed_cost: Amount | None
    basis: Amounts
    origins: list[str]
    unconverted: Amounts
    replaced: Amount | None
    only: str | None
    unpriced: int
    quantities: Amounts


class Totals(Shape):
    """`ecot totals --json`."""

    first: First
    after: After
    currency: str
    total: Amount | None
    tax: Amount | None
    unconverted: Amounts
    unconverted_tax: Amounts
    converted: list[dict[str, Any]]
    bills: list[dict[str, Any]]
    coverage: Coverage
    groups: list[Group | dict[str, Any]]


class Costs(Totals):
    """Totals, page by page."""

    collected_at: Collected
    by: list[str]
    next: Next
    reason: Why


class Sums(Shape):
    """The costs of some days."""

    first: First
    after: After
    currency: str
    total: Amount | None
    tax: Amount | None
    unconverted: Amounts
    coverage: Coverage
    reason: Why
