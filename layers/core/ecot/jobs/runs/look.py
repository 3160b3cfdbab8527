"""How a run stands, for whoever asked for it or wonders."""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

import msgspec

from ecot.jobs.runs.check import STILL
from ecot.model.outcome import Outcome, State
from ecot.model.period import Month
from ecot.model.run import Kind, Run, Step, Waiting
from ecot.model.sentence import Sentence
from ecot.store.protocol import Store
from ecot.store.runs import accounts_of, read_run
from ecot.store.runs import latest_runs as latest_runs

RunProgress = Literal["waiting", "collecting", "publishing", "published"]


class AccountInRun(msgspec.Struct, frozen=True, kw_only=True):
    """An account in a run: `waiting`, `collecting`, or the state of its outcome, known `at`."""

    account: str
    provider: str
    state: State | Literal["waiting", "collecting"]
    at: datetime | None = None
    message: Sentence | None = None
    remedy: Sentence | None = None


class RunState(msgspec.Struct, frozen=True, kw_only=True):
    """A run: for which moment (`time`), what was wanted of it, how far it is, and its accounts in
    order. `finished` says whether everything but its mails is done; `sent_at` is when these were.
    `due` is the step that is to be done next (None: all are); `stands_since` is when the run last
    came any further, where that is longer ago than a step may take. All moments are UTC."""

    id: str
    kind: Kind
    time: datetime
    provider: str | None
    account: str | None
    month: Month | None
    send_email: bool
    progress: RunProgress
    finished: bool
    begun_at: datetime | None
    complete_at: datetime | None
    published_at: datetime | None
    sent_at: datetime | None
    due: Step | None
    stands_since: datetime | None
    accounts: tuple[AccountInRun, ...]


def run_state(store: Store, name: str, now: datetime) -> RunState | None:
    """The run of that id; None where there is none, or none any more: they are kept for 90 days."""
    run, _ = read_run(store, name)
    if run is None:
        return None
    found = accounts_of(store, name)
    accounts = {one.account: one for one in _accounts(found.waiting, found.outcomes, now)}
    return RunState(
        id=run.id,
        kind=run.kind,
        time=run.time,
        provider=run.wanted.provider,
        account=run.wanted.account,
        month=run.wanted.month,
        send_email=run.wanted.send_email,
        progress=_progress(run),
        finished=run.published_at is not None,
        begun_at=run.begun_at,
        complete_at=run.complete_at,
        published_at=run.published_at,
        sent_at=run.sent_at,
        due=run.due,
        stands_since=_stands_since(run, found.outcomes, now),
        accounts=tuple(accounts[name] for name in sorted(accounts)),
    )


def _progress(run: Run) -> RunProgress:
    if run.published_at is not None:
        return "published"
    if run.complete_at is not None:
        return "publishing"
    return "waiting" if run.begun_at is None else "collecting"


def _stands_since(run: Run, outcomes: list[Outcome], now: datetime) -> datetime | None:
    """That it was handed on again since is no progress."""
    if run.due is None:
        return None
    done = (run.made_at, run.begun_at, run.complete_at, run.published_at)
    moved = max(one for one in (*done, *(known.at for known in outcomes)) if one is not None)
    return moved if now - moved >= STILL else None


def _accounts(
    waiting: list[tuple[Waiting, int]], outcomes: list[Outcome], now: datetime
) -> Iterator[AccountInRun]:
    """Those with an outcome last: what is left of an account that has one says nothing."""
    for one, _ in waiting:
        state: Literal["waiting", "collecting"] = "collecting" if one.is_held(now) else "waiting"
        yield AccountInRun(account=one.account, provider=one.provider, state=state)
    for known in outcomes:
        yield AccountInRun(
            account=known.account,
            provider=known.provider,
            state=known.state,
            at=known.at,
            message=known.message,
            remedy=known.remedy,
        )
