"""The explorer's pages: months and days to ask about, and ready-made answers without a script."""

from collections.abc import Iterator
from functools import partial

from ecot.analysis.totals import parentless
from ecot.jobs.known import shared
from ecot.jobs.query import figures, unread_by_account
from ecot.jobs.site.alike import whole_accounts
from ecot.jobs.site.history import History
from ecot.jobs.site.shelf import Page, Stamped, stamp_of
from ecot.model.period import DAY, Month, spans
from ecot.model.rows import provider_of
from ecot.report.explore import (
    ExploreFacts,
    Lack,
    days_elsewhere,
    gaps_of,
    history_page,
    month_page,
    scope_page,
    stem_of,
    whole_months,
)
from ecot.report.reach import Source, cubes_of_history, holds_persons
from ecot.report.scopes import Ready, Scope, ready
from ecot.report.shell import Shell
from ecot.store.records import all_progress


def pages(history: History, shell: Shell) -> Iterator[Page | Stamped]:
    """The page of the whole history, one for each month that it does not hold by day, and one for
    each provider, account and project."""
    facts = explore_facts(history)
    source, cubes = facts.source, cubes_of_history(facts.source)
    found = ready(source.by_service, source.months, source.currency, facts.names, source.shared)
    yield from history_page(facts, shell, cubes, found)
    for month in days_elsewhere(facts, cubes):
        yield _month(history, facts, shell, month, persons=not holds_persons(cubes, month))
    for scope in found.scopes:
        yield _scope(facts, shell, scope, found)


def _month(
    history: History, facts: ExploreFacts, shell: Shell, month: Month, *, persons: bool
) -> Stamped:
    missing = [one for one in facts.missing if Month.of(one.first) == month]
    until = min(facts.today + DAY, month.after)
    stem = stem_of(month)
    return Stamped(
        stem,
        stamp_of(history.content(month), shell.around, missing, until, persons),
        partial(month_page, facts, shell, month, persons=persons),
    )


def _scope(facts: ExploreFacts, shell: Shell, scope: Scope, found: Ready) -> Stamped:
    gaps = gaps_of(facts, found.months)
    whole = whole_months(facts, scope)
    made_of = (scope, found.months, gaps, whole, facts.names, shell.around)
    return Stamped(scope.stem, stamp_of(*made_of), partial(scope_page, scope, facts, shell, found))


def explore_facts(history: History) -> ExploreFacts:
    """What the explorer may be asked about."""
    months = tuple(history.months)
    return ExploreFacts(
        today=history.edition.today,
        source=Source(
            months=months,
            after=history.edition.today + DAY,
            currency=history.edition.currency,
            by_service=history.by_service,
            by_person=history.by_person,
            days=lambda month, kind: history.month(month, kind).figures,
            shared=shared(),
        ),
        names=history.names,
        missing=tuple(lack for month in months for lack in _missing(history, month)),
        read={month: _read(history, month) for month in months},
    )


def _read(history: History, month: Month) -> set[str]:
    """The accounts that were read to the end of the month, or until yesterday."""
    days = month.first, min(month.after, history.edition.today)
    return whole_accounts(history.heads(month), all_progress(history.store), days)


def _missing(history: History, month: Month) -> Iterator[Lack]:
    """What was not read of the month, in rows of days, and providers that only others tell of."""
    store, today = history.store, history.edition.today
    question, heads = history.edition.question(month.first, month.after), history.heads(month)
    found = figures(store, question, heads, None, history.books)
    unread = unread_by_account(store, question, heads, found.bills)
    for account, days in unread.items():
        yield from (Lack(account, *span) for span in spans(days))
    known = {provider_of(account) for account in unread}
    for gap in parentless(found.figures, today):
        if gap.provider not in known:
            yield Lack(gap.account, gap.first, gap.last)
