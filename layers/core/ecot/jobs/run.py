"""A whole run: plans and accounts into the ledger, months closed, leftovers swept."""

from collections.abc import Sequence

from ecot.jobs.collect import collect
from ecot.jobs.months import close_months
from ecot.jobs.plans import write_plans
from ecot.ledger.plans import Plan
from ecot.jobs.round import Round, Source
from ecot.jobs.sweep import sweep
from ecot.model.outcome import Outcome
from ecot.store.protocol import Place

__all__ = ["Plan", "run"]


async def run(
    place: Place, sources: Sequence[Source], plans: Sequence[Plan], round_: Round
) -> list[Outcome]:
    """Collects every source, writes the plans, and keeps the ledger in order. Returns the sources'
    outcomes, in order."""
    write_plans(place, plans, round_)
    outcomes = await collect(place, sources, round_)
    close_months(place, round_)
    sweep(place, round_.now())
    return outcomes
