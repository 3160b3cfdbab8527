"""What the report is made of: everything about one month that a page may show."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Self

import msgspec

from ecot.analysis.compare import Change, change, same_days_before
from ecot.analysis.decomposition import Decomposition
from ecot.analysis.groups import By
from ecot.analysis.projection import NoProjection, Projection
from ecot.analysis.totals import Totals, totals
from ecot.analysis.year import YearToDate
from ecot.model.head import MonthState
from ecot.model.outcome import Outcome, Restatement
from ecot.model.period import Month


class Beside(msgspec.Struct, frozen=True, kw_only=True):
    """What is said beside a total: why it changed (None: there is nothing to compare, or the same
    amount), where an open month is heading, what it may cost (`budget`; None: nobody says), and the
    year so far."""

    decomposition: Decomposition | None = None
    projection: Projection | NoProjection | None = None
    budget: Decimal | None = None
    year: YearToDate | None = None


class MonthFacts(msgspec.Struct, frozen=True, kw_only=True):
    """One month, asked once. The four tables are of the same figures over the same days.

    `collected_at` is when the latest figure was read, None where nothing ever was. `outcomes` has
    the latest one of each account, `restatements` those of days of this month. `titles` says how
    providers are written ("openai" is "OpenAI"). `months` are all months that have a page;
    `people` says whether persons are named.
    """

    month: Month
    state: MonthState
    today: date
    collected_at: datetime | None
    demo: bool
    currency: str
    by_provider: Totals
    by_account: Totals
    by_sub_account: Totals
    by_model: Totals
    change: Change
    beside: Beside = Beside()
    outcomes: tuple[Outcome, ...] = ()
    restatements: tuple[Restatement, ...] = ()
    titles: Mapping[str, str] = {}
    months: tuple[Month, ...] = ()
    people: bool = False

    @classmethod
    def nothing(cls, today: date, currency: str, *, demo: bool = False) -> Self:
        """A ledger that holds nothing yet, in the running month."""
        month = Month.of(today)
        return cls(
            month=month,
            state="open",
            today=today,
            collected_at=None,
            demo=demo,
            currency=currency,
            by_provider=_empty(month, "provider", currency),
            by_account=_empty(month, "account", currency),
            by_sub_account=_empty(month, "sub_account", currency),
            by_model=_empty(month, "model", currency),
            change=change(None, None, same_days_before(month, today), complete=False),
            months=(month,),
        )


def _empty(month: Month, by: By, currency: str) -> Totals:
    return totals((), by=by, first=month.first, after=month.after, currency=currency)
