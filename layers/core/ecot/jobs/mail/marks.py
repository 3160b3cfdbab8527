"""What a mail's record says after each step of sending it: pure, without clock or store."""

from datetime import datetime, timedelta

from msgspec.structs import replace

from ecot.errors import SinkError, SinkRefused
from ecot.model.mail import Mail, MailState, bare
from ecot.model.sentence import Sentence
from ecot.sinks.mail.message import Message
from ecot.sinks.mail.post import Delivered, KeyTaken, NotNow, NotVerified

HELD = timedelta(minutes=5)
"""How long a mail is left to whoever began to send it; longer than any try takes."""
_REMEDY = Sentence(
    "Ask the recipients, or look at resend.com/emails; `ecot send --again` sends it once more."
)


def begun(
    subject: str,
    message: Message,
    digest: str,
    number: int,
    file: str,
    by: str,
    made_at: datetime,
    now: datetime,
) -> Mail:
    """A mail that was rendered, while `by` is trying to send it. Other bytes have another key, and
    so has the same mail where a person wants it once more."""
    return Mail(
        to=message.to,
        key=f"{subject}/{digest}-{number}",
        file=file,
        title=message.subject,
        sender=message.sender,
        by=by,
        state="sending",
        made_at=made_at,
        tried_at=now,
        held_until=now + HELD,
    )


def claimed(mail: Mail, by: str, now: datetime, unsure_since: datetime | None) -> Mail:
    """The mail while `by` is trying again."""
    return replace(
        mail,
        by=by,
        state="sending",
        tried_at=now,
        held_until=now + HELD,
        unsure_since=unsure_since,
        problem=None,
        remedy=None,
    )


def sent(mail: Mail, delivered: Delivered) -> Mail:
    """The mail once it went out."""
    return replace(
        mail,
        state="sent",
        sent_at=delivered.at,
        id=delivered.id,
        held_until=None,
        unsure_since=None,
        problem=None,
        remedy=None,
    )


def unknown(mail: Mail) -> Mail:
    """The mail after a try of which nobody knows the outcome: it counts from the first such try."""
    since = mail.unsure_since or mail.tried_at
    return replace(mail, state="unknown", held_until=None, unsure_since=since)


def failed(mail: Mail, error: SinkError) -> Mail:
    """The mail after a try that did not send it. Where an earlier try may have, a refusal of this
    one does not tell; but a domain that is not verified was not a moment ago either."""
    told = replace(mail, problem=Sentence(error.text, error.values), remedy=_remedy(error))
    if isinstance(error, KeyTaken):
        return replace(unknown(told), state="uncertain")
    is_sure = isinstance(error, NotVerified) or mail.unsure_since is None
    if not is_sure or not isinstance(error, SinkRefused | NotNow):
        return unknown(told)
    state: MailState = "later" if isinstance(error, NotNow) else "refused"
    return replace(told, state=state, held_until=None, unsure_since=None)


def doubted(mail: Mail, unsure_since: datetime | None, problem: Sentence) -> Mail:
    """The mail that a repetition might send twice: a person decides."""
    return replace(
        mail,
        state="uncertain",
        held_until=None,
        unsure_since=unsure_since,
        problem=problem,
        remedy=_REMEDY,
    )


def instead(mail: Mail, message: Message, error: SinkError) -> Message | None:
    """The message to send in the place of one from an address that is not verified: Resend sends
    from its own to one's own address, so only where there is a single recipient, who may be
    oneself: Resend knows, and refuses if not."""
    if not isinstance(error, NotVerified) or len(mail.to) > 1:
        return None
    if bare(message.sender) == bare(error.instead):
        return None
    return replace(message, sender=error.instead)


def _remedy(error: SinkError) -> Sentence | None:
    return Sentence(error.remedy, error.values) if error.remedy else None
