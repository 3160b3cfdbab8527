"""What the page of the business shows, worked out from the facts and the same in every language."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple

import msgspec

from ecot.analysis.margin import BusinessMonth, Result, candidates, comparable, result
from ecot.language import rounded
from ecot.model.money import minus, total
from ecot.model.period import Month
from ecot.model.rows import Basis, Category
from ecot.model.sentence import Sentence
from ecot.report.business_charts import MONTHS as CHARTED
from ecot.report.business_charts import WEEK, ai_by_month, earned_and_spent, week
from ecot.report.business_facts import BusinessFacts
from ecot.report.business_use import Use, use
from ecot.report.charts import Plot
from ecot.report.labels import account_name
from ecot.report.origin import Missing, Unpriced, missing_of, unpriced
from ecot.report.rounding import shown

Sign = Literal["surplus", "deficit", "even"]

CATEGORIES: dict[Category, Sentence] = {
    "ai": Sentence("AI"),
    "infrastructure": Sentence("infrastructure"),
    "developer tools": Sentence("developer tools"),
    "other": Sentence("other"),
}
SIGNS: dict[Sign, Sentence] = {
    "surplus": Sentence("surplus"),
    "deficit": Sentence("deficit"),
    "even": Sentence("break-even"),
}


class Part(msgspec.Struct, frozen=True):
    """A category's cost; `shown` is rounded."""

    category: Category
    shown: Decimal
    exact: Decimal


class Cards(msgspec.Struct, frozen=True, kw_only=True):
    """The four, all of the months of `result`, in unbroken `spans`. As shown, `earned` − `ai` −
    `rest` + `rounding` is `margin`, and `parts` with `parts_rounding` come to `rest`. None is not
    known, or no such cost was ever stated. Where no month was read completely (not `is_whole`),
    they have what is known of those that are over, and no margin. `lacking` are the categories of
    which a cost is unknown, or has no exchange rate."""

    result: Result
    is_whole: bool
    lacking: frozenset[Category]
    spans: tuple[tuple[Month, Month], ...]
    earned: Decimal | None
    ai: Decimal | None
    rest: Decimal | None
    margin: Decimal | None
    rounding: Decimal
    parts: tuple[Part, ...]
    parts_rounding: Decimal
    sign: Sign | None

    def origins(self, *categories: Category) -> tuple[Basis, ...]:
        """The origins of the categories' costs."""
        found = (basis for one in categories for basis in self.result.origins.get(one, ()))
        return tuple(dict.fromkeys(found))

    @property
    def lacks_rest(self) -> bool:
        """Whether any category but AI lacks a cost."""
        return bool(self.lacking - {"ai"})

    @property
    def rest_cost(self) -> Decimal | None:
        """All costs but AI, with every digit."""
        return total(part.exact for part in self.parts) if self.parts else None


