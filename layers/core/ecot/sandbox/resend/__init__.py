"""A made-up team's Resend: it takes mails once a key, writes each as a file, and tells of them.

Paths, bodies and refusals are those of Resend's specification and of its page of errors (read
2026-11). A mail that is accepted goes into `mails`, and into `folder` as `.eml`. What the real one
leaves open, or differs by plan, can be set: whose the team is, which domains are verified, how many
mails a day and a month it may send, and how many requests a second.
"""

import threading
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from ecot.sandbox.messages import Request, Response, json_response
from ecot.sandbox.resend.eml import eml_of
from ecot.sandbox.resend.limits import Limits
from ecot.sandbox.resend.refusals import (
    CONCURRENT,
    INVALID_KEY,
    MISSING_KEY,
    NOT_FOUND,
    OTHER_PAYLOAD,
    RESTRICTED,
    Refused,
    refusal,
)
from ecot.sandbox.resend.rules import Team, checked, idempotency_key

KEPT = timedelta(hours=24)
FULL, SENDING = "full_access", "sending_access"
_EVENTS = {"bounced": "bounced", "complained": "complained", "suppressed": "suppressed"}
_EVENTS |= {"delivered": "delivered"}
Json = dict[str, Any]


@dataclass(frozen=True)
class Sent:
    """A mail that was accepted: what was asked for, and when."""

    id: str
    body: Json
    at: datetime
    key: str | None

    @property
    def recipients(self) -> list[str]:
        """Whom it goes to."""
        to = self.body["to"]
        return [to] if isinstance(to, str) else list(to)


@dataclass
class _Kept:
    """What is remembered of a key."""

    request: bytes
    at: datetime
    mail: str | None = None  # none while it is in progress


@dataclass
class ResendSite:
    """Serves a team's Resend at the clock's time. `keys` say of each key what it may do, and may be
    changed at any time, like all the rest; `later` are events of mails that came after the first,
    by their id."""

    clock: Callable[[], datetime]
    keys: MutableMapping[str, str]
    team: Team = field(default_factory=Team)
    limits: Limits = field(default_factory=Limits)
    folder: Path | None = None
    mails: list[Sent] = field(default_factory=list)
    later: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[str, _Kept] = {}

    def answer(self, request: Request, /) -> Response:
        """Resend's answer, or its refusal with a true body."""
        with self._lock:
            try:
                headers = self.limits.count(self.clock())
                return json_response(self._content(request), 200, headers)
            except Refused as refused:
                return refused.response

    def begin(self, key: str, body: bytes) -> None:
        """A request with this key and body has arrived, and is not finished yet."""
        self._kept[key] = _Kept(body, self.clock())

    def event_of(self, mail: Sent) -> str:
        """The last event of a mail: that of its worst recipient, if there was none later."""
        if mail.id in self.later:
            return self.later[mail.id]
        local = [
            to.rpartition("<")[2].partition("@")[0].partition("+")[0] for to in mail.recipients
        ]
        return next((event for name, event in _EVENTS.items() if name in local), "delivered")

    def _content(self, request: Request) -> Json:
        right = self._right(request)
        path = request.path.rstrip("/")
        if request.method == "POST" and path == "/emails":
            return {"id": self._send(request)}
        if right == SENDING:
            raise Refused(refusal(RESTRICTED))
        if request.method != "GET":
            raise Refused(refusal(NOT_FOUND))
        if path == "/emails":
            return self._listed(request)
        if path == "/domains":
            return {"object": "list", "has_more": False, "data": self.team.listed()}
        found = next((one for one in self.mails if path == f"/emails/{one.id}"), None)
        if found is None:
            raise Refused(refusal(NOT_FOUND))
        return self._told(found)

    def _right(self, request: Request) -> str:
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        if scheme != "Bearer" or not key:
            raise Refused(refusal(MISSING_KEY))
        if key not in self.keys:
            raise Refused(refusal(INVALID_KEY))
        return self.keys[key]

    def _send(self, request: Request) -> str:
        key = idempotency_key(request)
        kept = self._remembered(key)
        if kept is not None:
            if kept.request != request.body:
                raise Refused(refusal(OTHER_PAYLOAD))
            if kept.mail is None:
                raise Refused(refusal(CONCURRENT))
            return kept.mail
        body = checked(request, self.team)
        name = str(uuid5(NAMESPACE_URL, f"mail {len(self.mails)}"))
        mail = Sent(name, body, self.clock(), key)
        spent = [(one.at, len(one.recipients)) for one in self.mails]
        self.limits.spend(mail.at, len(mail.recipients), spent)
        self._accept(mail)
        if key is not None:
            self._kept[key] = _Kept(request.body, mail.at, mail.id)
        return mail.id

    def _remembered(self, key: str | None) -> _Kept | None:
        kept = self._kept.get(key) if key is not None else None
        return kept if kept is not None and self.clock() - kept.at < KEPT else None

    def _accept(self, mail: Sent) -> None:
        self.mails.append(mail)
        if self.folder is not None:
            self.folder.mkdir(parents=True, exist_ok=True)
            name = f"{len(self.mails):03}-{mail.id[:8]}.eml"
            (self.folder / name).write_bytes(eml_of(mail.body, mail.id, mail.at))

    def _listed(self, request: Request) -> Json:
        """The team's mails, the last first, from after the one that is named."""
        limit = int((request.values("limit") or ["20"])[0])
        if not 1 <= limit <= 100:
            raise Refused(refusal((422, "validation_error", "Invalid `limit` field.")))
        newest = list(reversed(self.mails))
        if after := request.values("after"):
            place = next((n for n, one in enumerate(newest) if one.id == after[0]), None)
            if place is None:
                raise Refused(refusal((422, "validation_error", "Invalid `after` field.")))
            newest = newest[place + 1 :]
        shown = [self._summary(one) for one in newest[:limit]]
        return {"object": "list", "has_more": len(newest) > limit, "data": shown}

    def _summary(self, mail: Sent) -> Json:
        reply_to = mail.body.get("reply_to", [])
        return {
            "id": mail.id,
            "to": mail.recipients,
            "from": mail.body["from"],
            "created_at": mail.at.strftime("%Y-%m-%d %H:%M:%S.%f+00"),
            "subject": mail.body["subject"],
            "bcc": [],
            "cc": [],
            "reply_to": [reply_to] if isinstance(reply_to, str) else reply_to,
            "last_event": self.event_of(mail),
        }

    def _told(self, mail: Sent) -> Json:
        texts = {name: mail.body.get(name, "") for name in ("html", "text")}
        return {"object": "email", **self._summary(mail), **texts}
