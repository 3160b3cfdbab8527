"""What is known of a mail that was to go out: to whom, under which key, and what became of it."""

from datetime import datetime
from typing import Literal, get_args

import msgspec

from ecot.model.sentence import Sentence

MailState = Literal["sending", "sent", "later", "refused", "unknown", "uncertain"]
"""`sending`: somebody is at it, or died over it. `later`: it surely did not go, and time will help.
`refused`: it surely did not go until a person does something. `unknown`: nobody knows whether the
last try went through, and the next one may repeat it. `uncertain`: nobody knows, and a repetition
might be a second mail."""

DeliveryState = Literal[
    "queued",
    "scheduled",
    "sent",
    "delivered",
    "delivery_delayed",
    "opened",
    "clicked",
    "bounced",
    "complained",
    "failed",
    "suppressed",
    "canceled",
]
"""The last event that Resend tells of a mail (resend.com/docs, emails/get, read 2026-11)."""

DELIVERY_STATES: tuple[DeliveryState, ...] = get_args(DeliveryState)
UNDELIVERED = frozenset({"bounced", "complained", "failed", "suppressed", "canceled"})
"""States that do not change any more, and that somebody should hear of."""


class Mail(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One mail to `to`. Its bytes are in `file`; `key` is the same at every try, and another one
    for other bytes.

    `by` is who sends it (`resend`, `outbox`), `title` its subject line. It says what was known at
    `made_at` (None: a mail of an earlier Ecot). The last try began at `tried_at` and is left to
    whoever began it until `held_until`. The first try of which nobody knows the outcome began at
    `unsure_since`. `id` is what whoever sent it at `sent_at` calls it. `delivery` is the last event
    as of `delivery_at`.
    """

    to: tuple[str, ...]
    key: str
    file: str
    title: str
    sender: str
    by: str
    state: MailState
    tried_at: datetime
    made_at: datetime | None = None
    held_until: datetime | None = None
    unsure_since: datetime | None = None
    sent_at: datetime | None = None
    id: str | None = None
    delivery: DeliveryState | None = None
    delivery_at: datetime | None = None
    problem: Sentence | None = None
    remedy: Sentence | None = None

    @property
    def is_undelivered(self) -> bool:
        """Whether it went out and did not arrive, or was not welcome."""
        return self.delivery in UNDELIVERED

    def is_held(self, now: datetime) -> bool:
        """Whether somebody is sending it just now. A claim of the time to come is of a clock that
        was wrong, and holds nobody up."""
        if self.state != "sending" or self.held_until is None:
            return False
        held_for = self.held_until - self.tried_at
        return self.tried_at - held_for <= now < self.held_until


def bare(address: str) -> str:
    """The address without a name, in small letters: one person, however the address is written."""
    return address.rpartition("<")[2].rstrip(">").strip().lower()


class Mails(msgspec.Struct, frozen=True):
    """All mails of one subject ("report/2026-10"), in the order in which they were begun."""

    subject: str
    mails: tuple[Mail, ...] = ()

    def held(self, now: datetime) -> Mail | None:
        """The one that somebody is sending just now."""
        return next((mail for mail in self.mails if mail.is_held(now)), None)
