"""What the page of comparisons shows: suppliers, projects and months side by side."""

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

import msgspec

from ecot.analysis.compare import change
from ecot.analysis.crossed import Crossed, crossed
from ecot.analysis.sums import cost_of, counted, unconverted, unpriced, without_cost
from ecot.analysis.workspaces import Workspace, workspaces
from ecot.model.figure import Figure
from ecot.model.period import Month
from ecot.model.rows import provider_of
from ecot.report.charts import Plot, Series
from ecot.report.labels import account_name

MOST_MONTHS = 36
MOST_WORKSPACES = 40
_SPANS = (1, 3, 12)  # months back from the last one that is over
_YEAR = range(1, 13)

_Place = tuple[Month, str | None]
Lacking = frozenset[_Place]
Alike = Mapping[_Place, Collection[Hashable]]


class CompareFacts(msgspec.Struct, frozen=True, kw_only=True):
    """All months of the ledger: `figures` are sums of a month, each on its first day. `running` is
    the one that is not over. `lacking` are months, and suppliers in them, that miss days; with None
    in the place of a supplier, that any does. `alike` is what each of them is made of: two
    months in which that differs are no measure of each other."""

    running: Month
    currency: str
    months: tuple[Month, ...]
    figures: Sequence[Figure]
    lacking: Lacking = frozenset()
    alike: Alike = {}
    titles: Mapping[str, str] = {}


