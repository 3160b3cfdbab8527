"""The month's mail: rendered of what the ledger holds, and sent once to each recipient."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from pydantic import SecretStr

from ecot.errors import LedgerError
from ecot.jobs.budgets import budgets_of
from ecot.jobs.links import Links, labelled, make_link
from ecot.jobs.mail.send import Sending, send_once
from ecot.jobs.site.edition import Edition
from ecot.jobs.site.history import History
from ecot.model.mail import Mail, bare
from ecot.model.period import Month
from ecot.report.mail_facts import OpenedBy
from ecot.report.mail_text import MailText
from ecot.sinks.mail.message import Message, Part
from ecot.sinks.mail.post import Post as Post
from ecot.store.mails import latest_mails, read_mails
from ecot.store.once import asked_once
from ecot.store.protocol import Files, Place, Store

REPORT, SO_FAR = "report", "sofar"


class Letterhead(NamedTuple):
    """From whom mails are, where answers to them go, and where the report is read (None: nowhere
    but on the machine that makes it). With `links` a month's mail opens its report by itself."""

    sender: str
    reply_to: str | None = None
    report_url: str | None = None
    links: Links | None = None


def open_post(
    box: Files | None,
    secret: SecretStr | None,
    now: Callable[[], datetime],
    base_url: str | None = None,
) -> Post:
    """Resend, where there is a key for it, else the outbox, into which `box` takes the mails as
    files: then there is one. Raises SettingsError for an address to which a key must not go."""
    if secret is not None:
        from ecot.sinks.mail.resend import ResendPost

        return ResendPost(secret, now, base_url=base_url)
    if box is None:
        raise ValueError("neither a key nor an outbox")
    from ecot.sinks.mail.outbox import OutboxPost

    return OutboxPost(box, now)


def try_key(secret: SecretStr, now: Callable[[], datetime], base_url: str | None) -> None:
    """Raises SinkError where Resend does not know the key. Nothing is sent."""
    from ecot.sinks.mail.resend import ResendPost

    ResendPost(secret, now, base_url=base_url).try_key()


def report_subject(month: Month) -> str:
    """Under what the month's mails are known in the ledger."""
    return f"{REPORT}/{month}"


def _so_far(today: date) -> str:
    """Of the running month: a look at it is not its mail, which is still owed once it is over."""
    return f"{SO_FAR}/{today}"


def send_report(
    place: Place,
    post: Post,
    edition: Edition,
    month: Month,
    to: Sequence[str],
    letterhead: Letterhead,
    now: Callable[[], datetime],
    *,
    again: bool = False,
    asked_at: datetime | None = None,
) -> Sending:
    """Sends the mail about the month as `send_once` does. Raises LedgerError where the ledger holds
    nothing for the month."""

    def make() -> Message:  # most nights owe no mail, and need none of this
        from ecot.jobs.mail.facts import mail_facts
        from ecot.report.mail import mail_of

        history = History(asked_once(place), edition)
        if month not in history.months:
            raise LedgerError(
                "The ledger holds nothing for {days}",
                remedy="Ask for another month with --month, or collect it first.",
                days=edition.language.month(month),
            )
        facts = mail_facts(
            history,
            month,
            since=last_report_at(place.store, month, to),
            budgets=budgets_of(place.store, edition),
            report_url=letterhead.report_url,
            opened_by=_opened_by(place.store, letterhead, month, to, now()),
        )
        tags = (("kind", REPORT), ("month", str(month)))
        return message_of(mail_of(facts, edition.language), letterhead, tags)

    return send_once(
        place,
        post,
        subject_on(month, edition.today),
        to,
        make,
        now,
        again=again,
        asked_at=asked_at,
    )


def subject_on(month: Month, today: date) -> str:
    """Under what the month's mail of that day is known; nothing but the days says so."""
    return report_subject(month) if today >= month.after else _so_far(today)


def mails_about(store: Store, month: Month, today: date) -> tuple[Mail, ...]:
    """The mails about the month; of the running one those of `today`, for each day's look at it is
    another."""
    return read_mails(store, subject_on(month, today))[0].mails


def _opened_by(
    store: Store, letterhead: Letterhead, month: Month, to: Sequence[str], now: datetime
) -> OpenedBy | None:
    """The link of this mail: one for all who get it, for each may pass it on anyway. It is made
    with the mail's bytes, which every later try sends again."""
    if letterhead.links is None:
        return None
    made = make_link(store, letterhead.links, month, now, labelled(to))
    return OpenedBy(address=made.address, ends=made.ends)


def message_of(
    said: MailText, letterhead: Letterhead, tags: tuple[tuple[str, str], ...] = ()
) -> Message:
    """What a mail says, with what it needs to be sent but its recipients."""
    return Message(
        sender=letterhead.sender,
        to=(),
        subject=said.subject,
        html=said.html,
        text=said.text,
        reply_to=letterhead.reply_to,
        parts=tuple(
            Part(
                name=one.name,
                media_type=one.media_type,
                content=one.content,
                content_id=one.content_id,
            )
            for one in said.parts
        ),
        tags=tags,
    )


def last_report_at(store: Store, month: Month, to: Sequence[str]) -> datetime | None:
    """When the last mail about an earlier month was written that went to `to`, of the last 13:
    since then, what was restated is news. Of several recipients the one who had to wait longest
    counts; None where nobody of them has had any."""
    books = latest_mails(store, REPORT, 13)
    earlier = [book for book in books if book.subject < report_subject(month)]
    sent = [mail for book in earlier for mail in book.mails if mail.state == "sent"]
    written = (
        max(
            (mail.made_at or mail.tried_at for mail in sent if bare(one) in _had(mail)),
            default=None,
        )
        for one in to
    )
    return min((when for when in written if when is not None), default=None)


def _had(mail: Mail) -> set[str]:
    return {bare(one) for one in mail.to}
