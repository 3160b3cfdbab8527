"""The page of comparisons: what it asks of the ledger."""

from collections.abc import Iterator

from ecot.jobs.site.history import History
from ecot.model.period import Month
from ecot.report.compare import CompareFacts, Lacking
from ecot.report.compare_page import files
from ecot.report.shell import Shell


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
        titles=history.names,
    )


def _lacking(history: History) -> Lacking:
    """The months that miss days, and the suppliers that do. One that measured use in a month and
    has no charge misses all of its cost."""
    gaps = [(month, gap.provider) for month in history.months for gap in history.gaps(month)]
    return frozenset([*gaps, *((month, None) for month, _ in gaps)])
