"""The charts of the page of the business: MRR beside costs, the last week, AI by month."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from ecot.analysis.recurring import TRAILING, less, trailing
from ecot.analysis.sums import cost_of
from ecot.model.figure import Figure
from ecot.model.money import total
from ecot.model.period import DAY, Period
from ecot.model.rows import Category
from ecot.model.sentence import Sentence
from ecot.report.business_facts import BusinessFacts
from ecot.report.charts import Plot, Series
from ecot.report.labels import account_name
from ecot.report.words import CATEGORIES

MOST_DAYS, FEWEST_DAYS = 90, 30
WEEK = 7 * DAY
MONTHS = 7  # of AI: six that are over, and the running one
_MOST_SUPPLIERS = 4  # of infrastructure that have a colour of their own in a week
_MOST_PROVIDERS = 7
_WHOLE: Mapping[Category, str] = {"ai": "s0", "developer tools": "s5", "other": "s6"}


def earned_and_spent(facts: BusinessFacts) -> Plot:
    """MRR by day, the cost of the 30 days until then, and what is between them."""
    costs = daily_costs(facts)
    days = _days(facts.today - MOST_DAYS * DAY, facts.today)
    points = tuple(day for day in days if _is_begun(day, costs, facts))
    mrr = [facts.mrr.get(day) for day in points]
    spent = trailing(costs, points)
    lines = [Series(Sentence("cost of the last 30 days"), tuple(spent), "s1")]
    if facts.mrr:
        lines.append(Series(Sentence("margin (MRR − cost)"), tuple(less(mrr, spent)), "s2"))
    areas = (Series(Sentence("MRR"), tuple(mrr), "s0"),) if facts.mrr else ()
    return Plot(points=points, unit=facts.currency, areas=areas, lines=tuple(lines))


def daily_costs(facts: BusinessFacts) -> dict[date, Decimal]:
    """The cost of every day of which no account is missing; 0 where all were read and nobody
    charged anything."""
    missing = {day for days in facts.daily.unread.values() for day in days}
    days = _days(facts.daily.first, facts.today)
    costs = _costs(facts.daily.figures, facts)
    return {day: costs.get(day, Decimal(0)) for day in days if day not in missing}


def _costs(figures: Iterable[Figure], facts: BusinessFacts) -> dict[date, Decimal]:
    """The cost net of tax by day, of the days that have one."""
    by_day: dict[date, list[Figure]] = {}
    for figure in figures:
        by_day.setdefault(figure.cell.day, []).append(figure)
    costs = {day: cost_of(found, facts.currency) for day, found in by_day.items()}
    return {day: cost for day, cost in costs.items() if cost is not None}


def _days(first: date, after: date) -> tuple[date, ...]:
    return tuple(Period.of_days(first, after).days()) if first < after else ()


def _is_begun(day: date, costs: Mapping[date, Decimal], facts: BusinessFacts) -> bool:
    """The chart begins where something is known, and has 30 days at least."""
    first = min([*facts.mrr, *(one + (TRAILING - 1) * DAY for one in costs)], default=facts.today)
    return day >= min(first, facts.today - FEWEST_DAYS * DAY)


def week(facts: BusinessFacts) -> Plot:
    """The cost of the last seven days that are over: AI, each supplier of infrastructure, tools."""
    days = _days(facts.today - WEEK, facts.today)
    charged = [one for one in facts.daily.figures if one.cell.day in days and one.cell.basis]
    groups: dict[Category, list[Figure]] = {}
    for figure in charged:
        groups.setdefault(figure.cell.category, []).append(figure)
    stacks = [
        Series(CATEGORIES[category], _by_day(groups[category], days, facts), style)
        for category, style in _WHOLE.items()
        if category in groups
    ]
    stacks[1:1] = _suppliers(groups.get("infrastructure", ()), days, facts)
    return Plot(points=days, unit=facts.currency, stacks=tuple(stacks))


def _suppliers(
    figures: Iterable[Figure], days: Sequence[date], facts: BusinessFacts
) -> Iterator[Series]:
    by_supplier: dict[str, list[Figure]] = {}
    for figure in figures:
        by_supplier.setdefault(figure.provider, []).append(figure)
    costs = {name: _costs(found, facts).values() for name, found in by_supplier.items()}
    own, rest = _dear_first(costs, _MOST_SUPPLIERS)
    for number, name in enumerate(own, 1):
        shown = account_name(name, facts.titles)
        yield Series(shown, _by_day(by_supplier[name], days, facts), f"s{number}")
    if rest:
        together = [figure for name in rest for figure in by_supplier[name]]
        yield Series(Sentence("other infrastructure"), _by_day(together, days, facts), "s7")


def _by_day(
    figures: Sequence[Figure], days: Iterable[date], facts: BusinessFacts
) -> tuple[Decimal | None, ...]:
    """The cost that is known of each day. Where none is: 0, if all accounts of these were read and
    charged nothing."""
    accounts = {figure.account for figure in figures}
    unknown = {day for one in accounts for day in facts.daily.unread.get(one, ())}
    unknown |= {figure.cell.day for figure in figures if _is_dark(figure, facts)}
    costs = _costs(figures, facts)
    return tuple(costs.get(day, None if day in unknown else Decimal(0)) for day in days)


def _is_dark(figure: Figure, facts: BusinessFacts) -> bool:
    """Whether it is a charge of which no cost is known in the currency, nor any bill."""
    is_charge = figure.cell.basis is not None and not figure.is_replaced and not figure.cell.tax
    return is_charge and figure.cost(facts.currency) is None


def ai_by_month(facts: BusinessFacts) -> Plot:
    """The cost of AI by provider."""
    months = tuple(one.month for one in facts.months)[-MONTHS:]
    costs: dict[str, list[Decimal]] = {}
    for month in months:
        for provider, cost in facts.ai[month].items():
            costs.setdefault(provider, []).append(cost)
    own, rest = _dear_first(costs, _MOST_PROVIDERS)

    def values(*providers: str) -> tuple[Decimal | None, ...]:
        return tuple(_sum(facts.ai[month], providers) for month in months)

    found = [
        Series(account_name(name, facts.titles), values(name), f"s{number}")
        for number, name in enumerate(own)
    ]
    if rest:
        found.append(Series(Sentence("other providers"), values(*rest), "s7"))
    return Plot(points=months, unit=facts.currency, stacks=tuple(found))


def _sum(costs: Mapping[str, Decimal], providers: Iterable[str]) -> Decimal | None:
    known = [costs[one] for one in providers if one in costs]
    return total(known) if known else None


def _dear_first(
    costs: Mapping[str, Iterable[Decimal]], most: int
) -> tuple[Sequence[str], Sequence[str]]:
    """The names from dear to cheap, and those of them that have no colour of their own."""
    names = sorted(costs, key=lambda name: (-total(costs[name]), name))
    return names[:most], names[most:]
