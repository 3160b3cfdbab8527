"""Each account's months: open, provisional or closed, what they cost, and what is owed to them."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal

import msgspec

from ecot.analysis.sums import cost_of, unpriced, without_cost
from ecot.jobs.bills import Listed, listed
from ecot.jobs.figures import Books, covered_days
from ecot.jobs.query import Question, books_of, concerned, figures, waiting
from ecot.ledger.months import LATE_READING, begun, first_day, missing_days
from ecot.ledger.plans import is_plan
from ecot.model.figure import Figure
from ecot.model.head import Head, MonthState
from ecot.model.outcome import Progress
from ecot.model.period import DAY, Month, Period
from ecot.model.settlement import Settlement
from ecot.store.heads import query_heads
from ecot.store.protocol import Store
from ecot.store.records import all_progress

_ANY = "figures"  # the feed of an account of which nothing is known yet


class AccountMonth(msgspec.Struct, frozen=True, kw_only=True):
    """A month of an account. `state` is None where it has nothing but bills.

    `unread` are days, before today, that were never read completely, less the `covered` ones, which
    a bill settles; `doubted` are those that came back empty once. A closed month is read once more
    on `reread_due` (None: it is not owed), or was at `reread_at`. `retired` is the day on which the
    account had left the settings. `plans` says whether a plan of the settings is in it; `bills` are
    those about one of its days. `lacks_cost` says that nobody knows a part of the cost, or all of
    it where `cost` is None.
    """

    account: str
    month: Month
    state: MonthState | None
    closed_at: datetime | None = None
    retired: date | None = None
    unread: tuple[date, ...] = ()
    covered: tuple[date, ...] = ()
    doubted: tuple[date, ...] = ()
    reread_due: date | None = None
    reread_at: datetime | None = None
    plans: bool = False
    bills: tuple[Listed, ...] = ()
    cost: Decimal | None = None
    lacks_cost: bool = False

    def gaps(self) -> list[Settlement]:
        """What bills and charges differ by, as far as somebody has to look at it."""
        found = dict.fromkeys(one.settlement for one in self.bills if one.settlement)
        return [one for one in found if one.is_to_do]

    def is_late(self, today: date) -> bool:
        """Whether the late reading could have been by now."""
        return self.reread_due is not None and self.reread_due <= today


def month_states(
    store: Store,
    question: Question,
    books: Books | None = None,
    found: Collection[Figure] | None = None,
) -> list[AccountMonth]:
    """Every account's months among those of the question, newest first. An account that is expected
    has a line for each month, whether anything of it was read or not.

    `books` are those of a wider question. `found` are the figures of the months where they are
    known already (or none, where nobody asks for costs); else every cube of theirs is read.
    """
    heads: Iterable[Head] = concerned(question, query_heads(store, *question.months))
    expected = _expected(store, question)
    books = books or books_of(store, question)
    if found is None:
        heads = list(heads)
        found = figures(store, question, heads, "service", books).figures
    bills = _bills_by_month(store, question, books)
    costs = _costs(found)
    listings = (one.settlement for of_month in bills.values() for one in of_month)
    covered = set(covered_days(one for one in listings if one is not None))

    def line(head: Head) -> AccountMonth:
        key = head.account, head.month
        return _account_month(
            head,
            expected.get(head.account),
            tuple(bills.get(key, ())),
            costs.get(key, ()),
            question.currency,
            covered,
            question.today,
        )

    lines = {(head.account, head.month): line(head) for head in heads}  # heads go by: they are many
    for key in {*bills, *_expected_months(expected.values(), question)} - lines.keys():
        lines[key] = line(Head(account=key[0], month=key[1]))
    return [
        lines[key] for key in sorted(lines, key=lambda key: (-key[1].first.toordinal(), key[0]))
    ]


def _account_month(
    head: Head,
    progress: Progress | None,
    bills: tuple[Listed, ...],
    costs: Collection[Figure],
    currency: str,
    covered: Collection[tuple[str, date]],
    today: date,
) -> AccountMonth:
    month, account = head.month, head.account
    until = progress.until if progress else None
    unread = _unread(head, progress, today)
    is_expected = progress and progress.since < month.after
    has_own = head.feeds or (is_expected and month.first < (until or month.after))
    return AccountMonth(
        account=account,
        month=month,
        state=head.state(today) if has_own else None,
        closed_at=head.closed_at,
        retired=until if until and until < month.after else None,
        unread=tuple(day for day in unread if (account, day) not in covered),
        covered=tuple(day for day in unread if (account, day) in covered),
        doubted=tuple(head.doubted()),
        reread_due=month.after + LATE_READING if _owes_rereading(head, progress) else None,
        reread_at=head.reread_at,
        plans=any(is_plan(feed) for feed in head.feeds),
        bills=bills,
        cost=cost_of(costs, currency),
        lacks_cost=bool(unpriced(costs) or without_cost(costs)),
    )


def _unread(head: Head, progress: Progress | None, today: date) -> list[date]:
    if progress is None:
        return []
    month = head.month
    return missing_days(progress, {month: head}, month.first, min(month.after, today))


def _owes_rereading(head: Head, progress: Progress | None) -> bool:
    if progress is None or progress.until:
        return False
    is_owed = head.month in progress.owes_rereading or head.month >= progress.open_from
    return is_owed and head.closed_at is not None and head.reread_at is None


def _expected(store: Store, question: Question) -> dict[str, Progress]:
    """How far each account was read that is expected to have days; one without a key is expected
    like an account that is new today."""
    since = first_day(question.today)
    new = {one: begun(one, (_ANY,), since) for one in waiting(store, question)}
    known = (
        one
        for one in all_progress(store)
        if (one.feeds or one.daily) and question.concerns(one.account)
    )
    return new | {one.account: one for one in known}


def _expected_months(
    expected: Iterable[Progress], question: Question
) -> Iterator[tuple[str, Month]]:
    for progress in expected:
        first = max(progress.since, question.first)
        before = min(progress.until or question.until, question.until)
        if first < before:
            months = Period.of_days(first, before).months()
            yield from ((progress.account, month) for month in months)


def _bills_by_month(
    store: Store, question: Question, books: Books
) -> dict[tuple[str, Month], list[Listed]]:
    found: dict[tuple[str, Month], list[Listed]] = {}
    first, last = Month.of(question.first), Month.of(max(question.until - DAY, question.first))
    for one in listed(store, question, books):
        for month in one.standing.bill.period.months():
            if first <= month <= last:
                found.setdefault((one.standing.bill.account, month), []).append(one)
    return found


def _costs(settled: Iterable[Figure]) -> dict[tuple[str, Month], list[Figure]]:
    by_month: dict[tuple[str, Month], list[Figure]] = {}
    for figure in settled:
        by_month.setdefault((figure.account, Month.of(figure.cell.day)), []).append(figure)
    return by_month
