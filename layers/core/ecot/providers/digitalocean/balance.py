"""How the account stands: what the running month has used so far, and what is owed or left.

Three sums are stated: the balance of "the most recent billing activity", this month's usage, and
both together (`month_to_date_balance`), which is no month's cost (specification, 2026-08).
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

from ecot.model.answer import Parsed
from ecot.model.money import minus
from ecot.model.period import Month, Period
from ecot.model.rows import Balance
from ecot.providers.reading import Node

BALANCE = "/v2/customers/my/balance"


NOTHING = Decimal(0)


def balances(content: Node, day: date | None) -> Iterator[Parsed]:
    """This month's usage, and the balance: above zero it is owed, below zero it is credit."""
    if day is None:
        content.refuse("{source}: {place} was read on a day that nobody noted: {part}")
    used, stands = content["month_to_date_usage"], content["account_balance"]
    cycle = _month(content["generated_at"]).period
    usage = _balance(day, "month to date usage", cycle=cycle, used=used.amount())
    balance = stands.amount()
    standing = (
        _balance(day, "owed", used=balance)
        if balance > 0
        else _balance(day, "credit", remaining=minus(NOTHING, balance))
    )
    yield Parsed(used.place, usage)
    yield Parsed(stands.place, standing)


def _balance(
    day: date,
    name: str,
    cycle: Period | None = None,
    used: Decimal | None = None,
    remaining: Decimal | None = None,
) -> Balance:
    return Balance(
        charge_period=Period.of_day(day),
        category="infrastructure",
        name=name,
        unit="USD",  # DigitalOcean bills in nothing else; no answer names a currency
        cycle=cycle,
        used=used,
        remaining=remaining,
    )


def _month(generated: Node) -> Month:
    """The UTC month in which the sums were made: early on the first it may be the one before."""
    try:
        moment = datetime.fromisoformat(generated.text())
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        generated.refuse("{source}: {place} is no time: {part}")
    return Month.of(moment.astimezone(UTC).date())
