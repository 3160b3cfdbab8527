"""A mail as a file that every mail program opens: RFC 5322 and MIME, the same bytes each time."""

from collections.abc import Iterable
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage, MIMEPart
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from hashlib import blake2b

from ecot.sinks.mail.check import check
from ecot.sinks.mail.message import Message, Part


def eml_of(message: Message, date: datetime, message_id: str, *, is_draft: bool = False) -> bytes:
    """The mail, with text and HTML as alternatives, pictures beside the HTML that shows them, and
    the other parts attached. `date` has a time zone; `message_id` is `<left@right>`.

    A draft says so in `X-Unsent`, by which Outlook knows a mail that is still to be sent
    (learn.microsoft.com, blogs/stephen_griffin/did-i-send-that, read 2026-11). Raises
    SinkRefused for a message that could not be sent, such as one with a line break in an address.
    """
    check(message)
    mail = EmailMessage(policy=SMTP)
    mail["From"] = _address(message.sender)
    mail["To"] = [_address(one) for one in message.to]
    if message.reply_to is not None:
        mail["Reply-To"] = _address(message.reply_to)
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(date)
    mail["Message-ID"] = message_id
    if is_draft:
        mail["X-Unsent"] = "1"
    _fill(mail, message)
    _bound(mail, message_id)
    return mail.as_bytes()


def _fill(mail: EmailMessage, message: Message) -> None:
    mail.set_content(message.text)
    mail.add_alternative(message.html, subtype="html")
    html = mail.get_body(("html",))
    for part in message.parts:
        if part.content_id is not None and isinstance(html, MIMEPart):
            _add(html, part, disposition="inline", cid=f"<{part.content_id}>")
    for part in message.parts:
        if part.content_id is None:
            _add(mail, part, disposition="attachment", cid=None)


def _add(to: MIMEPart, part: Part, *, disposition: str, cid: str | None) -> None:
    media_type, _, rest = part.media_type.partition(";")
    kind, _, subtype = media_type.strip().partition("/")
    named = (one.partition("=") for one in rest.split(";") if one.strip())
    more = {name.strip(): value.strip().strip('"') for name, _, value in named}
    add = to.add_attachment if cid is None else to.add_related
    add(
        part.content,
        maintype=kind,
        subtype=subtype,
        disposition=disposition,
        filename=part.name,
        cid=cid,
        params=more,
    )


def _bound(mail: EmailMessage, seed: str) -> None:
    """Boundaries that are drawn from the mail's own name, and not by chance."""
    parts: Iterable[MIMEPart] = (part for part in mail.walk() if part.is_multipart())
    for number, part in enumerate(parts):
        part.set_boundary(f"=_{blake2b(seed.encode(), digest_size=12).hexdigest()}_{number}")


def _address(text: str) -> Address:
    name, spec = parseaddr(text)
    return Address(name, addr_spec=spec)
