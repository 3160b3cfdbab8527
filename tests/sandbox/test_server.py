"""The loopback server on a real socket: what it keeps, how it ends, what it does at once."""

import socket
import threading
from concurrent.futures import ThreadPoolExecutor, wait

import httpx
import pytest

from ecot.sandbox.messages import Request, Response, json_response
from ecot.sandbox.server import LoopbackServer


class Echo:
    """Answers with what it was asked."""

    def answer(self, request: Request, /) -> Response:
        return json_response(
            {"path": request.path, "query": request.query, "body": request.body.decode()}
        )


class Broken:
    """A site with a bug."""

    def answer(self, request: Request, /) -> Response:
        raise LookupError(request.path)


def test_request_reaches_the_site_with_repeated_parameters_and_body() -> None:
    with LoopbackServer(Echo()) as server:
        asked = f"{server.url}/a?group_by=x&group_by[]=y&none="
        answer = httpx.post(asked, content="corps").json()
    assert answer == {
        "path": "/a",
        "query": [["group_by", "x"], ["group_by[]", "y"], ["none", ""]],
        "body": "corps",
    }


def test_requests_are_kept_without_header_values() -> None:
    with LoopbackServer(Echo()) as server:
        httpx.get(f"{server.url}/a?b=1", headers={"Authorization": "Bearer sk-admin-secret"})
        httpx.delete(f"{server.url}/c")
    assert server.requests == (("GET", "/a", (("b", "1"),)), ("DELETE", "/c", ()))
    assert "secret" not in repr(server.requests)


def test_one_connection_serves_many_requests() -> None:
    with LoopbackServer(Echo()) as server, socket.create_connection(_address(server)) as wire:
        for _ in range(3):
            wire.sendall(b"GET /a HTTP/1.1\r\nHost: sandbox\r\n\r\n")
            assert wire.recv(65536).startswith(b"HTTP/1.1 200 OK\r\n")
    assert len(server.requests) == 3


def test_head_has_the_length_but_no_body() -> None:
    with LoopbackServer(Echo()) as server:
        response = httpx.head(f"{server.url}/a")
    assert response.content == b""
    assert int(response.headers["content-length"]) > 0


def test_many_clients_at_once_are_all_answered_and_counted() -> None:
    with LoopbackServer(Echo()) as server, ThreadPoolExecutor(32) as pool:
        paths = [f"/{number}" for number in range(96)]
        answers = list(pool.map(lambda path: httpx.get(server.url + path).json()["path"], paths))
    assert answers == paths
    assert sorted(asked.path for asked in server.requests) == sorted(paths)


def test_closing_ends_open_connections_and_their_threads() -> None:
    with LoopbackServer(Echo()) as server:
        before = set(threading.enumerate())
        with httpx.Client() as client:
            client.get(server.url)
            server.close()
            with pytest.raises(httpx.TransportError):
                client.get(server.url)
    assert set(threading.enumerate()) <= before


def test_closing_does_not_wait_for_the_latency() -> None:
    with ThreadPoolExecutor(1) as pool:
        with LoopbackServer(Echo(), latency_seconds=600) as server:
            waiting = pool.submit(httpx.get, server.url, timeout=None)
            while not server.requests:
                assert not waiting.done()
        assert not wait([waiting], timeout=10).not_done


def test_nothing_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    with LoopbackServer(Echo()) as server:
        httpx.get(server.url)
        with socket.create_connection(_address(server)) as wire:
            wire.sendall(b"GET / HT")
    assert capfd.readouterr() == ("", "")


def test_a_site_with_a_bug_fails_the_test_that_uses_it() -> None:
    with pytest.raises(ExceptionGroup, match="site failed") as raised:  # noqa: SIM117
        with LoopbackServer(Broken()) as server:
            assert httpx.get(f"{server.url}/a").status_code == 500
    assert isinstance(raised.value.exceptions[0], LookupError)


def _address(server: LoopbackServer) -> tuple[str, int]:
    host, _, port = server.url.removeprefix("http://").partition(":")
    return host, int(port)
