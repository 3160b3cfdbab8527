"""How well an account's month is known: whether anything is missing, and what its last run said."""

from collections.abc import Mapping
from datetime import date

import msgspec

from ecot.analysis.totals import Gap
from ecot.jobs.known import counts
from ecot.jobs.site.history import History
from ecot.ledger.months import CLOSING_DAY
from ecot.model.outcome import Outcome, Progress
from ecot.model.period import Month
from ecot.model.rows import provider_of
from ecot.sinks.notion.rows import Status
from ecot.store.records import all_progress

_BY_REASON: Mapping[str | None, Status] = {
    "failed": "failed",
    "not_configured": "not_configured",
    "told by another": "not_configured",
    "ok": "partial",
    "partial": "partial",
    "no_data": "partial",
    "told on its day": "partial",
}


class AccountState(msgspec.Struct, frozen=True, kw_only=True):
    """An account in a month. `gap` are days that are missing from it; `outcome` its latest one,
    whatever the month; `is_running` and `is_closed` are about the month."""

    account: str
    gap: Gap | None
    outcome: Outcome | None
    is_running: bool
    is_closed: bool

    @property
    def is_troubled(self) -> bool:
        """Whether the last run bears on the month: days of it are missing, or it still runs."""
        is_bad = self.outcome is not None and self.outcome.state in (
            "failed",
            "partial",
            "not_configured",
        )
        return is_bad and (self.gap is not None or self.is_running)

    def status(self, *, is_known: bool, lacks: bool) -> Status:
        """What stands in the column. `is_known` says that there are figures, `lacks` that a part of
        their cost is not known."""
        if self.gap is not None:
            unread: Status = "partial" if is_known else "provisional"  # it has never run
            return _BY_REASON.get(self.gap.reason, unread)
        if self.is_running and self.outcome and self.outcome.state in ("failed", "partial"):
            return "failed" if self.outcome.state == "failed" else "partial"
        if lacks:
            return "partial"
        return "ok" if self.is_closed else "provisional"


def states_of(history: History, month: Month) -> dict[str, AccountState]:
    """Every account that is expected to have something in the month, or that has, and of those
    that tell of costs of others as well; by account."""
    today = history.edition.today
    gaps = {gap.account: gap for gap in history.gaps(month)}
    outcomes = {one.account: one for one in history.outcomes}
    closed = {head.account: head.closed_at is not None for head in history.heads(month)}
    is_due = today >= month.after.replace(day=CLOSING_DAY)
    accounts = {*gaps, *closed, *_expected(history, month), *_billed(history, month)}
    return {
        account: AccountState(
            account=account,
            gap=gaps.get(account),
            outcome=outcomes.get(account),
            is_running=today < month.after,
            is_closed=is_due and closed.get(account, True),
        )
        for account in sorted(accounts)
    }


def _billed(history: History, month: Month) -> set[str]:
    return {one.account for one in history.bills(month)}


def _expected(history: History, month: Month) -> set[str]:
    """The accounts whose figures of the month are waited for; of a month that has not begun there
    are none."""
    today = history.edition.today
    return {
        one.account
        for one in all_progress(history.store)
        if counts(provider_of(one.account)) and _is_in(one, month, today)
    }


def _is_in(progress: Progress, month: Month, today: date) -> bool:
    if not (progress.feeds or progress.daily) or month.first > today:
        return False
    return progress.since < month.after and (progress.until is None or progress.until > month.first)
