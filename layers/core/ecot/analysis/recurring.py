"""Monthly recurring revenue as it stood day by day, and what the 30 days until then cost.

MRR is a snapshot: it is of the day on which it was read, and nothing is put between two of them.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

import msgspec

from ecot.model.money import minus, total
from ecot.model.period import DAY, Month

TRAILING = 30  # days whose cost stands beside a day's MRR


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """The MRR of an account on a day on which it was read. `amount` None: a part has no rate."""

    account: str
    day: date
    amount: Decimal | None
    paying: Decimal


class Recurring(msgspec.Struct, frozen=True, kw_only=True):
    """MRR as it stood on `day`: `amount` in the report's currency (None: a part has no rate), and
    the subscribers who pay."""

    day: date
    amount: Decimal | None
    paying: Decimal


def together(
    snapshots: Iterable[Snapshot], until: Mapping[str, date | None]
) -> dict[date, Decimal]:
    """The MRR of all accounts by day, of the days on which it was read of each that has begun to be
    read, and is not gone: `until` has the day from which on an account is not expected."""
    by_day: dict[date, dict[str, Decimal | None]] = {}
    since: dict[str, date] = {}
    for one in snapshots:
        by_day.setdefault(one.day, {})[one.account] = one.amount
        since[one.account] = min(one.day, since.get(one.account, one.day))
    found: dict[date, Decimal] = {}
    for day, amounts in sorted(by_day.items()):
        begun = (account for account in since if since[account] <= day)
        expected = {account for account in begun if _is_there(account, until, day)}
        known = [amount for amount in amounts.values() if amount is not None]
        if expected <= amounts.keys() and len(known) == len(amounts):
            found[day] = total(known)
    return found


def stood(
    snapshots: Iterable[Snapshot], until: Mapping[str, date | None], month: Month
) -> Recurring | None:
    """The last snapshot of the month of each account, together; None where one has none."""
    begun = sorted((one for one in snapshots if one.day < month.after), key=lambda one: one.day)
    last = {one.account: one for one in begun if one.day >= month.first}
    expected = {one.account for one in begun if _is_there(one.account, until, month.after - DAY)}
    if not last or not expected <= last.keys():
        return None
    known = [one.amount for one in last.values() if one.amount is not None]
    return Recurring(
        day=min(one.day for one in last.values()),
        amount=total(known) if len(known) == len(last) else None,
        paying=total(one.paying for one in last.values()),
    )


def _is_there(account: str, until: Mapping[str, date | None], day: date) -> bool:
    """Whether the account is still in the settings on the day."""
    return day < (until.get(account) or date.max)


def trailing(costs: Mapping[date, Decimal], days: Iterable[date]) -> list[Decimal | None]:
    """For each day the cost of the 30 days that end with it; None where one of these is not among
    `costs`, which has every day that was read completely."""
    windows = ([day - back * DAY for back in range(TRAILING)] for day in days)
    return [
        total(costs[day] for day in window) if all(day in costs for day in window) else None
        for window in windows
    ]


def less(
    amounts: Iterable[Decimal | None], others: Iterable[Decimal | None]
) -> list[Decimal | None]:
    """The differences; None where one of the two is not known."""
    pairs = zip(amounts, others, strict=True)
    return [None if one is None or other is None else minus(one, other) for one, other in pairs]
