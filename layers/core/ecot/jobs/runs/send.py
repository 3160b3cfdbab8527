"""The mails after a run, or on their own day. Each goes once, however often this is done."""

from collections.abc import Callable
from typing import Literal, NamedTuple

from msgspec.structs import replace

from ecot.jobs.cycle.mailing import Read
from ecot.jobs.runs.events import Send
from ecot.jobs.runs.state import Clock, move_on
from ecot.model.period import Month
from ecot.model.run import Run
from ecot.store.protocol import Store
from ecot.store.records import latest_outcomes
from ecot.store.runs import accounts_of, read_run


class Sent(NamedTuple):
    """What came of it: `sent` (all that was owed), `later` (something could not go yet), `nothing`
    (the run's mails are done, or not due)."""

    state: Literal["sent", "later", "nothing"]


def send(store: Store, event: Send, mail: Callable[[Read, Month | None], bool], now: Clock) -> Sent:
    """Mails what is owed. `mail` is told what was read and the month that somebody asked for, and
    says whether nothing is left for later; where something is, `check` hands it on again."""
    if event.run is None:
        return Sent("sent" if mail(Read([*latest_outcomes(store)]), None) else "later")
    run, _ = read_run(store, event.run)
    if run is None or run.due != "send":
        return Sent("nothing")
    month = run.wanted.month
    read = Read(accounts_of(store, run.id).outcomes, month, run.is_of_the_night)
    if not mail(read, month):
        return Sent("later")

    def change(one: Run) -> Run | None:
        return None if one.due != "send" else replace(one, sent_at=now())

    move_on(store, run.id, change)
    return Sent("sent")
