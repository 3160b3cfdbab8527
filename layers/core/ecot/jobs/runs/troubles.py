"""What is not well at this moment with all that follows a collection, for whoever would take older
figures for newer ones: a page tells what was known when it was made, this what became of it since.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from ecot.jobs.mail.delivery import recent_mails
from ecot.jobs.notion.kept import last_sync
from ecot.jobs.runs.check import LATE, STILL
from ecot.jobs.runs.look import RunState, run_state
from ecot.jobs.runs.publish import LOOKED_BACK, noted_at, seen_watch
from ecot.model.mail import MailState
from ecot.model.run import Step
from ecot.model.sentence import Sentence
from ecot.model.trouble import Trouble
from ecot.report.health_sinks import STATES
from ecot.store.protocol import Store
from ecot.store.runs import runs_since

_STANDS: Mapping[Step, Sentence] = {
    "dispatch": Sentence("The collection has not begun"),
    "publish": Sentence("Every account has its outcome, but the report was not made"),
    "send": Sentence("The mails that follow the collection have not gone out"),
}
_AGAIN = Sentence(
    "A stack tries it again every hour, Ecot on your own machine when it begins to serve; their "
    "logs say what stopped it."
)
_WAITS = Sentence("The collection still waits for {accounts}")
_WAITS_MORE = Sentence("The collection still waits for {accounts}, and {count} more")
_NAMED = 4  # accounts
_TYPED = Sentence("What was typed is not in the report yet")
_MISSED = Sentence("No collection of a night was published: the report is older than it should be")
_MISSED_REMEDY = Sentence(
    "The stack begins one by itself within the hour; its logs say what stopped the schedule's."
)
_NOTION = Sentence("Its rows are not as the ledger wants them")
_UNSENT: tuple[MailState, ...] = ("later", "refused", "unknown", "uncertain")


def unfinished(store: Store, now: datetime) -> list[RunState]:
    """The runs of the last three days whose results are not published, or whose mails are owed, in
    order: one query, and two more for each of them."""
    due = [one.id for one in runs_since(store, now - LOOKED_BACK) if one.due is not None]
    states = (run_state(store, name, now) for name in due)
    return [one for one in states if one is not None]


def troubles(
    store: Store,
    runs: Sequence[RunState],
    now: datetime,
    *,
    has_notion: bool,
    has_mails: bool,
) -> list[Trouble]:
    """Everything that somebody ought to know of, the oldest first. `runs` are the `unfinished`;
    Notion and mails count where the settings want them."""
    found = [one for run in runs if (one := _standing(run)) is not None]
    found += _published(store, now)
    if has_notion:
        found += _notion(store)
    if has_mails:
        found += _mails(store, now)
    return sorted(found, key=lambda one: one.since)


def _standing(run: RunState) -> Trouble | None:
    """Of a run that moves there is nothing to tell."""
    if run.stands_since is None or run.due is None:
        return None
    return Trouble(
        about="mail" if run.due == "send" else "collection",
        since=run.stands_since,
        message=_STANDS.get(run.due) or _waits(run),
        remedy=_AGAIN,
        run=run.id,
    )


def _waits(run: RunState) -> Sentence:
    names = [one.account for one in run.accounts if one.state in ("waiting", "collecting")]
    values = {"accounts": ", ".join(names[:_NAMED]), "count": str(len(names) - _NAMED)}
    return Sentence((_WAITS if len(names) <= _NAMED else _WAITS_MORE).text, values)


def _published(store: Store, now: datetime) -> Iterator[Trouble]:
    """Of a ledger that nobody watches (a laptop's) no night is expected."""
    noted, watch = noted_at(store), seen_watch(store)
    if noted is not None and now - noted >= STILL:
        yield Trouble(about="report", since=noted, message=_TYPED, remedy=_AGAIN)
    if watch is not None:
        since = watch.published_at or watch.since
        if now - since >= LATE:
            yield Trouble(about="report", since=since, message=_MISSED, remedy=_MISSED_REMEDY)


def _notion(store: Store) -> Iterator[Trouble]:
    """Until a sync comes to its end."""
    sync = last_sync(store)
    if sync is not None and sync.state in ("failed", "partial"):
        message = sync.message or _NOTION
        yield Trouble(about="notion", since=sync.at, message=message, remedy=sync.remedy)


def _mails(store: Store, now: datetime) -> Iterator[Trouble]:
    """The last ones that were tried within a day and did not surely go: what is owed is tried every
    night, and what is not repeated is in the report's own list."""
    for book in recent_mails(store, 1):
        for mail in book.mails:
            if mail.state in _UNSENT and now - mail.tried_at < LATE:
                message = mail.problem or STATES[mail.state]
                yield Trouble(
                    about="mail", since=mail.tried_at, message=message, remedy=mail.remedy
                )
