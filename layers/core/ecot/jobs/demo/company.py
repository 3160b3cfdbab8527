"""The demo's company on loopback: its clock, its suppliers' servers, and its accounts."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime

from pydantic import SecretStr

from ecot.jobs.known import provider
from ecot.jobs.round import Source
from ecot.model.period import DAY, Month
from ecot.sandbox.companies import atelier_lumen
from ecot.sandbox.ecb import EcbSite
from ecot.sandbox.server import LoopbackServer
from ecot.sandbox.stripe.subscribers import Subscribers
from ecot.sandbox.supplier import Supplier
from ecot.sandbox.suppliers import suppliers
from ecot.sandbox.truth import Truth


class _Clock:
    """A clock that stands where it was put."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


@dataclass(frozen=True, kw_only=True)
class DemoCompany:
    """Everything that the demo collects, at the moment of its clock."""

    clock: _Clock
    openai: Truth
    suppliers: list[Supplier]
    sources: list[Source]
    subscribers: Subscribers
    bank: LoopbackServer

    def now(self) -> datetime:
        """The moment of its clock."""
        return self.clock.moment

    def morning(self, moment: datetime) -> None:
        """It is that moment of a new day."""
        self.clock.moment = moment
        self.subscribers.morning(moment.date())

    def rates(self, since: date, now: datetime) -> bytes:
        """The ECB's file of the days that begin a week before, as it is `now`."""
        return EcbSite(lambda: now).file(since - 7 * DAY, now.date())

    def supplier(self, name: str) -> Supplier:
        """The only account of a provider."""
        (found,) = [one for one in self.suppliers if one.provider == name]
        return found

    def revoke(self, name: str) -> None:
        """From now on the key of that supplier's account opens nothing."""
        self.supplier(name).revoke()


@contextmanager
def open_company(now: datetime, first: Month, running: Month) -> Iterator[DemoCompany]:
    """The company at that moment; its accounts are to be read from the month `first` on, and new
    ones are so many months older than the `running` one as they say."""
    clock = _Clock(now)
    openai = Truth(atelier_lumen(), clock.now)
    found = suppliers(openai, clock.now)
    (earns,) = [one for one in found if one.provider == "stripe"]
    with ExitStack() as around:
        servers = {one.account: around.enter_context(LoopbackServer(one.site)) for one in found}
        yield DemoCompany(
            clock=clock,
            openai=openai,
            suppliers=found,
            sources=[
                _source(one, servers[one.account].url, _since(one, first, running)) for one in found
            ],
            subscribers=Subscribers(earns.truth),
            bank=around.enter_context(LoopbackServer(EcbSite(clock.now))),
        )


def _since(one: Supplier, first: Month, running: Month) -> date:
    return (first if one.months_ago is None else running.shifted(-one.months_ago)).first


def _source(one: Supplier, url: str, since: date) -> Source:
    """The account as a collection wants it. Loopback is asked as fast as it answers."""
    known, name = provider(one.provider), one.account.partition("/")[2]
    return Source(
        provider=replace(known, per_minute=None),
        account=one.account,
        secret=None if one.key is None else SecretStr(one.key),
        secret_name=f"{known.variables[0]}_{name.upper()}",
        base_url=f"{url}{one.below}",
        options=known.options(**one.options),
        since=since,
    )
