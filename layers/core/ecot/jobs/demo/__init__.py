"""The demo: the whole product over a made-up company, with no key, in a folder of its own.

Loopback servers speak the suppliers' interfaces. What is told on its day alone is collected night
after night, until everything is collected as of yesterday; then a supplier restates two days, and
everything is collected as of now: what a second run sees.
"""

import shutil
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from ecot.jobs.bills import enter
from ecot.jobs.collect import collect
from ecot.jobs.demo.company import DemoCompany, open_company
from ecot.jobs.demo.papers import bills, plans
from ecot.jobs.place import open_place
from ecot.jobs.rates import import_rates
from ecot.jobs.round import Round, Source, run_id
from ecot.jobs.run import run
from ecot.model.outcome import Outcome
from ecot.model.period import DAY, Month
from ecot.sandbox.truth import Truth
from ecot.store.made_up import mark_made_up
from ecot.store.protocol import Place

HISTORY_MONTHS = 2  # before the month that is compared with
NIGHTS = 32  # on which revenue is read: how it stands is told on the day alone
_VERCEL_SINCE, _VERCEL_UNTIL = 9, 3  # nights ago: added to the settings; its token revoked
_RESTATED = (
    (6, Decimal("0.97")),
    (4, Decimal("1.04")),
)  # days ago, factor: settled, and read again

Told = Callable[[str, str], None]


async def run_demo(
    home: Path, now: datetime, told: Told, currency: str = "USD"
) -> tuple[Place, list[Outcome]]:
    """Makes the demo's ledger in `home` anew and returns it, open, with the last outcomes; it has
    the rates for showing it in `currency`."""
    shutil.rmtree(home, ignore_errors=True)
    place = open_place(home)
    with ExitStack() as on_failure:
        on_failure.callback(place.store.close)
        mark_made_up(place.store)
        outcomes = await _collected(place, now, told, currency)
        on_failure.pop_all()
    return place, outcomes


def first_month(now: datetime) -> Month:
    """The first month that the demo has figures of."""
    return Month.of(now.date()).shifted(-1 - HISTORY_MONTHS)


def restate(truth: Truth, now: datetime) -> None:
    """What OpenAI changes of settled days between the two last runs."""
    for days_ago, factor in _RESTATED:
        day = now.date() - days_ago * DAY
        truth.restate(truth.company.organisations[0], day, factor=factor)


async def _collected(place: Place, now: datetime, told: Told, currency: str) -> list[Outcome]:
    first, running = first_month(now), Month.of(now.date())
    with open_company(now - NIGHTS * DAY, first, running) as company:
        import_rates(place, [("ecb", company.rates(first.first, now))], now.date())
        for nights_ago in range(NIGHTS, 0, -1):
            company.morning(now - nights_ago * DAY)
            if nights_ago == _VERCEL_UNTIL:
                company.revoke("vercel")
            if nights_ago > 1:
                await collect(place, _nightly(company, nights_ago), _round(company, told))
        await _run(place, company, first, told, currency)
        restate(company.openai, now)
        company.morning(now)
        enter(place, bills(company, first, now.date()), now, "demo")
        return await _run(place, company, first, told, currency)


def _nightly(company: DemoCompany, nights_ago: int) -> Sequence[Source]:
    """Whom a night is about on which not everybody is collected, so that the demo stays quick."""
    names = ("stripe", "vercel") if nights_ago <= _VERCEL_SINCE else ("stripe",)
    return [one for one in company.sources if one.provider.name in names]


async def _run(
    place: Place, company: DemoCompany, since: Month, told: Told, currency: str
) -> list[Outcome]:
    """A whole run, of everybody; plans are paid since that month."""
    round_ = _round(company, told)
    return await run(place, company.sources, plans(since), round_, currency=currency)


def _round(company: DemoCompany, told: Told) -> Round:
    """A run that starts on the company's clock."""
    now = company.now()
    return Round(
        run=run_id(now),
        today=now.date(),
        now=company.now,
        told=told,
        rates_url=company.bank.url,
    )
