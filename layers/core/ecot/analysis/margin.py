"""What was earned beside what it cost: months, and their margins (ledger rule 20)."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

import msgspec

from ecot.analysis.recurring import Recurring
from ecot.analysis.totals import Gap, Totals
from ecot.model.money import minus, quotient, total
from ecot.model.period import Month
from ecot.model.rows import Basis, Category

MONTHS = 6  # that the cards are about, at most


class Earned(msgspec.Struct, frozen=True, kw_only=True):
    """The net revenue of a month: `amount` in the report's currency (None: nothing of it is known
    in that), `unconverted` what has no rate, by currency, and `unclear` what moved (before fees)
    and may be no revenue. `missing` are the days that were not read; `is_whole` says that every day
    of the month was."""

    amount: Decimal | None
    unconverted: Mapping[str, Decimal] = {}
    unclear: Mapping[str, Decimal] = {}
    missing: tuple[Gap, ...] = ()
    is_whole: bool

    @property
    def is_part(self) -> bool:
        """Whether there is more than the amount, in another currency or of a kind not known."""
        return bool(self.unconverted or self.unclear)


class BusinessMonth(msgspec.Struct, frozen=True, kw_only=True):
    """A month's costs by category beside what was earned in it. `earned` and `recurring` are None
    where nothing of the kind was read. `is_over` says that the month has ended."""

    month: Month
    costs: Totals
    earned: Earned | None
    recurring: Recurring | None
    is_over: bool

    @property
    def categories(self) -> dict[Category, Decimal]:
        """The cost of each category of which one is known; they add up to the total."""
        known = ((one.key, one.billed_cost) for one in self.costs.groups)
        return {_category(key): cost for key, cost in known if cost is not None}

    @property
    def has_all_costs(self) -> bool:
        """Whether every day of every account was read."""
        return not self.costs.coverage.missing

    @property
    def has_all_earnings(self) -> bool:
        """Whether the revenue of every day was read."""
        return self.earned is not None and self.earned.is_whole

    @property
    def lacks_cost(self) -> bool:
        """Whether the total lacks a cost that nobody knows, or that has no exchange rate."""
        return self.costs.coverage.is_part or bool(self.costs.unconverted)

    @property
    def cost(self) -> Decimal | None:
        """The cost net of tax of a month that is over and of which no day is missing."""
        return self.costs.total if self.is_over and self.has_all_costs else None

    @property
    def net_margin(self) -> Decimal | None:
        """Net revenue less costs, where both were read completely."""
        known = self.earned.amount if self.earned and self.has_all_earnings else None
        return None if known is None or self.cost is None else minus(known, self.cost)

    @property
    def mrr_margin(self) -> Decimal | None:
        """The month's last MRR less its costs; no snapshot, no margin."""
        known = self.recurring.amount if self.recurring else None
        return None if known is None or self.cost is None else minus(known, self.cost)

    @property
    def cost_per_subscriber(self) -> Decimal | None:
        """The cost for each subscriber who paid when MRR was last read: a ratio, in 12 digits."""
        paying = self.recurring.paying if self.recurring else None
        return quotient(self.cost, paying) if paying and self.cost is not None else None


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What several months come to, all of the same ones. `costs` has the categories of which a cost
    is known, and `cost` is their sum; `margin` is `earned` less `cost`. None is not known.
    `origins` are those of each category's costs. `lacks_cost`: nobody knows the cost of a part.
    `unconverted` are costs without a rate.
    """

    months: tuple[Month, ...]
    costs: Mapping[Category, Decimal]
    cost: Decimal | None
    earned: Decimal | None
    margin: Decimal | None
    origins: Mapping[Category, tuple[Basis, ...]]
    lacks_cost: bool
    unconverted: Mapping[str, Decimal]
    unconverted_earnings: Mapping[str, Decimal]
    unclear: Mapping[str, Decimal]

    @property
    def is_part(self) -> bool:
        """Whether the margin lacks something that is known to exist."""
        apart = self.unconverted or self.unconverted_earnings or self.unclear
        return self.lacks_cost or bool(apart)


def candidates(months: Iterable[BusinessMonth]) -> list[BusinessMonth]:
    """The last months that are over."""
    return [one for one in months if one.is_over][-MONTHS:]


def comparable(months: Iterable[BusinessMonth]) -> list[BusinessMonth]:
    """Those of the last months that are over of which costs and revenue were read completely; where
    no revenue was ever read, those of which costs were."""
    asked = candidates(months)
    earns = any(one.earned is not None for one in asked)
    return [one for one in asked if one.has_all_costs and (one.has_all_earnings or not earns)]


def result(months: Sequence[BusinessMonth]) -> Result:
    """The months added up."""
    costs: dict[Category, list[Decimal]] = {}
    for one in months:
        for category, amount in one.categories.items():
            costs.setdefault(category, []).append(amount)
    sums = {category: total(found) for category, found in sorted(costs.items())}
    cost = total(sums.values()) if sums else None
    earnings = [one.earned for one in months if one.earned is not None]
    known = [one.amount for one in earnings if one.amount is not None]
    earned = total(known) if known else None
    return Result(
        months=tuple(one.month for one in months),
        costs=sums,
        cost=cost,
        earned=earned,
        margin=None if earned is None or cost is None else minus(earned, cost),
        origins=_origins(months),
        lacks_cost=any(one.costs.coverage.is_part for one in months),
        unconverted=by_currency(one.costs.unconverted for one in months),
        unconverted_earnings=by_currency(one.unconverted for one in earnings),
        unclear=by_currency(one.unclear for one in earnings),
    )


def by_currency(amounts: Iterable[Mapping[str, Decimal]]) -> dict[str, Decimal]:
    """The sums, each currency by itself."""
    found: dict[str, list[Decimal]] = {}
    for of_one in amounts:
        for code, amount in of_one.items():
            found.setdefault(code, []).append(amount)
    return {code: total(found[code]) for code in sorted(found)}


def _origins(months: Iterable[BusinessMonth]) -> dict[Category, tuple[Basis, ...]]:
    """Every origin of each category, once, the one that counts most in the first month first."""
    found: dict[Category, dict[Basis, None]] = {}
    for one in months:
        for group in one.costs.groups:
            of_group = dict.fromkeys(group.origins)
            found.setdefault(_category(group.key), {}).update(of_group)
    return {category: tuple(origins) for category, origins in found.items()}


def _category(key: str | None) -> Category:
    """Every charge has one of the four."""
    match key:
        case "ai" | "infrastructure" | "developer tools":
            return key
        case _:
            return "other"
