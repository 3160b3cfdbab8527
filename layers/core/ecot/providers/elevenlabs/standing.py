"""How an ElevenLabs subscription stands today: credits left, what is owed beyond them, the plan.

`character_count` and `character_limit` are credits, whatever their names say: a character costs
half a credit or one, by model, and other products have no characters (third parties, 2026). The
unit of `current_overage.amount`, a text, is not documented. It is read as dollars, euros and so on,
because the fields that are cents say so in their names (`amount_due_cents`). Invoices are not read:
they are whole bills of a month that is not the calendar month, without a currency of their own.
"""

from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

from ecot.model.answer import Parsed
from ecot.model.money import minus
from ecot.model.period import Month, Period
from ecot.model.rows import Balance, Charge, ChargeCategory
from ecot.providers.reading import Node

FREE = "free"
OVERAGE = "overage"
MONTHLY = "monthly_period"
MONTHS = {MONTHLY: 1, "3_month_period": 3, "6_month_period": 6, "annual_period": 12}
LAST_SECOND = 4_102_444_800  # of the years in which a plan can be read: 2100


def standing(account: Node, day: date | None) -> Iterator[Parsed]:
    """What is left, what is owed, and that there is a plan; all of the day of reading."""
    if day is None:
        account.refuse("{source}: {place} is not of a day: {part}")
    today, cycle = Period.of_day(day), _cycle(account)
    is_free = account["tier"].text() == FREE
    left = _credits(account, today, cycle)
    yield Parsed("/character_count", left)
    if (overage := account.get("current_overage")) is not None:
        yield Parsed(overage.place, _owed(overage, today, cycle))
    elif not is_free and _is_exceeded(left):
        yield Parsed("/character_count", _unknown(account, today, OVERAGE, "Usage"))
    if not is_free:
        plan = f"plan {account['tier'].text()}"
        yield Parsed("/tier", _unknown(account, today, plan, "Purchase"))


def _credits(account: Node, today: Period, cycle: Period | None) -> Balance:
    used, limit = account["character_count"].amount(), account["character_limit"].amount()
    return Balance(
        charge_period=today,
        category="ai",
        name="credits",
        unit="credits",
        cycle=cycle,
        used=used,
        limit=limit,
        remaining=max(minus(limit, used), Decimal(0)),  # what is used beyond the limit is owed
    )


def _is_exceeded(left: Balance) -> bool:
    """Whether more was used than the plan holds: then money beyond its price may be owed."""
    return (left.used or Decimal(0)) > (left.limit or Decimal(0))


def _owed(overage: Node, today: Period, cycle: Period | None) -> Balance:
    amount = overage["amount"].amount()
    if amount and cycle is None:
        overage.refuse(
            "{source}: {place} is owed, and it is not said from when on it is counted: {part}"
        )
    return Balance(
        charge_period=today,
        category="ai",
        name=OVERAGE,
        unit=overage["currency"].currency(),
        cycle=cycle,
        accrues=True,
        used=amount,
    )


def _unknown(account: Node, today: Period, service: str, kind: ChargeCategory) -> Charge:
    """That there is something to pay for whose price is told by nobody: it is not zero. What is
    owed bears the name of its counter, whose next reading takes its place."""
    priced = account if account.get("currency") else account["current_overage"]
    return Charge(
        charge_period=today,
        category="ai",
        service=service,
        charge_category=kind,
        currency=priced["currency"].currency(),
        basis="unknown",
        billed_cost=None,
    )


def _cycle(account: Node) -> Period | None:
    """The time that the credits are for: it ends with their next reset. None where not stated: a
    bill of a year does not say how often the credits of it are renewed, one of a month does."""
    reset = account.get("next_character_count_reset_unix")
    length = account.get("character_refresh_period")
    if length is None and account.optional("billing_period") == MONTHLY:
        length = account["billing_period"]
    if reset is None or length is None:
        return None
    if length.text() not in MONTHS:
        length.refuse("{source}: {place} is no length of time that is known: {part}")
    if not 0 < reset.whole() < LAST_SECOND:
        reset.refuse("{source}: {place} is no moment in seconds: {part}")
    end = datetime.fromtimestamp(reset.whole(), UTC)
    return Period(_months_before(end, MONTHS[length.text()]), end)


def _months_before(moment: datetime, months: int) -> datetime:
    """The same day of an earlier month, or its last one: a month before March 31st is February."""
    month = Month.of(moment.date()).shifted(-months)
    last = monthrange(month.year, month.number)[1]
    return moment.replace(year=month.year, month=month.number, day=min(moment.day, last))
