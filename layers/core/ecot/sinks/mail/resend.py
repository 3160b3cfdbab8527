"""Mails by Resend: one request a mail, under one idempotency key, with a reaction to each refusal.

The key of the account needs to send only; one with full access also tells what became of a mail.
"""

import random
import re
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx
import msgspec
from pydantic import SecretStr

from ecot.errors import SettingsError, SinkError, SinkRefused, SinkUnavailable
from ecot.model.mail import DELIVERY_STATES, DeliveryState, bare
from ecot.sinks.mail.check import check
from ecot.sinks.mail.message import Message
from ecot.sinks.mail.post import Delivered, KeyTaken, MayNotRead, NotVerified
from ecot.sinks.mail.refusals import Refusal, refusal, told, unsure
from ecot.sinks.mail.shapes import Listed, Page, Taken, moment, payload_of
from ecot.sinks.mail.wire import called

T = TypeVar("T")
URL = "https://api.resend.com"
REMEMBERS = timedelta(hours=23)  # Resend keeps a key 24 hours; one of them for clocks that differ
EARLIER = timedelta(minutes=5)  # by which Resend's clock may be behind ours
PAGES, PAGE = 20, 100
LONGEST_WAIT = 16.0
_TIMEOUT = httpx.Timeout(30.0, connect=10.0)
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_ID = re.compile(r"[A-Za-z0-9_-]{1,100}")


class ResendPost:
    """Sends by Resend's interface at `base_url` (https, or loopback). One mail is tried again for
    at most `seconds`, always with the same bytes under the same key. `now` has a time zone."""

    name = "resend"
    remembers: timedelta | None = REMEMBERS

    def __init__(
        self,
        secret: SecretStr,
        now: Callable[[], datetime],
        *,
        base_url: str | None = None,
        seconds: float = 60.0,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
        jitter: Callable[[], float] = random.random,
        timeout: httpx.Timeout = _TIMEOUT,
    ) -> None:
        """Raises SettingsError for an address to which a key must not go."""
        self._secret, self._now, self._url = secret, now, _safe(base_url or URL)
        self._seconds, self._sleep, self._monotonic = seconds, sleep, monotonic
        self._jitter, self._timeout = jitter, timeout

    def deliver(self, message: Message, key: str) -> Delivered:
        """Sends the message, unless Resend has had it under this key in the last 24 hours."""
        check(message)
        payload = payload_of(message)
        taken = self._patiently(lambda: self._send(payload, key))
        return Delivered(taken.id, self._now())

    def state(self, mail_id: str) -> DeliveryState | None:
        """The last event of the mail (of several recipients: of any of them)."""
        found = self._once(lambda: self._get(mail_id))
        return next((state for state in DELIVERY_STATES if state == found.last_event), None)

    def try_key(self) -> None:
        """Raises SinkError where Resend does not know the key; one that may only send is good."""
        try:
            self._once(lambda: self._list(None))
        except MayNotRead:
            return

    def find(self, message: Message, since: datetime) -> Delivered | None:
        """The mail with this subject line to these recipients, if it was made at `since` or
        later."""
        wanted = {bare(one) for one in message.to}
        for one, at in self._listed(since - EARLIER):
            if one.subject == message.subject and {bare(to) for to in one.to} == wanted:
                return Delivered(one.id, at)
        return None

    def _listed(self, since: datetime) -> Iterator[tuple[Listed, datetime]]:
        """The account's mails since then, the last first."""
        after: str | None = None
        for _ in range(PAGES):
            page = self._once(lambda after=after: self._list(after))  # type: ignore[misc]
            made = [(one, moment(one.created_at)) for one in page.data]
            yield from (pair for pair in made if pair[1] >= since)
            if not page.has_more or not made or made[-1][1] < since:
                return
            after = made[-1][0].id
        raise SinkUnavailable(
            "Resend has sent too many mails since to look for this one",
            remedy="Look at resend.com/emails; `ecot send --again` sends it where it is not there.",
        )

    def _patiently(self, call: Callable[[], T]) -> T:
        """Calls again for as long as there is time and it is worth it. What may have gone out at
        one try is not refused by the next."""
        end, may_be_out, pause = self._monotonic() + self._seconds, False, 0.5
        while True:
            found = self._tried(call)
            if not isinstance(found, Refusal):
                return found
            may_be_out, pause = may_be_out or found.is_unsure, min(2 * pause, LONGEST_WAIT)
            wait = None if found.wait is None else max(found.wait, pause * (1 + self._jitter()) / 2)
            if wait is None or self._monotonic() + wait >= end:
                raise _last(found, may_be_out=may_be_out)
            self._sleep(wait)

    def _once(self, call: Callable[[], T]) -> T:
        """Reading is not worth waiting for: the next run reads again."""
        found = self._tried(call)
        if isinstance(found, Refusal):
            raise found.error
        return found

    def _tried(self, call: Callable[[], T]) -> T | Refusal:
        from resend.exceptions import NoContentError, ResendError

        try:
            with httpx.Client(timeout=self._timeout, trust_env=False) as client:
                return called(self._secret, self._url, client, call)
        except (ResendError, NoContentError) as error:
            return refusal(told(error), self._secret)
        except msgspec.ValidationError:
            return refusal(told(ValueError()), self._secret)

    def _send(self, payload: dict[str, Any], key: str) -> Taken:
        from resend import Emails

        params: Any = payload
        taken = msgspec.convert(dict(Emails.send(params, {"idempotency_key": key})), Taken)
        if not _ID.fullmatch(taken.id):
            raise msgspec.ValidationError("no id")
        return taken

    def _get(self, mail_id: str) -> Listed:
        from resend import Emails

        if not _ID.fullmatch(mail_id):
            raise SinkRefused("{id} is no mail of Resend", id=repr(mail_id[:40]))
        return msgspec.convert(dict(Emails.get(mail_id)), Listed)

    def _list(self, after: str | None) -> Page:
        from resend import Emails

        params: Emails.ListParams = {"limit": PAGE}
        if after is not None:
            params["after"] = after
        return msgspec.convert(dict(Emails.list(params)), Page)


def _last(found: Refusal, *, may_be_out: bool) -> SinkError:
    """What to raise in the end. Of an earlier try, only these two tell anything."""
    if not may_be_out or isinstance(found.error, KeyTaken | NotVerified):
        return found.error
    return unsure(found.error)


def _safe(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise SettingsError(
            "{url} is no address for a key: it is not https",
            remedy="Give [mail] base_url an https address, or one of this machine.",
            url=f"{parts.scheme}://{parts.hostname}",
        )
    return url.rstrip("/")
