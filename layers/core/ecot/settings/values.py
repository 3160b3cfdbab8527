"""What the settings come to: plain frozen values, without a word about where they were written."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from ecot.model.period import Month
from ecot.model.rows import Category
from ecot.model.sentence import Sentence
from ecot.providers.contract import Options
from ecot.providers.supabase_auth import Project

LocaleName = Literal["fr-FR", "fr-CH", "en-US", "en-GB"]
Every = Literal["month", "year"]
Origin = Literal["file", "environment"]
PublicFigure = Literal["change", "providers", "origin", "mix", "total"]
OnMissing = Literal["warn", "create"]
OnDeleted = Literal["ignore", "restore", "recreate"]
SHORTEST_TOKEN = 16
"""Characters: what is shorter can be guessed, and opens nothing."""
NO_DOMAIN = "Ecot <onboarding@resend.dev>"
"""From whom Resend sends without a verified domain, and then to one's own address only."""


AMBER, RED = Decimal("0.10"), Decimal("1.00")


class _Value(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", arbitrary_types_allowed=True, defer_build=True
    )


class Badge(_Value):
    """From which cost of a day on, in the report's currency, the badge is amber, and red; and
    whether everybody may see it at the interface's address."""

    amber: Decimal = AMBER
    red: Decimal = RED
    public: bool = False


class Report(_Value):
    """How totals are shown. The time zone is for times on screen, never for buckets. `ecb_url` is
    asked for exchange rates in the place of the ECB's own server; `url` is where the report is read
    (None: it is on this machine alone)."""

    currency: str = "USD"
    locale: LocaleName = "fr-FR"
    timezone: str = "UTC"
    ecb_url: str | None = None
    url: str | None = None
    badge: Badge = Field(default_factory=Badge)


class Share(_Value):
    """Which figures are public, in the owner's order, and the https address of their page (None: it
    is nowhere yet)."""

    public: tuple[PublicFigure, ...] = ()
    url: str | None = None


class Notion(_Value):
    """The pair of databases in Notion. `services` and `usages` are the ids of the databases (None:
    not made yet). Without `secret` nothing is synced; `fault` says what is wrong with it."""

    services: str | None = None
    usages: str | None = None
    secret_name: str
    secret: SecretStr | None = None
    fault: Sentence | None = None
    base_url: str | None = None
    on_missing_property: OnMissing = "warn"
    on_deleted_row: OnDeleted = "ignore"

    @property
    def is_ready(self) -> bool:
        """Whether there is all that a sync needs."""
        return None not in (self.secret, self.services, self.usages)


class Mail(_Value):
    """The monthly mail. It goes to `to` from `day` of the next month on, in the report's time zone.
    Without `secret` a mail is a file in the outbox. `failures` says whether mails tell of accounts
    that cannot be read, `links` whether the month's mail has a link that opens its report."""

    to: tuple[str, ...] = ()
    sender: str = NO_DOMAIN
    reply_to: str | None = None
    day: int = 2
    failures: bool = True
    links: bool = True
    secret_name: str
    secret: SecretStr | None = None
    fault: Sentence | None = None
    base_url: str | None = None


class Account(_Value):
    """One credential of a provider, and the name that the user gives it.

    `secret` is None where the variable `secret_name` is not set (the account is not configured: a
    state, not an error), or holds something that cannot be sent; then `fault` says so. `origin`
    tells a key that somebody named in the file from one that happens to be in the environment.
    `since` is the first day to read (None: as far back as the provider goes).
    """

    provider: str
    name: str
    secret_name: str
    secret: SecretStr | None = None
    fault: Sentence | None = None
    base_url: str | None = None
    options: Options = Field(default_factory=Options)
    since: date | None = None
    active: bool = True
    origin: Origin = "file"

    @property
    def key(self) -> str:
        """What the ledger calls the account: "openai/edugami"."""
        return f"{self.provider}/{self.name}"


class Plan(_Value):
    """A flat cost every month or year, from month `since` to month `until`, both inside.

    `account` is the ledger's name for it, "supabase/supabase". Another plan of the same account and
    name with a later `since` is its next price.
    """

    provider: str
    account: str
    name: str
    category: Category
    amount: Decimal
    currency: str
    every: Every = "month"
    since: Month
    until: Month | None = None


class Budget(_Value):
    """What a calendar month may cost, net of tax, in the report's currency: a provider's part of
    it, or all of it (None)."""

    provider: str | None = None
    amount: Decimal
    currency: str


class Rate(_Value):
    """A typed exchange rate: one `source` is `rate` of `target` from the day `since` on."""

    source: str
    target: str
    rate: Decimal
    since: date


class SecretToken(_Value):
    """A token that a variable of earlier systems holds, for one role at the interface. It has no
    date: `created` is the beginning of the ledger's calendar."""

    role: Literal["collect", "report"]
    secret_name: str
    secret: SecretStr
    created: datetime = datetime(1970, 1, 1, tzinfo=UTC)


class Settings(_Value):
    """Everything that can be set. `file` is None where there is no settings file; `people` says
    whether persons are shown under their names, and `project` knows those of users. `tokens` are
    those of variables."""

    file: Path | None
    home: Path
    report: Report
    accounts: tuple[Account, ...]
    plans: tuple[Plan, ...]
    rates: tuple[Rate, ...]
    budgets: tuple[Budget, ...] = ()
    people: bool = False
    project: Project | None = None
    share: Share = Field(default_factory=Share)
    notion: Notion
    mail: Mail
    tokens: tuple[SecretToken, ...] = ()

    def secrets(self) -> list[str]:
        """Every key, for whoever has to keep them from coming out."""
        known = (self.project, self.notion, self.mail)
        holders = (*self.accounts, *self.tokens, *(one for one in known if one))
        return [one.secret.get_secret_value() for one in holders if one.secret]
