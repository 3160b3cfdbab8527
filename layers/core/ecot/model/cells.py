"""A cell: rows added up over every dimension that a view does not ask for.

Heads hold cells by day alone, cubes hold them by day and service or by day and person; totals,
charts and top lists are sums of cells, and never need the rows.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from ecot.model.money import total
from ecot.model.rows import (
    Activity,
    AnyRow,
    Balance,
    Basis,
    Category,
    Charge,
    Revenue,
    Role,
    add_quantities,
)

SERVICE_DIMENSIONS = ("sub_account_id", "service", "model")
PERSON_DIMENSIONS = ("sub_account_id", "service", "user", "api_key_id")


class Cell(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The sum of some rows of one account on one UTC day.

    A cell of charges has `currency` and `basis`, and a `cost` unless the basis is "unknown" (then
    `unpriced` counts the rows); `credits` is the part of the cost that is credits and refunds. Its
    `billed_on` is None but where the billing period does not hold the day: then it is the nearest
    day that it holds. A cell of usage has none of these, and `quantities` instead; so has one of
    `activity`, which is what people did: it costs nothing. `parent` is the provider whose charges a
    breakdown details.
    """

    day: date
    category: Category
    role: Role = "counted"
    parent: str | None = None
    activity: bool = False
    sub_account_id: str | None = None
    service: str | None = None
    model: str | None = None
    user: str | None = None
    api_key_id: str | None = None
    currency: str | None = None
    basis: Basis | None = None
    tax: bool = False
    billed_on: date | None = None
    cost: Decimal | None = None
    credits: Decimal | None = None
    unpriced: int = 0
    quantities: Mapping[str, Decimal] = {}


def condensed(rows: Iterable[AnyRow], dimensions: tuple[str, ...] = ()) -> list[Cell]:
    """The rows as cells that keep the day and `dimensions`; in a stable order. Balances have none,
    for they cannot be added up; nor has revenue, which is no cost."""
    groups: dict[tuple[Any, ...], list[Any]] = {}
    for row in rows:
        if not isinstance(row, Balance | Revenue):
            groups.setdefault(_class_of(row, dimensions), []).append(row)
    return [_cell(groups[key], dimensions) for key in sorted(groups, key=_in_order)]


def _in_order(key: tuple[Any, ...]) -> list[tuple[bool, str]]:
    return [(part is not None, str(part)) for part in key]


def _class_of(row: AnyRow, dimensions: tuple[str, ...]) -> tuple[Any, ...]:
    kept = (
        row.day,
        row.category,
        row.role,
        row.parent,
        isinstance(row, Activity),
        *(getattr(row, name) for name in dimensions),
    )
    if not isinstance(row, Charge):
        return kept
    return (*kept, row.currency, row.basis, row.is_tax, row.billed_on)


def _cell(group: list[Any], dimensions: tuple[str, ...]) -> Cell:
    first = group[0]
    kept = {
        name: getattr(first, name) for name in ("day", "category", "role", "parent", *dimensions)
    }
    if not isinstance(first, Charge):
        quantities = add_quantities(row.quantities for row in group)
        return Cell(**kept, activity=isinstance(first, Activity), quantities=quantities)
    unknown = first.basis == "unknown"
    return Cell(
        **kept,
        currency=first.currency,
        basis=first.basis,
        tax=first.is_tax,
        billed_on=first.billed_on,
        cost=None if unknown else total(row.billed_cost for row in group),
        credits=_credits(group),
        unpriced=len(group) if unknown else 0,
    )


def _credits(charges: Iterable[Charge]) -> Decimal | None:
    """None where there are none: a credit of zero would be a statement."""
    found = [
        charge.billed_cost
        for charge in charges
        if charge.is_credit and charge.billed_cost is not None
    ]
    return total(found) if found else None
