"""The outbox: without Resend, a mail is a file that a person opens and sends."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import parseaddr
from hashlib import blake2b
from typing import Protocol

from ecot.model.mail import DeliveryState
from ecot.sinks.mail.eml import eml_of
from ecot.sinks.mail.message import Message
from ecot.sinks.mail.post import Delivered

_OTHER = re.compile(r"[^A-Za-z0-9._-]+")


class Box(Protocol):
    """Where the files go: each is written whole or not at all."""

    def put(self, name: str, body: bytes) -> None:
        """Writes the file."""

    def get(self, name: str) -> bytes | None:
        """The file, or None."""


class OutboxPost:
    """Writes each mail as `<key>.eml` into a box. What is there under a key already is left as it
    is, so that a repetition makes no second mail. `now` has a time zone."""

    name = "outbox"
    remembers: timedelta | None = None

    def __init__(self, box: Box, now: Callable[[], datetime]) -> None:
        self._box, self._now = box, now

    def deliver(self, message: Message, key: str) -> Delivered:
        """Writes the mail; its id is the name of its file."""
        name, now = file_name(key), self._now()
        if self._box.get(name) is None:
            digest = blake2b(key.encode(), digest_size=12).hexdigest()
            host = parseaddr(message.sender)[1].rpartition("@")[2]
            self._box.put(name, eml_of(message, now, f"<{digest}@{host}>", is_draft=True))
        return Delivered(name, now)

    def state(self, mail_id: str) -> DeliveryState | None:  # noqa: ARG002 - a file arrives nowhere
        """What becomes of a file is its reader's affair."""
        return None

    def find(self, message: Message, since: datetime) -> Delivered | None:  # noqa: ARG002
        """Never needed: a key is remembered for good."""
        return None


def file_name(key: str) -> str:
    """The file of the mail with this key: report-2026-10-….eml."""
    return f"{_OTHER.sub('-', key).strip('-.')}.eml"
