"""How things stand at this moment, for `/health` and for the page of that name, which was made at
the end of the last run and cannot know what became of the next."""

from datetime import datetime
from typing import NamedTuple

from ecot.api.asked import Asked
from ecot.jobs.runs.look import RunState
from ecot.jobs.runs.publish import seen_watch
from ecot.jobs.runs.troubles import troubles, unfinished
from ecot.model.trouble import Trouble


class Standing(NamedTuple):
    """The runs whose results are not published yet, what is not well, and when a night's results
    were last published (None: no night is expected, or none ever was)."""

    unfinished: list[RunState]
    troubles: list[Trouble]
    published_at: datetime | None


def standing_of(one: Asked) -> Standing:
    """What the ledger says of it, and the settings want: six reads, and two for each run."""
    store, settings = one.place.store, one.setup.settings
    runs, watch = unfinished(store, one.now), seen_watch(store)
    found = troubles(
        store,
        runs,
        one.now,
        has_notion=one.setup.notion().is_wanted,
        has_mails=bool(settings.mail.to),
    )
    waiting = [run for run in runs if not run.finished]
    return Standing(waiting, found, watch.published_at if watch else None)
