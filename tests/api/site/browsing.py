"""A browser without a screen: it keeps cookies, prefers HTML, and says where a form came from."""

import base64
import gzip
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urlencode

from ecot.api.app import answer
from ecot.api.serve import event_of
from tests.api.asking import Interface

HOST = "127.0.0.1:8718"
_GUARD = re.compile(r'name="guard" value="([^"]+)"')


@dataclass(frozen=True)
class Seen:
    """What came."""

    status: int
    headers: Mapping[str, str]
    cookies: tuple[str, ...]
    body: bytes

    @property
    def text(self) -> str:
        """The page, unpacked."""
        is_packed = self.headers.get("Content-Encoding") == "gzip"
        return (gzip.decompress(self.body) if is_packed else self.body).decode()

    @property
    def way(self) -> str:
        """Where it leads to."""
        return self.headers["Location"]

    @property
    def guard(self) -> str:
        """What forms of the page carry."""
        found = _GUARD.search(self.text)
        assert found is not None, self.text
        return unescape(found[1])


@dataclass
class Visitor:
    """Somebody at the interface. `is_https` is how they came to it."""

    at: Interface
    is_https: bool = False
    jar: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, headers: Mapping[str, str] | None = None, method: str = "GET") -> Seen:
        return self._asked(method, path, {**(headers or {})}, b"")

    def post(
        self, path: str, fields: Mapping[str, str], headers: Mapping[str, str] | None = None
    ) -> Seen:
        """Sends a form, from a page of the same site unless `headers` say something else."""
        origin = {"origin": f"{'https' if self.is_https else 'http'}://{HOST}"}
        sent = {"content-type": "application/x-www-form-urlencoded", **origin, **(headers or {})}
        return self._asked("POST", path, sent, urlencode(fields).encode())

    def sign_in(self, token: str, back: str = "") -> Seen:
        """Signs in with the token."""
        return self.post("/sign-in", {"token": token, "back": back})

    def _asked(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Seen:
        sent = {"host": HOST, "accept": "text/html,*/*;q=0.8", **headers}
        if self.jar:
            sent["cookie"] = "; ".join(f"{name}={value}" for name, value in self.jar.items())
        event = event_of(method, path, sent, body)
        event["headers"]["x-forwarded-proto"] = "https" if self.is_https else "http"
        given = answer(event, self.at.world)
        self._keep(given["cookies"])
        text = given["body"]
        whole = base64.b64decode(text) if given["isBase64Encoded"] else text.encode()
        return Seen(given["statusCode"], given["headers"], tuple(given["cookies"]), whole)

    def _keep(self, cookies: list[str]) -> None:
        for line in cookies:
            name, _, value = line.partition(";")[0].partition("=")
            self.jar[name] = value
            if "Max-Age=0" in line:
                del self.jar[name]
