"""What a collection is given by the edge: accounts, the clock, and how much time it may take."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from pydantic import SecretStr

from ecot.ledger.plans import Plan, in_force
from ecot.model.period import Month
from ecot.model.sentence import Sentence
from ecot.pricing.book import PriceBook
from ecot.providers.contract import Options, Provider, variable_of
from ecot.providers.http import client

if TYPE_CHECKING:  # 30 ms, which a function that asks no provider starts without
    import httpx

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Source:
    """One account to collect: its provider, its name in the ledger, and its key where there is one.

    `secret_name` is the variable that holds (or should hold) the key; `fault` says why what it
    holds is no key; `base_url` replaces the provider's own; `options` are what the provider's page
    describes. `beside` are the providers of all accounts that are collected (`jobs/beside.py`), and
    `kept`, by provider, the days that the ledger has of such as are not collected any more. `since`
    is the first day that a new account is read from (None: as far back as its provider goes);
    `plans` are those of the settings that pay for it, in their months.
    """

    provider: Provider
    account: str
    secret: SecretStr | None
    secret_name: str
    fault: Sentence | None = None
    base_url: str | None = None
    options: Options = field(default_factory=Options)
    since: date | None = None
    plans: tuple[Plan, ...] = ()
    beside: frozenset[str] = frozenset()
    kept: Mapping[str, frozenset[date]] = field(default_factory=dict)

    @property
    def feeds(self) -> tuple[str, ...]:
        """The feeds that the account has."""
        found = self.provider.feeds_for
        return self.provider.feeds if found is None else found(self.options)

    def oldest(self, today: date) -> date:
        """The first day that the feeds still answer for."""
        return self.provider.oldest(today, self.options)

    @property
    def left_to(self) -> tuple[str, ...]:
        """The providers of collected accounts that some of this one's rows are left to."""
        names = self.provider.leaves_to(self.options)
        return tuple(name for name in names if name in self.beside)

    def leaves(self, name: str | None, day: date) -> bool:
        """Whether what that provider tells of the day too is left to it."""
        return name is not None and (name in self.left_to or day in self.kept.get(name, ()))

    @property
    def lacking(self) -> str | None:
        """The variable of what is missing to ask anything: the key, or what is needed beside it.
        One that holds what no key can be is missing too, also where none is needed."""
        if self.fault or (self.secret is None and not self.provider.keyless):
            return self.secret_name
        given = {"base_url": self.base_url, **self.options.model_dump()}
        for name, variable in self.provider.needs.items():
            other = self.provider.instead.get(name, name)
            if given[name] is None and given[other] is None:
                own = self.account.removeprefix(f"{self.provider.name}/")
                return variable_of(variable, self.provider.name, own)
        return None

    def has_plan(self, day: date) -> bool:
        """Whether a plan of the settings pays for the account in the day's month."""
        month = Month.of(day)
        return any(in_force(self.plans, self.account, one.name, month) for one in self.plans)


Told = Callable[[str, str], None]
"""A listener: what is worked on, and the step that it is at."""


def nothing_to_tell(account: str, step: str) -> None:
    """The listener of a run that nobody watches."""


def log_warning(warning: Sentence, remedy: Sentence | None = None) -> None:
    """Where nobody listens to what did not go well beside the accounts, the log does."""
    logger.warning("%s%s", warning, f" {remedy}" if remedy else "")


Warned = Callable[[Sentence, Sentence | None], None]
"""A listener: what went wrong, and what to do about it."""


@dataclass(frozen=True, kw_only=True)
class Round:
    """One run. `today` and `now` are UTC and come from the edge; `days` replaces the nightly window
    where a person asked for certain days. `told` hears what each account is doing, `warned` what
    went wrong that is no account's. `open_client` opens the connections that all accounts share;
    `sleep` is how a provider's own library waits before it asks again.
    `rates_url` is where the ECB's files are (None: they are not asked for). `prices` are those of
    usage that arrives without money."""

    run: str
    today: date
    now: Callable[[], datetime]
    days: tuple[date, ...] | None = None
    budget_seconds: float = 600.0
    monotonic: Callable[[], float] = time.monotonic
    told: Told = nothing_to_tell
    warned: Warned = log_warning
    rates_url: str | None = None
    prices: PriceBook = field(default_factory=PriceBook)
    open_client: "Callable[[], httpx.AsyncClient]" = client
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep


def run_id(now: datetime) -> str:
    """The id of a run that starts now: it sorts by time and is readable."""
    return now.strftime("%Y%m%dT%H%M%S.%fZ")


class Turn(NamedTuple):
    """When an account may put in its claims: after `before` is set; it then sets `mine`."""

    before: asyncio.Event | None
    mine: asyncio.Event

    async def come(self) -> None:
        """Waits for the account before."""
        if self.before is not None:
            await self.before.wait()
