"""Totals: figures added up by dimensions, with their origin, and what is missing from them."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal

import msgspec

from ecot.analysis.crossed import crossed
from ecot.analysis.groups import By, Group, groups
from ecot.analysis.sums import (
    Converted,
    breakdowns,
    converted,
    cost_of,
    counted,
    moved_shares,
    standing,
    unconverted,
    without_cost,
)
from ecot.model.figure import Figure
from ecot.model.rows import provider_of
from ecot.model.settlement import Settlement


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """Days of an account that are expected and were never read completely.

    `first` and `last` are both inside; `days` counts the missing ones between them. `reason` is
    the state of the account's latest outcome, or None where it never ran; "told on its day" where
    what is missing (the price of a seat, a plan) was to be read on the day alone; "told by another"
    where only another provider tells of costs of this one, of which there is no charge.
    """

    provider: str
    account: str
    first: date
    last: date
    days: int
    reason: str | None = None


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """Where a total comes from: the share of each basis (they add up to 1, or are all 0 where
    nothing moved), the number of rows whose cost is not known, also by account, the accounts that
    have use and no charge at all in a month, and those that are missing days. `breakdowns` are, by
    account, what it says that other providers bill: whether they are collected or not, it is not
    in the total."""

    billed: Decimal
    estimated: Decimal
    entered: Decimal
    unknown: int
    unknown_of: Mapping[str, int] = {}
    without_cost: tuple[str, ...] = ()
    breakdowns: Mapping[str, Decimal] = {}
    missing: tuple[Gap, ...]

    @property
    def is_part(self) -> bool:
        """Whether the total lacks costs that nobody knows."""
        return bool(self.unknown or self.without_cost)


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    """A period's total, net of tax, in one currency; `first` is inside it and `after` is not.

    `total` is None where nothing is known about any cost in the period, and `tax` where nobody
    stated one. `converted` says what of
    it was stated in other currencies, and at which rates; `bills` are those that bear on it.
    """

    first: date
    after: date
    currency: str
    total: Decimal | None
    tax: Decimal | None
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
    further: tuple[By, ...] = (),
    first: date,
    after: date,
    currency: str,
    missing: Iterable[Gap] = (),
    bills: Iterable[Settlement] = (),
    names: Mapping[str, str] | None = None,
    shared: Collection[str] = (),
) -> Totals:
    """The figures of the days `[first, after)` added up by `by`, and by `further` dimensions at the
    same time where there are any; groups from dear to cheap. `names` and `shared` as in groups.py.
    """
    elapsed = [figure for figure in figures if first <= figure.cell.day < after]
    inside = counted(elapsed)
    lines = (
        crossed(inside, (by, *further), currency, names or {}, shared)
        if further
        else groups(inside, by, currency, names or {}, shared)
    )
    return Totals(
        first=first,
        after=after,
        currency=currency,
        total=cost_of(inside, currency),
        tax=cost_of(inside, currency, tax=True),
        unconverted=unconverted(inside, currency),
        unconverted_tax=unconverted(inside, currency, tax=True),
        converted=converted(inside),
        bills=tuple(bills),
        coverage=coverage(elapsed, currency, missing),
        groups=tuple(sorted(lines, key=_dear_first)),
    )


def coverage(figures: list[Figure], currency: str, missing: Iterable[Gap]) -> Coverage:
    """The origin of the cost of `figures`, and what is not in it."""
    told = breakdowns(figures, currency)
    figures = counted(figures)
    billed, estimated, entered = moved_shares(figures, currency)
    unknown = Counter[str]()
    for figure in standing(figures):
        unknown[figure.account] += figure.cell.unpriced
    return Coverage(
        billed=billed,
        estimated=estimated,
        entered=entered,
        unknown=unknown.total(),
        unknown_of={account: unknown[account] for account in sorted(+unknown)},
        without_cost=without_cost(figures),
        breakdowns=told,
        missing=tuple(missing),
    )


def parentless(figures: Iterable[Figure], today: date) -> Iterator[Gap]:
    """Providers that others tell of, and that have no charge of their own: their cost is missing
    (ledger rule 12). Nobody has to have charges of a day that still runs."""
    days: dict[str, set[date]] = {}
    charged = set[str]()
    for account, cell, *_ in figures:
        if cell.role == "counted" and cell.basis:
            charged.add(provider_of(account))
        elif cell.parent and cell.cost and cell.day < today:
            days.setdefault(cell.parent, set()).add(cell.day)
    for parent in sorted(days.keys() - charged):
        found = sorted(days[parent])
        yield Gap(
            provider=parent,
            account=parent,
            first=found[0],
            last=found[-1],
            days=len(found),
            reason="told by another",
        )


def _dear_first(group: Group) -> tuple[bool, Decimal, list[str]]:
    cost = group.billed_cost
    return (cost is None, -(cost or Decimal(0)), group.rank)
