"""What the monthly mail shows, worked out from the facts and the same in every language."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal

import msgspec

from ecot.analysis.compare import Change
from ecot.language import rounded
from ecot.model.money import minus, quotient, times, total
from ecot.model.period import DAY
from ecot.model.rows import provider_of
from ecot.report.business_cards import Sign
from ecot.report.facts import MonthFacts
from ecot.report.health import AccountFacts, AccountHealth, HealthFacts, health_view
from ecot.report.labels import account_name
from ecot.report.mail_facts import MailFacts
from ecot.report.rounding import shown
from ecot.report.tables import Line, Table
from ecot.report.views import MonthView, month_view

DETAILS = 25  # rows of the table, at most: a mail is read, not searched, and Gmail cuts long ones


class RowChange(msgspec.Struct, frozen=True):
    """A supplier's cost beside that of the days before; `difference` is that of the two amounts as
    shown."""

    difference: Decimal
    percent: Decimal | None


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the table; `share` is its part of the total (0 to 1; None: there is none that
    means anything), `width` the percent of its bar, the dearest being 100."""

    line: Line
    share: Decimal | None
    width: int
    change: RowChange | None


class Others(msgspec.Struct, frozen=True, kw_only=True):
    """The lines that the mail has no room for: their `amount` together, as shown (None: not known),
    and the names of those of which a cost is not known, or has no exchange rate."""

    count: int
    amount: Decimal | None
    lacking: tuple[str, ...]


class CostTable(msgspec.Struct, frozen=True, kw_only=True):
    """The table of suppliers. Rows, others and `rounding` add up to `total`."""

    rows: tuple[Row, ...]
    others: Others | None
    rounding: Decimal
    total: Decimal | None
    is_part: bool


class BudgetUse(msgspec.Struct, frozen=True, kw_only=True):
    """Budgets of a month beside what the same suppliers cost, both as shown. `used` is the part of
    the budget that is spent; `is_part` says that there is a cost which nobody knows. `over` are the
    names of those that cost more than their own budget. Without names it is about the whole month,
    and `is_over` where that costs more."""

    names: tuple[str, ...]
    budget: Decimal
    cost: Decimal
    used: Decimal
    is_part: bool
    over: tuple[str, ...]
    is_over: bool = False


class MailView(msgspec.Struct, frozen=True, kw_only=True):
    """The mail. `urgent` are the accounts that somebody has to look at; `before` is the total of
    the month (of an open one: of the same days) before, as shown; `margin` is said only where costs
    and revenue were read completely."""

    facts: MailFacts
    of_month: MonthView
    table: CostTable
    before: Decimal | None
    budget: BudgetUse | None
    urgent: tuple[AccountHealth, ...]
    margin: Decimal | None
    sign: Sign | None


def mail_view(facts: MailFacts) -> MailView:
    """The facts as the mail shows them."""
    of_month = facts.of_month
    view = month_view(of_month)
    before, titles = of_month.change.before, of_month.titles
    health = health_view(HealthFacts(today=of_month.today, accounts=facts.accounts), titles)
    margin = _margin(facts)
    return MailView(
        facts=facts,
        of_month=view,
        table=cost_table(view.tables[0], facts.changes, of_month.currency),
        before=None if before is None else rounded(before, of_month.currency),
        budget=budget_use(view, facts),
        urgent=health.urgent,
        margin=margin,
        sign=None if margin is None else _sign(margin),
    )


def cost_table(table: Table, changes: Mapping[str, Change], currency: str) -> CostTable:
    """The page's table of suppliers, cut to what a mail has room for. What people did with a tool
    that costs nothing is no line of costs."""
    lines = [one for one in table.lines if one.only != "activity"]
    first, rest = lines[:DETAILS], lines[DETAILS:]
    known = [one.exact for one in rest if one.exact is not None]
    of_rest = total(known) if known else None
    column = shown([*(one.exact for one in first), of_rest], table.exact, currency)
    longest = max((one.exact or Decimal(0) for one in first), default=Decimal(0))
    return CostTable(
        rows=tuple(_row(one, table.exact, longest, changes, currency) for one in first),
        others=_others(rest, column.lines[-1]) if rest else None,
        rounding=column.rounding,
        total=column.total,
        is_part=table.is_part,
    )


