"""What it takes to be a provider: a frozen record with `fetch` and `parse`.

`fetch` talks to the network and does no arithmetic; `parse` does the arithmetic and has neither
network nor clock. Adding a supplier is one file with one record, one line in `PROVIDERS`, one
golden pair, one page in `docs/providers/` and one changelog line.
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict

from ecot.model.answer import Answer, Parsed
from ecot.model.period import Period
from ecot.model.rows import AnyRow, Category
from ecot.providers.http import Http

Trouble = Literal[
    "access_denied", "not_offered", "rate_limited", "unavailable", "unexpected_answer"
]
Tells = Literal["costs", "breakdowns", "revenue"]
Unpriced = Literal["unknown", "nothing", "unplanned"]


class Options(BaseModel):
    """An account's further keys in `ecot.toml`; a provider that has some extends this."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


def variable_of(prefix: str, provider: str, account: str) -> str:
    """An account's own variable: that of its provider, with its name behind where it has one."""
    suffix = re.sub(r"[^A-Z0-9]", "_", account.upper())
    return prefix if account == provider else f"{prefix}_{suffix}"


def _none(_: Options) -> tuple[str, ...]:
    """Whatever the options are."""
    return ()


def _nobody(_: AnyRow) -> str | None:
    """Nobody else tells the row too."""
    return None


def _never(_: Answer) -> bool:
    """No answer does, unless its provider says so: one without figures may be of a bad night."""
    return False


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a provider can say, in a few words each: `ecot providers --json`, and the table in
    docs/providers. `sub_accounts` is what it calls its workspaces and projects."""

    bills: str
    grain: str
    history: str
    late: str
    key: str
    permission: str
    cannot_tell: str
    sub_accounts: str


@dataclass(frozen=True, kw_only=True)
class Provider:
    """One supplier.

    `feeds` are the streams that hold rows, each read and replaced as a unit, day by day;
    `snapshots` are streams that only know how things stand now: they are read for today, and a day
    is complete without them; `directories` are streams that only name ids.
    `fetch(http, stream, period)` yields every page of one stream for whole UTC days and ends after
    the last page: an early end is an exception, never a short answer. `parse(answer)` yields the
    rows and names of one page; it goes by `answer.feed`.

    `check` is the smallest call that proves a key; with `check_first` it comes before everything
    else, where a wrong key is answered with zeros. `recognise` tells from the key's look alone that
    it is of the wrong kind, and returns the remedy. `remedies` say what a person can do, by kind of
    trouble, where that is not what can always be done: `status_page` is looked at when nothing
    answers. `variables` are the environment's names for a key, most telling first. `options` are
    the account's further settings, for `headers` and (as `http.options`) for `fetch`; `feeds_for`
    says which feeds they make, where that is not always the same. `needs` are options (or the
    `base_url`) without which nothing can be asked, each with the variable that may hold it, unless
    the option that `instead` names for it is given; `keyless` providers can be asked without a key.

    `lateness` is how long after a day's end its figures may still arrive: a change after that is a
    restatement. `restatement_days` are read again every night. `history_days` is how far back the
    provider remembers (None: for ever, as far as is known): what is older is left as it is;
    `history_for` says so where the account's options do. `archives` names, by feed, the stream that
    still answers for older days, of which each is read once and never again. `backfill_months` is
    how many months before the present one a first collection reads. `per_minute` is how many
    requests an account may send in a minute (None: as many as it likes). Of a provider with
    `whole_months` no part of a month is asked for alone: once it is over, its figures come from
    another source. An answer that is `certain` proves its figures whole: a day of which it states
    none has none, without a second opinion. Answers of the feeds in `wider` hold more days than
    were asked for; those are left out. `aliases` are names that answers of a feed bear where an
    option has them come from another interface. `estimated` are feeds and snapshots whose usage
    arrives without money: it is priced, and what has no price is an "unknown" cost; or "nothing",
    where the provider tells what the plan is that pays for it; or unknown while it is "unplanned":
    while the settings have no plan that pays. `daily` are further snapshots that tell what each day
    costs: like one that is `estimated`, such a one is missing for good from a day on which it was
    not read; but where its answer is `told_by_feeds`, they tell what all days until then cost, and
    none of these is missing. `elsewhere` names the provider, one of `leaves_to`, that tells a row
    as well: where an account of that one is collected too, the row is left to it. `unclaimed` are
    ids of sub accounts that are the same at every customer. `personal` are the fields of JSON that
    name a person otherwise than by an e-mail address, which is always hidden. `tells` is what of:
    no total of costs lacks the days of a provider that tells of revenue, or of breakdowns of
    others' costs alone; what the latter has forgotten is not waited for.
    """

    name: str
    title: str
    category: Category
    base_url: str
    variables: tuple[str, ...]
    facts: Facts
    feeds: tuple[str, ...] = ()
    feeds_for: Callable[[Options], tuple[str, ...]] | None = None
    snapshots: tuple[str, ...] = ()
    directories: tuple[str, ...] = ()
    headers: Callable[[str, Options], Mapping[str, str]]
    fetch: Callable[[Http, str, Period], AsyncIterator[Answer]]
    parse: Callable[[Answer], Iterator[Parsed]]
    check: Callable[[Http], Awaitable[None]]
    check_first: bool = False
    recognise: Callable[[str], str | None]
    status_page: str
    remedies: Mapping[Trouble, str]
    lateness: timedelta
    restatement_days: int = 7
    history_days: int | None = None
    history_for: Callable[[Options], int] | None = None
    archives: Mapping[str, str] = field(default_factory=dict)
    backfill_months: int = 12
    per_minute: int | None = None
    whole_months: bool = False
    certain: Callable[[Answer], bool] = _never
    wider: tuple[str, ...] = ()
    estimated: Mapping[str, Unpriced] = field(default_factory=dict)
    daily: tuple[str, ...] = ()
    told_by_feeds: Callable[[Answer], bool] = _never
    aliases: tuple[str, ...] = ()
    elsewhere: Callable[[AnyRow], str | None] = _nobody
    leaves_to: Callable[[Options], tuple[str, ...]] = _none
    unclaimed: tuple[str, ...] = ()
    personal: Callable[[Options], tuple[str, ...]] = _none
    needs: Mapping[str, str] = field(default_factory=dict)
    instead: Mapping[str, str] = field(default_factory=dict)
    keyless: bool = False
    tells: Tells = "costs"
    options: type[Options] = field(default=Options)

    def oldest(self, today: date, options: Options) -> date:
        """The first day that `feeds` still answer for."""
        days = self.history_for(options) if self.history_for else self.history_days
        return date.min if days is None else today - timedelta(days)

    @property
    def streams(self) -> tuple[str, ...]:
        """Every stream whose answers `parse` understands."""
        more = (*self.archives.values(), *self.aliases)
        return (*self.feeds, *more, *self.snapshots, *self.directories)
