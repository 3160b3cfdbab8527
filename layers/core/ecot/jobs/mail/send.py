"""Sending exactly once: no crash, no double trigger and no retry mails twice, or not at all.

A mail is rendered once and stored whole, then claimed in the ledger, then given to whoever sends it
under a key of its own, then marked as sent. Killed anywhere in between, the next run finds a claim
that has run out and does the same again: the same bytes under the same key, by which Resend and the
outbox know it again. Only where the key may be forgotten by then, Resend is asked for the mail; and
where it does not tell, a person is, for a second mail cannot be taken back.
"""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Literal, NamedTuple

import msgspec
from msgspec.structs import replace

from ecot.errors import Conflict, SinkError, SinkRefused
from ecot.jobs.mail import marks
from ecot.model.mail import Mail, Mails, MailState, bare
from ecot.model.sentence import Sentence
from ecot.sinks.mail.message import Message
from ecot.sinks.mail.post import Post
from ecot.store.mails import mail_file, put_mail_file, put_mails, read_mail_file, read_mails
from ecot.store.protocol import Place

SendingState = MailState | Literal["already", "busy"]
Clock = Callable[[], datetime]
_SUBJECT = re.compile(r"[a-z]+/[A-Za-z0-9-]+")
_OPEN = frozenset({"sending", "unknown", "uncertain"})
_RACES = 5
_MESSAGE = msgspec.json.Decoder(Message)
_NOT_TOLD = Sentence("Nobody knows whether this mail went out, and Resend does not tell")
_GONE = Sentence("Nobody knows whether this mail went out, and what it said is not kept any more")


class Sending(NamedTuple):
    """What came of it: `sent` now, `already` sent earlier, `busy` (somebody else is at it), or the
    state of the mail that could not be sent, which says in `mail` why, and what to do."""

    state: SendingState
    mail: Mail


def send_once(
    place: Place,
    post: Post,
    subject: str,
    to: Sequence[str],
    make: Callable[[], Message],
    now: Clock,
    *,
    again: bool = False,
    asked_at: datetime | None = None,
) -> Sending:
    """Sends the mail that `make` renders to those of `to` who have not had one of this subject
    ("report/2026-10"). What cannot be sent is no error: it is recorded, and the next call goes on
    with it. With `again` a person has decided that everybody in `to` gets one (more); where that
    was decided at `asked_at`, a mail that was made since then is that one.

    Raises SinkRefused where there is nobody in `to`, ValueError for another kind of subject, and
    what the store and `make` raise.
    """
    wanted = tuple({bare(one): one for one in to}.values())
    if not _SUBJECT.fullmatch(subject):
        raise ValueError(f"{subject!r} is no kind and no day")
    if not wanted:
        raise SinkRefused(
            "There is nobody to send the mail to",
            remedy="Name the recipients in the settings, [mail] to, or with --to.",
        )
    for _ in range(_RACES):
        try:
            book, version = read_mails(place.store, subject)
            is_again = again and not _is_made_since(book, asked_at)
            return _Try(place, post, now, wanted, make, book, version).send(again=is_again)
        except Conflict:
            continue  # somebody else has written: what they did is seen at the next look
    raise Conflict("{subject} is written by somebody else all the time", subject=subject)


def _is_made_since(book: Mails, moment: datetime | None) -> bool:
    """Whether one of the mails is of that moment or a later one."""
    made = (one.made_at for one in book.mails if one.made_at is not None)
    return moment is not None and any(one >= moment for one in made)


