"""The interface on this machine alone: requests on loopback made into those of API Gateway.

Nobody but programs on this machine reaches it: it listens on 127.0.0.1, and answers only where the
request names it so, that no page of the web can reach it under a name of its own (DNS rebinding).
"""

import base64
import re
import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BufferedReader, RawIOBase
from socket import socket
from typing import Any

from ecot.api import problems
from ecot.api.app import answer
from ecot.api.request import MOST_BODY
from ecot.api.sealed import built_of, sealed
from ecot.api.world import World
from ecot.errors import SettingsError
from ecot.language import Language
from ecot.model.sentence import Sentence

LOOPBACK = "127.0.0.1"
_NAMES = (LOOPBACK, "localhost")
_USUAL_PORT = 80
_SILENCE = 15.0  # seconds: whoever sends nothing for so long is let go
_WHOLE = 20.0  # seconds: and whoever has not sent a whole request in so long, a byte now and then
_LENGTH = re.compile(r"[0-9]{1,20}")
_MOST_HEADERS = 16_384  # characters of all headers; a browser sends 1,000
_LANGUAGE = Language(locale="en-US")
_STRANGER = Sentence("This address is answered under its own name alone")
_STRANGER_REMEDY = Sentence("Ask for http://{host}.")
_NO_LENGTH = Sentence("The length of what is sent has to be said beforehand")
_HEADERS = Sentence("The headers are larger than anything here needs")
_UNREADABLE = Sentence("The request is none")


class Loopback(ThreadingHTTPServer):
    """The server. Requests are taken by threads, and answered one after another."""

    daemon_threads = True
    allow_reuse_port = (
        False  # a second one on this port is refused, and does not take turns with it
    )

    def __init__(
        self, world: World, port: int, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        """Listens on the port (0: on one that is free). Raises SettingsError where it is taken."""
        self.world, self.monotonic = world, monotonic
        try:
            super().__init__((LOOPBACK, port), _Handler)
        except (OSError, OverflowError):
            raise SettingsError(
                "Port {port} of this machine is taken, or may not be used",
                remedy="Choose another one: ecot serve --port {other}",
                port=port,
                other=8718 if port != 8718 else 8719,
            ) from None

    @property
    def host(self) -> str:
        """What it is called."""
        return f"{LOOPBACK}:{self.server_port}"

    @property
    def url(self) -> str:
        """Its address, without a slash at its end."""
        return f"http://{self.host}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that goes away in the middle of an answer is nobody's business."""


class _Handler(BaseHTTPRequestHandler):
    """One request. Nothing of it is logged: an address may hold a token."""

    server: Loopback
    server_version, sys_version = "ecot", ""
    timeout = _SILENCE

    def setup(self) -> None:
        """Reads no longer than a request may take, however slowly its bytes come."""
        super().setup()
        self.rfile.close()
        self.rfile = BufferedReader(_Timely(self.connection, self.server.monotonic))

    def answer_it(self) -> None:
        """Answers, whatever the method."""
        early = self._early()
        self._send(early if early is not None else self._answered())

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_TRACE = answer_it

    def send_error(self, code: int, *_: str | None, **__: str | None) -> None:
        """What http.server itself refuses, said as everything else is said."""
        self.request_version = (
            "HTTP/1.0"  # of 0.9 http.server would send neither status nor headers
        )
        self._send(_problem(code, _UNREADABLE))

    def log_message(self, format: str, *arguments: Any) -> None:
        """Silent."""

    def _early(self) -> dict[str, Any] | None:
        stated = self.headers.get_all("host") or []
        if len(stated) != 1 or stated[0] not in self._own_names():
            remedy = Sentence(_STRANGER_REMEDY.text, {"host": self.server.host})
            return _problem(HTTPStatus.MISDIRECTED_REQUEST, _STRANGER, remedy)
        if sum(len(name) + len(value) for name, value in self.headers.items()) > _MOST_HEADERS:
            return _problem(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, _HEADERS)
        length = self.headers.get_all("content-length") or ["0"]
        if (
            "transfer-encoding" in self.headers
            or len(length) != 1
            or not _LENGTH.fullmatch(length[0])
        ):
            return _problem(HTTPStatus.LENGTH_REQUIRED, _NO_LENGTH)
        if int(length[0]) > MOST_BODY:
            remedy = Sentence(problems.TOO_LARGE_REMEDY.text, {"most": str(MOST_BODY)})
            return _problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, problems.TOO_LARGE, remedy)
        return None

    def _own_names(self) -> set[str]:
        """Of port 80, which browsers leave out, also without it."""
        port = self.server.server_port
        bare = _NAMES if port == _USUAL_PORT else ()
        return {*bare, *(f"{name}:{port}" for name in _NAMES)}

    def _answered(self) -> dict[str, Any]:
        body = self.rfile.read(int(self.headers.get("content-length") or "0"))
        headers = {name.lower(): value for name, value in self.headers.items()}
        for name in headers:
            headers[name] = ", ".join(self.headers.get_all(name) or [])
        return answer(event_of(self.command, self.path, headers, body), self.server.world)

    def _send(self, answered: Mapping[str, Any]) -> None:
        text = answered["body"]
        body = base64.b64decode(text) if answered["isBase64Encoded"] else text.encode()
        self.connection.settimeout(_SILENCE)
        self.close_connection = True
        self.send_response(answered["statusCode"])
        for name, value in answered["headers"].items():
            self.send_header(name, value)
        for cookie in answered["cookies"]:
            self.send_header("Set-Cookie", cookie)
        if answered["statusCode"] not in (204, 304):
            self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


class _Timely(RawIOBase):
    """What a connection sends, until the request has taken too long."""

    def __init__(self, connection: socket, monotonic: Callable[[], float]) -> None:
        self._connection, self._monotonic = connection, monotonic
        self._ends = monotonic() + _WHOLE

    def readable(self) -> bool:
        """It is read from."""
        return True

    def readinto(self, buffer: Any, /) -> int:
        """What has come. Raises TimeoutError where nothing comes, or the time is over."""
        left = self._ends - self._monotonic()
        if left <= 0:
            raise TimeoutError
        self._connection.settimeout(min(_SILENCE, left))
        return self._connection.recv_into(buffer)


def event_of(method: str, target: str, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    """The request as API Gateway would hand it over: cookies apart, a body in base64."""
    path, _, query = target.partition("?")
    cookies = [one.strip() for one in headers.get("cookie", "").split(";") if one.strip()]
    shown = {name: value for name, value in headers.items() if name != "cookie"}
    http = {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": LOOPBACK}
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "cookies": cookies,
        "headers": {**shown, "x-forwarded-proto": "http"},
        "requestContext": {"http": http, "stage": "$default"},
        "body": base64.b64encode(body).decode() if body else None,
        "isBase64Encoded": bool(body),
    }


def _problem(status: int, text: Sentence, remedy: Sentence | None = None) -> dict[str, Any]:
    return sealed(built_of(problems.problem(status, _LANGUAGE, text, remedy)))
