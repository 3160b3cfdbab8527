"""The explorer's page: every figure of the ledger's months, and those of days on further pages."""

from collections.abc import Iterator

from ecot.analysis.totals import parentless
from ecot.jobs.known import shared
from ecot.jobs.query import figures, missed
from ecot.jobs.site.history import History
from ecot.model.period import Month, spans
from ecot.model.rows import provider_of
from ecot.report.explore import ExploreFacts, Lack, explore_pages
from ecot.report.reach import Source
from ecot.report.shell import Shell


def pages(history: History, shell: Shell) -> Iterator[tuple[str, bytes]]:
    """The page of the whole history, and one for each month that it does not hold by day."""
    return explore_pages(explore_facts(history), shell)


def explore_facts(history: History) -> ExploreFacts:
    """What the explorer may be asked about."""
    months = tuple(history.months)
    return ExploreFacts(
        today=history.edition.today,
        source=Source(
            months=months,
            currency=history.edition.currency,
            by_service=history.by_service,
            by_person=history.by_person,
            days=lambda month, kind: history.month(month, kind).figures,
            shared=shared(),
        ),
        names=history.names,
        missing=tuple(lack for month in months for lack in _missing(history, month)),
    )


def _missing(history: History, month: Month) -> Iterator[Lack]:
    """What was not read of the month, in rows of days, and providers that only others tell of."""
    store, today = history.store, history.edition.today
    question, heads = history.edition.question(month.first, month.after), history.heads(month)
    found = figures(store, question, heads, None, history.books)
    unread = missed(store, question, heads, found.bills)
    for account, days in unread.items():
        yield from (Lack(account, *span) for span in spans(days))
    known = {provider_of(account) for account in unread}
    for gap in parentless(found.figures, today):
        if gap.provider not in known:
            yield Lack(gap.account, gap.first, gap.last)
