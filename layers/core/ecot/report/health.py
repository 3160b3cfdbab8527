"""What the health page shows: how every account is read, worked out the same in every language."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from statistics import median
from typing import Literal

import msgspec

from ecot.language import Language
from ecot.model.head import MonthState
from ecot.model.outcome import Outcome, Restatement
from ecot.model.period import Month
from ecot.model.prices import OwnPrice
from ecot.model.sentence import Sentence
from ecot.report.health_sinks import MailLine, NotionFacts
from ecot.report.labels import account_name
from ecot.report.views import Revised, revised

RUNS = 30  # of each account, as a strip
RESTATEMENTS = 50
_LATE_DAYS = 2  # neither today nor yesterday
_NAMED = 4  # accounts in the first sentence
_A_MINUTE, _A_TENTH = 60, Decimal("0.1")  # of a second

Condition = Literal[
    "failed", "partial", "late", "behind", "not_configured", "never", "well", "typed", "retired"
]  # what needs somebody first; "late" was not read lately, "behind" was and lacks days all the same
_URGENT: tuple[Condition, ...] = (
    "failed", "partial", "late", "behind", "not_configured", "never",
)  # fmt: skip
_ORDER: tuple[Condition, ...] = (*_URGENT, "well", "typed", "retired")


class AccountFacts(msgspec.Struct, frozen=True, kw_only=True):
    """An account as the ledger knows it. `runs` are the outcomes of its last runs, the latest
    first; `complete` is the newest UTC day of which everything was read (None: none is known).

    `is_read` says that it has feeds, and not only plans, bills or files; `retired` is the day on
    which it had left the settings. A whole day older than `late_after` days (and than the day
    before yesterday) is late.
    """

    account: str
    runs: tuple[Outcome, ...] = ()
    complete: date | None = None
    is_read: bool = True
    retired: date | None = None
    late_after: int = 0


class MonthMark(msgspec.Struct, frozen=True, kw_only=True):
    """A month of an account: its state (None: it has nothing but bills), and days to be read."""

    account: str
    month: Month
    state: MonthState | None
    unread: int


class HealthFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What there is to know. `restated` counts all restatements, of which `restatements` are the
    last ones seen. `price_list` is the version of the public list (None: not known), `published`
    the day of the newest exchange rates. `next_run` is None where nobody has a schedule, `notion`
    where nothing was ever synced; `mails` are the last ones, the last first, and
    `mail_lacks` the variable of the key without which no more of them go (None: they do)."""

    today: date
    accounts: tuple[AccountFacts, ...]
    months: tuple[MonthMark, ...] = ()
    restatements: tuple[Restatement, ...] = ()
    restated: int = 0
    price_list: str | None = None
    prices: tuple[OwnPrice, ...] = ()
    published: date | None = None
    next_run: datetime | None = None
    notion: NotionFacts | None = None
    mails: tuple[MailLine, ...] = ()
    mail_lacks: str | None = None


class AccountHealth(msgspec.Struct, frozen=True, kw_only=True):
    """An account's line. `age` and `lag` say how long ago its last good run and its newest complete
    day are; `seconds` is the median of its runs."""

    name: str
    facts: AccountFacts
    condition: Condition
    latest: Outcome | None
    good: datetime | None
    age: Sentence | None
    lag: Sentence | None
    seconds: Decimal | None

    @property
    def strip(self) -> list[tuple[int, Outcome]]:
        """Its runs, oldest first, each with its place among `RUNS`: the last is always full."""
        runs = self.facts.runs[:RUNS]
        return [(RUNS - 1 - back, runs[back]) for back in reversed(range(len(runs)))]


class GridLine(msgspec.Struct, frozen=True):
    """An account's months, one for each column (None: it was not expected to have anything)."""

    name: str
    account: str
    marks: tuple[MonthMark | None, ...]


