"""A month beside the one before, over the same days, and whether that says anything."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ecot.analysis.compare import Change, change, elapsed, same_days_before
from ecot.analysis.totals import Totals, totals
from ecot.jobs.figures import Books
from ecot.jobs.query import Question, figures, gaps, heads_of
from ecot.jobs.site.alike import Days, billed_alone, partly_expected, read_accounts
from ecot.jobs.site.history import History
from ecot.model.head import Head
from ecot.model.outcome import Progress
from ecot.model.period import Month
from ecot.model.rows import provider_of
from ecot.store.protocol import Store
from ecot.store.records import all_progress


class _Span(NamedTuple):
    """Days, their heads, and what they cost by provider."""

    days: Days
    heads: Sequence[Head]
    costs: Totals


class Compared(NamedTuple):
    """The month's elapsed `days` beside `days_before`, in all and by provider. `unlike` are the
    providers of which the two spans say different things: no percentage of theirs means anything.
    """

    days: Days
    days_before: Days
    now: Totals
    before: Totals
    change: Change
    unlike: frozenset[str]


def compare(history: History, month: Month) -> Compared:
    """The month's elapsed days beside the same ones of the month before: incomplete where either
    misses a day or has a cost that nobody knows, where an account, a file or a bill without
    charges is in one of the two only, where an account came or went inside one, or where they leave
    out costs in different currencies, or only some of those in one."""
    edition = history.edition
    days = elapsed(month, edition.today), same_days_before(month, edition.today)
    now, before = (_span(history, one) for one in days)
    progress = list(all_progress(history.store))
    return Compared(
        days=now.days,
        days_before=before.days,
        now=now.costs,
        before=before.costs,
        change=change(
            now.costs.total,
            before.costs.total,
            before.days,
            complete=_is_whole(now) and _is_whole(before) and _is_alike(now, before, progress),
        ),
        unlike=frozenset(_unlike(now, before, progress)),
    )


def _span(history: History, days: Days) -> _Span:
    question = history.edition.question(*days)
    heads = heads_of(history.store, question)
    return _Span(days, heads, _costs(history.store, heads, question, history.books))


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


def _is_whole(span: _Span) -> bool:
    coverage = span.costs.coverage
    return not (coverage.missing or coverage.is_part or any(_use_alone(span)))


def _is_alike(now: _Span, before: _Span, progress: Iterable[Progress]) -> bool:
    is_alike = now.costs.unconverted.keys() == before.costs.unconverted.keys()
    is_alike &= not any(_is_partly_converted(one.costs) for one in (now, before))
    return is_alike and not set(_of_one_span(now, before, progress))


def _of_one_span(now: _Span, before: _Span, progress: Iterable[Progress]) -> Iterator[str]:
    """The accounts that one of the spans has and the other has not, or has from its middle on."""
    yield from read_accounts(now.heads, now.days) ^ read_accounts(before.heads, before.days)
    yield from (account for one in (now, before) for account in partly_expected(progress, one.days))
    alone = billed_alone(now.costs.bills) ^ billed_alone(before.costs.bills)
    yield from (account for account, *_ in alone)


def _unlike(now: _Span, before: _Span, progress: Iterable[Progress]) -> Iterator[str]:
    """The providers of everything that keeps a total from being compared, and those of costs that
    stand in no total, for want of a rate."""
    for span in (now, before):
        coverage = span.costs.coverage
        yield from (gap.provider for gap in coverage.missing)
        lacking = (*coverage.unknown_of, *coverage.without_cost, *_use_alone(span))
        yield from map(provider_of, lacking)
        yield from (one.key for one in span.costs.groups if one.key and one.unconverted)
    yield from map(provider_of, _of_one_span(now, before, progress))


def _use_alone(span: _Span) -> Iterator[str]:
    """The accounts with use and no charge, and no bill either: heads hold charges only."""
    billed = {one.account for one in span.costs.bills}
    for head in span.heads:
        if head.service_cube and not head.cells and head.account not in billed:
            yield head.account


def _is_partly_converted(found: Totals) -> bool:
    """Whether a currency had a rate on some of the days only."""
    return any(one.currency in found.unconverted for one in found.converted if not one.is_tax)
