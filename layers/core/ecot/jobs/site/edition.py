"""How the report is to look: what an edge knows and the ledger does not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from ecot.jobs.query import Question
from ecot.language import Language
from ecot.model.budget import Budget
from ecot.model.period import Month
from ecot.model.prices import OwnPrice
from ecot.model.rates import TypedRate
from ecot.report.badge_facts import DEFAULT_THRESHOLDS, Thresholds
from ecot.report.mail_links import page_link
from ecot.report.share_facts import PublicFigure


@dataclass(frozen=True, kw_only=True)
class Edition:
    """How the report is to look. `today` is the UTC day, from the edge; `titles` are the providers'
    names as people write them; `typed` are the exchange rates of the settings, `budgets` what a
    month may cost by these. `people` says whether persons are named; `thresholds` when the badge is
    amber, and red; `public` which figures of the share card are public, and `public_url` where its
    page is (None: nowhere yet).
    `accounts` are those of the settings, and `prices` the user's own. `next_run` is when accounts
    are read again without anybody's doing (None: they are not). `report_url` is where the report is
    read, for links to it from elsewhere (None: on this machine alone). `mail_lacks` is the variable
    of the key without which mails that are wanted stay owed (None: they go)."""

    today: date
    currency: str
    language: Language
    titles: Mapping[str, str]
    typed: tuple[TypedRate, ...] = ()
    budgets: tuple[Budget, ...] = ()
    people: bool = False
    thresholds: Thresholds = DEFAULT_THRESHOLDS
    public: tuple[PublicFigure, ...] = ()
    public_url: str | None = None
    is_demo: bool = False
    accounts: tuple[str, ...] = ()
    prices: tuple[OwnPrice, ...] = ()
    next_run: datetime | None = None
    report_url: str | None = None
    mail_lacks: str | None = None

    def question(self, first: date, after: date) -> Question:
        """What is asked about the days `[first, after)`."""
        return Question(
            first=first,
            after=after,
            today=self.today,
            currency=self.currency,
            typed=self.typed,
            people=self.people,
        )

    def page_url(self, month: Month) -> str | None:
        """Where the page of the month is read in the report's language; None where nobody says
        where the report is."""
        return page_link(self.report_url, month, self.language)
