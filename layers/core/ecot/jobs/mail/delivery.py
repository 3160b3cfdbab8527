"""What became of the mails: which arrived, and which bounced, as far as Resend tells our key."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from msgspec.structs import replace

from ecot.errors import Conflict, SinkError
from ecot.model.mail import UNDELIVERED, Mail, Mails
from ecot.model.sentence import Sentence
from ecot.sinks.mail.post import Post
from ecot.store.mails import latest_mails, put_mails, read_mails
from ecot.store.protocol import Place, Store

KINDS = ("report", "alert")
MOST = 12  # subjects of a kind
FOLLOWED = timedelta(days=30)  # a mail of which nothing is known yet
LATE_EVENTS = timedelta(days=7)  # a mail that arrived may still be complained of


class Read(NamedTuple):
    """The mails of which there is news, and why there could not be more (None: all were read)."""

    changed: Sequence[Mail] = ()
    problem: Sentence | None = None
    remedy: Sentence | None = None


def recent_mails(store: Store, most: int = MOST) -> list[Mails]:
    """The mails of each kind's last subjects, the last first: two queries."""
    return [book for kind in KINDS for book in latest_mails(store, kind, most)]


def delivery_states(place: Place, post: Post, now: Callable[[], datetime]) -> Read:
    """Asks for what became of recent mails, and writes it down: one request a mail."""
    changed: list[Mail] = []
    for book in recent_mails(place.store):
        for mail in _followed(book, post, now()):
            try:
                after = _asked(mail, post, now())
            except SinkError as error:
                remedy = Sentence(error.remedy, error.values) if error.remedy else None
                return Read(changed, Sentence(error.text, error.values), remedy)
            if _is_written(place.store, book.subject, mail, after):
                changed.append(after)
    return Read(changed)


def _followed(book: Mails, post: Post, now: datetime) -> Iterator[Mail]:
    """Those of which there may be news."""
    for mail in book.mails:
        if mail.by != post.name or mail.sent_at is None or mail.delivery in UNDELIVERED:
            continue
        if now - mail.sent_at < (LATE_EVENTS if mail.delivery == "delivered" else FOLLOWED):
            yield mail


def _asked(mail: Mail, post: Post, now: datetime) -> Mail:
    state = post.state(mail.id or "")
    if state is None or state == mail.delivery:
        return mail
    return replace(mail, delivery=state, delivery_at=now)


def _is_written(store: Store, subject: str, before: Mail, after: Mail) -> bool:
    """Whether there was news and it is written. Where somebody else has just written the same
    mails, the next run asks again."""
    if after == before:
        return False
    book, version = read_mails(store, subject)
    mails = tuple(after if one == before else one for one in book.mails)
    if after not in mails:
        return False
    try:
        put_mails(store, Mails(subject, mails), version)
    except Conflict:
        return False
    return True
