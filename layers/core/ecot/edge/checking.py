"""Looking after runs, and telling how long ago the last one was published."""

import logging
from typing import Any

from ecot.edge.sources import source_of
from ecot.edge.work import NOTHING, Raw, Work, account_of, extra_of, outcome_fields
from ecot.jobs.expecting import expect
from ecot.jobs.runs.check import check
from ecot.jobs.runs.events import Check, read_event
from ecot.model.run import Waiting

logger = logging.getLogger(__name__)


def check_step(raw: Raw, work: Work) -> dict[str, Any]:
    event = read_event(Check, raw)
    with work.setup(NOTHING) as setup:
        store = setup.place.store

        def missing(waiting: Waiting) -> None:
            if (account := account_of(setup, waiting.account)) is not None:
                expect(store, source_of(account), setup.round())

        done = check(store, event, missing, setup.now, work.left, work.hand)
    work.count("HoursSincePublished", done.hours)
    if done.lost:
        work.count("Errors", len(done.lost))
    for one in done.lost:  # nobody else has a line about it
        lost = {"run": one.run, "account": one.account, "state": "lost", **outcome_fields(one)}
        logger.warning("collected", extra={"step": "check", **extra_of(lost)})
    said: dict[str, Any] = {
        "handed": list(done.handed),
        "lost": [one.account for one in done.lost],
        "hours_since_published": done.hours,
    }
    logger.info("checked", extra={"step": "check", **said})
    return said
