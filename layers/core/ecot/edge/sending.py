"""The mails after runs, as the settings want them."""

import logging
from dataclasses import replace
from typing import Any

from ecot.edge.mailing import letterhead_of, mailing_of, post_of, recipients_of
from ecot.edge.night import night_of
from ecot.edge.setup import Setup
from ecot.edge.work import Raw, Work
from ecot.errors import SinkUnavailable
from ecot.jobs.cycle.mailing import Alerted, Mailed, Mailing, Read
from ecot.jobs.mail.report import send_report
from ecot.jobs.runs.events import Send, read_event
from ecot.jobs.runs.send import send
from ecot.jobs.site.history import known_months
from ecot.model.period import Month

logger = logging.getLogger(__name__)

_WELL = ("sent", "already", "refused", "uncertain")  # the last two need a person


def send_step(raw: Raw, work: Work) -> dict[str, Any]:
    event = read_event(Send, raw)
    if event.month is not None:
        return _send_month(Month.parse(event.month), event, work)
    with work.setup() as setup:
        mailing = _mailing(setup)

        def mail(read: Read, month: Month | None) -> bool:
            return mailing is None or _mailed(setup, mailing, read, month)

        done = send(setup.place.store, event, mail, setup.now)
    if event.run is None and done.state == "later":
        raise SinkUnavailable(
            "A mail that is owed has not gone out yet",
            remedy="The page Health says why; it is tried again.",
        )
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
    if read.is_of_the_night and setup.is_report_scheduled:
        night = replace(night, mail_grace=1)  # its day has an hour for it; else the next night's
    for done in night.mail(read, mailing):
        if isinstance(done, Mailed | Alerted) and (sending := done.sending) is not None:
            is_done = is_done and sending.state in _WELL
    if month is not None and month in known_months(setup.place.store, setup.today):
        sending = send_report(
            setup.place, mailing.post, night.edition, month, mailing.to, mailing.letterhead,
            setup.now,
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
