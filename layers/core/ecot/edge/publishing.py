"""Publishing after runs, as the settings want it."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ecot.edge.night import night_of
from ecot.edge.setup import Setup
from ecot.edge.sources import source_of
from ecot.edge.work import Raw, Work, round_of
from ecot.jobs.cycle.night import Night
from ecot.jobs.notion.kept import NotionSync
from ecot.jobs.run import settle
from ecot.jobs.runs.events import Publish, read_event
from ecot.jobs.runs.publish import publish
from ecot.model.outcome import Outcome
from ecot.model.run import Run

logger = logging.getLogger(__name__)

FOR_THE_SITE = 450.0
"""Seconds of an invocation that are kept for rendering and writing the site: half of them, as two
years of a thousand accounts need where nothing is rendered yet."""


def publish_step(raw: Raw, work: Work) -> dict[str, Any]:
    event = read_event(Publish, raw)
    with work.setup() as setup:
        store = setup.place.store

        def settled(run: Run, outcomes: Sequence[Outcome]) -> None:
            _settle(setup, run, outcomes)

        def show() -> None:
            night = _in_time(night_of(setup, None), work)
            for done in night.show():
                if isinstance(done, NotionSync):
                    _tell_sync(done)

        done = publish(store, event, settled, show, setup.now, work.left, work.hand)
    said = {"run": event.run, "state": done.state, "runs": [run.id for run in done.runs]}
    logger.info("published", extra={"step": "publish", **said})
    return said


def _in_time(night: Night, work: Work) -> Night:
    """A sync that stops early enough for the site to be made: the next one goes on."""
    seconds = min(night.clocks.seconds, max(work.left() - FOR_THE_SITE, 1.0))
    return replace(night, clocks=replace(night.clocks, seconds=seconds))


def _settle(setup: Setup, run: Run, outcomes: Sequence[Outcome]) -> None:
    collected = {one.account for one in outcomes}
    sources = [source_of(one) for one in setup.settings.accounts if one.key in collected]
    asyncio.run(
        settle(
            setup.place,
            sources,
            outcomes,
            setup.plans(),
            round_of(setup, run),
            currency=setup.currency,
            rates=setup.rates(),
            project=setup.project,
        )
    )


def _tell_sync(sync: NotionSync) -> None:
    level = logging.INFO if sync.state in ("ok", "busy", "not_configured") else logging.WARNING
    said = {"step": "publish", "state": sync.state, "calls": sync.calls}
    logger.log(level, "Notion: %s", sync.message or sync.state, extra=said)
