"""Adding figures up: cost by origin, tax, what was converted, what was not, what bills replaced.

Only counted charges enter a sum, and of those only what no bill replaces; tax stands beside it; a
cost that could not be converted is listed apart (ledger rules 12, 15, 16 and 19).
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal

import msgspec

from ecot.model.figure import Figure
from ecot.model.money import rounded_shares, total
from ecot.model.period import Month
from ecot.model.rates import Rate
from ecot.model.rows import Basis

SHARED: tuple[Basis, ...] = ("billed", "estimated", "entered")


class Converted(msgspec.Struct, frozen=True, kw_only=True):
    """What of a sum was stated in another currency: `amount` in `currency`, what that came to, and
    each rate that was used, with its day."""

    currency: str
    is_tax: bool
    amount: Decimal
    cost: Decimal
    rates: tuple[Rate, ...]


def counted(figures: Iterable[Figure]) -> list[Figure]:
    """The figures that may enter a total: what details another provider's may not."""
    return [figure for figure in figures if figure.cell.role == "counted"]


def cost_of(figures: Iterable[Figure], currency: str, *, tax: bool = False) -> Decimal | None:
    """The exact cost net of tax (or the tax) in `currency`; None where no such cost is known."""
    costs = [
        cost
        for figure in standing(counted(figures))
        if figure.cell.tax is tax and (cost := figure.cost(currency)) is not None
    ]
    return total(costs) if costs else None


def replaced(figures: Iterable[Figure], currency: str) -> Decimal | None:
    """The cost net of tax that bills stand in place of; None where they replace none."""
    costs = [
        cost
        for figure in counted(figures)
        if figure.is_replaced and not figure.cell.tax
        if (cost := figure.cost(currency)) is not None
    ]
    return total(costs) if costs else None


def standing(figures: Iterable[Figure]) -> Iterator[Figure]:
    """The figures that no bill replaces."""
    return (figure for figure in figures if not figure.is_replaced)


def by_basis(figures: Iterable[Figure], currency: str) -> dict[Basis, list[Decimal]]:
    """The costs net of tax in `currency`, by origin."""
    costs: dict[Basis, list[Decimal]] = {}
    for figure in standing(figures):
        cost, basis = figure.cost(currency), figure.cell.basis
        if basis and cost is not None and not figure.cell.tax:
            costs.setdefault(basis, []).append(cost)
    return costs


def moved_shares(figures: Iterable[Figure], currency: str) -> list[Decimal]:
    """The share of each origin in the cost. Shares are of what moved, credits counted as positive:
    a month of 10 billed and a credit of 10 is wholly billed, not undefined."""
    moved = {
        basis: total(cost.copy_abs() for cost in costs)
        for basis, costs in by_basis(figures, currency).items()
    }
    whole = total(moved.values()) or Decimal(1)
    shares = [moved.get(basis, Decimal(0)) / whole for basis in SHARED]
    return rounded_shares(shares, Decimal("0.0001"))


def unpriced(figures: Iterable[Figure]) -> int:
    """The number of counted rows whose cost nobody knows, and no bill either."""
    return sum(figure.cell.unpriced for figure in standing(counted(figures)))


def without_cost(figures: Iterable[Figure]) -> tuple[str, ...]:
    """The accounts that measured use in a month, and have no charge in it: their cost is unknown,
    and no charge says so. What people did (activity) is no use that anybody pays for."""
    used, charged = set[tuple[str, Month]](), set[tuple[str, Month]]()
    for figure in counted(figures):
        month = figure.account, Month.of(figure.cell.day)
        if figure.cell.basis:
            charged.add(month)
        elif not figure.cell.activity and any(figure.cell.quantities.values()):
            used.add(month)
    return tuple(sorted({account for account, _ in used - charged}))


def breakdowns(figures: Iterable[Figure], currency: str) -> dict[str, Decimal]:
    """By account, what it says of other providers' charges; never in a total (ledger rule 12)."""
    costs: dict[str, list[Decimal]] = {}
    for figure in figures:
        if figure.cell.role == "breakdown" and (cost := figure.cost(currency)) is not None:
            costs.setdefault(figure.account, []).append(cost)
    return {account: total(costs[account]) for account in sorted(costs)}


def unconverted(
    figures: Iterable[Figure], currency: str, *, tax: bool = False
) -> dict[str, Decimal]:
    """Costs in other currencies for which there is no rate, by currency."""
    costs: dict[str, list[Decimal]] = {}
    for figure in standing(figures):
        cell, other = figure.cell, figure.cell.currency
        if other is None or cell.cost is None or cell.tax is not tax:
            continue
        if figure.cost(currency) is None:
            costs.setdefault(other, []).append(cell.cost)
    return {code: total(costs[code]) for code in sorted(costs)}


def converted(figures: Iterable[Figure]) -> tuple[Converted, ...]:
    """What was converted, by currency, with every rate that was used."""
    found: dict[tuple[str, bool], list[Figure]] = {}
    for figure in standing(figures):
        if figure.rate is not None:
            found.setdefault((figure.rate.source, figure.cell.tax), []).append(figure)
    return tuple(_converted(*key, found[key]) for key in sorted(found))


def _converted(currency: str, is_tax: bool, figures: list[Figure]) -> Converted:
    rates = {figure.rate for figure in figures if figure.rate is not None}
    return Converted(
        currency=currency,
        is_tax=is_tax,
        amount=total(figure.cell.cost or Decimal(0) for figure in figures),
        cost=total(figure.converted or Decimal(0) for figure in figures),
        rates=tuple(sorted(rates, key=lambda rate: (rate.day, rate.rate))),
    )
