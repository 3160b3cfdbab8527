"""The page of a month: what it asks of the ledger."""

from collections.abc import Sequence
from datetime import date

from ecot.analysis.groups import By
from ecot.analysis.totals import Gap, Totals, totals
from ecot.jobs.known import shared
from ecot.jobs.query import restated
from ecot.jobs.site.alike import of_costs
from ecot.jobs.site.compared import compare
from ecot.jobs.site.history import History
from ecot.jobs.site.outlook import beside_total
from ecot.ledger.months import CLOSING_DAY
from ecot.model.head import Head, MonthState
from ecot.model.period import Month
from ecot.report.facts import MonthFacts


def month_facts(history: History, month: Month) -> MonthFacts:
    """Everything that the month's page may show."""
    store, edition = history.store, history.edition
    question = edition.question(month.first, month.after)
    heads = history.heads(month)
    found = history.month(month, "service")
    missing = history.gaps(month)
    known = history.names

    def table(by: By) -> Totals:
        return totals(
            found.figures,
            by=by,
            first=month.first,
            after=question.until,
            currency=edition.currency,
            missing=missing,
            bills=found.bills,
            names=known,
            shared=shared(),
        )

    by_provider = table("provider")
    compared = compare(history, month).change
    return MonthFacts(
        month=month,
        state=_state(heads, missing, edition.today, month),
        today=edition.today,
        collected_at=max((outcome.at for outcome in history.outcomes), default=None),
        demo=edition.is_demo,
        currency=edition.currency,
        by_provider=by_provider,
        by_account=table("account"),
        by_sub_account=table("sub_account"),
        by_model=table("model"),
        change=compared,
        beside=beside_total(history, month, compared),
        outcomes=history.outcomes,
        restatements=tuple(restated(store, heads)),
        titles=known,
        months=tuple(history.months),
        people=edition.people,
    )


def _state(heads: Sequence[Head], missing: Sequence[Gap], today: date, month: Month) -> MonthState:
    if today < month.after:
        return "open"
    is_due = today >= month.after.replace(day=CLOSING_DAY)
    closed = (head.closed_at is not None for head in of_costs(heads))
    is_closed = is_due and not missing and all(closed)
    return "closed" if is_closed else "provisional"