class _Try(NamedTuple):
    """One look at the mails of a subject, and what follows from it."""

    place: Place
    post: Post
    now: Clock
    wanted: tuple[str, ...]
    make: Callable[[], Message]
    book: Mails
    version: int

    def send(self, *, again: bool) -> Sending:
        if (held := self.book.held(self.now())) is not None:
            return Sending("busy", held)
        if again:
            return self._anew(self.wanted, again=True)
        unsettled = next((one for one in self.book.mails if self._is_open(one)), None)
        if unsettled is not None:
            done = self._go_on(unsettled)
            return self._rest(done) if done.state in ("sent", "already") else done
        had = {bare(one) for mail in self.book.mails if mail.state == "sent" for one in mail.to}
        lacking = tuple(one for one in self.wanted if bare(one) not in had)
        return self._anew(lacking) if lacking else Sending("already", self._last_sent())

    def _theirs(self, mail: Mail) -> set[str]:
        """Those of its recipients who are wanted."""
        return {bare(one) for one in mail.to} & {bare(one) for one in self.wanted}

    def _is_open(self, mail: Mail) -> bool:
        """Whether it is to be gone on with: it may have gone out to somebody who is wanted, or it
        only has to wait and is wanted as it is."""
        if mail.state == "later":
            return len(self._theirs(mail)) == len(mail.to)
        return mail.state in _OPEN and bool(self._theirs(mail))

    def _last_sent(self) -> Mail:
        sent = (one for one in reversed(self.book.mails) if one.state == "sent")
        return next(one for one in sent if self._theirs(one))

    def _rest(self, done: Sending) -> Sending:
        """Those who were not among the recipients of the mail that was just settled."""
        book, version = read_mails(self.place.store, self.book.subject)
        rest = self._replace(book=book, version=version).send(again=False)
        return done if rest.state == "already" else rest

    def _anew(self, to: tuple[str, ...], *, again: bool = False) -> Sending:
        """A new mail. Forgotten is what surely did not go, and will not as it is; and, where a
        person has decided, what nobody knows of."""
        kept = [
            one
            for one in self.book.mails
            if one.state == "sent" or (one.state in _OPEN and not (again and self._theirs(one)))
        ]
        made_at = self.now()
        return self._offer(replace(self.make(), to=to), kept, made_at)

    def _offer(self, message: Message, kept: Sequence[Mail], made_at: datetime) -> Sending:
        """Stores the message, claims it, and gives it to whoever sends it."""
        body, now = msgspec.json.encode(message, order="sorted"), self.now()
        digest = sha256(body).hexdigest()[:16]
        file = mail_file(now.date(), digest)
        put_mail_file(self.place.files, file, body)
        number = len(kept) + 1
        subject, by = self.book.subject, self.post.name
        mail = marks.begun(subject, message, digest, number, file, by, made_at, now)
        return self._claim((*kept, mail))._deliver(mail, message)

    def _go_on(self, mail: Mail) -> Sending:
        """Another try of a mail that was begun earlier."""
        message, since = self._message(mail), self._unsure_since(mail)
        if message is None and since is None:
            others = Mails(self.book.subject, tuple(one for one in self.book.mails if one != mail))
            return self._replace(book=others)._anew(mail.to)
        if message is None:
            return self._doubt(mail, since, _GONE)
        is_same_post = mail.by == self.post.name
        if is_same_post and (mail.state == "uncertain" or self._is_forgotten(since)):
            return self._look(mail, message, since or mail.tried_at)
        return self._repeat(mail, message, since)

    def _repeat(self, mail: Mail, message: Message, since: datetime | None) -> Sending:
        begun = marks.claimed(mail, self.post.name, self.now(), since)
        return self._claim(self._with(mail, begun).mails)._deliver(begun, message)

    def _look(self, mail: Mail, message: Message, since: datetime) -> Sending:
        """Asks for a mail whose key may be forgotten: sent again is only what is not there."""
        try:
            found = self.post.find(message, since)
        except SinkError:
            return self._doubt(mail, since, _NOT_TOLD)
        if found is None:
            return self._repeat(mail, message, None)
        return Sending("already", self._put(mail, marks.sent(mail, found)))

    def _doubt(self, mail: Mail, since: datetime | None, problem: Sentence) -> Sending:
        return Sending("uncertain", self._put(mail, marks.doubted(mail, since, problem)))

    def _deliver(self, mail: Mail, message: Message) -> Sending:
        """Gives the claimed mail to whoever sends it, and records what came of it."""
        try:
            after = marks.sent(mail, self.post.deliver(message, mail.key))
        except KeyboardInterrupt:
            self._put(mail, marks.unknown(mail))
            raise
        except SinkError as error:
            other = marks.instead(mail, message, error)
            if other is not None:
                kept = [one for one in self.book.mails if one != mail]
                return self._offer(other, kept, mail.made_at or mail.tried_at)
            after = marks.failed(mail, error)
        return Sending(after.state, self._put(mail, after))

    def _claim(self, mails: Sequence[Mail]) -> "_Try":
        """The look after the mails were written: nobody else sends one of them now."""
        claimed = Mails(self.book.subject, tuple(mails))
        put_mails(self.place.store, claimed, self.version)
        book, version = read_mails(self.place.store, self.book.subject)
        if book != claimed:
            raise Conflict("{subject} was taken over", subject=self.book.subject)
        return self._replace(book=book, version=version)

    def _with(self, before: Mail, after: Mail) -> Mails:
        mails = (after if one == before else one for one in self.book.mails)
        return Mails(self.book.subject, tuple(mails))

    def _put(self, before: Mail, after: Mail) -> Mail:
        put_mails(self.place.store, self._with(before, after), self.version)
        return after

    def _message(self, mail: Mail) -> Message | None:
        """What is to be sent, or None where it is not kept any more."""
        body = read_mail_file(self.place.files, mail.file)
        try:
            return None if body is None else _MESSAGE.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return None

    def _unsure_since(self, mail: Mail) -> datetime | None:
        """Since when the mail may be out. One that was only for the outbox surely is not."""
        if mail.by == "outbox" and self.post.name != mail.by:
            return None
        return mail.unsure_since or (mail.tried_at if mail.state == "sending" else None)

    def _is_forgotten(self, since: datetime | None) -> bool:
        """Whether a repetition might not be recognised any more."""
        remembers = self.post.remembers
        return since is not None and remembers is not None and self.now() - since >= remembers
