"""The shapes of a month's mails."""

from datetime import datetime

from pydantic import Field

from ecot.api.shapes.base import Shape
from ecot.model.mail import DeliveryState, MailState


class SendBody(Shape):
    """Which month's report to mail: by default the month before."""

    month: str | None = Field(None, pattern=r"^[0-9]{4}-[0-9]{2}$")
    again: bool = False


class MailAsked(Shape):
    """A mail that was asked for: where to look what becomes of it."""

    month: str
    again: bool
    status: str


class SentMail(Shape):
    """A mail, and what became of it: by Resend (`resend`), or as a file (`outbox`)."""

    state: MailState
    subject: str
    recipients: int
    by: str
    tried_at: datetime
    sent_at: datetime | None
    delivery: DeliveryState | None
    problem: str | None
    remedy: str | None


class MailsOfMonth(Shape):
    """The mails about a month."""

    month: str
    mails: list[SentMail]
