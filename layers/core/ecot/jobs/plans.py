"""Writing the plans of the settings into the ledger, month by month (ledger rule 17)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from hashlib import blake2b

import msgspec

from ecot.jobs.commit import commit_month, writing_of
from ecot.jobs.round import Round
from ecot.ledger.plans import Plan, in_force, is_plan, rows_of
from ecot.ledger.reading import Reading
from ecot.model.period import Month, Period
from ecot.model.rows import AnyRow
from ecot.store.heads import Held, query_heads, read_heads
from ecot.store.protocol import Place, Store

_LOOKED_BACK_FOR_REMOVED = 12  # months; older ones are closed, and a closed month stays as it is
_NEVER = timedelta(days=36_500)  # a plan's day never settles: editing a plan restates nothing


def write_plans(place: Place, plans: Sequence[Plan], round_: Round) -> int:
    """Writes each plan into every month that is not closed, until this one, all its days at once
    (totals count the elapsed ones), and takes out of them what the settings no longer have.
    Returns the number of months written."""
    accounts = {plan.account for plan in plans} | _with_plans(place.store, round_.today)
    return sum(_write_account(place, account, plans, round_) for account in sorted(accounts))


def _with_plans(store: Store, today: date) -> set[str]:
    this_month = Month.of(today)
    heads = query_heads(store, this_month.shifted(-_LOOKED_BACK_FOR_REMOVED), this_month)
    return {head.account for head in heads if head.plans}


def _write_account(place: Place, account: str, plans: Sequence[Plan], round_: Round) -> int:
    this_month = Month.of(round_.today)
    own = [plan for plan in plans if plan.account == account]
    first = min([*(plan.since for plan in own), this_month.shifted(-_LOOKED_BACK_FOR_REMOVED)])
    months = Period.of_days(first.first, this_month.after).months()
    written = 0
    for month, held in read_heads(place.store, account, months).items():
        names = sorted({plan.name for plan in own})
        current = [plan for name in names if (plan := in_force(own, account, name, month))]
        stamp = _stamp(current)
        if held.head.closed_at is None and stamp != held.head.plans:
            _write_month(place, account, held, current, round_, stamp)
            written += 1
    return written


def _write_month(
    place: Place, account: str, held: Held, current: Sequence[Plan], round_: Round, stamp: str
) -> None:
    month, now = held.head.month, round_.now()
    rows: dict[str, Mapping[date, tuple[AnyRow, ...]]] = {
        feed: {} for feed in held.head.feeds if is_plan(feed)
    }
    rows |= {plan.feed: rows_of(plan, month) for plan in current}
    readings = [
        Reading(feed=feed, days=tuple(month.days()), rows=of_feed, read_at=now, is_certain=True)
        for feed, of_feed in rows.items()
    ]
    writing = writing_of(place.store, account, round_, lateness=_NEVER, plans=stamp)
    commit_month(place, month, readings, {}, writing, held)


def _stamp(current: Iterable[Plan]) -> str:
    """What the month's head says of the plans in it; empty where there are none."""
    encoded = msgspec.json.encode(list(current), order="sorted")
    return blake2b(encoded, digest_size=6).hexdigest() if current else ""
