"""From a counter of money owed to charges: its differences within one billing cycle (rule 6)."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from ecot.model.money import total
from ecot.model.period import DAY, Period
from ecot.model.rows import AnyRow, Balance, Charge


def accruing(rows: Iterable[AnyRow]) -> list[Balance]:
    """The snapshots among the rows that count money owed."""
    return [
        row for row in rows if isinstance(row, Balance) and row.accrues and row.used is not None
    ]


def accrued(before: Iterable[Balance], now: Iterable[Balance]) -> Iterator[Charge]:
    """What has become owed from the snapshots `before`, of an earlier day, to those of `now`: one
    charge a counter, for the days after the first until the day of the second.

    A counter that was not there before has counted from the start of its cycle, and so has one that
    is in a new cycle; one without a cycle tells nothing before its second snapshot.
    """
    known = {counter(one): one for one in before}
    for balance in now:
        last = known.get(counter(balance))
        if last is not None and _is_one_cycle(last, balance):
            yield from _charge(balance, last.day + DAY, less=last.used or Decimal(0))
        elif balance.cycle is not None:
            start = balance.cycle.start.date()
            yield from _charge(balance, max(start, last.day + DAY) if last else start)


def counter(balance: Balance) -> tuple[str | None, ...]:
    """Which counter it is, on whatever day."""
    return (balance.name, balance.unit, balance.sub_account_id, balance.api_key_id)


def counter_of(charge: Charge) -> tuple[str | None, ...]:
    """Which counter a charge of `accrued` comes from."""
    return (charge.service, charge.currency, charge.sub_account_id, charge.api_key_id)


def _is_one_cycle(last: Balance, now: Balance) -> bool:
    """The end of a cycle may be told a little differently each time; the next one is weeks off."""
    if last.cycle is None or now.cycle is None:
        return last.cycle == now.cycle
    return abs(now.cycle.end - last.cycle.end) < DAY


def _charge(balance: Balance, first: date, less: Decimal = Decimal(0)) -> Iterator[Charge]:
    owed = total([balance.used or Decimal(0), less.copy_negate()])
    if owed:
        yield Charge(
            charge_period=Period.of_days(min(first, balance.day), balance.day + DAY),
            category=balance.category,
            service=balance.name,
            sub_account_id=balance.sub_account_id,
            api_key_id=balance.api_key_id,
            charge_category="Credit" if owed < 0 else "Usage",
            currency=balance.unit,
            basis="billed",
            billed_cost=owed,
        )
