"""Beginning a run over the accounts of the settings, and collecting one of them."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from ecot.edge.setup import Setup
from ecot.edge.sources import collected_by, neighbours, source_of, variables_of
from ecot.edge.work import (
    NOTHING,
    Left,
    Raw,
    Work,
    account_of,
    extra_of,
    outcome_fields,
    round_of,
)
from ecot.jobs.beside import Neighbours, knowing
from ecot.jobs.collect import collect as collect_sources
from ecot.jobs.people import make_key
from ecot.jobs.retire import retire
from ecot.jobs.run import planned
from ecot.jobs.runs.collect import collect
from ecot.jobs.runs.dispatch import dispatch, run_of
from ecot.jobs.runs.events import Collect, Dispatch, read_event
from ecot.model.outcome import Outcome
from ecot.model.run import Run, Waiting, Wanted
from ecot.settings import Account

logger = logging.getLogger(__name__)

MARGIN = timedelta(seconds=30)
"""What is left of an invocation once its collection has to stop: to write down how that went."""


def dispatch_step(raw: Raw, work: Work) -> dict[str, Any]:
    event = read_event(Dispatch, raw)
    with work.setup() as setup:

        def accounts(run: Run) -> Sequence[Waiting]:
            retire(setup.place.store, setup.expected, setup.today)
            make_key(setup.place)
            return _waiting(setup, run)

        store = setup.place.store
        run = dispatch(store, event, accounts, setup.now, work.left, work.hand)
    said = {"run": run_of(event), "accounts": run.accounts if run else 0, "begun": run is not None}
    logger.info("dispatched", extra={"step": "dispatch", **said})
    return said


def _waiting(setup: Setup, run: Run) -> list[Waiting]:
    """The accounts that the run is to collect; a run that closes months collects none."""
    if run.kind == "close":
        return []
    accounts = [one for one in collected_by(setup) if _is_wanted(one, run.wanted)]
    known, at = neighbours(setup, accounts), setup.now()
    return [
        Waiting(
            account=one.key,
            provider=one.provider,
            variables=variables_of(one),
            beside=tuple(sorted(known[one.key].beside)),
            gone=known[one.key].gone,
            is_able=source_of(one).lacking is None,
            handed_at=at,
        )
        for one in accounts
    ]


def _is_wanted(account: Account, wanted: Wanted) -> bool:
    is_provider = wanted.provider in (None, account.provider)
    return is_provider and wanted.account in (None, account.key)


def collect_step(raw: Raw, work: Work) -> dict[str, Any]:
    event = read_event(Collect, raw)

    with work.setup(NOTHING) as setup:
        store = setup.place.store

        def read(run: Run, waiting: Waiting) -> Outcome:
            with work.setup(waiting.variables) as own:
                own.share(setup)
                return _read(own, run, waiting, work.left)

        done = collect(store, event, read, setup.now, work.left, work.hand)
    said: dict[str, Any] = {"run": event.run, "account": event.account, "state": done.state}
    if (outcome := done.outcome) is not None:
        if done.state == "collected":
            _count(work, outcome)
        said |= outcome_fields(outcome)
    logger.info("collected", extra={"step": "collect", **extra_of(said)})
    return said


def _count(work: Work, outcome: Outcome) -> None:
    has_failed = outcome.state == "failed"
    if has_failed or outcome.is_read:
        work.count("Errors" if has_failed else "AccountsCollected", 1)


def _read(setup: Setup, run: Run, waiting: Waiting, left: Left) -> Outcome:
    """Collects the account within the time that is left."""
    account = account_of(setup, waiting.account)
    round_ = round_of(setup, run, max(left() - MARGIN.total_seconds(), 1.0))
    if account is None:
        return Outcome(
            provider=waiting.provider,
            account=waiting.account,
            run=run.id,
            at=setup.now(),
            state="not_configured",
        )
    known = Neighbours(frozenset(waiting.beside), waiting.gone)
    source = knowing(setup.place.store, source_of(account), known)
    (outcome,) = asyncio.run(collect_sources(setup.place, planned([source], setup.plans()), round_))
    return outcome
