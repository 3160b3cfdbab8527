"""Totals: figures added up by one dimension, with their origin, and what is missing from them."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Literal

import msgspec

from ecot.analysis.sums import (
    Converted,
    by_basis,
    converted,
    cost_of,
    counted,
    moved_shares,
    replaced,
    standing,
    unconverted,
)
from ecot.model.figure import Figure
from ecot.model.money import total
from ecot.model.rows import Basis, add_quantities
from ecot.model.settlement import Settlement

By = Literal[
    "provider",
    "account",
    "sub_account",
    "service",
    "model",
    "api_key",
    "user",
    "category",
    "day",
    "month",
]

Only = Literal["tax", "replaced"]
_KINDS = ((False, False), (False, True), (True, False), (True, True))  # is a tax, is replaced


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """Days of an account that are expected and were never read completely.

    `first` and `last` are both inside; `days` counts the missing ones between them. `reason` is
    the state of the account's latest outcome, or None where it never ran.
    """

    provider: str
    account: str
    first: date
    last: date
    days: int
    reason: str | None = None


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """Where a total comes from: the share of each basis (they add up to 1, or are all 0 where
    nothing moved), the number of rows whose cost is not known, and the accounts that are missing
    days."""

    billed: Decimal
    estimated: Decimal
    entered: Decimal
    unknown: int
    missing: tuple[Gap, ...]


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a table. `key` None is the group of rows that name none.

    `provider` is whose the key is, for what each provider names itself (projects, API keys, users);
    `name` is what people call the key, where that is known. `billed_cost` is None where no cost
    is known in the currency of the totals: it is not zero. `unconverted` are costs in others that
    have no rate. `replaced` is what bills stand in place of; it is in no total. `basis` has the
    cost by origin; `origins` names every origin, also of what could not be converted. `only` says
    why a group has no cost although none is unknown: it holds nothing but tax, or but charges that
    bills stand in place of.
    """

    key: str | None
    provider: str | None = None
    name: str | None = None
    billed_cost: Decimal | None
    basis: Mapping[Basis, Decimal]
    origins: tuple[Basis, ...] = ()
    unconverted: Mapping[str, Decimal] = {}
    replaced: Decimal | None = None
    only: Only | None = None
    unpriced: int
    quantities: Mapping[str, Decimal]


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    """A period's total, net of tax, in one currency; `first` is inside it and `after` is not.

    `total` is None where nothing is known about any cost in the period. `converted` says what of
    it was stated in other currencies, and at which rates; `bills` are those that bear on it.
    """

    first: date
    after: date
    currency: str
    total: Decimal | None
    tax: Decimal
    unconverted: Mapping[str, Decimal]
    unconverted_tax: Mapping[str, Decimal]
    converted: tuple[Converted, ...] = ()
    bills: tuple[Settlement, ...] = ()
    coverage: Coverage
    groups: tuple[Group, ...]


def totals(
    figures: Iterable[Figure],
    *,
    by: By,
    first: date,
    after: date,
    currency: str,
    missing: Iterable[Gap] = (),
    bills: Iterable[Settlement] = (),
    names: Mapping[str, str] | None = None,
) -> Totals:
    """The figures of the days `[first, after)` added up by `by`; groups from dear to cheap."""
    inside = counted(figure for figure in figures if first <= figure.cell.day < after)
    groups: dict[tuple[str | None, str | None], list[Figure]] = {}
    for figure in inside:
        groups.setdefault((_owner(figure, by), key_of(figure, by)), []).append(figure)
    lines = [
        _group(owner, key, members, currency, names or {})
        for (owner, key), members in groups.items()
    ]
    return Totals(
        first=first,
        after=after,
        currency=currency,
        total=cost_of(inside, currency),
        tax=cost_of(inside, currency, tax=True) or Decimal(0),
        unconverted=unconverted(inside, currency),
        unconverted_tax=unconverted(inside, currency, tax=True),
        converted=converted(inside),
        bills=tuple(bills),
        coverage=coverage(inside, currency, missing),
        groups=tuple(sorted(lines, key=_dear_first)),
    )


def key_of(figure: Figure, by: By) -> str | None:
    """What the figure is called in a table by `by`; None where the provider names none."""
    cell = figure.cell
    match by:
        case "provider":
            return figure.provider
        case "account":
            return figure.account
        case "sub_account":
            return cell.sub_account_id
        case "api_key":
            return cell.api_key_id
        case "day":
            return str(cell.day)
        case "month":
            return str(cell.day)[:7]
        case "service" | "model" | "user" | "category":
            value: str | None = getattr(cell, by)
            return value


def coverage(figures: list[Figure], currency: str, missing: Iterable[Gap]) -> Coverage:
    """The origin of the cost of `figures`, and what is not in it."""
    billed, estimated, entered = moved_shares(figures, currency)
    return Coverage(
        billed=billed,
        estimated=estimated,
        entered=entered,
        unknown=sum(figure.cell.unpriced for figure in standing(figures)),
        missing=tuple(missing),
    )


def _owner(figure: Figure, by: By) -> str | None:
    """Whose the key is: two providers may give the same id to different things. A group without a
    key is nobody's, and models, services and days are everybody's."""
    is_own = by in ("sub_account", "api_key", "user") and key_of(figure, by) is not None
    return figure.provider if is_own else None


def _group(
    owner: str | None,
    key: str | None,
    figures: list[Figure],
    currency: str,
    names: Mapping[str, str],
) -> Group:
    basis = {basis: total(costs) for basis, costs in by_basis(figures, currency).items()}
    still = list(standing(figures))
    return Group(
        key=key,
        provider=owner,
        name=names.get(f"{owner}/{key}" if owner else key or ""),
        billed_cost=cost_of(figures, currency),
        basis=dict(sorted(basis.items())),
        origins=_origins(still, basis),
        unconverted=unconverted(figures, currency),
        replaced=replaced(figures, currency),
        only=_only(figures),
        unpriced=sum(figure.cell.unpriced for figure in still),
        quantities=add_quantities(figure.cell.quantities for figure in figures),
    )


def _only(figures: Iterable[Figure]) -> Only | None:
    kinds = {
        (figure.cell.tax, figure.is_replaced) if figure.cell.basis else None for figure in figures
    }
    costs, replaced_costs, taxes, replaced_taxes = ((tax, gone) in kinds for tax, gone in _KINDS)
    if costs:
        return None
    if replaced_costs:
        return "replaced"
    if None in kinds:  # usage whose cost nobody knows
        return None
    return "tax" if taxes else "replaced" if replaced_taxes else None


def _origins(figures: Iterable[Figure], costs: Mapping[Basis, Decimal]) -> tuple[Basis, ...]:
    """The origin of most money first; an unknown cost has a count of its own."""
    cells = [figure.cell for figure in figures]
    found = {cell.basis for cell in cells if cell.basis and cell.cost is not None}
    return tuple(sorted(found, key=lambda basis: (-costs.get(basis, Decimal(0)).copy_abs(), basis)))


def _dear_first(group: Group) -> tuple[bool, Decimal, str, str]:
    cost = group.billed_cost
    return (cost is None, -(cost or Decimal(0)), group.key or "", group.provider or "")