class HealthView(msgspec.Struct, frozen=True, kw_only=True):
    """The page. `urgent` are the accounts that somebody has to look at, `well` all others."""

    facts: HealthFacts
    urgent: tuple[AccountHealth, ...]
    well: tuple[AccountHealth, ...]
    columns: tuple[Month, ...]
    grid: tuple[GridLine, ...]
    revised: tuple[Revised, ...]

    @property
    def named(self) -> list[str]:
        """The first of those that need somebody, by name."""
        return [one.name for one in self.urgent[:_NAMED]]

    @property
    def unnamed(self) -> int:
        """How many more there are."""
        return max(len(self.urgent) - _NAMED, 0)

    @property
    def expected(self) -> int:
        """How many accounts ought to be read."""
        return sum(one.condition == "well" for one in self.well) + len(self.urgent)


def health_view(facts: HealthFacts, titles: Mapping[str, str]) -> HealthView:
    """The facts as the page shows them, what needs somebody first."""
    lines = sorted(
        (account_health(one, facts.today, titles) for one in facts.accounts),
        key=lambda one: (_ORDER.index(one.condition), one.name),
    )
    columns = tuple(sorted({one.month for one in facts.months}, reverse=True))
    return HealthView(
        facts=facts,
        urgent=tuple(one for one in lines if one.condition in _URGENT),
        well=tuple(one for one in lines if one.condition not in _URGENT),
        columns=columns,
        grid=_grid(facts.months, columns, titles),
        revised=tuple(line for one in facts.restatements for line in revised(one, titles)),
    )


def account_health(facts: AccountFacts, today: date, titles: Mapping[str, str]) -> AccountHealth:
    """How the account is doing on the UTC day `today`."""
    good = next((run.at for run in facts.runs if run.state in ("ok", "no_data")), None)
    spent = [Decimal(str(run.seconds)) for run in facts.runs if run.state != "not_configured"]
    return AccountHealth(
        name=account_name(facts.account, titles),
        facts=facts,
        condition=_condition(facts, good, today),
        latest=next(iter(facts.runs), None),
        good=good,
        age=ago(today, good.date()) if good else None,
        lag=ago(today, facts.complete) if facts.complete else None,
        seconds=median(spent) if spent else None,
    )


def ago(today: date, day: date) -> Sentence:
    """How long ago the day is, in days."""
    days = (today - day).days
    if days < _LATE_DAYS:
        return Sentence("yesterday") if days == 1 else Sentence("today")
    return Sentence("{count} days ago", {"count": str(days)})


def duration(language: Language, seconds: float | Decimal) -> str:
    """How long something took, to read at a glance."""
    exact = Decimal(str(seconds))
    if exact < _A_TENTH:
        return language.say("under {count} s", count=language.quantity(_A_TENTH))
    if exact >= 2 * _A_MINUTE:
        return language.say(
            "{count} min", count=language.quantity((exact / _A_MINUTE).quantize(Decimal(1)))
        )
    return language.say("{count} s", count=language.quantity(exact.quantize(_A_TENTH)))


def _condition(facts: AccountFacts, good: datetime | None, today: date) -> Condition:
    state = facts.runs[0].state if facts.runs else None
    if not facts.is_read:
        return "typed"
    if facts.retired:
        return "retired"
    if state is None:
        return "never"
    if state in ("failed", "partial", "not_configured"):
        return state
    if good is None or (today - good.date()).days >= _LATE_DAYS:
        return "late"
    lag = (today - facts.complete).days if facts.complete else 0
    return "behind" if lag > max(_LATE_DAYS, facts.late_after) else "well"


def _grid(
    marks: Iterable[MonthMark], columns: Iterable[Month], titles: Mapping[str, str]
) -> tuple[GridLine, ...]:
    found = {(one.account, one.month): one for one in marks}
    names = {account: account_name(account, titles) for account, _ in found}
    return tuple(
        GridLine(name, account, tuple(found.get((account, month)) for month in columns))
        for account, name in sorted(names.items(), key=lambda one: one[::-1])
    )
