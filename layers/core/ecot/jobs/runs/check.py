"""Looking after runs: what was lost is handed on again, what stays lost gets an honest outcome, and
how long ago the last run of a night was published is told.

A run that still moves is left alone: its events may wait in a queue, and would only come twice.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from msgspec.structs import replace

from ecot.errors import Conflict
from ecot.jobs.notion.kept import NotionSync, last_sync
from ecot.jobs.runs.events import Check, Collect, Dispatch, Hand, Publish, Send
from ecot.jobs.runs.publish import LOOKED_BACK, noted_at, watched
from ecot.jobs.runs.state import Clock, Left, complete, finish, move_on, until
from ecot.model.outcome import Outcome
from ecot.model.run import Run, Waiting
from ecot.model.sentence import Sentence
from ecot.store.protocol import Store
from ecot.store.records import put_outcome
from ecot.store.runs import accounts_of, put_waiting, read_account, runs_since

LATE = timedelta(hours=26)
"""The results of a night are older than they should be, as the alarm of the stack has it: a day,
and two hours for a run that takes its time."""
STILL = timedelta(minutes=16)
"""Nothing has moved for longer than an invocation may take, which is 15 minutes."""
TRIES = 3
MISSED = timedelta(hours=25, minutes=15)
"""A night's run has not begun: a day, the hour of the change to winter time, and a quarter of one
to be late in. So a night whose hour is left out in spring is begun before the alarm of 26 hours."""


class Checked(NamedTuple):
    """Which events were handed on again, the outcomes of accounts that were given up, and the hours
    since the last run of a night was published that read an account (or since anybody watches)."""

    handed: Sequence[str]
    lost: Sequence[Outcome]
    hours: float


def check(
    store: Store,
    event: Check,
    expect: Callable[[Waiting], None],
    now: Clock,
    left: Left,
    hand: Hand,
) -> Checked:
    """Looks after the runs of the last three days. `expect` notes that the ledger misses the days
    of an account that could be asked and was given up."""
    still = timedelta(0) if event.is_resumed else STILL
    checking = _Checking(store, expect, now, left, hand, still, [], [])
    watch = watched(store, now())
    for run in runs_since(store, now() - LOOKED_BACK):
        checking.look_after(run)
    if noted_at(store) is not None:
        checking.hand_on("publish of what was typed", lambda: hand("publish", Publish()))
    elif _is_behind(last_sync(store), now()):
        checking.hand_on("publish for Notion", lambda: hand("publish", Publish()))
    if not event.is_resumed and _is_missed(store, watch.since, now()):
        missed = Dispatch(time=event.time, kind="missed")
        checking.hand_on("a missed run", lambda: hand("dispatch", missed))
    last = watched(store, now())
    hours = (now() - (last.published_at or last.since)) / timedelta(hours=1)
    return Checked(checking.handed, checking.lost, round(max(hours, 0.0), 3))


def _is_behind(sync: NotionSync | None, now: datetime) -> bool:
    """Whether Notion did not take everything, for a reason that may be over by now."""
    return sync is not None and sync.is_passing and STILL <= now - sync.at < LOOKED_BACK


def _is_missed(store: Store, since: datetime, now: datetime) -> bool:
    if now - since < MISSED:
        return False
    begun = (run.made_at for run in runs_since(store, now - LOOKED_BACK) if run.is_of_the_night)
    return all(now - at >= MISSED for at in begun)


@dataclass
class _Checking:
    store: Store
    expect: Callable[[Waiting], None]
    now: Clock
    left: Left
    hand: Hand
    still: timedelta
    handed: list[str]
    lost: list[Outcome]

    def hand_on(self, what: str, act: Callable[[], None]) -> None:
        act()
        self.handed.append(what)

    def look_after(self, run: Run) -> None:
        """Hands on again whatever of the run has not moved."""
        match run.due:
            case "dispatch":
                again = Dispatch(time=run.time, kind=run.kind, run=run.id)
                self._again(run, lambda: self.hand("dispatch", again))
            case "collect":
                self._accounts(run)
            case "publish":
                self._again(run, lambda: self.hand("publish", Publish(run=run.id)))
            case "send":
                self._again(run, lambda: self.hand("send", Send(run=run.id)))
            case _:
                pass

    def _again(self, run: Run, act: Callable[[], None]) -> None:
        """Hands the run's due step on again, once it must have been lost. Of two who look at it at
        once, one does."""
        at, due = self.now(), run.due

        def change(one: Run) -> Run | None:
            is_still = at - one.handed_at >= self.still
            return replace(one, handed_at=at) if one.due == due and is_still else None

        if move_on(self.store, run.id, change) is not None:
            self.hand_on(f"{due} of {run.id}", act)

    def _accounts(self, run: Run) -> None:
        """While somebody is at one of them the run moves: where few may be at it at once, the
        others' events wait in Lambda's queue."""
        found, now = accounts_of(self.store, run.id), self.now()
        known = {one.account: one for one in found.outcomes}
        is_held = any(one.is_held(now) for one, _ in found.waiting)
        moved = now if is_held else max((one.at for one in found.outcomes), default=run.handed_at)
        for waiting, version in found.waiting:
            if (outcome := known.get(waiting.account)) is not None:
                finish(self.store, run.id, outcome, self.now, self.hand)
            elif self.now() - max(moved, waiting.handed_at) >= self.still:
                self._account(run, waiting, version)
        complete(self.store, run.id, self.now, self.hand)

    def _account(self, run: Run, waiting: Waiting, version: int) -> None:
        """Its collector is lost, unless somebody takes it just now. Whoever gives it up holds it
        until the end of this invocation: an outcome that comes meanwhile would be written over."""
        now = self.now()
        is_last = waiting.tries >= TRIES
        after = (
            replace(waiting, held_until=until(now, self.left))
            if is_last
            else replace(waiting, tries=waiting.tries + 1, handed_at=now)
        )
        try:
            put_waiting(self.store, run.id, after, version)
        except Conflict:
            return  # somebody is at it, or done with it
        if is_last:
            self._give_up(run, waiting)
            return
        event = Collect(run=run.id, account=waiting.account)
        self.hand_on(
            f"collect of {waiting.account} in {run.id}", lambda: self.hand("collect", event)
        )

    def _give_up(self, run: Run, waiting: Waiting) -> None:
        """The run goes on without it, and everybody is told."""
        outcome = read_account(self.store, run.id, waiting.account).in_ledger
        if outcome is None:
            if waiting.is_able:
                self.expect(waiting)
            outcome = _lost(run, waiting, self.now())
            put_outcome(self.store, outcome)
            self.lost.append(outcome)
        finish(self.store, run.id, outcome, self.now, self.hand)


def _lost(run: Run, waiting: Waiting, at: datetime) -> Outcome:
    values = {"account": waiting.account, "times": str(waiting.tries)}
    return Outcome(
        provider=waiting.provider,
        account=waiting.account,
        run=run.id,
        at=at,
        state="failed",
        message=Sentence(
            "{account}: its collection was started {times} times and never came to its end", values
        ),
        remedy=Sentence(
            "Look for {account} in the log of the collection; what it had read is kept, and the "
            "next run goes on from there.",
            values,
        ),
    )
