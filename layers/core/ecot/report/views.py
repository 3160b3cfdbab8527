"""What the month's page shows, worked out from the facts and the same in every language."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Literal

import msgspec

from ecot.analysis.compare import Change
from ecot.analysis.projection import NoProjection, Projection
from ecot.analysis.totals import Totals
from ecot.language import rounded
from ecot.model.money import minus, quotient
from ecot.model.outcome import Outcome, Restatement
from ecot.model.period import DAY, Month
from ecot.model.settlement import Settlement
from ecot.report.facts import MonthFacts
from ecot.report.labels import account_name
from ecot.report.movers import Movers, movers
from ecot.report.origin import Missing, Share, Unpriced, missing, shares, unpriced
from ecot.report.tables import Table, table

NoPercent = Literal["nothing", "not positive", "incomplete"]
_TROUBLES = ("failed", "partial", "not_configured")  # the most urgent first


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """The total beside the month before. `difference` is that of the two totals as shown; `why`
    says why there is no percentage."""

    first: date
    last: date
    difference: Decimal | None
    percent: Decimal | None
    why: NoPercent | None


class Told(msgspec.Struct, frozen=True):
    """An outcome with the name of its account."""

    name: str
    outcome: Outcome


class Invoiced(msgspec.Struct, frozen=True):
    """Bills about the same charges, with the name of their account."""

    name: str
    settlement: Settlement


class Revised(msgspec.Struct, frozen=True, kw_only=True):
    """A restatement in one currency, or in none where only quantities changed. A cost of None
    means that the day had no charge."""

    name: str
    restatement: Restatement
    currency: str | None
    old: Decimal | None
    new: Decimal | None

    @property
    def looks_equal(self) -> bool:
        """Whether the change is too small to be seen once rounded."""
        if self.currency is None or self.old is None or self.new is None:
            return False
        return rounded(self.old, self.currency) == rounded(self.new, self.currency)


class MonthView(msgspec.Struct, frozen=True, kw_only=True):
    """The page of a month. `last` is the last day that its figures can hold; of an open month there
    is a projection or the reason why there is `no_projection`. `troubled` are the accounts whose
    last reading did not go well."""

    facts: MonthFacts
    totals: Totals
    total: Decimal | None
    last: date
    comparison: Comparison
    movers: Movers | None
    projection: Projection | None
    no_projection: NoProjection | None
    shares: tuple[Share, ...]
    unpriced: tuple[Unpriced, ...]
    missing: tuple[Missing, ...]
    tables: tuple[Table, ...]
    troubled: tuple[Told, ...]
    revised: tuple[Revised, ...]
    bills: tuple[Invoiced, ...]
    earlier: Month | None
    later: Month | None

    @property
    def well_read(self) -> int:
        """How many accounts were read without trouble the last time."""
        return len(self.facts.outcomes) - len(self.troubled)

    @property
    def budget_used(self) -> Decimal | None:
        """The part of its budget that the month has cost, as far as is known; None without one, or
        where no cost is known."""
        budget, cost = self.facts.beside.budget, self.totals.total
        return None if budget is None or cost is None else quotient(cost, budget)

    @property
    def lacks_cost(self) -> bool:
        """Whether the total misses days, costs or exchange rates."""
        return bool(self.missing or self.totals.coverage.is_part or self.totals.unconverted)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was ever collected."""
        return not (self.totals.groups or self.facts.outcomes)


def month_view(facts: MonthFacts) -> MonthView:
    """The facts as the page shows them."""
    totals, titles = facts.by_provider, facts.titles
    tables = (
        table(totals, "provider", titles),
        table(facts.by_account, "account", titles),
        table(facts.by_sub_account, "sub_account", titles),
        table(facts.by_model, "model", titles),
    )
    ahead = facts.beside.projection
    return MonthView(
        facts=facts,
        totals=totals,
        total=tables[0].total,
        last=min(totals.after - DAY, max(facts.today, totals.first)),
        comparison=comparison(facts.change, facts.currency),
        movers=movers(facts.beside.decomposition, facts.change, facts.currency, titles),
        projection=ahead if isinstance(ahead, Projection) else None,
        no_projection=ahead if isinstance(ahead, NoProjection) else None,
        shares=shares(totals),
        unpriced=unpriced(totals, titles),
        missing=missing(totals, titles),
        tables=tables,
        troubled=troubled(facts),
        revised=tuple(line for one in facts.restatements for line in revised(one, titles)),
        bills=tuple(
            Invoiced(account_name(one.account, titles), one)
            for one in sorted(totals.bills, key=lambda one: one.account)
        ),
        earlier=max((month for month in facts.months if month < facts.month), default=None),
        later=min((month for month in facts.months if month > facts.month), default=None),
    )


def comparison(change: Change, currency: str) -> Comparison:
    """The change as shown, and why it has no percentage where it has none."""
    difference: Decimal | None = None
    why: NoPercent | None = None
    if change.now is None or change.before is None:
        why = "nothing"
    else:
        difference = minus(rounded(change.now, currency), rounded(change.before, currency))
        if change.percent is None:
            why = "incomplete" if change.before > 0 else "not positive"
    return Comparison(
        first=change.first_before,
        last=change.after_before - DAY,
        difference=difference,
        percent=change.percent,
        why=why,
    )


def troubled(facts: MonthFacts) -> tuple[Told, ...]:
    """The accounts whose last reading somebody has to look at."""
    told = [
        Told(account_name(outcome.account, facts.titles), outcome)
        for outcome in facts.outcomes
        if outcome.state in _TROUBLES
    ]
    return tuple(sorted(told, key=lambda one: (_TROUBLES.index(one.outcome.state), one.name)))


def revised(restatement: Restatement, titles: Mapping[str, str]) -> list[Revised]:
    """What changed, currency by currency."""
    old, new = restatement.old_cost, restatement.new_cost
    changed: list[str | None] = [
        code for code in sorted({*old, *new}) if old.get(code) != new.get(code)
    ]
    return [
        Revised(
            name=account_name(restatement.account, titles),
            restatement=restatement,
            currency=code,
            old=old.get(code) if code else None,
            new=new.get(code) if code else None,
        )
        for code in changed or [None]
    ]
