"""Ready-made pages of the explorer: a provider, an account or a project over the last months."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from hashlib import blake2b
from typing import Literal

import msgspec

from ecot.analysis.crossed import crossed
from ecot.analysis.groups import By, Group, Owner, group_of, key_of, owner_of
from ecot.analysis.sums import counted
from ecot.analysis.totals import Gap, Totals, totals
from ecot.model.figure import Figure
from ecot.model.money import total
from ecot.model.period import Month
from ecot.model.rows import provider_of
from ecot.model.sentence import Sentence
from ecot.report.charts import Plot, Series
from ecot.report.labels import labels
from ecot.report.origin import Missing, Share, missing, shares
from ecot.report.tables import Line, Table, table

MONTHS = 12  # that a ready-made page holds
MOST = 150  # pages of a kind; the dearest
_MOST_SERIES = 8
# What a chart may be stacked by: of equally telling ones the first.
_NAMELESS: Mapping[By, Sentence] = {
    "service": Sentence("no service"),
    "model": Sentence("no model"),
}
_READABLE = re.compile(r"[^a-z0-9]+")

ScopeBy = Literal["provider", "account", "sub_account"]
# What each kind is told by, beside its months.
TABLES: Mapping[ScopeBy, tuple[By, ...]] = {
    "provider": ("account", "sub_account", "service", "model"),
    "account": ("sub_account", "service", "model"),
    "sub_account": ("service", "model"),
}


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """Whose figures a page has, those of its months. `detail` tells apart equal names."""

    by: ScopeBy
    key: str
    owner: Owner
    name: str
    detail: str | None
    figures: tuple[Figure, ...]

    @property
    def address(self) -> str:
        """What it is called in the explorer's address."""
        owner = self.owner.account or self.owner.provider
        return f"{owner}/{self.key}" if owner else self.key

    @property
    def stem(self) -> str:
        """The stem of its page: readable, and never another's."""
        return f"of-{slug(self.address)}"

    @property
    def accounts(self) -> frozenset[str]:
        """The accounts that its figures come from."""
        return frozenset(figure.account for figure in self.figures)


class Ready(msgspec.Struct, frozen=True, kw_only=True):
    """The ready-made pages of a site. `is_cut`: some that are cheaper have none."""

    months: tuple[Month, ...]
    providers: tuple[Scope, ...]
    accounts: tuple[Scope, ...]
    projects: tuple[Scope, ...]
    is_cut: bool = False

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """All of them."""
        return (*self.providers, *self.accounts, *self.projects)


