"""The page of comparisons: what it asks of the ledger."""

from collections.abc import Iterator
from functools import partial

from ecot.jobs.site.history import History
from ecot.model.period import Month
from ecot.report import any_months
from ecot.report.compare import CompareFacts, Lacking, compare_view
from ecot.report.frame import in_both
from ecot.report.shell import Shell


def pages(history: History, shell: Shell) -> Iterator[tuple[str, bytes]]:
    """The page in both languages."""
    view = compare_view(compare_facts(history))
    yield from in_both(
        shell,
        "compare",
        "compare.html",
        ("charts.css", "choices.css", "compare.css"),
        ("exact.js", "compare.js"),
        view=view,
        any_content=any_months.content(view),
        any_words=partial(any_months.words, view),
    )


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
