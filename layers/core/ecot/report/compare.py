"""What the page of comparisons shows: suppliers, projects and months side by side."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

import msgspec

from ecot.analysis.compare import change
from ecot.analysis.crossed import Crossed, crossed
from ecot.analysis.sums import cost_of, counted, unpriced
from ecot.analysis.workspaces import Workspace, workspaces
from ecot.model.figure import Figure
from ecot.model.period import Month
from ecot.report.charts import Plot, Series
from ecot.report.labels import account_name

MOST_MONTHS = 36
MOST_WORKSPACES = 40
_SPANS = (1, 3, 12)  # months back from the last one that is over
_YEAR = range(1, 13)

Lacking = frozenset[tuple[Month, str | None]]


class CompareFacts(msgspec.Struct, frozen=True, kw_only=True):
    """All months of the ledger: `figures` are sums of a month, each on its first day. `running` is
    the one that is not over. `lacking` are months, and suppliers in them, that miss days; with None
    in the place of a supplier, that any does."""

    running: Month
    currency: str
    months: tuple[Month, ...]
    figures: Sequence[Figure]
    lacking: Lacking = frozenset()
    titles: Mapping[str, str] = {}


class Amount(msgspec.Struct, frozen=True):
    """The cost of a month. None: no cost is known; `lacks`: it misses days, or costs that nobody
    knows; `is_nothing`: the supplier had nothing at all in it."""

    cost: Decimal | None
    lacks: bool = False
    is_nothing: bool = False


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A supplier, or all together (`name` None), in each month of the table."""

    name: str | None
    key: str | None
    amounts: tuple[Amount, ...]


class Beside(msgspec.Struct, frozen=True, kw_only=True):
    """A supplier in two months; no percentage where it would mislead (ledger rule 20)."""

    name: str | None
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


def compare_view(facts: CompareFacts) -> CompareView:
    """The facts as the page shows them."""
    months = tuple(reversed(facts.months[-MOST_MONTHS:]))
    figures = [one for one in counted(facts.figures) if not one.cell.activity]
    rows = (*_suppliers(facts, months, figures), _together(facts, months, figures))
    return CompareView(
        facts=facts,
        months=months,
        rows=rows,
        pairs=tuple(_pair(rows, months, *two) for two in _twos(facts, months)),
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
    rows = [
        Row(
            name=account_name(provider, facts.titles),
            key=provider,
            amounts=tuple(_amount(facts, provider, month, own.get(str(month))) for month in months),
        )
        for provider, own in cells.items()
    ]
    told = [row for row in rows if any(not one.is_nothing for one in row.amounts)]
    return sorted(told, key=lambda row: ([-(one.cost or 0) for one in row.amounts], row.key or ""))


def _amount(facts: CompareFacts, provider: str, month: Month, cell: Crossed | None) -> Amount:
    misses = (month, provider) in facts.lacking
    if cell is None or cell.only in ("tax", "replaced", "activity"):
        return Amount(None, misses, is_nothing=not misses)
    return Amount(cell.billed_cost, misses or cell.unpriced > 0)


def _together(facts: CompareFacts, months: Sequence[Month], figures: Sequence[Figure]) -> Row:
    by_month: dict[Month, list[Figure]] = {month: [] for month in months}
    for figure in figures:
        by_month.setdefault(Month.of(figure.cell.day), []).append(figure)
    return Row(
        name=None,
        key=None,
        amounts=tuple(
            Amount(
                cost_of(by_month[month], facts.currency),
                (month, None) in facts.lacking or unpriced(by_month[month]) > 0,
            )
            for month in months
        ),
    )


def _twos(facts: CompareFacts, months: Sequence[Month]) -> Iterator[tuple[Month, Month]]:
    """The last month that is over beside the one before it, and the same one of last year."""
    last = next((month for month in months if month < facts.running), None)
    if last is not None:
        yield from (
            (last, other) for other in (last.previous(), last.shifted(-12)) if other in months
        )


def _pair(rows: Sequence[Row], months: Sequence[Month], month: Month, other: Month) -> Pair:
    now, before = months.index(month), months.index(other)
    lines = (_beside(row.name, row.amounts[now], row.amounts[before], other) for row in rows)
    told = (one for one in lines if not (one.now.is_nothing and one.before.is_nothing))
    return Pair(month=month, other=other, lines=tuple(told))


def _beside(name: str | None, now: Amount, before: Amount, other: Month) -> Beside:
    """What a supplier had nothing of is a cost of nothing, beside one that is known."""
    found = change(
        Decimal(0) if now.is_nothing else now.cost,
        Decimal(0) if before.is_nothing else before.cost,
        (other.first, other.after),
        complete=not (now.lacks or before.lacks),
    )
    return Beside(
        name=name, now=now, before=before, difference=found.difference, percent=found.percent
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