class ScopeView(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """The page of a scope: `course` are its months, stacked by what names most of its cost."""

    scope: Scope
    months: tuple[Month, ...]
    totals: Totals
    course_by: By
    course: Plot
    by_month: Table
    tables: tuple[Table, ...]
    missing: tuple[Missing, ...]

    @cached_property
    def shares(self) -> tuple[Share, ...]:
        """The origin of its total."""
        return shares(self.totals)

    @property
    def of_months(self) -> tuple[tuple[Month, Line], ...]:
        """Its lines by month, newest first."""
        lines = {Month.parse(line.key): line for line in self.by_month.lines if line.key}
        return tuple((month, lines[month]) for month in sorted(lines, reverse=True))


def slug(address: str) -> str:
    """A part of a file name, of small letters, digits and hyphens; different addresses never have
    the same one, wherever capital letters are the same file."""
    readable = _READABLE.sub("-", address.lower()).strip("-")[:48].strip("-")
    if readable and readable == address:
        return readable
    digest = blake2b(address.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()
    return f"{readable}-{digest}" if readable else digest


def ready(
    figures: Iterable[Figure],
    months: Sequence[Month],
    currency: str,
    names: Mapping[str, str],
    shared: frozenset[str] = frozenset(),
) -> Ready:
    """The scopes of the last months. A provider's only account is the provider again."""
    recent = tuple(months[-MONTHS:])
    inside = [
        one for one in counted(figures) if not one.cell.tax and Month.of(one.cell.day) in recent
    ]
    every = {by: _scopes(inside, by, currency, names, shared) for by in TABLES}
    of_provider = Counter(provider_of(one.key) for one in every["account"])
    accounts = [one for one in every["account"] if of_provider[provider_of(one.key)] > 1]
    return Ready(
        months=recent,
        providers=tuple(every["provider"][:MOST]),
        accounts=tuple(accounts[:MOST]),
        projects=tuple(every["sub_account"][:MOST]),
        is_cut=any(len(one) > MOST for one in (every["provider"], accounts, every["sub_account"])),
    )


def _scopes(
    figures: Iterable[Figure],
    by: ScopeBy,
    currency: str,
    names: Mapping[str, str],
    shared: frozenset[str],
) -> list[Scope]:
    """From dear to cheap."""
    found: dict[tuple[Owner, str], list[Figure]] = {}
    for figure in figures:
        if (key := key_of(figure, by)) is not None:
            found.setdefault((owner_of(figure, by, shared), key), []).append(figure)
    groups = {of: group_of(*of, members, currency, names) for of, members in found.items()}
    order = sorted(groups, key=lambda of: _dear_first(groups[of]))
    called = labels([groups[of] for of in order], by, names)
    return [
        Scope(
            by=by,
            key=of[1],
            owner=of[0],
            name=label.name or of[1],
            detail=label.detail,
            figures=tuple(found[of]),
        )
        for of, label in zip(order, called, strict=True)
    ]


def _dear_first(group: Group) -> tuple[bool, Decimal, list[str]]:
    cost = group.billed_cost
    return (cost is None, -(cost or Decimal(0)), group.rank)


def scope_view(
    scope: Scope,
    months: Sequence[Month],
    currency: str,
    names: Mapping[str, str],
    gaps: Iterable[Gap] = (),
    shared: frozenset[str] = frozenset(),
    whole: Collection[Month] = (),
) -> ScopeView:
    """The page of a scope over the months; `gaps` are those of all accounts, and `whole` the months
    of which everything was read."""
    own = [gap for gap in gaps if _concerns(scope, gap)]

    def by(dimension: By) -> Totals:
        return totals(
            scope.figures,
            by=dimension,
            first=months[0].first,
            after=months[-1].after,
            currency=currency,
            missing=own,
            names=names,
            shared=shared,
        )

    by_month = by("month")
    told = {dimension: by(dimension) for dimension in TABLES[scope.by]}
    course = min(_NAMELESS, key=lambda dimension: _nameless(told[dimension]))
    return ScopeView(
        scope=scope,
        months=tuple(months),
        totals=by_month,
        course_by=course,
        course=_course(scope, months, currency, course, told[course].groups, whole),
        by_month=table(by_month, "month", names),
        tables=tuple(
            table(found, dimension, names)
            for dimension, found in told.items()
            if _tells(found.groups)
        ),
        missing=missing(by_month, names),
    )


def _concerns(scope: Scope, gap: Gap) -> bool:
    if scope.by == "provider":
        return gap.provider == scope.key
    return gap.account in scope.accounts


def _tells(groups: Sequence[Group]) -> bool:
    """Whether a table of the groups says more than the total does."""
    return len(groups) > 1 or any(group.key is not None for group in groups)


def _nameless(found: Totals) -> Decimal:
    """The cost of what has no name in a table."""
    return total(abs(one.billed_cost or Decimal(0)) for one in found.groups if one.key is None)


def _course(
    scope: Scope,
    months: Sequence[Month],
    currency: str,
    by: By,
    groups: Sequence[Group],
    whole: Collection[Month],
) -> Plot:
    """Its months, stacked by the dearest groups and all others together. A group without a charge
    cost nothing in a month that is `whole`; in another nobody knows."""
    keys = [group.key for group in groups if group.billed_cost is not None]
    most = _MOST_SERIES if len(keys) <= _MOST_SERIES else _MOST_SERIES - 1
    costs = {
        (cell.keys[by], cell.keys["month"]): cell.billed_cost
        for cell in crossed(scope.figures, (by, "month"), currency, {})
    }

    def values(of: Sequence[str | None]) -> tuple[Decimal | None, ...]:
        return tuple(_known(cost_in(month, key) for key in of) for month in months)

    def cost_in(month: Month, key: str | None) -> Decimal | None:
        return costs.get((key, str(month)), Decimal(0) if month in whole else None)

    stacks = [
        Series(key or _NAMELESS[by], values([key]), f"s{at}") for at, key in enumerate(keys[:most])
    ]
    if rest := keys[most:]:
        stacks.append(Series(Sentence("others"), values(rest), f"s{most}"))
    return Plot(points=tuple(months), unit=currency, stacks=tuple(stacks))


def _known(costs: Iterable[Decimal | None]) -> Decimal | None:
    """The sum of what is known; None where nothing is."""
    found = [cost for cost in costs if cost is not None]
    return total(found) if found else None
