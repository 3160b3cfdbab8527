"""Publishing: what the ledger knows, rendered into the folder of the site."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date

from ecot.analysis.compare import Change, change, elapsed, same_days_before
from ecot.analysis.groups import By
from ecot.analysis.totals import Gap, Totals, totals
from ecot.jobs.figures import Books
from ecot.jobs.known import counts, shared
from ecot.jobs.query import Question, figures, gaps, heads_of, restated
from ecot.jobs.site import explore
from ecot.jobs.site.edition import Edition
from ecot.jobs.site.history import History
from ecot.ledger.months import CLOSING_DAY
from ecot.ledger.plans import is_plan
from ecot.model.head import UNREAD, Head, MonthState
from ecot.model.period import DAY, Month
from ecot.model.rows import provider_of
from ecot.model.settlement import Settlement
from ecot.report.facts import MonthFacts
from ecot.report.render import pages, shell_of
from ecot.report.shell import Shell
from ecot.store.protocol import Files, Place, Store

_CHANGING_DAY = 7  # until then the report opens on the month before, which is the one to be read

# The pages beside the months', in order: each makes its files of the history and the shell.
Maker = Callable[[History, Shell], Iterable[tuple[str, bytes]]]
PAGES: Mapping[str, Maker] = {
    "explore": explore.pages,
}


def publish(place: Place, site: Files, edition: Edition, month: Month | None = None) -> list[str]:
    """Renders every month that the ledger knows into `site`, with an index that opens on `month`
    (default: the month before until the 7th, then the running one), and the pages beside them. Only
    files that changed are written. Returns the names of all."""
    files = dict(_files(History(place, edition), month))
    for name, body in files.items():
        if site.get(name) != body:
            site.put(name, body)
    return sorted(files)


def _files(history: History, month: Month | None) -> Iterator[tuple[str, bytes]]:
    edition, others = history.edition, PAGES if history.months else {}
    facts = {one: month_facts(history, one) for one in history.months}
    if not facts:
        nothing = MonthFacts.nothing(edition.today, edition.currency, demo=edition.is_demo)
        facts = {nothing.month: nothing}
    front = month if month in facts else _front(edition.today, sorted(facts))
    shell = shell_of(facts[front], edition.language, tuple(others))
    yield from pages(facts, shell).items()
    for make in others.values():
        yield from make(history, shell)


def month_facts(history: History, month: Month) -> MonthFacts:
    """Everything that the month's page may show."""
    store, edition, books = history.store, history.edition, history.books
    question = edition.question(month.first, month.after)
    heads = history.heads(month)
    found = history.month(month, "service")
    missing = gaps(store, question, heads, found)
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
        change=_change(store, month, edition, books),
        outcomes=history.outcomes,
        restatements=tuple(restated(store, heads)),
        titles=known,
        months=tuple(history.months),
        people=edition.people,
    )


def _change(store: Store, month: Month, edition: Edition, books: Books) -> Change:
    """The month's elapsed days beside the same ones of the month before: incomplete where either
    misses a day or has a cost that nobody knows, where an account, a file or a bill without
    charges is in one of the two only, or where they leave out costs in different currencies, or
    only some of those in one."""
    spans = elapsed(month, edition.today), same_days_before(month, edition.today)
    heads, heads_before = (heads_of(store, edition.question(*span)) for span in spans)
    now = _costs(store, heads, edition.question(*spans[0]), books)
    before = _costs(store, heads_before, edition.question(*spans[1]), books)
    is_whole = not any(one.coverage.missing or one.coverage.is_part for one in (now, before))
    is_whole &= not _has_use_alone(heads, now) and not _has_use_alone(heads_before, before)
    is_alike = now.unconverted.keys() == before.unconverted.keys()
    is_alike &= not any(_is_partly_converted(one) for one in (now, before))
    is_alike &= _read_accounts(heads, spans[0]) == _read_accounts(heads_before, spans[1])
    is_alike &= _billed_alone(now.bills) == _billed_alone(before.bills)
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


def _billed_alone(bills: Iterable[Settlement]) -> set[tuple[str, str | None, str | None]]:
    """Account and scope of the bills that have no charges beside them: without next month's bill,
    next month has nothing of it."""
    alone = (bill for one in bills if one.settles and one.charged is None for bill in one.bills)
    return {(bill.account, bill.service, bill.sub_account_id) for bill in alone}


def _read_accounts(heads: Sequence[Head], days: tuple[date, date]) -> set[str]:
    """The accounts that were read, or whose files go, to the last of the days. Plans are not among
    them: a subscription that begins or ends is a change like any other."""
    last = max(days[1] - DAY, days[0])
    return {
        head.account
        for head in _of_costs(heads)
        if any(head.mark(last, feed) != UNREAD for feed in head.feeds if not is_plan(feed))
    }


def _of_costs(heads: Iterable[Head]) -> list[Head]:
    """Those of accounts that may count: no other makes a page of costs unfinished."""
    return [head for head in heads if counts(provider_of(head.account))]


def _state(heads: Sequence[Head], missing: Sequence[Gap], today: date, month: Month) -> MonthState:
    if today < month.after:
        return "open"
    is_due = today >= month.after.replace(day=CLOSING_DAY)
    closed = (head.closed_at is not None for head in _of_costs(heads))
    is_closed = is_due and not missing and all(closed)
    return "closed" if is_closed else "provisional"


def _front(today: date, months: Sequence[Month]) -> Month:
    wanted = Month.of(today)
    if today.day <= _CHANGING_DAY:
        wanted = wanted.previous()
    return wanted if wanted in months else months[-1]
