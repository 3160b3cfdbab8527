"""What the health page asks of the ledger: how every account was read, and what is still owed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby

from ecot.jobs.known import lateness_of
from ecot.jobs.mail.delivery import recent_mails
from ecot.jobs.month_states import AccountMonth, month_states
from ecot.jobs.notion.kept import NotionSync, last_sync
from ecot.jobs.site.history import History
from ecot.model.head import UNREAD, Head
from ecot.model.outcome import Outcome, Progress, Restatement
from ecot.model.period import Month
from ecot.model.rows import provider_of
from ecot.pricing.table import list_version
from ecot.report.frame import in_both
from ecot.report.health import (
    RESTATEMENTS,
    RUNS,
    AccountFacts,
    HealthFacts,
    MonthMark,
    duration,
    health_view,
)
from ecot.report.health_sinks import NotionFacts, Oddity, about_text, mail_lines
from ecot.report.shell import Shell
from ecot.store.heads import all_heads
from ecot.store.protocol import Store
from ecot.store.rates import latest_publication
from ecot.store.records import all_progress, outcomes_of, restatements

_MONTHS = 13  # this one, and a year


def pages(history: History, shell: Shell) -> Iterator[tuple[str, bytes]]:
    """The page in both languages."""
    view = health_view(health_facts(history), shell.titles)
    styles = ("charts.css", "health.css")
    yield from in_both(
        shell, "health", "health.html", styles, view=view, duration=duration, about_text=about_text
    )


def health_facts(history: History) -> HealthFacts:
    """Everything that the page may show: a query of all heads, one of the last runs of each
    account, and one of the restatements of each account that has any."""
    store, edition = history.store, history.edition
    known = {one.account: one for one in all_progress(store)}
    complete, restated = _through(all_heads(store), known)
    changes = all_restated(store, restated)
    told = sorted(changes, key=lambda one: (one.seen_at, one.day), reverse=True)
    published = latest_publication(store, Month.of(edition.today))
    return HealthFacts(
        today=edition.today,
        accounts=tuple(_accounts(history, known, complete)),
        months=tuple(map(_mark, _states(history))),
        restatements=tuple(told[:RESTATEMENTS]),
        restated=len(told),
        price_list=list_version(),
        prices=edition.prices,
        published=published.day if published else None,
        next_run=edition.next_run,
        notion=_notion(last_sync(store)),
        mails=mail_lines(recent_mails(store), people=edition.people),
        mail_lacks=edition.mail_lacks,
    )


def _notion(sync: NotionSync | None) -> NotionFacts | None:
    if sync is None:
        return None
    written = sync.created + sync.updated
    return NotionFacts(
        at=sync.at,
        rows=written + sync.unchanged,
        written=written,
        odd=tuple(
            Oddity(problem=one.problem, remedy=one.remedy, row=one.row) for one in sync.notices
        ),
        stopped=sync.message,
        remedy=sync.remedy,
    )


def _through(
    heads: Iterable[Head], known: Mapping[str, Progress]
) -> tuple[dict[str, date | None], list[Head]]:
    """The newest complete day of each account that has a head, and the heads with restatements.
    `heads` are by month, and go by: a long history has too many to hold."""
    complete: dict[str, date | None] = {}
    restated: list[Head] = []
    for head in heads:
        day = _complete(head, known.get(head.account))
        complete[head.account] = day or complete.get(head.account)
        if head.restated:
            restated.append(head)
    return complete, restated


def _accounts(
    history: History, known: Mapping[str, Progress], complete: Mapping[str, date | None]
) -> Iterator[AccountFacts]:
    """Those of the settings and those of the ledger."""
    store = history.store
    latest = {one.account: one for one in history.outcomes}
    configured = history.edition.accounts
    for account in sorted({*configured, *latest, *known, *complete, *history.books.bills}):
        progress = known.get(account)
        # An older Ecot kept its runs elsewhere: of those the latest is known.
        runs = outcomes_of(store, account, RUNS) or _some(latest.get(account))
        yield AccountFacts(
            account=account,
            runs=tuple(runs),
            complete=complete.get(account),
            is_read=account in configured or _is_read(progress, runs),
            retired=progress.until if progress else None,
            late_after=lateness_of(provider_of(account)).days + 1,
        )


def _some(outcome: Outcome | None) -> list[Outcome]:
    return [outcome] if outcome else []


def _is_read(progress: Progress | None, runs: Sequence[Outcome]) -> bool:
    """Whether the account has feeds, or would have them with a key: no file and no plan fails."""
    has_feeds = progress is not None and bool(progress.feeds or progress.daily)
    return has_feeds or any(one.state in ("failed", "not_configured") for one in runs[:1])


def _complete(head: Head, progress: Progress | None) -> date | None:
    """The month's newest day of which every feed was read after its end, or, where there are only
    snapshots, on which each was read."""
    if progress is None or not (progress.feeds or progress.daily):
        return None
    days = reversed(head.month.days())
    return next((day for day in days if _is_complete(head, day, progress)), None)


def _is_complete(head: Head, day: date, progress: Progress) -> bool:
    if progress.feeds:
        return head.is_complete(day, progress.feeds)
    return all(head.mark(day, snapshot) != UNREAD for snapshot in progress.daily)


def _by_account(heads: Iterable[Head]) -> Mapping[str, list[Head]]:
    ordered = sorted(heads, key=lambda head: (head.account, head.month))
    return {account: list(own) for account, own in groupby(ordered, lambda head: head.account)}


def all_restated(store: Store, heads: Iterable[Head]) -> Iterator[Restatement]:
    """The restatements of all months that took effect."""
    for account, own in _by_account(head for head in heads if head.restated).items():
        ids = {one for head in own for one in head.restated}
        yield from (one for one in restatements(store, account) if one.id in ids)


def _states(history: History) -> list[AccountMonth]:
    """The last months of every account; what they cost is not asked for."""
    last = Month.of(history.edition.today)
    question = history.edition.question(last.shifted(1 - _MONTHS).first, last.after)
    return month_states(history.store, question, history.books, ())


def _mark(one: AccountMonth) -> MonthMark:
    return MonthMark(account=one.account, month=one.month, state=one.state, unread=len(one.unread))
