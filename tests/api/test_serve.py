"""The interface on loopback: real sockets, and what nobody but a program sends."""

import http.client
import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecot.api.request import MOST_BODY, read_request
from ecot.api.serve import Loopback, event_of
from ecot.errors import SettingsError
from tests.api.asking import Interface


@contextmanager
def serving(
    interface: Interface, monotonic: Callable[[], float] = time.monotonic
) -> Iterator[Loopback]:
    with Loopback(interface.world, 0, monotonic) as server:
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def server(empty: Interface) -> Iterator[Loopback]:
    with serving(empty) as found:
        yield found


def asked(server: Loopback, method: str, path: str, **headers: str) -> tuple[int, str]:
    """Status and text of one request."""
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    try:
        connection.request(method, path, headers=headers)
        with connection.getresponse() as answer:
            return answer.status, answer.read().decode()
    finally:
        connection.close()


def sent(server: Loopback, raw: bytes) -> bytes:
    """Everything that is answered to these bytes."""
    with socket.create_connection(("127.0.0.1", server.server_port), timeout=10) as connection:
        connection.sendall(raw)
        connection.shutdown(socket.SHUT_WR)
        found = b""
        while part := connection.recv(65536):
            found += part
        return found


def test_it_answers_as_the_cloud_does(server: Loopback, empty: Interface) -> None:
    token = empty.reader
    assert asked(server, "GET", "/health") == (200, '{"ok":false}')
    assert asked(server, "GET", "/costs")[0] == 401
    status, text = asked(server, "GET", "/costs?by=model", Authorization=f"Bearer {token}")
    assert (status, json.loads(text)["by"]) == (200, ["model"])
    assert asked(server, "HEAD", "/health") == (200, "")
    assert asked(server, "GET", "/nothing")[0] == 404


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "localhost:1", "127.0.0.1.nip.io"])
def test_a_page_of_the_web_does_not_reach_it_under_another_name(
    server: Loopback, host: str
) -> None:
    status, text = asked(server, "GET", "/health", Host=host)
    assert status == 421
    assert server.host in json.loads(text)["remedy"]


def test_it_answers_to_its_names(server: Loopback) -> None:
    for name in ("127.0.0.1", "localhost"):
        assert asked(server, "GET", "/health", Host=f"{name}:{server.server_port}")[0] == 200


def test_bodies_and_headers_are_bounded_before_they_are_read(server: Loopback) -> None:
    length = str(MOST_BODY + 1)
    assert asked(server, "POST", "/collect", **{"Content-Length": length})[0] == 413
    assert asked(server, "POST", "/collect", **{"Transfer-Encoding": "chunked"})[0] == 411
    assert asked(server, "GET", "/health", **{"X-Long": "x" * 17_000})[0] == 431


@pytest.mark.parametrize(
    "raw",
    [
        b"nonsense\r\n\r\n",
        b"GET\r\n\r\n",
        b"BREW /coffee HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /health HTTP/9.9\r\n\r\n",
        b"GET /health HTTP/1.1\r\n\r\n",
        b"GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\n\r\n",
        b"GET /health HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
    ],
)
def test_what_is_no_request_is_refused_in_the_same_form(server: Loopback, raw: bytes) -> None:
    found = sent(server, raw)
    assert b" 4" in found.splitlines()[0] or b" 5" in found.splitlines()[0]
    assert b"application/problem+json" in found
    assert b"Traceback" not in found


def test_whoever_goes_away_in_the_middle_harms_nobody(server: Loopback) -> None:
    for _ in range(3):
        with socket.create_connection(("127.0.0.1", server.server_port), timeout=10) as one:
            one.sendall(b"POST /collect HTTP/1.1\r\nContent-Length: 100\r\n")
    assert asked(server, "GET", "/health")[0] == 200


@pytest.mark.parametrize(
    "slowly",
    [
        b"GET /health HTTP/1.1\r\nX-Slow: ",
        b"POST /collect HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Length: 100\r\n\r\n",
    ],
)
def test_whoever_sends_a_byte_now_and_then_is_let_go(empty: Interface, slowly: bytes) -> None:
    clock = [0.0]
    with serving(empty, lambda: clock[0]) as server:
        raw = slowly.replace(b"%d", str(server.server_port).encode())
        with socket.create_connection(("127.0.0.1", server.server_port), timeout=10) as one:
            one.sendall(raw)
            assert asked(server, "GET", "/health")[0] == 200, "meanwhile others are answered"
            clock[0] = 19.0
            one.sendall(b"x")
            assert asked(server, "GET", "/health")[0] == 200
            clock[0] = 21.0
            one.sendall(b"x")
            assert one.recv(1) == b""


def test_a_port_that_is_taken_is_a_sentence(server: Loopback, empty: Interface) -> None:
    with pytest.raises(SettingsError, match=str(server.server_port)):
        Loopback(empty.world, server.server_port)


def test_many_at_once_are_all_answered(server: Loopback) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: asked(server, "GET", "/health")[0], range(40)))
    assert found == [200] * 40


@given(
    method=st.sampled_from(["GET", "POST"]),
    target=st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1).map(
        "/{}".format
    ),
    cookie=st.dictionaries(st.from_regex(r"\A[a-z]+\Z"), st.from_regex(r"\A[a-z0-9._-]*\Z")),
    body=st.binary(max_size=200),
)
def test_a_request_comes_through_the_event_as_it_was(
    method: str, target: str, cookie: dict[str, str], body: bytes
) -> None:
    line = "; ".join(f"{name}={value}" for name, value in cookie.items())
    headers = {"host": "x", **({"cookie": line} if cookie else {})}
    event = event_of(method, target, headers, body)
    try:
        found = read_request(event)
    except ValueError:
        return  # a query of too many fields
    path, _, query = target.partition("?")
    assert (found.method, found.path, found.raw_query) == (method, path, query)
    assert found.cookies == cookie
    assert found.body == body
