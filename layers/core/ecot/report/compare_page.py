"""The page of comparisons: its files, and what its script sets side by side: any two months."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import partial
from typing import Any

from ecot.language import Language
from ecot.report.compare import Amount, CompareFacts, CompareView, compare_view
from ecot.report.frame import in_both
from ecot.report.shell import Shell
from ecot.report.spelling import spelling


def files(facts: CompareFacts, shell: Shell) -> Iterator[tuple[str, bytes]]:
    """The page in both languages."""
    view = compare_view(facts)
    yield from in_both(
        shell,
        "compare",
        "compare.html",
        ("charts.css", "choices.css", "compare.css"),
        ("exact.js", "compare.js"),
        view=view,
        any_content=_content(view),
        any_words=partial(_words, view),
    )


def _content(view: CompareView) -> Mapping[str, Any]:
    """The months, newest first, and each supplier's costs in them as exact decimals; the last row
    is all of them."""
    rows = [[row.name, [_cell(one) for one in row.amounts]] for row in view.rows]
    return {
        "currency": view.facts.currency,
        "digits": max((_digits(one.cost) for row in view.rows for one in row.amounts), default=0),
        "months": [str(month) for month in view.months],
        "rows": rows,
    }


def _words(view: CompareView, language: Language) -> Mapping[str, Any]:
    """What the script says, and how it writes numbers."""
    return {
        "months": [language.month(month) for month in view.months],
        "unknown": language.say("unknown"),
        "speech": spelling(language, (view.facts.currency,)),
    }


def _cell(amount: Amount) -> list[Any]:
    """The cost, nothing where there was none, "" where it is not known; and whether it lacks."""
    if amount.is_nothing:
        return [None, False]
    return ["" if amount.cost is None else format(amount.cost, "f"), amount.lacks]


def _digits(cost: Decimal | None) -> int:
    exponent = 0 if cost is None else cost.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
