"""What the monthly mail is made of: a month's facts, and what somebody has to look at or to do."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

import msgspec

from ecot.analysis.activity import Done
from ecot.analysis.compare import Change
from ecot.analysis.margin import BusinessMonth
from ecot.analysis.totals import Totals
from ecot.model.outcome import Restatement
from ecot.model.period import Month
from ecot.model.settlement import Settlement
from ecot.report.bill_book import MissingBill, Purse
from ecot.report.facts import MonthFacts
from ecot.report.health import AccountFacts
from ecot.report.tools_facts import Seats


class MonthCost(msgspec.Struct, frozen=True):
    """A month's cost net of tax (None: not known); not `is_whole` where days or costs of it are
    missing, or it still runs."""

    month: Month
    total: Decimal | None
    is_whole: bool


class ToolsOfMonth(msgspec.Struct, frozen=True, kw_only=True):
    """What the month's developer tools cost, and what was `done` with each, by tool; `seats` are as
    they last stood."""

    costs: Totals
    done: Mapping[str, Done]
    seats: tuple[Seats, ...] = ()


class Remaining(msgspec.Struct, frozen=True, kw_only=True):
    """What is left of something that an account was given or paid for in advance: `left` of `limit`
    (None: not stated), in `unit`, as it was read on `day`. `name` is the provider's word."""

    account: str
    name: str
    unit: str
    left: Decimal
    limit: Decimal | None
    day: date


class Seen(msgspec.Struct, frozen=True):
    """A restatement, and whether its month was closed when it was seen."""

    restatement: Restatement
    is_late: bool


class OpenedBy(msgspec.Struct, frozen=True, kw_only=True):
    """A link that opens the month's report without signing in, and when it ends (UTC)."""

    address: str
    ends: datetime


class MailFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the mail about a month may say; `of_month` is what its page says.

    `changes` are those of each provider over the days that the totals are compared over; one that
    cannot be compared has no percentage. `costs` are of the last months until this one, in order.
    `accounts` are all of the ledger and the settings. `restated` are the changes seen since the
    last mail, of any month. `gaps` are the bills of the month that somebody has to look at;
    `missing_bills` are of all months that are over. `budget` is a month's, and `budgets` are those
    by provider, in the report's currency. `report_url` is where the report is read (None: only on
    the machine that makes it); `opened_by` is the way into it for whoever has this mail (None: by
    signing in).
    """

    of_month: MonthFacts
    changes: Mapping[str, Change] = {}
    costs: tuple[MonthCost, ...] = ()
    business: BusinessMonth | None = None
    tools: ToolsOfMonth | None = None
    accounts: tuple[AccountFacts, ...] = ()
    restated: tuple[Seen, ...] = ()
    gaps: tuple[Settlement, ...] = ()
    missing_bills: tuple[MissingBill, ...] = ()
    purses: tuple[Purse, ...] = ()
    remaining: tuple[Remaining, ...] = ()
    budget: Decimal | None = None
    budgets: Mapping[str, Decimal] = {}
    price_list: str | None = None
    since: datetime | None = None
    report_url: str | None = None
    opened_by: OpenedBy | None = None

    @property
    def month(self) -> Month:
        """The month that the mail is about."""
        return self.of_month.month
