"""The page of a month: what it asks of the ledger."""

from collections.abc import Iterable, Sequence
from datetime import date

from ecot.analysis.compare import Change, change, elapsed, same_days_before
from ecot.analysis.groups import By
from ecot.analysis.totals import Gap, Totals, totals
from ecot.jobs.figures import Books
from ecot.jobs.known import shared
from ecot.jobs.query import Question, figures, gaps, heads_of, restated
from ecot.jobs.site.alike import billed_alone, of_costs, partly_expected, read_accounts
from ecot.jobs.site.edition import Edition
from ecot.jobs.site.history import History
from ecot.jobs.site.outlook import beside_total
from ecot.ledger.months import CLOSING_DAY
from ecot.model.head import Head, MonthState
from ecot.model.period import Month
from ecot.report.facts import MonthFacts
from ecot.store.protocol import Store
from ecot.store.records import all_progress


def month_facts(history: History, month: Month) -> MonthFacts:
    """Everything that the month's page may show."""
    store, edition, books = history.store, history.edition, history.books
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
    compared = _change(store, month, edition, books)
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


def _change(store: Store, month: Month, edition: Edition, books: Books) -> Change:
    """The month's elapsed days beside the same ones of the month before: incomplete where either
    misses a day or has a cost that nobody knows, where an account, a file or a bill without
    charges is in one of the two only, where an account came or went inside one, or where they leave
    out costs in different currencies, or only some of those in one."""
    spans = elapsed(month, edition.today), same_days_before(month, edition.today)
    heads, heads_before = (heads_of(store, edition.question(*span)) for span in spans)
    now = _costs(store, heads, edition.question(*spans[0]), books)
    before = _costs(store, heads_before, edition.question(*spans[1]), books)
    is_whole = not any(one.coverage.missing or one.coverage.is_part for one in (now, before))
    is_whole &= not _has_use_alone(heads, now) and not _has_use_alone(heads_before, before)
    is_alike = now.unconverted.keys() == before.unconverted.keys()
    is_alike &= not any(_is_partly_converted(one) for one in (now, before))
    is_alike &= read_accounts(heads, spans[0]) == read_accounts(heads_before, spans[1])
    is_alike &= not any(any(partly_expected(all_progress(store), span)) for span in spans)
    is_alike &= billed_alone(now.bills) == billed_alone(before.bills)
    return change(now.total, before.total, spans[1], complete=is_whole and is_alike)


def _costs(store: Store, heads: Sequence[Head], question: Question, books: Books) -> Totals:
    """The costs of the question's days; but beside bills with a scope the heads are enough."""
    found = figures(store, question, heads, None, books)
    return totals(
        found.figures,
        by="provider",
        first=question.first,
        after=question.until,
        currency=question.currency,
        missing=gaps(store, question, heads, found),
        bills=found.bills,
    )


def _has_use_alone(heads: Iterable[Head], found: Totals) -> bool:
    """Whether an account has use and no charge, and no bill either: heads hold charges only."""
    billed = {one.account for one in found.bills}
    return any(
        head.service_cube and not head.cells and head.account not in billed for head in heads
    )


def _is_partly_converted(found: Totals) -> bool:
    """Whether a currency had a rate on some of the days only."""
    return any(one.currency in found.unconverted for one in found.converted if not one.is_tax)


def _state(heads: Sequence[Head], missing: Sequence[Gap], today: date, month: Month) -> MonthState:
    if today < month.after:
        return "open"
    is_due = today >= month.after.replace(day=CLOSING_DAY)
    closed = (head.closed_at is not None for head in of_costs(heads))
    is_closed = is_due and not missing and all(closed)
    return "closed" if is_closed else "provisional"
