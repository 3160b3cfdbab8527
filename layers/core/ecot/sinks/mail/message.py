"""A mail, whole: what is rendered once, stored, and sent as the same bytes each time."""

import msgspec


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A file of a mail. With a `content_id` it is shown inside (`<img src="cid:…">`)."""

    name: str
    media_type: str
    content: bytes
    content_id: str | None = None


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """A mail to `to`, in HTML and in plain text. `tags` are for whoever sends it: ASCII letters,
    digits, `_` and `-` only. Addresses are `name@host` or `Name <name@host>`."""

    sender: str
    to: tuple[str, ...]
    subject: str
    html: str
    text: str
    reply_to: str | None = None
    parts: tuple[Part, ...] = ()
    tags: tuple[tuple[str, str], ...] = ()
