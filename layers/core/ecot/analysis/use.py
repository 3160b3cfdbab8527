"""Which costs are measured use that goes on from day to day, and may be carried forward."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from decimal import Decimal

from ecot.analysis.lines import credits_of
from ecot.analysis.sums import counted, standing
from ecot.model.figure import Figure
from ecot.model.money import minus, total

Line = tuple[str, str | None, str | None, str | None]


def ahead(figures: Iterable[Figure], today: date) -> set[Line]:
    """The lines of which the ledger knows days to come: a longer charge, spread over its days."""
    return {_line(figure) for figure in figures if figure.cell.day > today}


def use_by_day(
    figures: Iterable[Figure], currency: str, accounts: Collection[str], known: Collection[Line]
) -> dict[date, Decimal]:
    """What the use of the `accounts`, those that are read day by day, cost on each day, credits
    aside. Plans and bills are no use, nor are the lines whose days to come are `known`."""
    found: dict[date, list[Decimal]] = {}
    for figure, cost in _uses(figures, currency):
        if figure.account in accounts and _line(figure) not in known:
            found.setdefault(figure.cell.day, []).append(cost)
    return {day: total(found[day]) for day in sorted(found)}


def _uses(figures: Iterable[Figure], currency: str) -> Iterator[tuple[Figure, Decimal]]:
    for figure in standing(counted(figures)):
        cost = figure.cost(currency)
        if cost is not None and not figure.cell.tax and figure.cell.basis != "entered":
            yield figure, minus(cost, credits_of(figure))


def _line(figure: Figure) -> Line:
    cell = figure.cell
    return figure.account, cell.sub_account_id, cell.service, cell.model
