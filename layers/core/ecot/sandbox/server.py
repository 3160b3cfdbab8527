"""A quiet loopback server that puts a site, and a script of faults, on a real socket."""

import threading
from types import TracebackType
from typing import Self

from ecot.sandbox.faults import Faults
from ecot.sandbox.messages import Request, Response, Site, json_response
from ecot.sandbox.sockets import Asked, SocketServer

LOOPBACK = "127.0.0.1"


class LoopbackServer:
    """Serves a site on a free port of 127.0.0.1 until closed; also a context manager.

    `faults` may be scripted before or while it runs. Leaving the `with` block raises what the site
    itself raised, since a broken site must not pass for a broken provider.
    """

    def __init__(
        self, site: Site, faults: Faults | None = None, latency_seconds: float = 0.0
    ) -> None:
        self.site = site
        self.faults = Faults() if faults is None else faults
        self.latency_seconds = latency_seconds
        self._released = threading.Event()
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._asked: list[Asked] = []
        self._errors: list[Exception] = []
        self._sockets = SocketServer((LOOPBACK, 0), self._answer)
        self._thread = threading.Thread(target=self._sockets.serve_forever, args=(0.02,))
        self._thread.daemon = True

    @property
    def url(self) -> str:
        """Where it listens, without a trailing slash: http://127.0.0.1:40123."""
        return f"http://{LOOPBACK}:{self._sockets.server_address[1]}"

    @property
    def requests(self) -> tuple[Asked, ...]:
        """What was asked so far, in order of arrival; header values are never kept."""
        with self._lock:
            return tuple(self._asked)

    def start(self) -> Self:
        """Begin to answer."""
        self._thread.start()
        return self

    def release(self) -> None:
        """Let go of every answer that a fault is holding back, now and from now on."""
        self._released.set()

    def close(self) -> None:
        """Stop listening, end every open connection and wait for its thread."""
        self._closing.set()
        self.release()
        if self._thread.is_alive():
            self._sockets.shutdown()
            self._thread.join()
        self._sockets.server_close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self.close()
        if error is None and self._errors:
            raise ExceptionGroup("the sandbox's site failed", self._errors)

    def _answer(self, request: Request) -> Response:
        with self._lock:
            self._asked.append(Asked(request.method, request.path, request.query))
        if self.latency_seconds:
            self._closing.wait(self.latency_seconds)
        response = self._safely(request)
        if response.hold_seconds:
            self._released.wait(response.hold_seconds)
        return response

    def _safely(self, request: Request) -> Response:
        try:
            return self.faults.answer(request, self.site)
        except Exception as error:  # noqa: BLE001 - told to the client, raised on leaving
            with self._lock:
                self._errors.append(error)
            return json_response({"error": f"the sandbox's site failed: {error!r}"}, status=500)
