"""Anthropic's money: a decimal text of cents, which becomes dollars here and nowhere else.

"Cost amount in lowest currency units (e.g. cents) as a decimal string. For example, "123.45" in
"USD" represents $1.23" (reference of the cost report, 2026-08). Read as dollars it is a hundred
times too much (github.com/anthropics/claude-code issue 51198, 2026).
"""

from collections.abc import Iterator
from decimal import Decimal

from ecot.model.money import minor_unit, times
from ecot.model.period import Period
from ecot.model.rows import Charge
from ecot.providers.anthropic.rows import dimensions
from ecot.providers.reading import Node

CENT = Decimal("0.01")


def charges(day: Period, group: Node, money: Node) -> Iterator[Charge]:
    """The charge that a result states. Its cost type, whatever it may be, is the service."""
    cost = _major(money, "amount")
    listed = money.get("list_amount")  # what it would be without a discount: analytics only
    yield Charge(
        charge_period=day,
        service=group.optional("cost_type"),
        charge_category="Credit" if cost < 0 else "Usage",
        charge_description=group.optional("description"),
        currency=money["currency"].currency(),
        basis="billed",
        billed_cost=cost,
        list_cost=None if listed is None else _major(money, "list_amount"),
        **dimensions(group),
    )


def _major(money: Node, name: str) -> Decimal:
    """An amount of cents in the currency itself, every digit kept.

    A JSON number was never seen: it could be dollars. And what "lowest currency units" are where
    there is no hundredth (a yen? a fils?) is not said: currently the currency is "always USD".
    """
    if not isinstance(money[name].value, str):
        money.refuse("{source}: {place} does not state its money as a text of cents: {part}")
    if minor_unit(money["currency"].currency()) != CENT:
        money.refuse("{source}: {place} has a currency that is not counted in cents: {part}")
    return times(money[name].amount(), CENT)
