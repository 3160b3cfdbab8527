"""The badge: today's cost as far as anybody has told of it, else that of the latest whole day."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import msgspec

from ecot.analysis.sums import counted, standing
from ecot.analysis.totals import Totals, parentless, totals
from ecot.jobs.figures import Settled, covered_days
from ecot.jobs.known import counts
from ecot.jobs.query import Question, figures, gaps, heads_of, waiting
from ecot.jobs.site.history import History
from ecot.jobs.site.shelf import Page
from ecot.model.figure import Figure
from ecot.model.head import UNREAD, Head
from ecot.model.outcome import Outcome, Progress
from ecot.model.period import DAY, Month
from ecot.model.rows import provider_of
from ecot.report.badge import badge_files
from ecot.report.badge_facts import BadgeFacts
from ecot.report.shell import Shell
from ecot.store.protocol import Store
from ecot.store.records import all_progress

_REACH = timedelta(days=14)  # further back a day's cost says nothing of now
_WELL = ("ok", "no_data")
_ANSWERED = (*_WELL, "partial")


def pages(history: History, shell: Shell) -> Iterable[Page]:
    """The picture, the form that shields.io reads, and the exact figures."""
    return badge_files(badge_facts(history), shell.language, history.edition.thresholds).items()


def badge_facts(history: History) -> BadgeFacts:
    """The cost of the UTC day of the edition; of the latest complete day where nobody has told of
    it; of the latest day that has any where none of two weeks is complete."""
    store, edition, today = history.store, history.edition, history.edition.today
    question = edition.question(today - _REACH, today + DAY)
    heads = heads_of(store, question)
    found = figures(store, question, heads, "service", history.books)
    told = BadgeFacts(
        today=today,
        day=None,
        cost=None,
        currency=edition.currency,
        as_of=_as_of(history.outcomes),
        demo=edition.is_demo,
    )
    expected = _expected(store, today)
    if _is_told(found.figures, today, expected):
        missing = _untold(history, question, heads, found, expected)
        return _of_day(told, today, _costs(found, question, today), len(missing))
    return _latest(told, store, question, heads, found)


def _latest(
    told: BadgeFacts, store: Store, question: Question, heads: Sequence[Head], found: Settled
) -> BadgeFacts:
    latest = told
    day = question.today - DAY
    while day >= question.first:
        costs = _costs(found, question, day)
        if costs.total is not None:
            missing = gaps(
                store, replace(question, first=day, after=day + DAY), heads, _of(found, day)
            )
            shown = _of_day(told, day, costs, len(missing))
            if not missing:
                return shown
            latest = shown if latest.day is None else latest
        day -= DAY
    return latest


def _of_day(told: BadgeFacts, day: date, costs: Totals, missing: int) -> BadgeFacts:
    return msgspec.structs.replace(
        told,
        day=day,
        cost=costs.total,
        missing=missing,
        is_part=costs.coverage.is_part or bool(costs.unconverted),
    )


def _costs(found: Settled, question: Question, day: date) -> Totals:
    return totals(
        found.figures, by="account", first=day, after=day + DAY, currency=question.currency
    )


def _expected(store: Store, today: date) -> list[Progress]:
    """The accounts that may tell of a cost of today."""
    return [
        one
        for one in all_progress(store)
        if (one.feeds or one.daily) and counts(provider_of(one.account))
        if one.since <= today and (one.until is None or today < one.until)
    ]


def _is_told(found: Iterable[Figure], today: date, expected: Sequence[Progress]) -> bool:
    """Whether anybody has told of a cost of today. What was typed, a plan or a bill, is known
    beforehand: it is all there is to tell where no account is read."""
    return any(
        one.cell.day == today and one.cell.basis and not one.cell.tax
        for one in standing(counted(found))
        if one.cell.basis != "entered" or not expected
    )


def _untold(
    history: History,
    question: Question,
    heads: Iterable[Head],
    found: Settled,
    expected: Iterable[Progress],
) -> set[str]:
    """The accounts that have not told of today: not read on it, without a key, or read in vain the
    last time, so that nobody knows what came since; and providers that others alone tell of."""
    today = question.today
    running = {head.account: head for head in heads if head.month == Month.of(today)}
    in_vain = {one.account for one in history.outcomes if one.state not in _WELL}
    silent = {
        one.account
        for one in expected
        if one.account in in_vain or not _has_told(one, running, today)
    }
    waited = waiting(history.store, question)
    silent |= {account for account in waited if counts(provider_of(account))}
    silent -= {account for account, day in covered_days(found.bills) if day == today}
    return silent | {gap.account for gap in parentless(found.figures, today + DAY)}


def _has_told(progress: Progress, running: dict[str, Head], today: date) -> bool:
    if (head := running.get(progress.account)) is None:
        return False
    is_read = all(head.mark(today, feed) != UNREAD for feed in progress.feeds)
    return is_read and all(
        head.mark(today, name) != UNREAD or bool(head.plans) for name in progress.daily
    )


def _of(found: Settled, day: date) -> Settled:
    return found._replace(figures=[one for one in found.figures if one.cell.day == day])


def _as_of(outcomes: Iterable[Outcome]) -> datetime | None:
    return max((one.at for one in outcomes if one.state in _ANSWERED), default=None)
