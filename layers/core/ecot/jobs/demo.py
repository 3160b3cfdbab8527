"""The demo: the whole product over a made-up company, with no key, in a folder of its own.

A loopback server speaks the provider's interface. The company is collected as of yesterday; then
the provider restates two days, and the company is collected as of now: what a second run sees.
"""

import shutil
from collections.abc import Callable
from contextlib import ExitStack
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from pydantic import SecretStr

from ecot.jobs.known import provider
from ecot.jobs.place import open_place
from ecot.jobs.rates import import_rates
from ecot.jobs.round import Round, Source, run_id
from ecot.jobs.run import run
from ecot.ledger.plans import Plan
from ecot.model.outcome import Outcome
from ecot.model.period import DAY, Month, Period
from ecot.sandbox.companies import atelier_lumen
from ecot.sandbox.company import Company
from ecot.sandbox.ecb import EcbSite
from ecot.sandbox.openai import OpenAISite
from ecot.sandbox.server import LoopbackServer
from ecot.sandbox.truth import Truth
from ecot.store.protocol import Place

_HISTORY_MONTHS = 2  # before the month that is compared with
_RESTATED = (
    (6, Decimal("0.97")),
    (4, Decimal("1.04")),
)  # days ago, factor: settled, and read again


async def run_demo(
    home: Path, now: datetime, told: Callable[[str, str], None], currency: str = "USD"
) -> tuple[Place, list[Outcome]]:
    """Makes the demo's ledger in `home` anew and returns it, open, with the last outcomes; it has
    the rates for showing it in `currency`."""
    shutil.rmtree(home, ignore_errors=True)
    place = open_place(home)
    with ExitStack() as on_failure:
        on_failure.callback(place.store.close)
        outcomes = await _run_twice(place, now, told, currency)
        on_failure.pop_all()
    return place, outcomes


async def _run_twice(
    place: Place, now: datetime, told: Callable[[str, str], None], currency: str
) -> list[Outcome]:
    clock = _Clock(now - DAY)
    truth, rates = Truth(atelier_lumen(), clock.now), EcbSite(clock.now)
    with LoopbackServer(OpenAISite(truth)) as server, LoopbackServer(rates) as bank:
        first = Month.of(now.date()).shifted(-1 - _HISTORY_MONTHS).first
        import_rates(place, [("ecb", rates.file(first - 7 * DAY, now.date()))], now.date())
        sources = _sources(truth.company, f"{server.url}/v1", first)
        days = tuple(Period.of_days(first, clock.moment.date() + DAY).days())
        round_ = _round(clock, told, days, bank.url)
        await run(place, sources, _plans(first), round_, currency=currency)
        _restate(truth, now)
        clock.moment = now
        round_ = _round(clock, told, None, bank.url)
        return await run(place, sources, _plans(first), round_, currency=currency)


class _Clock:
    """A clock that stands where it was put."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


def _round(
    clock: _Clock,
    told: Callable[[str, str], None],
    days: tuple[date, ...] | None,
    rates_url: str,
) -> Round:
    return Round(
        run=run_id(clock.moment),
        today=clock.moment.date(),
        now=clock.now,
        days=days,
        told=told,
        rates_url=rates_url,
    )


def _sources(company: Company, base_url: str, since: date) -> list[Source]:
    return [
        Source(
            provider=provider("openai"),
            account=f"openai/{organisation.name}",
            secret=SecretStr(organisation.admin_keys[0].value),
            secret_name=f"OPENAI_ADMIN_KEY_{organisation.name.upper()}",
            base_url=base_url,
            since=since,
        )
        for organisation in company.organisations
    ]


def _plans(first: date) -> list[Plan]:
    since = Month.of(first)
    return [
        Plan(
            account="supabase/supabase",
            name="pro",
            category="infrastructure",
            amount=Decimal("25.00"),
            currency="USD",
            every="month",
            since=since,
        ),
        Plan(
            account="penpot/penpot",
            name="équipe",
            category="developer tools",
            amount=Decimal("18.00"),
            currency="EUR",
            every="month",
            since=since,
        ),
    ]


def _restate(truth: Truth, now: datetime) -> None:
    for days_ago, factor in _RESTATED:
        day = now.date() - days_ago * DAY
        truth.restate(truth.company.organisations[0], day, factor=factor)
