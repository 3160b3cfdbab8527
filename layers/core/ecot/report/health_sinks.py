"""How Notion and the mails are doing: the parts of the health page that are about what goes out."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Literal

import msgspec

from ecot.language import Language
from ecot.model.mail import DeliveryState, Mail, Mails, MailState, bare
from ecot.model.period import Month
from ecot.model.sentence import Sentence

_SHOWN = 12  # mails
_ODD = 12  # things in Notion

STATES: Mapping[MailState, Sentence] = {
    "sending": Sentence("being sent"),
    "sent": Sentence("sent"),
    "later": Sentence("not sent yet: the next run tries again"),
    "refused": Sentence("not sent: somebody has to do something first"),
    "unknown": Sentence("nobody knows whether it went; the next run asks again"),
    "uncertain": Sentence("nobody knows whether it went; it is not repeated"),
}
IN_OUTBOX = Sentence("in the outbox, to be sent by hand")
DELIVERIES: Mapping[DeliveryState, Sentence] = {
    "delivered": Sentence("delivered"),
    "opened": Sentence("delivered"),
    "clicked": Sentence("delivered"),
    "delivery_delayed": Sentence("on its way: the other server lets it wait"),
    "bounced": Sentence("came back: the address does not take it"),
    "complained": Sentence("marked as unwanted by whoever got it"),
    "failed": Sentence("could not be delivered"),
    "suppressed": Sentence("not delivered: the address is on Resend’s list of those that fail"),
    "canceled": Sentence("cancelled before it went"),
}
REMEDIES: Mapping[DeliveryState, Sentence] = {
    "bounced": Sentence("Correct the address in the settings, [mail] to."),
    "complained": Sentence("Ask whether the mail is wanted, or take the address out of [mail] to."),
    "failed": Sentence("Look at the mail in Resend, which says why."),
    "suppressed": Sentence("Once the address works, take it off the list in Resend."),
}
Level = Literal["good", "soft", "alert"]


class Oddity(msgspec.Struct, frozen=True, kw_only=True):
    """Something in Notion that a person should look at: which row, and what to do about it."""

    problem: Sentence
    remedy: Sentence | None = None
    row: str | None = None


class NotionFacts(msgspec.Struct, frozen=True, kw_only=True):
    """The last sync: when, how many rows it found right or made so, how many of them it wrote, what
    was odd, and why it did not come to its end (None: it did), with what to do about that."""

    at: datetime
    rows: int = 0
    written: int = 0
    odd: tuple[Oddity, ...] = ()
    stopped: Sentence | None = None
    remedy: Sentence | None = None

    @property
    def shown(self) -> tuple[Oddity, ...]:
        """The first of what was odd."""
        return self.odd[:_ODD]

    @property
    def more(self) -> int:
        """How much else was."""
        return len(self.odd) - len(self.shown)


class MailLine(msgspec.Struct, frozen=True, kw_only=True):
    """A mail: the month that it tells of, or the day on which it told of trouble; to whom, what
    became of it, and what somebody can do about that."""

    about: Month | date
    to: tuple[str, ...]
    at: datetime
    state: Sentence
    level: Level
    problem: Sentence | None = None
    remedy: Sentence | None = None
    file: str | None = None


def mail_lines(subjects: Iterable[Mails], *, people: bool) -> tuple[MailLine, ...]:
    """The last mails, the last one first. Who got them is in clear only with `people`."""
    found = [(_about(one.subject), mail) for one in subjects for mail in one.mails]
    lines = [_line(about, mail, people=people) for about, mail in found if about is not None]
    return tuple(sorted(lines, key=lambda one: one.at, reverse=True)[:_SHOWN])


def masked(address: str) -> str:
    """The address so that who knows it knows it again: `a***@example.org`."""
    local, _, host = bare(address).rpartition("@")
    return f"{local[:1]}***@{host}"


def about_text(language: Language, about: Month | date) -> str:
    """What a mail was about."""
    if isinstance(about, Month):
        return language.say("the costs of {month}", month=language.month(about))
    return language.say("trouble, {day}", day=language.date(about))


def _about(subject: str) -> Month | date | None:
    kind, _, when = subject.partition("/")
    try:
        return Month.parse(when) if kind == "report" else date.fromisoformat(when)
    except ValueError:
        return None  # of a kind that a later Ecot sends


def _line(about: Month | date, mail: Mail, *, people: bool) -> MailLine:
    delivery = mail.delivery if mail.state == "sent" else None
    is_file = mail.by == "outbox" and mail.state == "sent"
    state = IN_OUTBOX if is_file else STATES[mail.state]
    return MailLine(
        about=about,
        to=tuple(one if people else masked(one) for one in mail.to),
        at=mail.sent_at or mail.tried_at,
        state=DELIVERIES.get(delivery, STATES["sent"]) if delivery else state,
        level=_level(mail),
        problem=mail.problem if mail.state != "sent" else None,
        remedy=REMEDIES.get(delivery) if delivery else mail.remedy,
        file=mail.id if is_file else None,
    )


def _level(mail: Mail) -> Level:
    if mail.state != "sent":
        return "soft" if mail.state == "sending" else "alert"
    return "alert" if mail.is_undelivered else "good"
