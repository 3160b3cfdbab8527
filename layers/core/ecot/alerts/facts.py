"""What alerts are judged by, what one mail then tells, and what is remembered until the next."""

from datetime import date, datetime

import msgspec

from ecot.model.budget import Spent
from ecot.model.mail import DeliveryState
from ecot.model.outcome import Outcome, Restatement
from ecot.model.period import Month


class AccountRuns(msgspec.Struct, frozen=True, kw_only=True):
    """An account of the settings and its last outcomes, the latest first: two are enough."""

    account: str
    runs: tuple[Outcome, ...] = ()


class Bounce(msgspec.Struct, frozen=True, kw_only=True):
    """A monthly mail that did not reach `to`. (Mails about troubles are none of these: what tells
    of its own bouncing would go on for ever.) `at` is when that was seen, in UTC."""

    id: str
    month: Month
    to: tuple[str, ...]
    state: DeliveryState
    at: datetime


class AlertFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known at a moment. `now` is UTC, `today` the same moment's day where the user is.

    `collected_at` is when an account was last read, wholly or in part; where none ever was, when
    the ledger began. `restated` are changes of closed months that were seen after their closing,
    of about the last two months: older ones are forgotten. `spent` is what has been spent of each
    budget, of one month.
    """

    now: datetime
    today: date
    accounts: tuple[AccountRuns, ...] = ()
    collected_at: datetime
    restated: tuple[Restatement, ...] = ()
    bounced: tuple[Bounce, ...] = ()
    spent: tuple[Spent, ...] = ()


class Failing(msgspec.Struct, frozen=True, kw_only=True):
    """An account that cannot be read: since when, as far as is known, and its latest outcome, which
    says why and what to do. `is_new` where no mail has told of it yet."""

    account: str
    since: datetime
    outcome: Outcome
    is_new: bool


class Silent(msgspec.Struct, frozen=True, kw_only=True):
    """Nothing at all was read since that moment."""

    since: datetime
    is_new: bool


class Recovered(msgspec.Struct, frozen=True, kw_only=True):
    """An account that a mail has told of is read again: how long it was not, and since when."""

    account: str
    since: datetime
    well_at: datetime


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """One mail: all that is wrong now, and what is news. `silence_over` is since when nothing was
    read, where that is over. `spent` are the budgets of which more is spent than was told."""

    on: date
    failing: tuple[Failing, ...] = ()
    silent: Silent | None = None
    restated: tuple[Restatement, ...] = ()
    bounced: tuple[Bounce, ...] = ()
    spent: tuple[Spent, ...] = ()
    recovered: tuple[Recovered, ...] = ()
    silence_over: datetime | None = None

    @property
    def is_all_well(self) -> bool:
        """Whether it tells of nothing but what is well again."""
        return not (self.failing or self.silent or self.restated or self.bounced or self.spent)


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """What lasts: an account (None: all of them) that is not read. `told_on` is the day of the last
    mail that named it (None: none has)."""

    account: str | None
    since: datetime
    told_on: date | None = None


class Memory(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept from one time to the next: the day of the last mail, what lasts, and the ids of
    what was told and does not last."""

    mailed_on: date | None = None
    troubles: tuple[Trouble, ...] = ()
    told: tuple[str, ...] = ()


class Judged(msgspec.Struct, frozen=True):
    """The mail that is due (None: none is), and what to remember once it is sent."""

    notice: Notice | None
    memory: Memory
