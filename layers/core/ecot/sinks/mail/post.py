"""What every way of sending a mail offers, and what it says where it did not take one."""

from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from ecot.errors import SinkRefused, SinkUnavailable
from ecot.model.mail import DeliveryState
from ecot.sinks.mail.message import Message


class NotNow(SinkUnavailable):
    """It surely did not take the mail, and will later: a limit or a quota is used up."""


class KeyTaken(SinkRefused):
    """It has had other bytes under this key: that mail may have gone out."""


class MayNotRead(SinkRefused):
    """It sends, and does not tell this key what became of a mail."""


class NotVerified(SinkRefused):
    """It does not send from this address; from `instead` it might, to one's own address only."""

    instead: str


class Delivered(NamedTuple):
    """A mail that was taken: what it is called there (for the outbox, its file), and since when."""

    id: str
    at: datetime


class Post(Protocol):
    """A way to send mails. Under one key the same message is sent once, for as long as `remembers`
    (None: for good).

    Raises SinkRefused or NotNow where it surely did not send, and SinkUnavailable (or KeyTaken)
    where nobody knows.
    """

    @property
    def name(self) -> str:
        """`resend` or `outbox`."""

    @property
    def remembers(self) -> timedelta | None:
        """How long after the first try a repetition is still recognised."""

    def deliver(self, message: Message, key: str) -> Delivered:
        """Sends the message, unless it has sent it under this key before."""

    def state(self, mail_id: str) -> DeliveryState | None:
        """The last that it knows of a mail that it sent (None: nothing that we know a word for).
        Raises MayNotRead where this key may not ask."""

    def find(self, message: Message, since: datetime) -> Delivered | None:
        """The mail, if it was sent at `since` or later; None where it surely was not. Raises
        SinkError where it cannot tell."""
