"""Asking for a run: the same question while its run is unfinished is that run, and nobody can use
up what suppliers allow, or what they charge for being asked.

All who ask write one mark, by conditional puts: of two who ask the same at once, one makes the run.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from ecot.errors import Conflict, SettingsError, TooMany
from ecot.jobs.round import run_id
from ecot.jobs.runs.check import STILL
from ecot.jobs.runs.publish import LOOKED_BACK
from ecot.model.period import Month
from ecot.model.run import Run, Wanted
from ecot.store.protocol import Store
from ecot.store.runs import put_mark, put_run, read_mark, read_run, runs_since

RUNS_AN_HOUR = 6
"""A page of AWS Cost Explorer costs 0.01 USD, and some suppliers allow few requests an hour."""
MONTHS_BACK = 24
_HOUR = timedelta(hours=1)
_MARK = "asked"
_TRIES = 20


class Asked(NamedTuple):
    """The run that answers, and whether it was made for this question (or nobody has begun it):
    then whoever asked hands `Dispatch(time=…, kind="asked", run=run)` on."""

    run: str
    is_new: bool


class _Asks(msgspec.Struct, frozen=True):
    """The runs that were asked for in the last hour, in order. The `free` ones do not count."""

    runs: tuple[Run, ...] = ()
    free: tuple[str, ...] = ()


def ask(store: Store, wanted: Wanted, now: datetime, *, is_free: bool = False) -> Asked:
    """The run for what is wanted at `now` (UTC). Raises TooMany where there were as many in the
    last hour as there may be, and SettingsError for a month too far back, or not begun. One that
    `is_free` is never too many and keeps nobody else from asking: whoever connects an account has
    just shown its key, and the next one is another account."""
    _check(wanted, now)
    for _ in range(_TRIES):
        found, version = read_mark(store, _MARK, _Asks)
        asks = _recent(found or _Asks(), now)
        if (same := _same(store, wanted, asks.runs, now)) is not None:
            return same
        if not is_free:
            _refuse_too_many([run for run in asks.runs if run.id not in asks.free], now)
        run = _new(wanted, asks.runs, now)
        free = (*asks.free, run.id) if is_free else asks.free
        try:
            put_mark(store, _MARK, _Asks((*asks.runs, run), free), version)
        except Conflict:
            continue  # somebody else has asked: perhaps the same
        return _written(store, run)
    raise Conflict("Somebody else asks all the time")


def _check(wanted: Wanted, now: datetime) -> None:
    this_month = Month.of(now.date())
    if wanted.month is None or this_month.shifted(-MONTHS_BACK) <= wanted.month <= this_month:
        return
    raise SettingsError(
        "{month} cannot be collected on demand",
        remedy="Ask for one of the last {months} months, or for the running one.",
        month=wanted.month,
        months=MONTHS_BACK,
    )


def _same(store: Store, wanted: Wanted, recent: Sequence[Run], now: datetime) -> Asked | None:
    """The unfinished run that answers too. One that was noted and not written down (whoever asked
    for it died) is written now."""
    for run in recent:
        if run.wanted.covers(wanted) and read_run(store, run.id)[0] is None:
            return _written(store, run)
    for run in runs_since(store, now - LOOKED_BACK):
        is_one = run.kind != "close" and run.wanted.covers(wanted)
        if is_one and run.due in ("dispatch", "collect", "publish"):
            is_lost = run.due == "dispatch" and now - run.handed_at >= STILL
            return Asked(run.id, is_new=is_lost)
    return None


def _recent(asks: _Asks, now: datetime) -> _Asks:
    """Those of the last hour."""
    runs = tuple(run for run in asks.runs if now - run.made_at < _HOUR)
    names = {run.id for run in runs}
    return _Asks(runs, tuple(name for name in asks.free if name in names))


def _refuse_too_many(counted: Sequence[Run], now: datetime) -> None:
    if len(counted) >= RUNS_AN_HOUR:
        wait = _HOUR - (now - counted[-RUNS_AN_HOUR].made_at)
        seconds = int(wait.total_seconds()) + 1
        raise TooMany(
            "{count} runs were asked for within an hour, which is as many as there may be",
            remedy="Ask again in {minutes} minutes; the nightly run collects everything anyway.",
            retry_after=seconds,
            count=len(counted),
            minutes=-(-seconds // 60),
        )


def _new(wanted: Wanted, recent: Sequence[Run], now: datetime) -> Run:
    """The run to be made. Its id is nobody else's: moments of the last hour are not used again."""
    at, taken = now, {run.id for run in recent}
    while (name := f"{run_id(at)}-asked") in taken:
        at += datetime.resolution
    return Run(id=name, kind="asked", time=now, made_at=now, handed_at=now, wanted=wanted)


def _written(store: Store, run: Run) -> Asked:
    try:
        put_run(store, run, 0)
    except Conflict:
        return Asked(run.id, is_new=False)  # somebody else who asked the same has just done it
    return Asked(run.id, is_new=True)
