"""What the page of the business shows, worked out from the facts and the same in every language."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

import msgspec

from ecot.analysis.margin import BusinessMonth, candidates, comparable
from ecot.language import rounded
from ecot.model.money import minus
from ecot.model.period import Month
from ecot.model.rows import Basis, Category
from ecot.report.business_cards import Cards, cards
from ecot.report.business_charts import MONTHS as CHARTED
from ecot.report.business_charts import WEEK, ai_by_month, earned_and_spent, week
from ecot.report.business_facts import BusinessFacts
from ecot.report.business_use import Use, use
from ecot.report.charts import Plot
from ecot.report.labels import account_name
from ecot.report.origin import Missing, Unpriced, missing_of, unpriced
from ecot.report.rounding import shown
from ecot.report.words import CATEGORIES


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
    """The page. `unread` are the accounts that lack days of the charts by day; `dark` those of
    which nobody knows all costs (`unread_ai` and `dark_ai`: of AI by month), and `unrated` the
    currencies without a rate: the charts lack them."""

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
    unread_ai: tuple[str, ...]
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
    gaps = (gap for one in charted for gap in one.costs.coverage.missing)
    unread_ai = {
        gap.account for gap in gaps if any(gap.provider in one for one in facts.ai.values())
    }
    dark_ai = {each for one in charted for each in facts.dark.get(one.month, {}).get("ai", ())}
    return BusinessView(
        facts=facts,
        cards=cards(used or left, facts, is_whole=bool(used)) if used or left else None,
        left_out=tuple(_left_out(one, facts) for one in left),
        unpriced=tuple(_lacking(used or left, facts)),
        lines=earned_and_spent(facts),
        week=week(facts),
        ai=ai_by_month(facts),
        unread=tuple(account_name(one, facts.titles) for one in sorted(facts.daily.unread)),
        unread_in_week=tuple(_unread(facts)),
        dark=tuple(sorted({each.name for one in charted for each in _dark(one, facts)})),
        dark_ai=tuple(account_name(one, facts.titles) for one in sorted(dark_ai)),
        unread_ai=tuple(account_name(one, facts.titles) for one in sorted(unread_ai)),
        unrated=tuple(sorted({code for one in charted for code in one.costs.unconverted})),
        rows=tuple(_row(one, facts.currency) for one in reversed(facts.months)),
        uses=tuple(use(one, facts) for one in facts.used),
    )


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
