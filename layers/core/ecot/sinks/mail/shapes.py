"""What goes over the wire to Resend, a mail as JSON, and what is read of its answers."""

from base64 import b64encode
from datetime import datetime
from typing import Any

import msgspec

from ecot.errors import SinkUnavailable
from ecot.sinks.mail.message import Message, Part


class Taken(msgspec.Struct, frozen=True):
    """The answer to a mail that was taken."""

    id: str


class Listed(msgspec.Struct, frozen=True):
    """A mail that was taken, as far as it is of use here."""

    id: str
    created_at: str
    subject: str = ""
    to: list[str] = []
    last_event: str | None = None


class Page(msgspec.Struct, frozen=True):
    """A page of the list of mails."""

    data: list[Listed]
    has_more: bool


def payload_of(message: Message) -> dict[str, Any]:
    """The body of the request: the same for the same message. Files are text in base64: the SDK's
    lists of numbers are four times as long and not what the specification says."""
    payload: dict[str, Any] = {
        "from": message.sender,
        "to": list(message.to),
        "subject": message.subject,
        "html": message.html,
        "text": message.text,
    }
    if message.reply_to is not None:
        payload["reply_to"] = message.reply_to
    if message.parts:
        payload["attachments"] = [_attachment(part) for part in message.parts]
    if message.tags:
        payload["tags"] = [{"name": name, "value": value} for name, value in message.tags]
    return payload


def _attachment(part: Part) -> dict[str, str]:
    found = {
        "filename": part.name,
        "content": b64encode(part.content).decode(),
        "content_type": part.media_type,
    }
    return found if part.content_id is None else {**found, "content_id": part.content_id}


def moment(text: str) -> datetime:
    """Such as 2023-04-03 22:13:42.674981+00."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise SinkUnavailable(
            "Resend lists a mail whose time is not understood: {time}", time=repr(text[:40])
        )
    return found
