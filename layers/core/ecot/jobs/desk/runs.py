"""Runs as the served pages show them."""

from datetime import datetime

from ecot.jobs.runs.look import AccountInRun, RunState, latest_runs, run_state
from ecot.report.desk.collecting import Reading, RunFacts
from ecot.store.protocol import Store


def run_of(store: Store, name: str, now: datetime) -> RunFacts | None:
    """The run of that id; None where there is none, or none any more."""
    found = run_state(store, name, now)
    return None if found is None else _facts(found)


def last_runs(store: Store, most: int, now: datetime) -> tuple[RunFacts, ...]:
    """The last ones, at most so many, the latest first."""
    found = (run_state(store, one.id, now) for one in latest_runs(store, most))
    return tuple(_facts(one) for one in found if one is not None)


def _facts(run: RunState) -> RunFacts:
    return RunFacts(
        id=run.id,
        kind=run.kind,
        at=run.time,
        readings=tuple(map(_reading, run.accounts)),
        scope=run.account or run.provider,
        month=run.month,
        is_begun=run.progress != "waiting",
        is_finished=run.finished,
        published_at=run.published_at,
        mailed_at=run.sent_at if run.send_email else None,
        stands_since=run.stands_since,
    )


def _reading(one: AccountInRun) -> Reading:
    return Reading(account=one.account, state=one.state, message=one.message, remedy=one.remedy)
