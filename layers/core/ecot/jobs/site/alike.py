"""What makes two spans of days alike: only then does a percentage between their totals say much.

An account that one of them has and the other has not, or has only from its middle on, moves a total
without anybody having spent more.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from ecot.jobs.known import counts
from ecot.ledger.plans import is_plan
from ecot.model.head import UNREAD, Head
from ecot.model.outcome import Progress
from ecot.model.period import DAY
from ecot.model.rows import provider_of
from ecot.model.settlement import Settlement

Days = tuple[date, date]  # [first, after)
Scope = tuple[str, str | None, str | None]  # an account, and of it a service or a project


def read_accounts(heads: Iterable[Head], days: Days) -> set[str]:
    """The accounts that were read, or whose files go, to the last of the days. Plans are not among
    them: a subscription that begins or ends is a change like any other."""
    last = max(days[1] - DAY, days[0])
    return {
        head.account
        for head in of_costs(heads)
        if any(head.mark(last, feed) != UNREAD for feed in head.feeds if not is_plan(feed))
    }


def partly_expected(progress: Iterable[Progress], days: Days) -> Iterator[str]:
    """The accounts that are read day by day, and came or went inside the days."""
    for one in progress:
        ends = (one.since, one.until) if one.feeds and counts(provider_of(one.account)) else ()
        if any(end is not None and days[0] < end < days[1] for end in ends):
            yield one.account


def whole_accounts(heads: Iterable[Head], progress: Iterable[Progress], days: Days) -> set[str]:
    """The accounts that were read to the last of the days, and neither came nor went inside: what
    they do not tell of them cost nothing, as far as no day lacks."""
    return read_accounts(heads, days) - {*partly_expected(progress, days)}


def billed_alone(bills: Iterable[Settlement]) -> set[Scope]:
    """Account and scope of the bills that have no charges beside them: without next month's bill,
    next month has nothing of it."""
    alone = (bill for one in bills if one.settles and one.charged is None for bill in one.bills)
    return {(bill.account, bill.service, bill.sub_account_id) for bill in alone}


def of_costs(heads: Iterable[Head]) -> list[Head]:
    """Those of accounts that may count: no other makes a page of costs unfinished."""
    return [head for head in heads if counts(provider_of(head.account))]
