"""Figures of days as figures of their months: what a long history is kept as."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from ecot.model.figure import Figure
from ecot.model.money import total
from ecot.model.period import Month
from ecot.model.rows import add_quantities


def monthly(figures: Iterable[Figure]) -> list[Figure]:
    """The same sums by month, each on the month's first day, in a stable order. Every dimension,
    origin and currency stays apart; which day's exchange rate was used is forgotten, and so is what
    a month's credits moved back and forth (shares of what moved are for days)."""
    groups: dict[tuple[Any, ...], list[Figure]] = {}
    for figure in figures:
        groups.setdefault(_class_of(figure), []).append(figure)
    return [_sum(groups[key]) for key in sorted(groups, key=_in_order)]


def _class_of(figure: Figure) -> tuple[Any, ...]:
    cell = figure.cell
    return (
        figure.account,
        Month.of(cell.day).first,
        figure.is_replaced,
        figure.converted is not None,
        *(cell.category, cell.role, cell.parent, cell.activity),
        *(cell.sub_account_id, cell.service, cell.model, cell.user, cell.api_key_id),
        *(cell.currency, cell.basis, cell.tax),
    )


def _in_order(key: tuple[Any, ...]) -> list[tuple[bool, str]]:
    return [(part is not None, str(part)) for part in key]


def _sum(figures: list[Figure]) -> Figure:
    first, cells = figures[0], [figure.cell for figure in figures]
    cell = replace(
        first.cell,
        day=Month.of(first.cell.day).first,
        billed_on=None,
        cost=_known(cell.cost for cell in cells),
        credits=_known(cell.credits for cell in cells),
        unpriced=sum(cell.unpriced for cell in cells),
        quantities=add_quantities(cell.quantities for cell in cells),
    )
    converted = _known(figure.converted for figure in figures)
    return Figure(first.account, cell, first.is_replaced, None, converted, None)


def _known(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """The sum of what is known; None where nothing is."""
    known = [amount for amount in amounts if amount is not None]
    return total(known) if known else None
