"""The tables of a page: groups of a total as lines that a person reads."""

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from ecot.analysis.groups import By, Group, Only
from ecot.analysis.totals import Totals
from ecot.model.money import total
from ecot.model.rows import Basis, provider_of
from ecot.report.labels import labels
from ecot.report.quantities import Quantity, telling
from ecot.report.rounding import shown


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One group. `name` None is the group without a name; `amount` None is not known.

    `detail` tells apart lines of equal names; `key` is what the provider itself calls the group.
    `replaced` is what bills stand in place of; `only` as in the group.
    `lacks_cost` says that nobody knows the cost of a part of it. `source` is what its place on
    the page of sources is called after: a provider, an account, a model (None: the page itself).
    `share` is the part of all that moved (0 to 1), for the bar; `missing_days` are in no amount.
    """

    name: str | None
    detail: str | None
    key: str | None
    amount: Decimal | None
    exact: Decimal | None
    share: Decimal
    missing_days: int
    bases: tuple[Basis, ...]
    unpriced: int
    quantities: tuple[Quantity, ...]
    unconverted: Mapping[str, Decimal]
    replaced: Decimal | None = None
    only: Only | None = None
    lacks_cost: bool = False
    source: str | None = None

    @property
    def is_tax(self) -> bool:
        """Whether all that the group has is tax, which stands beside the total."""
        return self.only == "tax"

    @property
    def is_replaced(self) -> bool:
        """Whether bills stand in place of every cost that the group has."""
        return self.only == "replaced"

    @property
    def is_part(self) -> bool:
        """Whether there is an amount, and it is not all."""
        return self.amount is not None and self.lacks_cost

    @property
    def is_unknown(self) -> bool:
        """Whether no cost of the group is known in any currency."""
        return self.exact is None and not self.unconverted and self.only is None


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """Lines that add up to `total`, `rounding` included."""

    by: By
    lines: tuple[Line, ...]
    rounding: Decimal
    total: Decimal | None
    exact: Decimal | None
    lacks_cost: bool = False

    @property
    def is_part(self) -> bool:
        """Whether there is a total, and it is not all: nobody knows the cost of a part."""
        return self.total is not None and self.lacks_cost


def table(totals: Totals, by: By, titles: Mapping[str, str]) -> Table:
    """The groups of `totals`, which were added up by `by`, rounded for people."""
    groups = totals.groups
    column = shown([group.billed_cost for group in groups], totals.total, totals.currency)
    called = labels(groups, by, titles)
    moved = total(abs(group.billed_cost or Decimal(0)) for group in groups) or Decimal(1)
    lines = (
        Line(
            name=label.name,
            detail=label.detail,
            key=group.key,
            amount=amount,
            exact=group.billed_cost,
            share=max(group.billed_cost or Decimal(0), Decimal(0)) / moved,
            missing_days=_missing_days(group, by, totals),
            bases=group.origins,
            unpriced=group.unpriced,
            quantities=telling(group.quantities),
            unconverted=group.unconverted,
            replaced=group.replaced,
            only=group.only,
            lacks_cost=group.unpriced > 0 or _is_without_cost(group, by, totals),
            source=group.account or group.provider or group.key,
        )
        for group, label, amount in zip(groups, called, column.lines, strict=True)
    )
    return Table(
        by=by,
        lines=tuple(lines),
        rounding=column.rounding,
        total=column.total,
        exact=totals.total,
        lacks_cost=totals.coverage.is_part,
    )


def _is_without_cost(group: Group, by: By, totals: Totals) -> bool:
    """Whether an account of the group has use and no charge at all."""
    if by not in ("provider", "account"):
        return False
    return any(group.key in (one, provider_of(one)) for one in totals.coverage.without_cost)


def _missing_days(group: Group, by: By, totals: Totals) -> int:
    if by not in ("provider", "account"):
        return 0
    gaps = totals.coverage.missing
    return sum(gap.days for gap in gaps if group.key in (gap.provider, gap.account))
