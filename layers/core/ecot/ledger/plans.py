"""A plan, a flat subscription, as one charge a month (or year) that is then spread over its days.

A plan is a known cost without an interface: its basis is "entered". The same name with a later
`since` is a price change, and takes over from that month on (ledger rule 17).
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Literal

import msgspec

from ecot.ledger.reading import by_day
from ecot.model.period import Month, Period
from ecot.model.rows import AnyRow, Category, Charge

_PREFIX = "plan."


def is_plan(feed: str) -> bool:
    """Whether the feed holds a plan's rows, which no provider states."""
    return feed.startswith(_PREFIX)


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """A flat cost of `amount` every month or year, from month `since` to month `until`, both
    inside; without `until` it goes on."""

    account: str
    name: str
    category: Category
    amount: Decimal
    currency: str
    every: Literal["month", "year"]
    since: Month
    until: Month | None = None

    @property
    def feed(self) -> str:
        """The feed that holds the plan's rows in its account."""
        return f"{_PREFIX}{self.name}"


def in_force(plans: Iterable[Plan], account: str, name: str, month: Month) -> Plan | None:
    """The price of the plan in the month: the entry with the latest `since`, unless it ended."""
    begun = [
        plan
        for plan in plans
        if plan.account == account and plan.name == name and plan.since <= month
    ]
    latest = max(begun, key=lambda plan: plan.since, default=None)
    return None if latest is None or (latest.until and latest.until < month) else latest


def rows_of(plan: Plan, month: Month) -> dict[date, tuple[AnyRow, ...]]:
    """The plan's charges on each day of the month, adding up to its price exactly.

    A yearly price is spread over the days of its year, which starts in the month of `since`.
    """
    paid_for = _paid_period(plan, month)
    charge = Charge(
        charge_period=paid_for,
        category=plan.category,
        service=plan.name,
        charge_category="Purchase",
        charge_description=plan.name,
        currency=plan.currency,
        basis="entered",
        billed_cost=plan.amount,
    )
    parts = by_day(charge)
    return {part.day: (part,) for part in parts if Month.of(part.day) == month}


def _paid_period(plan: Plan, month: Month) -> Period:
    if plan.every == "month":
        return month.period
    years = (month.year * 12 + month.number - plan.since.year * 12 - plan.since.number) // 12
    start = plan.since.shifted(years * 12)
    return Period(start.period.start, start.shifted(12).period.start)