def _row(
    line: Line,
    whole: Decimal | None,
    longest: Decimal,
    changes: Mapping[str, Change],
    currency: str,
) -> Row:
    cost = line.exact
    has_share = cost is not None and cost >= 0 and whole is not None and whole > 0
    width = (
        quotient(times(cost, Decimal(100)), longest)
        if cost is not None and cost > 0
        else Decimal(0)
    )
    return Row(
        line=line,
        share=quotient(cost, whole) if has_share and cost is not None and whole else None,
        width=min(max(round(width), 1 if width else 0), 100),
        change=_change(changes.get(line.key or ""), currency),
    )


def _change(found: Change | None, currency: str) -> RowChange | None:
    """None where one of the two is not known."""
    if found is None or found.now is None or found.before is None:
        return None
    difference = minus(rounded(found.now, currency), rounded(found.before, currency))
    return RowChange(difference, found.percent)


def _others(lines: Sequence[Line], amount: Decimal | None) -> Others:
    lacking = filter(_lacks, lines)
    return Others(count=len(lines), amount=amount, lacking=tuple(one.name or "" for one in lacking))


def budget_use(view: MonthView, facts: MailFacts) -> BudgetUse | None:
    """Of the whole month, if it has a budget, else of the suppliers that have one. None where there
    is none, or where nothing is known of the costs."""
    of_suppliers, totals = _of_suppliers(view, facts), view.totals
    if facts.budget is None or totals.total is None:
        return of_suppliers
    return BudgetUse(
        names=(),
        budget=rounded(facts.budget, totals.currency),
        cost=rounded(totals.total, totals.currency),
        used=quotient(totals.total, facts.budget),
        is_part=view.lacks_cost,
        over=of_suppliers.over if of_suppliers else (),
        is_over=totals.total > facts.budget,
    )


def _of_suppliers(view: MonthView, facts: MailFacts) -> BudgetUse | None:
    """A supplier with a budget and without a line has cost nothing only where it was read until the
    last day; one that the ledger does not know is left out."""
    lines = {one.key: one for one in view.tables[0].lines if one.key}
    wanted = _budgets(facts, lines.keys())
    lines = {key: one for key, one in lines.items() if key in wanted}
    costs = {key: one.exact for key, one in lines.items() if one.exact is not None}
    currency, titles = view.facts.currency, view.facts.titles
    if not costs:
        return None
    budget, cost = total(wanted.values()), total(costs.values())
    lacking = {one.gap.provider for one in view.missing} & wanted.keys()
    lacking |= wanted.keys() - lines.keys() - _read_until(view.facts, facts.accounts)
    return BudgetUse(
        names=tuple(account_name(key, titles) for key in wanted),
        budget=rounded(budget, currency),
        cost=rounded(cost, currency),
        used=quotient(cost, budget),
        is_part=bool(lacking) or any(_lacks(one) for one in lines.values()),
        over=tuple(account_name(key, titles) for key in costs if costs[key] > wanted[key]),
    )


def _budgets(facts: MailFacts, of_month: Collection[str]) -> dict[str, Decimal]:
    """Those of suppliers that the ledger knows."""
    known = {provider_of(one.account) for one in facts.accounts} | set(of_month)
    found = sorted(facts.budgets.items())
    return {key: amount for key, amount in found if key in known and amount > 0}


def _read_until(month: MonthFacts, accounts: Iterable[AccountFacts]) -> set[str]:
    """The suppliers of which the month's last day is read that is over."""
    last = min(month.month.after, month.today) - DAY
    read = (one for one in accounts if one.complete is not None and one.complete >= last)
    return {provider_of(one.account) for one in read}


def _lacks(line: Line) -> bool:
    return bool(line.lacks_cost or line.unconverted or line.is_unknown)


def _margin(facts: MailFacts) -> Decimal | None:
    known = facts.business.net_margin if facts.business else None
    return None if known is None else rounded(known, facts.of_month.currency)


def _sign(margin: Decimal) -> Sign:
    return "surplus" if margin > 0 else "deficit" if margin < 0 else "even"
