"""The monthly mail: what it asks of the ledger, which is what the report's pages ask of it."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from ecot.analysis.compare import Change, change
from ecot.analysis.margin import BusinessMonth
from ecot.analysis.totals import totals
from ecot.jobs.balances import latest_balances
from ecot.jobs.mail.tools import tools_of_month
from ecot.jobs.site.bills import bill_facts
from ecot.jobs.site.business import business_month, figures_of
from ecot.jobs.site.compared import Compared, compare
from ecot.jobs.site.earned import Earnings
from ecot.jobs.site.health import all_restated, health_facts
from ecot.jobs.site.history import History
from ecot.jobs.site.month import month_facts
from ecot.model.budget import Budget
from ecot.model.head import Head
from ecot.model.period import Month
from ecot.model.settlement import Settlement
from ecot.report.facts import MonthFacts
from ecot.report.mail_facts import MailFacts, MonthCost, OpenedBy, Remaining, Seen
from ecot.store.heads import all_heads

MONTHS = 12  # of the chart


def mail_facts(
    history: History,
    month: Month,
    *,
    since: datetime | None = None,
    budgets: Sequence[Budget] = (),
    report_url: str | None = None,
    opened_by: OpenedBy | None = None,
) -> MailFacts:
    """Everything that the mail about `month` may say. `since` is when the last one was written
    (None: none was, and only this month's restatements are told); `budgets` are in the report's
    currency."""
    of_month = month_facts(history, month)
    health, bills = health_facts(history), bill_facts(history)
    return MailFacts(
        of_month=of_month,
        changes=_changes(compare(history, month)),
        costs=tuple(_costs(history, month)),
        business=_business(history, month),
        tools=tools_of_month(history, month),
        accounts=health.accounts,
        restated=tuple(_restated(history, of_month, since)),
        gaps=tuple(one for one in bills.settlements if one.is_to_do and _bears_on(one, month)),
        missing_bills=bills.missing,
        purses=bills.purses,
        remaining=tuple(_remaining(history)),
        budget=next((one.amount for one in budgets if one.provider is None), None),
        budgets={one.provider: one.amount for one in budgets if one.provider is not None},
        price_list=health.price_list,
        since=since,
        report_url=report_url,
        opened_by=opened_by,
    )


def _changes(found: Compared) -> dict[str, Change]:
    """Of each provider that either span has."""
    now = {one.key: one.billed_cost for one in found.now.groups if one.key}
    before = {one.key: one.billed_cost for one in found.before.groups if one.key}
    return {
        key: change(
            now.get(key), before.get(key), found.days_before, complete=key not in found.unlike
        )
        for key in sorted({*now, *before})
    }


def _costs(history: History, last: Month) -> Iterator[MonthCost]:
    edition = history.edition
    for month in [one for one in history.months if one <= last][-MONTHS:]:
        found = totals(
            figures_of(history, month),
            by="category",
            first=month.first,
            after=month.after,
            currency=edition.currency,
            missing=history.gaps(month),
        )
        lacks = found.coverage.missing or found.coverage.is_part or found.unconverted
        yield MonthCost(month, found.total, not lacks and edition.today >= month.after)


def _business(history: History, month: Month) -> BusinessMonth | None:
    """None where no revenue was ever read."""
    earnings = Earnings(history, month.first, month.after)
    if not earnings.accounts:
        return None
    return business_month(history, month, figures_of(history, month), earnings)


def _restated(history: History, of_month: MonthFacts, since: datetime | None) -> Iterator[Seen]:
    heads = {(one.account, one.month): one for one in all_heads(history.store)}
    found = of_month.restatements if since is None else all_restated(history.store, heads.values())
    for one in found:
        if since is None or one.seen_at > since:
            yield Seen(one, _was_closed(heads.get((one.account, Month.of(one.day))), one.seen_at))


def _was_closed(head: Head | None, moment: datetime) -> bool:
    return head is not None and head.closed_at is not None and head.closed_at < moment


def _bears_on(one: Settlement, month: Month) -> bool:
    return any(month in bill.period.months() for bill in one.bills)


def _remaining(history: History) -> Iterator[Remaining]:
    """As it stood when it was last read, today or in the month before; money that is owed is no
    credit."""
    now = Month.of(history.edition.today)
    question = history.edition.question(now.previous().first, now.after)
    for account, _, balance, _ in latest_balances(history.place, question):
        if balance.remaining is not None and not balance.accrues:
            yield Remaining(
                account=account,
                name=balance.name,
                unit=balance.unit,
                left=balance.remaining,
                limit=balance.limit,
                day=balance.day,
            )
