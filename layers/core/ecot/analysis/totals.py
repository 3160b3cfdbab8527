"""Totals: cells added up by one dimension, with their origin, and what is missing from them.

Only counted charges in the report's currency enter a total; tax stands beside it; charges in
another currency are listed apart, never added and never dropped (ledger rules 12, 15 and 19).
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple

import msgspec

from ecot.model.cells import Cell
from ecot.model.money import rounded_shares, total
from ecot.model.rows import Basis, add_quantities, provider_of

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


class Figure(NamedTuple):
    """A cell and the account ("openai/edugami") it belongs to."""

    account: str
    cell: Cell

    @property
    def provider(self) -> str:
        """The provider's name."""
        return provider_of(self.account)


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
    nothing moved), the number of
    rows whose cost is not known, and the accounts that are missing days."""

    billed: Decimal
    estimated: Decimal
    entered: Decimal
    unknown: int
    missing: tuple[Gap, ...]


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a table. `key` None is the group of rows that name none.

    `provider` is whose the key is, for what each provider names itself (projects, API keys, users);
    `name` is what people call the key, where that is known. `billed_cost` is None where no cost
    is known in the currency of the totals: it is not zero. `unconverted` are costs in others.
    `basis` has the cost by origin; `origins` names every origin, also of what is in no total.
    """

    key: str | None
    provider: str | None = None
    name: str | None = None
    billed_cost: Decimal | None
    basis: Mapping[Basis, Decimal]
    origins: tuple[Basis, ...] = ()
    unconverted: Mapping[str, Decimal] = {}
    unpriced: int
    quantities: Mapping[str, Decimal]


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    """A period's total, net of tax, in one currency; `first` is inside it and `after` is not.

    `total` is None where nothing is known about any cost in the period.
    """

    first: date
    after: date
    currency: str
    total: Decimal | None
    tax: Decimal
    unconverted: Mapping[str, Decimal]
    unconverted_tax: Mapping[str, Decimal]
    coverage: Coverage
    groups: tuple[Group, ...]


def counted(figures: Iterable[Figure]) -> list[Figure]:
    """The figures that may enter a total: those that detail another provider's do not."""
    return [figure for figure in figures if figure.cell.role == "counted"]


def cost_of(figures: Iterable[Figure], currency: str) -> Decimal | None:
    """The exact cost net of tax in `currency`; None where no such cost is known."""
    costs = [
        figure.cell.cost
        for figure in counted(figures)
        if figure.cell.cost is not None and figure.cell.currency == currency
        if not figure.cell.tax
    ]
    return total(costs) if costs else None


def totals(
    figures: Iterable[Figure],
    *,
    by: By,
    first: date,
    after: date,
    currency: str,
    missing: Iterable[Gap] = (),
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
        tax=_tax(inside, currency),
        unconverted=_unconverted(inside, currency),
        unconverted_tax=_unconverted(inside, currency, tax=True),
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
    """The origin of the cost of `figures`. Shares are of what moved, credits counted as positive:
    a month of 10 billed and a credit of 10 is wholly billed, not undefined."""
    moved = {
        basis: total(cost.copy_abs() for cost in costs)
        for basis, costs in _by_basis(figures, currency).items()
    }
    whole = total(moved.values()) or Decimal(1)
    known: tuple[Basis, ...] = ("billed", "estimated", "entered")
    shares = [moved.get(basis, Decimal(0)) / whole for basis in known]
    billed, estimated, entered = rounded_shares(shares, Decimal("0.0001"))
    return Coverage(
        billed=billed,
        estimated=estimated,
        entered=entered,
        unknown=sum(figure.cell.unpriced for figure in figures),
        missing=tuple(missing),
    )


def _by_basis(figures: Iterable[Figure], currency: str) -> dict[Basis, list[Decimal]]:
    costs: dict[Basis, list[Decimal]] = {}
    for _, cell in figures:
        if cell.basis and cell.cost is not None and cell.currency == currency and not cell.tax:
            costs.setdefault(cell.basis, []).append(cell.cost)
    return costs


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
    by_basis = {basis: total(costs) for basis, costs in _by_basis(figures, currency).items()}
    return Group(
        key=key,
        provider=owner,
        name=names.get(f"{owner}/{key}" if owner else key or ""),
        billed_cost=cost_of(figures, currency),
        basis=dict(sorted(by_basis.items())),
        origins=_origins(figures, by_basis),
        unconverted=_unconverted(figures, currency),
        unpriced=sum(figure.cell.unpriced for figure in figures),
        quantities=add_quantities(figure.cell.quantities for figure in figures),
    )


def _origins(figures: Iterable[Figure], costs: Mapping[Basis, Decimal]) -> tuple[Basis, ...]:
    """The origin of most money first; an unknown cost has a count of its own."""
    found = {cell.basis for _, cell in figures if cell.basis and cell.cost is not None}
    return tuple(sorted(found, key=lambda basis: (-costs.get(basis, Decimal(0)).copy_abs(), basis)))


def _tax(figures: Iterable[Figure], currency: str) -> Decimal:
    return total(
        cell.cost
        for _, cell in figures
        if cell.tax and cell.currency == currency and cell.cost is not None
    )


def _unconverted(
    figures: Iterable[Figure], currency: str, *, tax: bool = False
) -> dict[str, Decimal]:
    costs: dict[str, list[Decimal]] = {}
    for _, cell in figures:
        other = cell.currency if cell.currency != currency else None
        if other is not None and cell.cost is not None and cell.tax is tax:
            costs.setdefault(other, []).append(cell.cost)
    return {code: total(costs[code]) for code in sorted(costs)}


def _dear_first(group: Group) -> tuple[bool, Decimal, str, str]:
    cost = group.billed_cost
    return (cost is None, -(cost or Decimal(0)), group.key or "", group.provider or "")
