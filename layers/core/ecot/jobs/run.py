"""A whole run: accounts, plans and exchange rates into the ledger, which is then kept in order."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from ecot.jobs.collect import collect
from ecot.jobs.months import close_months
from ecot.jobs.people import name_people
from ecot.jobs.plans import write_plans
from ecot.jobs.rates import refresh_rates
from ecot.jobs.rates_needed import needed_days
from ecot.jobs.retire import retire
from ecot.jobs.round import Round, Source
from ecot.jobs.sweep import looks_everywhere, sweep
from ecot.jobs.taking_back import take_back
from ecot.ledger.plans import Plan
from ecot.model.outcome import Outcome
from ecot.model.rates import TypedRate
from ecot.providers.supabase_auth import Project
from ecot.store.protocol import Place

__all__ = ["Plan", "run"]


async def run(
    place: Place,
    sources: Sequence[Source],
    plans: Sequence[Plan],
    round_: Round,
    *,
    expected: Collection[str] | None = None,
    currency: str | None = None,
    rates: Sequence[TypedRate] = (),
    project: Project | None = None,
) -> list[Outcome]:
    """Collects the sources, writes the plans, and keeps the ledger in order. Returns the sources'
    outcomes, in order.

    `expected` are all accounts of the settings: others are retired (None: nobody is). `currency`
    is what totals will be shown in, and `rates` are the typed ones (None: nothing is converted).
    `project` is asked who people are that are known by an id (None: nobody is asked).
    """
    if expected is not None:
        retire(place.store, expected, round_.today)
    outcomes = await collect(place, planned(sources, plans), round_)
    await settle(
        place, sources, outcomes, plans, round_, currency=currency, rates=rates, project=project
    )
    return outcomes


async def settle(
    place: Place,
    sources: Sequence[Source],
    outcomes: Sequence[Outcome],
    plans: Sequence[Plan],
    round_: Round,
    *,
    currency: str | None = None,
    rates: Sequence[TypedRate] = (),
    project: Project | None = None,
) -> None:
    """What a run does once all of its sources have their outcomes: it can be done twice."""
    take_back(place, planned(sources, plans), outcomes, plans, round_)
    if project is not None:
        await name_people(place, project, round_)
    write_plans(place, plans, round_)  # a plan beside a key must not close what the key never read
    if currency is not None:
        everywhere = looks_everywhere(place.store, round_.now())  # late charges of old months
        needed = needed_days(place.store, round_.today, currency, everywhere=everywhere)
        await refresh_rates(place, needed, currency, rates, round_)
    close_months(place, round_)
    sweep(place, round_.now())


def planned(sources: Sequence[Source], plans: Sequence[Plan]) -> list[Source]:
    """The sources, knowing the plans of the settings that pay for them."""
    return [_planned(one, plans) for one in sources]


def _planned(source: Source, plans: Sequence[Plan]) -> Source:
    """The source, knowing the plans of the settings that pay for it."""
    own = tuple(plan for plan in plans if plan.account == source.account)
    return replace(source, plans=own)
