"""The mails that a run owes: the month's, once it may go, and the one about trouble."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from msgspec.structs import replace

from ecot.alerts import facts as alerts
from ecot.jobs.budgets import budgets_of, spent_of
from ecot.jobs.cycle.alerting import tell
from ecot.jobs.cycle.due import Coming, Schedule, coming, owed
from ecot.jobs.cycle.notices import Writer
from ecot.jobs.cycle.troubles import alert_facts
from ecot.jobs.mail.report import Letterhead, message_of, report_subject, send_report
from ecot.jobs.mail.send import Sending, send_once
from ecot.jobs.site.edition import Edition
from ecot.jobs.site.history import known_months
from ecot.ledger.months import CLOSING_DAY
from ecot.model.mail import bare
from ecot.model.outcome import Outcome
from ecot.model.period import Month
from ecot.model.sentence import Sentence
from ecot.report.notice import notice_of
from ecot.sinks.mail.message import Message
from ecot.sinks.mail.post import Post
from ecot.store.mails import read_mails
from ecot.store.protocol import Place

ALERT = "alert"
_DONE = ("sent", "already")


@dataclass(frozen=True, kw_only=True)
class Mailing:
    """How the user is written to. `failures` says whether mails tell of trouble; of budgets they do
    in any case."""

    post: Post
    to: tuple[str, ...]
    letterhead: Letterhead
    failures: bool = True


class Read(NamedTuple):
    """What a run has read: every account's outcome, and the month that somebody asked for (None:
    whatever was due). `is_of_the_night`: the schedule began it, and nobody asked for it."""

    outcomes: Sequence[Outcome]
    month: Month | None = None
    is_of_the_night: bool = False


class Mailed(NamedTuple):
    """What came of the month's mail: the month that was owed one (None: none was, or everybody has
    had it), what came of sending it, or why that was left for later, and which one is next."""

    month: Month | None
    sending: Sending | None
    waits: Sentence | None
    coming: Coming

    @property
    def is_done(self) -> bool:
        """Whether nothing is owed any more."""
        return self.month is None or (self.sending is not None and self.sending.state in _DONE)


class Alerted(NamedTuple):
    """The mail about trouble: what it told (None: there was nothing to tell, or it did not go), and
    what came of sending it (None: there was none)."""

    notice: alerts.Notice | None
    sending: Sending | None


def send_owed(
    place: Place,
    edition: Edition,
    mailing: Mailing,
    schedule: Schedule,
    read: Read,
    now: Callable[[], datetime],
) -> Mailed:
    """Sends the mail about the month that is owed one, to everybody who has not had it. It waits
    where the run did not read that month, or could not read anything at all."""
    month = unsent(place, edition, schedule, mailing.to, now())
    if month is None:
        return Mailed(None, None, None, coming(schedule, now()))
    if (waits := _waits(month, read, schedule, now())) is not None:
        return Mailed(month, None, waits, coming(schedule, now()))
    sending = send_report(place, mailing.post, edition, month, mailing.to, mailing.letterhead, now)
    return Mailed(month, sending, None, coming(schedule, now()))


def send_alert(
    place: Place,
    edition: Edition,
    mailing: Mailing,
    schedule: Schedule,
    expected: Collection[str],
    now: Callable[[], datetime],
) -> Alerted:
    """Tells of trouble and of budgets, where that is due. `expected` are the accounts of the
    settings."""
    moment, store = now(), place.store
    budgets = budgets_of(store, edition)
    if not (mailing.failures or budgets):
        return Alerted(None, None)
    facts = alert_facts(store, expected, moment, schedule.today(moment), schedule.began)
    if not mailing.failures:
        facts = replace(facts, accounts=(), restated=(), bounced=())
    facts = replace(facts, spent=tuple(spent_of(store, edition, budgets)))
    messenger = _Messenger(place, edition, mailing, now)
    return Alerted(tell(place.store, facts, messenger), messenger.last)


def unsent(
    place: Place, edition: Edition, schedule: Schedule, to: Collection[str], now: datetime
) -> Month | None:
    """The month whose mail somebody of `to` has not had although it is due. Of one of which the
    ledger has never heard there is nothing to tell."""
    month = owed(schedule, now)
    if month is None or month not in known_months(place.store, edition.today):
        return None
    book, _ = read_mails(place.store, report_subject(month))
    had = {bare(one) for mail in book.mails if mail.state == "sent" for one in mail.to}
    return None if had >= {bare(one) for one in to} else month


def _waits(month: Month, read: Read, schedule: Schedule, now: datetime) -> Sentence | None:
    """Why the mail is left for another run. From the day on which months are closed it goes with
    what there is."""
    if read.month not in (None, month):
        return Sentence("The mail waits for a run that reads what is due: leave out --month.")
    is_late = schedule.today(now) >= month.after.replace(day=CLOSING_DAY)
    has_failed = any(one.state == "failed" for one in read.outcomes)
    if not is_late and has_failed and not any(one.is_read for one in read.outcomes):
        return Sentence("The mail waits for a run that can read an account.")
    return None


class _Messenger:
    """Sends mails about trouble, each under its day."""

    def __init__(
        self, place: Place, edition: Edition, mailing: Mailing, now: Callable[[], datetime]
    ) -> None:
        self._place, self._edition, self._mailing, self._now = place, edition, mailing, now
        self.last: Sending | None = None

    def send(self, notice: alerts.Notice) -> bool:
        """Sends it, unless it was sent. Whether it went, by now or earlier."""
        self.last = self._sent(notice)
        return self.last.state in _DONE

    def went(self, notice: alerts.Notice) -> bool:
        """Whether the mail of an earlier day went. One of which nobody knows is asked for, and
        where nobody tells it counts as told: what lasts is told again in a week."""
        book, _ = read_mails(self._place.store, _subject(notice))
        states = {mail.state for mail in book.mails}
        if states & {"sending", "unknown", "uncertain"}:
            return self._sent(notice).state not in ("later", "refused")
        return "sent" in states

    def _sent(self, notice: alerts.Notice) -> Sending:
        def make() -> Message:
            edition, letterhead = self._edition, self._mailing.letterhead
            writer = Writer(
                edition.language, edition.titles, people=edition.people, demo=edition.is_demo
            )
            said = notice_of(writer.notice(notice), edition.language, letterhead.report_url)
            return message_of(said, letterhead, (("kind", ALERT), ("day", str(notice.on))))

        to = self._mailing.to
        return send_once(self._place, self._mailing.post, _subject(notice), to, make, self._now)


def _subject(notice: alerts.Notice) -> str:
    return f"{ALERT}/{notice.on}"
