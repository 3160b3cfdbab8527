"""Publishing after runs, as the settings want it, and the mails."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ecot.edge.mailing import letterhead_of, mailing_of, post_of, recipients_of
from ecot.edge.night import night_of
from ecot.edge.setup import Setup
from ecot.edge.sources import source_of
from ecot.edge.work import Raw, Work, round_of
from ecot.errors import SinkUnavailable
from ecot.jobs.cycle.mailing import Alerted, Mailed, Mailing, Read
from ecot.jobs.cycle.night import Night
from ecot.jobs.mail.report import send_report
from ecot.jobs.notion.kept import NotionSync, budgets
from ecot.jobs.run import settle
from ecot.jobs.runs.events import Publish, Send, read_event
from ecot.jobs.runs.publish import publish
from ecot.jobs.runs.send import send
from ecot.jobs.site.history import known_months
from ecot.model.outcome import Outcome
from ecot.model.period import Month
from ecot.model.run import Run

logger = logging.getLogger(__name__)

FOR_THE_SITE = 180.0
"""Seconds of an invocation that are kept for rendering and writing the site."""
_WELL = ("sent", "already", "refused", "uncertain")  # the last two need a person


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


def send_step(raw: Raw, work: Work) -> dict[str, Any]:
    event = read_event(Send, raw)
    if event.month is not None:
        return _send_month(Month.parse(event.month), event, work)
    with work.setup() as setup:
        mailing = _mailing(setup)

        def mail(read: Read, month: Month | None) -> bool:
            return mailing is None or _mailed(setup, mailing, read, month)

        done = send(setup.place.store, event, mail, setup.now)
    said = {"run": event.run, "state": done.state}
    logger.info("sent", extra={"step": "send", **said})
    return said


def _mailing(setup: Setup) -> Mailing | None:
    """How mails go; None where they go to nobody, or would be put where nobody looks."""
    mail = setup.settings.mail
    if not mail.to or (mail.secret is None and mail.fault is None and setup.outbox is None):
        return None
    return mailing_of(setup)


def _mailed(setup: Setup, mailing: Mailing, read: Read, month: Month | None) -> bool:
    """Mails what is owed, and about the month that somebody asked for. Whether nothing is left that
    another try could send."""
    night, is_done = night_of(setup, mailing), True
    for done in night.mail(read, mailing):
        if isinstance(done, Mailed | Alerted) and (sending := done.sending) is not None:
            is_done = is_done and sending.state in _WELL
    if month is not None and month in known_months(setup.place.store, setup.today):
        sending = send_report(
            setup.place, mailing.post, night.edition, month, mailing.to, mailing.letterhead,
            setup.now, budgets=budgets(setup.place.store),
        )  # fmt: skip
        is_done = is_done and sending.state in _WELL
    return is_done


def _send_month(month: Month, event: Send, work: Work) -> dict[str, Any]:
    """Mails the report of a month that somebody asked for. Raises EcotError where nobody sends
    mails here, and where another try may help: then this one is started again."""
    with work.setup() as setup:
        sending = send_report(
            setup.place,
            post_of(setup),
            setup.edition(),
            month,
            recipients_of(setup),
            letterhead_of(setup),
            setup.now,
            budgets=budgets(setup.place.store),
            again=event.again,
            asked_at=event.asked_at,
        )
        if sending.state not in _WELL:
            raise SinkUnavailable(
                "The mail about {month} has not gone out yet: {state}",
                remedy="The page Health says why; it is tried again.",
                month=str(month),
                state=sending.state,
            )
    said = {"month": str(month), "state": sending.state}
    logger.info("sent", extra={"step": "send", **said})
    return said
