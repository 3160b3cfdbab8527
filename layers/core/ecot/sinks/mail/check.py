"""What no mail may have, whoever sends it: so that the outbox takes what Resend would take."""

import re
from email.headerregistry import Address
from email.utils import parseaddr
from unicodedata import category

from ecot.errors import SinkRefused
from ecot.sinks.mail.message import Message

MOST_RECIPIENTS = 50  # Resend's specification, version 1.5.0
MOST_BYTES = 40_000_000  # of a mail with its attachments in base64 (resend.com/docs, attachments)
_TAG = re.compile(r"[A-Za-z0-9_-]{1,256}")
_CONTENT_ID = re.compile(r"[A-Za-z0-9._@-]{1,127}")
_SHOWN = re.compile(r"""["'(]cid:([^"')\s]+)""")
_NO_LINE = frozenset({"Cc", "Zl", "Zp", "Cs"})  # controls, ends of lines and paragraphs, halves
_HOST = re.compile(r"[A-Za-z0-9.-]+")


def check(message: Message) -> None:
    """Raises SinkRefused where the message could not be sent, or not as it is meant."""
    for address in (message.sender, *message.to, *filter(None, [message.reply_to])):
        if not _is_address(address):
            raise _wrong("{part} is no address of mail", address)
    if not 0 < len(message.to) <= MOST_RECIPIENTS:
        raise _wrong("A mail goes to 1 to 50 addresses, and not to {part}", str(len(message.to)))
    if not message.subject.strip() or not _is_one_line(message.subject):
        raise _wrong("{part} is no subject of a mail", message.subject)
    _check_parts(message)


def _check_parts(message: Message) -> None:
    for tag in (word for pair in message.tags for word in pair):
        if not _TAG.fullmatch(tag):
            raise _wrong("{part} is no tag of a mail", tag)
    known = [part.content_id for part in message.parts if part.content_id is not None]
    for name in known:
        if not _CONTENT_ID.fullmatch(name) or known.count(name) > 1:
            raise _wrong("{part} is no name of a picture in a mail", name)
    for name in _SHOWN.findall(message.html):
        if name not in known:
            raise _wrong("The mail shows a picture {part} that it does not have", name)
    for part in message.parts:
        if not part.name or not _is_one_line(part.name) or "/" in part.name:
            raise _wrong("{part} is no name of a file", part.name)
    size = sum(len(part.content) for part in message.parts) * 4 // 3
    if size + len(message.html.encode()) + len(message.text.encode()) > MOST_BYTES:
        raise _wrong("A mail of {part} bytes is larger than any is taken", str(size))


def _is_one_line(text: str) -> bool:
    """Nothing in it begins another header. (French has spaces in it that do not break, which
    `isprintable` does not take for printable.)"""
    return not any(category(sign) in _NO_LINE for sign in text)


def _is_address(text: str) -> bool:
    """A line break in it would begin another header."""
    if not text.isprintable():
        return False
    _, spec = parseaddr(text)
    host = spec.rpartition("@")[2]
    if (
        not spec.isascii()
        or not _HOST.fullmatch(host)
        or (text != spec and f"<{spec}>" not in text)
    ):
        return False
    try:
        Address(addr_spec=spec)
    except (ValueError, IndexError):  # what its parser says of text that ends too early
        return False
    return True


def _wrong(text: str, part: str) -> SinkRefused:
    return SinkRefused(
        text, remedy="Correct it in the settings, [mail], and send again.", part=repr(part[:80])
    )
