"""A ledger behind the interface, the tokens that open it, and requests to it."""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from ecot.api.app import answer
from ecot.api.serve import event_of
from ecot.api.world import World
from ecot.edge.setup import Setup
from ecot.errors import SettingsError
from ecot.jobs.access import New, new_token, revoke
from ecot.jobs.known import providers
from ecot.jobs.runs.events import Event, Step
from ecot.model.access import Role
from ecot.settings import load_texts
from tests.canary import Canary
from tests.cloud.limited import Function, LimitedSetup

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
KEY = b"0123456789abcdef0123456789abcdef"
SETTINGS = """
[report]
locale = "en-US"

[[account]]
provider = "openai"
name = "studio"

[[account]]
provider = "anthropic"
name = "lumen"
"""


@dataclass(frozen=True)
class Answer:
    """What was answered."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def document(self) -> Any:
        """The JSON that it is."""
        assert "json" in self.headers["Content-Type"], self.headers
        return json.loads(self.text)


@dataclass
class Interface:
    """The interface over the ledger in a folder. `handed` is what went to other functions."""

    home: Path
    canary: Canary
    settings: str = SETTINGS
    values: dict[str, str] = field(default_factory=dict)
    now: datetime = NOW
    handed: list[tuple[Step, Event]] = field(default_factory=list)
    has_key: bool = True
    most_bytes: int | None = None
    lend: Callable[[Setup, str, bytes, str], str] | None = None

    def open_setup(self) -> Setup:
        """As its owner."""
        return self._opened(None)

    def _opened(self, function: Function | None) -> Setup:
        settings = load_texts(
            body=self.settings.encode(),
            name="ecot.toml",
            home=str(self.home),
            values=self.values,
            providers=providers(),
            today=self.now.date(),
        )
        return LimitedSetup(function, settings, lambda: self.now)

    @property
    def world(self) -> World:
        return World(
            open_setup=lambda: self._opened("api"),
            hand=lambda step, event: self.handed.append((step, event)),
            signing_key=self.signing_key,
            now=lambda: self.now,
            most_bytes=self.most_bytes,
            lend=self.lend,
        )

    def signing_key(self) -> bytes:
        """A stack has none before its first token."""
        if not self.has_key:
            raise SettingsError("The stack has no key to sign with yet")
        return KEY

    def token(
        self, role: Role, *, expires: datetime | None = None, label: str = "", over: bool = False
    ) -> New:
        """A token; one that is `over` was revoked a minute ago."""
        with self.open_setup() as setup:
            store = setup.place.store
            made = new_token(store, role, self.now - timedelta(hours=1), label, expires)
            if over:
                revoke(store, made.id, self.now - timedelta(minutes=1))
        self.canary.hide(made.shown)
        return made

    def ask(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | str = "",
        *,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
        json_body: object = None,
        form: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request, as API Gateway hands it over."""
        raw = query if isinstance(query, str) else urlencode(query)
        sent = {"host": "ecot.example", **(headers or {})}
        body = b""
        if token is not None:
            sent["authorization"] = f"Bearer {token}"
        if json_body is not None:
            sent["content-type"], body = "application/json", json.dumps(json_body).encode()
        if form is not None:
            sent["content-type"] = "application/x-www-form-urlencoded"
            body = urlencode(form).encode()
        event = event_of(method, f"{path}?{raw}" if raw else path, sent, body)
        return self.answered(event)

    def answered(self, event: Mapping[str, Any]) -> Answer:
        found = answer(event, self.world)
        text = found["body"]
        if found["isBase64Encoded"]:
            text = base64.b64decode(text).decode()
        self.canary.see(text)
        self.canary.see(json.dumps([found["headers"], found["cookies"]]))
        return Answer(found["statusCode"], found["headers"], text)

    def get(self, path: str, query: Mapping[str, str] | str = "", **more: Any) -> Any:
        """The document that is answered to somebody who may read."""
        found = self.ask("GET", path, query, token=self.reader, **more)
        assert found.status == 200, found.text
        return found.document

    @cached_property
    def reader(self) -> str:
        """A token that reads."""
        return self.token("report").shown
