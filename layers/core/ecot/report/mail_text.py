"""A mail as it is written: a subject, the same twice (HTML and text), and the files in it."""

import msgspec


class MailPart(msgspec.Struct, frozen=True, kw_only=True):
    """A file of a mail. With a `content_id` it is shown inside (`<img src="cid:…">`)."""

    name: str
    media_type: str
    content: bytes
    content_id: str | None = None


class MailText(msgspec.Struct, frozen=True, kw_only=True):
    """What a mail says, to whomever it goes. The subject is one line."""

    subject: str
    html: str
    text: str
    parts: tuple[MailPart, ...] = ()
