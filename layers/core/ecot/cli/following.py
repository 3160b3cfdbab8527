"""What follows a collection, told as it happens: Notion, the site, the mails."""

from collections.abc import Sequence
from itertools import chain

from ecot.cli.notion_told import tell_sync
from ecot.cli.publishing import tell_site
from ecot.cli.sending import tell_sending
from ecot.cli.session import Session
from ecot.cli.show import complain, progress, tell
from ecot.edge.night import night_of
from ecot.jobs.cycle.mailing import Alerted, Mailed, Mailing, Read, unsent
from ecot.jobs.cycle.night import Delivered, Done, Night, Published
from ecot.jobs.mail.send import Sending
from ecot.jobs.notion.kept import NotionSync
from ecot.model.outcome import Outcome
from ecot.model.period import Month
from ecot.model.sentence import Sentence
from ecot.report.health_sinks import DELIVERIES, REMEDIES, masked

_FINE = ("ok", "busy", "not_configured")
_NOT_BAD = ("sent", "already", "busy")


def follow(
    session: Session, outcomes: Sequence[Outcome], month: Month | None, mailing: Mailing | None
) -> int:
    """Does what follows the collection of the outcomes, and tells it; the exit code says whether
    Notion and the mails went well."""
    with progress() as told:
        night = night_of(session, mailing, told)
        steps = night.follow(Read(outcomes, month))
        first = next(steps)  # the sync, where there is one: it may take a minute
    codes = [_told(session, step, month) for step in chain([first], steps)]
    if mailing is None:
        _tell_owed(session, night)
    return max(codes)


def _told(session: Session, done: Done, month: Month | None) -> int:
    """Says what a step came to; 1 where it did not go well."""
    match done:
        case NotionSync():
            tell_sync(session.language, done)
            return int(done.state not in _FINE)
        case Published(names):
            tell_site(session, None if session.deployed else session.rendered, month, names)
            return 0
        case Delivered():
            return _tell_delivered(session, done)
        case Mailed():
            return _tell_mailed(session, done)
        case Alerted():
            return _tell_alerted(session, done)


def _tell_delivered(session: Session, done: Delivered) -> int:
    for mail in done.mails:
        if mail.delivery is None or not mail.is_undelivered:
            continue
        to = mail.to if session.settings.people else map(masked, mail.to)
        state = DELIVERIES.get(mail.delivery, Sentence("could not be delivered"))
        values = {"to": ", ".join(to), "state": session.language.sentence(state)}
        problem = Sentence("A mail to {to}: {state}", values)
        complain(session.language, problem, REMEDIES.get(mail.delivery), mark="!")
    return 0


def _tell_mailed(session: Session, done: Mailed) -> int:
    """The month's mail; where none is owed, when the next one will be."""
    if done.month is not None and done.sending is not None:
        tell_sending(session, done.month, done.sending, tell)
    if done.waits is not None:
        complain(session.language, done.waits, mark="·")
    if done.is_done:
        month, day = done.coming
        said = {"month": session.language.month(month), "day": session.language.date(day)}
        tell(session.language.say("The next monthly mail: {month}, from {day} on.", **said))
    return _code(done.sending)


def _tell_alerted(session: Session, done: Alerted) -> int:
    if done.sending is None:
        return 0
    mail, say = done.sending.mail, session.language.say
    if done.notice is not None:
        tell(f"! {say('A mail about trouble went to {to}.', to=', '.join(mail.to))}")
    elif done.sending.state not in _NOT_BAD:
        problem = mail.problem or Sentence("The mail was not sent")
        complain(session.language, problem, mail.remedy)
    return _code(done.sending)


def _tell_owed(session: Session, night: Night) -> None:
    """A laptop mails only when it is told to: it says what is owed."""
    to = session.settings.mail.to
    month = unsent(night.place, night.edition, night.schedule(), to, session.now()) if to else None
    if month is not None:
        problem = Sentence(
            "The mail about {month} is owed.", {"month": session.language.month(month)}
        )
        remedy = Sentence("`ecot run --send` sends it, and tells you of trouble.")
        complain(session.language, problem, remedy, mark="·")


def _code(sending: Sending | None) -> int:
    return int(sending is not None and sending.state not in _NOT_BAD)
