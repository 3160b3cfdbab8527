"""The page of collections: what was read when, and a form that asks for a new one."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Literal

import msgspec

from ecot.model.outcome import Outcome, State
from ecot.model.period import Month
from ecot.model.sentence import Sentence
from ecot.report.desk.form import Form
from ecot.report.desk.frame import Desk, desk_page
from ecot.report.labels import account_name

KINDS: Mapping[str, Sentence] = {
    "daily": Sentence("of the night"),
    "close": Sentence("to close a month"),
    "asked": Sentence("asked for"),
    "missed": Sentence("made up for"),
}
_LACKING = ("failed", "partial", "not_configured")


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """An account of a run: `waiting`, `collecting`, or how its reading ended."""

    account: str
    state: State | Literal["waiting", "collecting"]
    message: Sentence | None = None
    remedy: Sentence | None = None

    @property
    def is_done(self) -> bool:
        """Whether its reading has ended."""
        return self.state not in ("waiting", "collecting")


class RunFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A run. `scope` is the account or provider that alone was asked for (None: all), `month` the
    month (None: whatever was due). Until it `is_begun` nobody knows its accounts. `published_at` is
    None until the site was made; `is_finished` says that nothing of it is still to come, but
    perhaps a mail; since `mailed_at` none is owed. `stands_since`: it has not come any further for
    longer than it should (None: it moves)."""

    id: str
    kind: str
    at: datetime
    readings: tuple[Reading, ...] = ()
    scope: str | None = None
    month: Month | None = None
    is_begun: bool = True
    is_finished: bool = False
    published_at: datetime | None = None
    mailed_at: datetime | None = None
    stands_since: datetime | None = None

    @property
    def done(self) -> int:
        """How many accounts have their outcome."""
        return sum(one.is_done for one in self.readings)

    @property
    def troubled(self) -> int:
        """How many accounts could not be read, or not completely."""
        return sum(one.state in _LACKING for one in self.readings)


class AccountRead(msgspec.Struct, frozen=True, kw_only=True):
    """What was read of an account. `unread_from` is the first day of which something is missing
    (None: it has no days to be read)."""

    account: str
    outcome: Outcome | None = None
    unread_from: date | None = None


class CollectFacts(msgspec.Struct, frozen=True, kw_only=True):
    """`months` are those that may be asked for, the latest first; `can_act` says that this reader
    may ask. `can_mail` says that a mail could be sent."""

    today: date
    accounts: tuple[AccountRead, ...]
    wanted: tuple[str, ...]
    months: tuple[Month, ...]
    runs: tuple[RunFacts, ...] = ()
    can_act: bool = True
    can_mail: bool = False
    form: Form = Form()


def collect_page(desk: Desk, facts: CollectFacts, titles: Mapping[str, str]) -> bytes:
    """What was collected when, and the form."""
    return desk_page(
        desk,
        "desk_collect.html",
        view=facts,
        form=facts.form,
        kinds=KINDS,
        scopes=_scopes(facts.wanted, titles),
        months=[(str(one), desk.language.month(one)) for one in facts.months],
        name=lambda account: account_name(account, titles),
    )


def run_page(desk: Desk, run: RunFacts, titles: Mapping[str, str]) -> bytes:
    """A run, to be watched until it ends."""
    return desk_page(
        desk,
        "desk_run.html",
        scripts=() if run.is_finished else ("desk.js",),
        run=run,
        kinds=KINDS,
        name=lambda account: account_name(account, titles),
    )


def _scopes(accounts: Sequence[str], titles: Mapping[str, str]) -> list[tuple[str, str]]:
    """What may be chosen: a provider that has several accounts, and every account."""
    providers = [one.partition("/")[0] for one in accounts]
    several = sorted({one for one in providers if providers.count(one) > 1})
    named = [(one, account_name(one, titles)) for one in accounts]
    return [(one, titles.get(one, one)) for one in several] + sorted(named, key=lambda one: one[1])