class Amount(msgspec.Struct, frozen=True):
    """The cost of a month. None: no cost is known; `lacks`: it misses days, or costs that nobody
    knows, or that have no exchange rate; `is_nothing`: the supplier had nothing at all in it. Those
    with another `kind` are made of other accounts."""

    cost: Decimal | None
    lacks: bool = False
    is_nothing: bool = False
    kind: int = 0


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A supplier, or all together (`name` None), in each month of the table."""

    name: str | None
    key: str | None
    amounts: tuple[Amount, ...]


class Beside(msgspec.Struct, frozen=True, kw_only=True):
    """A supplier in two months; no percentage where it would mislead (ledger rule 20)."""

    name: str | None
    key: str | None
    now: Amount
    before: Amount
    difference: Decimal | None
    percent: Decimal | None


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """A month beside an earlier one, supplier by supplier; the last line is all of them."""

    month: Month
    other: Month
    lines: tuple[Beside, ...]


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """The projects of some months, both inside; `others` small ones are not listed."""

    first: Month
    last: Month
    workspaces: tuple[Workspace, ...]
    others: int = 0


class CompareView(msgspec.Struct, frozen=True, kw_only=True):
    """The page. `months` are the columns of the table of suppliers, newest first."""

    facts: CompareFacts
    months: tuple[Month, ...]
    rows: tuple[Row, ...]
    pairs: tuple[Pair, ...]
    spans: tuple[Span, ...]
    years: Plot

    @property
    def short(self) -> tuple[Month, ...]:
        """The drawn months of which the cost is not all, the oldest first."""
        told = zip(self.months, self.rows[-1].amounts, strict=True)
        lacking = (month for month, one in told if one.lacks and one.cost is not None)
        return tuple(sorted(month for month in lacking if month != self.facts.running))


def compare_view(facts: CompareFacts) -> CompareView:
    """The facts as the page shows them."""
    months = tuple(reversed(facts.months[-MOST_MONTHS:]))
    figures = [one for one in counted(facts.figures) if not one.cell.activity]
    rows = (*_suppliers(facts, months, figures), _together(facts, months, figures))
    return CompareView(
        facts=facts,
        months=months,
        rows=rows,
        pairs=tuple(pair(rows, months, *two) for two in _twos(facts, months)),
        spans=tuple(_spans(facts, figures)),
        years=_years(facts, months, rows[-1]),
    )


def _suppliers(
    facts: CompareFacts, months: Sequence[Month], figures: Sequence[Figure]
) -> list[Row]:
    """Those that cost anything in any of the months, the dearest of the newest first."""
    cells: dict[str, dict[str, Crossed]] = {}
    for cell in crossed(figures, ("provider", "month"), facts.currency, facts.titles):
        provider, month = str(cell.keys["provider"]), str(cell.keys["month"])
        cells.setdefault(provider, {})[month] = cell
    dark = {month: _dark(found) for month, found in _by_month(figures, months).items()}
    rows = [
        Row(
            name=account_name(provider, facts.titles),
            key=provider,
            amounts=tuple(
                _amount(facts, provider, month, own.get(str(month)), dark[month])
                for month in months
            ),
        )
        for provider, own in cells.items()
    ]
    told = [row for row in rows if any(not one.is_nothing for one in row.amounts)]
    return sorted(told, key=lambda row: ([-(one.cost or 0) for one in row.amounts], row.key or ""))


def _amount(
    facts: CompareFacts, provider: str, month: Month, cell: Crossed | None, dark: Collection[str]
) -> Amount:
    misses, kind = (month, provider) in facts.lacking, _kind(facts, month, provider)
    if cell is None or cell.only in ("tax", "replaced", "activity"):
        return Amount(None, misses, not misses, kind)
    lacks = misses or cell.unpriced > 0 or bool(cell.unconverted) or provider in dark
    return Amount(cell.billed_cost, lacks, kind=kind)


def _kind(facts: CompareFacts, month: Month, provider: str | None) -> int:
    """The first of the months in which it is made of the same; the running one is like no other."""
    if month == facts.running:
        return facts.months.index(month)
    made_of = facts.alike.get((month, provider))
    known = (facts.alike.get((each, provider)) == made_of for each in facts.months)
    return next((at for at, is_same in enumerate(known) if is_same), 0)


def _dark(figures: Sequence[Figure]) -> set[str]:
    """The suppliers of accounts that have use and no charge at all."""
    return {provider_of(account) for account in without_cost(figures)}


def _together(facts: CompareFacts, months: Sequence[Month], figures: Sequence[Figure]) -> Row:
    return Row(
        name=None,
        key=None,
        amounts=tuple(
            Amount(
                cost_of(found, facts.currency),
                (month, None) in facts.lacking or _lacks_cost(found, facts.currency),
                kind=_kind(facts, month, None),
            )
            for month, found in _by_month(figures, months).items()
        ),
    )


def _lacks_cost(figures: Sequence[Figure], currency: str) -> bool:
    """Whether nobody knows a part of it, or not in the currency."""
    return bool(unpriced(figures) or without_cost(figures) or unconverted(figures, currency))


def _by_month(figures: Iterable[Figure], months: Iterable[Month]) -> dict[Month, list[Figure]]:
    found: dict[Month, list[Figure]] = {month: [] for month in months}
    for figure in figures:
        if (month := Month.of(figure.cell.day)) in found:
            found[month].append(figure)
    return found


def _twos(facts: CompareFacts, months: Sequence[Month]) -> Iterator[tuple[Month, Month]]:
    """The last month that is over beside the one before it, and the same one of last year."""
    last = next((month for month in months if month < facts.running), None)
    if last is not None:
        yield from (
            (last, other) for other in (last.previous(), last.shifted(-12)) if other in months
        )


def pair(rows: Sequence[Row], months: Sequence[Month], month: Month, other: Month) -> Pair:
    """Two of the `months` that the rows have; a supplier that had nothing in both is left out."""
    now, before = months.index(month), months.index(other)
    lines = (_beside(row, row.amounts[now], row.amounts[before], other) for row in rows)
    told = (one for one in lines if not (one.now.is_nothing and one.before.is_nothing))
    return Pair(month=month, other=other, lines=tuple(told))


def _beside(row: Row, now: Amount, before: Amount, other: Month) -> Beside:
    """What a supplier had nothing of is a cost of nothing, beside one that is known."""
    found = change(
        Decimal(0) if now.is_nothing else now.cost,
        Decimal(0) if before.is_nothing else before.cost,
        (other.first, other.after),
        complete=not (now.lacks or before.lacks) and now.kind == before.kind,
    )
    return Beside(
        name=row.name,
        key=row.key,
        now=now,
        before=before,
        difference=found.difference,
        percent=found.percent,
    )


def _spans(facts: CompareFacts, figures: Sequence[Figure]) -> Iterator[Span]:
    """The projects of the last month that is over, of the last three and of the last twelve."""
    last = facts.running.previous()
    known = set(facts.months)
    for count in _SPANS:
        months = [month for back in range(count) if (month := last.shifted(-back)) in known]
        if len(months) > count // 2:  # "twelve months" that are four would be the same table again
            inside = [one for one in figures if Month.of(one.cell.day) in months]
            missing = {name for month, name in facts.lacking if month in months and name}
            found = workspaces(inside, facts.currency, missing)
            shown = tuple(found[:MOST_WORKSPACES])
            yield Span(
                first=months[-1], last=last, workspaces=shown, others=len(found) - len(shown)
            )


def _years(facts: CompareFacts, months: Sequence[Month], together: Row) -> Plot:
    """The months of each year on one scale from January to December; the running one would look
    like a fall."""
    costs = {month: one.cost for month, one in zip(months, together.amounts, strict=True)}
    costs.pop(facts.running, None)
    years = sorted({month.year for month in months}, reverse=True)
    return Plot(
        points=tuple(_YEAR),
        unit=facts.currency,
        lines=tuple(
            Series(str(year), tuple(costs.get(Month(year, number)) for number in _YEAR), f"s{at}")
            for at, year in enumerate(years)
        ),
    )
