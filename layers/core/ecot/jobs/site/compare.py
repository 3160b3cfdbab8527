"""The page of comparisons: what it asks of the ledger."""

from collections.abc import Hashable, Iterator

from ecot.jobs.site.alike import billed_alone, partly_expected, read_accounts
from ecot.jobs.site.history import History
from ecot.model.period import Month
from ecot.model.rows import provider_of
from ecot.report.compare import Alike, CompareFacts, Lacking
from ecot.report.compare_page import files
from ecot.report.shell import Shell
from ecot.store.records import all_progress


def pages(history: History, shell: Shell) -> Iterator[tuple[str, bytes]]:
    """The page in both languages."""
    return files(compare_facts(history), shell)


def compare_facts(history: History) -> CompareFacts:
    """Everything that the page may show."""
    return CompareFacts(
        running=Month.of(history.edition.today),
        currency=history.edition.currency,
        months=tuple(history.months),
        figures=history.by_service,
        lacking=_lacking(history),
        alike=_alike(history),
        titles=history.names,
    )


def _lacking(history: History) -> Lacking:
    """The months that miss days, and the suppliers that do."""
    gaps = [(month, gap.provider) for month in history.months for gap in history.gaps(month)]
    return frozenset([*gaps, *((month, None) for month, _ in gaps)])


def _alike(history: History) -> Alike:
    """What each month, and each supplier in it, is made of. A month inside which an account came or
    went is like no other."""
    progress = list(all_progress(history.store))
    found: dict[tuple[Month, str | None], frozenset[Hashable]] = {}
    for month in history.months:
        days = month.first, min(month.after, history.edition.today)
        parts: set[tuple[str, Hashable]] = {
            *((account, "read") for account in read_accounts(history.heads(month), days)),
            *((account, str(month)) for account in partly_expected(progress, days)),
            *((scope[0], scope) for scope in billed_alone(history.bills(month))),
        }
        found[month, None] = frozenset(parts)
        for provider in {provider_of(account) for account, _ in parts}:
            own = (part for part in parts if provider_of(part[0]) == provider)
            found[month, provider] = frozenset(own)
    return found
