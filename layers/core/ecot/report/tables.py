"""The tables of a page: groups of a total as lines that a person reads."""

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal

import msgspec

from ecot.analysis.totals import By, Group, Only, Totals
from ecot.model.money import total
from ecot.model.rows import Basis
from ecot.report.quantities import Quantity, telling
from ecot.report.rounding import shown


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One group. `name` None is the group without a name; `amount` None is not known.

    `detail` tells apart lines of equal names; `key` is what the provider itself calls the group.
    `replaced` is what bills stand in place of; `only` as in the group.
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

    @property
    def is_tax(self) -> bool:
        """Whether all that the group has is tax, which stands beside the total."""
        return self.only == "tax"

    @property
    def is_replaced(self) -> bool:
        """Whether bills stand in place of every cost that the group has."""
        return self.only == "replaced"

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


def table(totals: Totals, by: By, titles: Mapping[str, str]) -> Table:
    """The groups of `totals`, which were added up by `by`, rounded for people."""
    groups = totals.groups
    column = shown([group.billed_cost for group in groups], totals.total, totals.currency)
    names = [_name(group, by, titles) for group in groups]
    ambiguous = {name for name, times in Counter(names).items() if name and times > 1}
    moved = total(abs(group.billed_cost or Decimal(0)) for group in groups) or Decimal(1)
    lines = (
        Line(
            name=name,
            detail=_detail(group, titles) if name in ambiguous else None,
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
        )
        for group, name, amount in zip(groups, names, column.lines, strict=True)
    )
    return Table(
        by=by,
        lines=tuple(lines),
        rounding=column.rounding,
        total=column.total,
        exact=totals.total,
    )


def _missing_days(group: Group, by: By, totals: Totals) -> int:
    if by not in ("provider", "account"):
        return 0
    gaps = totals.coverage.missing
    return sum(gap.days for gap in gaps if group.key in (gap.provider, gap.account))


def _name(group: Group, by: By, titles: Mapping[str, str]) -> str | None:
    if group.key is None:
        return None
    if by in ("provider", "account"):
        return account_name(group.key, titles)
    return group.name or group.key


def _detail(group: Group, titles: Mapping[str, str]) -> str | None:
    """What tells the group from another of the same name: its id, and whose id that is."""
    if group.provider is None:
        return group.key
    return f"{titles.get(group.provider, group.provider)} · {group.key}"


def account_name(account: str, titles: Mapping[str, str]) -> str:
    """ "openai/edugami" as "OpenAI · edugami"; one part is enough where both are the same word."""
    provider, _, name = account.partition("/")
    title = titles.get(provider, provider)
    return title if name in ("", provider) else f"{title} · {name}"
