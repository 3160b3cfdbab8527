"""The socket side of a sandbox server: reads requests, writes responses, ends connections."""

import os
import socket
import struct
import sys
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from ecot.sandbox.messages import Delivery, Request, Response

Answer = Callable[[Request], Response]
RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # SO_LINGER on, zero seconds: close sends RST


class Asked(NamedTuple):
    """One request as it was seen on the wire, without its headers."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]


class SocketServer(ThreadingHTTPServer):
    """A threading server that knows its open connections, so that closing ends them all."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], answer: Answer) -> None:
        self.answer = answer
        self._open: dict[threading.Thread, socket.socket] = {}
        super().__init__(address, Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve one connection in its own thread, and remember both."""
        worker = threading.Thread(
            target=self.process_request_thread, args=(request, client_address), daemon=True
        )
        self._open = {thread: kept for thread, kept in self._open.items() if thread.is_alive()}
        worker.start()
        self._open[worker] = request

    def server_close(self) -> None:
        """Close the listening socket and every connection, then wait for their threads."""
        super().server_close()
        for worker, connection in self._open.items():
            _hang_up(connection)
            worker.join(timeout=5)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no event; anything else is a bug, and said."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    """Turns one connection into requests, and responses into single writes."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: SocketServer

    def _serve(self) -> None:
        response = self.server.answer(self._request())
        if response.delivery is Delivery.RESET:
            self._reset()
            return
        sent = response.body if self.command != "HEAD" else b""
        if response.delivery is Delivery.CUT:
            sent, self.close_connection = sent[: len(sent) // 2], True
        self.wfile.write(_head(response) + sent)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _serve

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the demo prints its own progress."""

    def _request(self) -> Request:
        target = urlsplit(self.path)
        length = int(self.headers.get("content-length", "0"))
        return Request(
            method=self.command,
            path=target.path,
            query=tuple(parse_qsl(target.query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(length),
        )

    def _reset(self) -> None:
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        os.close(self.connection.detach())


def _head(response: Response) -> bytes:
    lines = [f"HTTP/1.1 {response.status} {_reason(response.status)}"]
    lines += [f"{name}: {value}" for name, value in response.headers.items()]
    lines.append(f"content-length: {len(response.body)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def _reason(status: int) -> str:
    return HTTPStatus(status).phrase if status in set(HTTPStatus) else "Unknown"


def _hang_up(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # the client, or a fault, was faster