class LeftOut(msgspec.Struct, frozen=True):
    """A month that the cards are not about: what its costs and its revenue lack, or that no revenue
    was read in it."""

    month: Month
    costs: tuple[Missing, ...]
    revenue: tuple[Missing, ...]
    has_revenue: bool


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A month of the table. Margins are those of the amounts as shown."""

    of: BusinessMonth
    total: Decimal | None
    rounding: Decimal
    net_margin: Decimal | None
    mrr_margin: Decimal | None
    origins: tuple[Basis, ...]


class Unread(NamedTuple):
    """An account that lacks days of the last week, with the first and the last of them."""

    name: str
    first: date
    last: date


class BusinessView(msgspec.Struct, frozen=True, kw_only=True):
    """The page. `unread` are the accounts that lack days of the charts; `dark` those of which
    nobody knows all costs (`dark_ai`: of AI), and `unrated` the currencies without a rate: the
    charts lack them."""

    facts: BusinessFacts
    cards: Cards | None
    left_out: tuple[LeftOut, ...]
    unpriced: tuple[Unpriced, ...]
    lines: Plot
    week: Plot
    ai: Plot
    unread: tuple[str, ...]
    unread_in_week: tuple[Unread, ...]
    dark: tuple[str, ...]
    dark_ai: tuple[str, ...]
    unrated: tuple[str, ...]
    rows: tuple[Row, ...]
    uses: tuple[Use, ...]

    @property
    def categories(self) -> tuple[Category, ...]:
        """Those of the table: other costs only where there are any."""
        has_other = any("other" in row.of.categories for row in self.rows)
        return tuple(name for name in CATEGORIES if name != "other" or has_other)


def business_view(facts: BusinessFacts) -> BusinessView:
    """The facts as the page shows them."""
    used = comparable(facts.months)
    left = [one for one in candidates(facts.months) if one not in used]
    charted = facts.months[-CHARTED:]
    dark_ai = {each for one in charted for each in facts.dark.get(one.month, {}).get("ai", ())}
    return BusinessView(
        facts=facts,
        cards=_cards(used or left, facts, is_whole=bool(used)) if used or left else None,
        left_out=tuple(_left_out(one, facts) for one in left),
        unpriced=tuple(_lacking(used or left, facts)),
        lines=earned_and_spent(facts),
        week=week(facts),
        ai=ai_by_month(facts),
        unread=tuple(account_name(one, facts.titles) for one in sorted(facts.daily.unread)),
        unread_in_week=tuple(_unread(facts)),
        dark=tuple(sorted({each.name for one in charted for each in _dark(one, facts)})),
        dark_ai=tuple(account_name(one, facts.titles) for one in sorted(dark_ai)),
        unrated=tuple(sorted({code for one in charted for code in one.costs.unconverted})),
        rows=tuple(_row(one, facts.currency) for one in reversed(facts.months)),
        uses=tuple(use(one, facts) for one in facts.used),
    )


def _cards(months: Sequence[BusinessMonth], facts: BusinessFacts, *, is_whole: bool) -> Cards:
    found, currency = result(months), facts.currency
    ai = found.costs.get("ai")
    names = [name for name in CATEGORIES if name != "ai" and name in found.costs]
    rest = total(found.costs[name] for name in names) if names else None
    parts = shown([found.costs[name] for name in names], rest, currency)
    taken = [None if cost is None else cost.copy_negate() for cost in (ai, rest)]
    knows = is_whole and found.margin is not None
    whole = shown([found.earned, *taken], found.margin, currency) if knows else None
    margin = whole.total if whole else None
    return Cards(
        result=found,
        is_whole=is_whole,
        lacking=frozenset(_lacking_of(months, facts)),
        spans=tuple(_spans(found.months)),
        earned=_rounded(found.earned, currency),
        ai=_rounded(ai, currency),
        rest=parts.total,
        margin=margin,
        rounding=whole.rounding if whole else Decimal(0),
        parts=tuple(
            Part(name, line, found.costs[name])
            for name, line in zip(names, parts.lines, strict=True)
            if line is not None
        ),
        parts_rounding=parts.rounding,
        sign=None if margin is None else _sign(margin),
    )


def _lacking_of(months: Sequence[BusinessMonth], facts: BusinessFacts) -> Iterator[Category]:
    for one in months:
        dark = facts.dark.get(one.month, {})
        unrated = {group.key for group in one.costs.groups if group.unconverted}
        yield from (name for name in CATEGORIES if dark.get(name) or name in unrated)


def _sign(margin: Decimal) -> Sign:
    return "surplus" if margin > 0 else "deficit" if margin < 0 else "even"


def _spans(months: Sequence[Month]) -> Iterator[tuple[Month, Month]]:
    """The months, which are in order, as first and last of each unbroken row of them."""
    found: list[Month] = []
    for month in months:
        if found and month != found[-1].next():
            yield found[0], found[-1]
            found = []
        found.append(month)
    if found:
        yield found[0], found[-1]


def _left_out(one: BusinessMonth, facts: BusinessFacts) -> LeftOut:
    return LeftOut(
        one.month,
        missing_of(one.costs.coverage.missing, facts.titles),
        missing_of(one.earned.missing, facts.titles) if one.earned else (),
        one.earned is not None,
    )


def _row(one: BusinessMonth, currency: str) -> Row:
    column = shown(list(one.categories.values()), one.costs.total, currency)
    earned = one.earned.amount if one.earned else None
    recurring = one.recurring.amount if one.recurring else None
    origins = (basis for group in one.costs.groups for basis in group.origins)
    return Row(
        of=one,
        total=column.total,
        rounding=column.rounding,
        net_margin=_less(earned, column.total, one.net_margin, currency),
        mrr_margin=_less(recurring, column.total, one.mrr_margin, currency),
        origins=tuple(dict.fromkeys(origins)),
    )


def _dark(one: BusinessMonth, facts: BusinessFacts) -> tuple[Unpriced, ...]:
    return unpriced(one.costs, facts.titles)


def _lacking(months: Sequence[BusinessMonth], facts: BusinessFacts) -> Iterator[Unpriced]:
    """What the costs of the months together have nothing of, each account once."""
    found: dict[str, list[int]] = {}
    for one in months:
        for each in _dark(one, facts):
            found.setdefault(each.name, []).append(each.charges or 0)
    for name in sorted(found):
        yield Unpriced(name, sum(found[name]) or None)


def _unread(facts: BusinessFacts) -> Iterator[Unread]:
    begins = facts.today - WEEK
    for account, days in sorted(facts.daily.unread.items()):
        if found := [day for day in days if day >= begins]:
            yield Unread(account_name(account, facts.titles), min(found), max(found))


def _less(
    earned: Decimal | None, cost: Decimal | None, margin: Decimal | None, currency: str
) -> Decimal | None:
    """The margin of the two amounts as they are shown, where there is one."""
    if margin is None or earned is None or cost is None:
        return None
    return minus(rounded(earned, currency), cost)


def _rounded(amount: Decimal | None, currency: str) -> Decimal | None:
    return None if amount is None else rounded(amount, currency)
