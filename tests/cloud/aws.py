"""AWS as the functions reach it: moto on a real socket, and in front of it a door at which calls
can be turned away as AWS does."""

import http.client
import json
import threading
from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from ecot.sandbox.faults import Fault, Next
from ecot.sandbox.messages import Request, Response
from tests.store import servers

_NOT_PASSED = {"connection", "content-length", "transfer-encoding", "keep-alive"}
_SLOW_DOWN = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>SlowDown</Code>'
    b"<Message>Please reduce your request rate.</Message></Error>"
)
_DENIED = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code>'
    b"<Message>Access Denied</Message></Error>"
)


class Door:
    """Passes every request on to moto, and its answer back."""

    def __init__(self) -> None:
        self._address = urlsplit(servers.moto()).netloc
        self._lock = threading.Lock()
        self.services: list[str] = []

    def answer(self, request: Request, /) -> Response:
        """moto's answer."""
        with self._lock:
            self.services.append(operation(request))
        connection = http.client.HTTPConnection(self._address, timeout=60)
        try:
            target = f"{request.path}?{urlencode(request.query)}" if request.query else request.path
            headers = {
                name: value for name, value in request.headers.items() if name not in _NOT_PASSED
            }
            connection.request(request.method, target, request.body, headers)
            found = connection.getresponse()
            kept = {
                name: value for name, value in found.getheaders() if name.lower() not in _NOT_PASSED
            }
            return Response(found.status, kept, found.read())
        finally:
            connection.close()


def operation(request: Request) -> str:
    """What is asked of which service: "dynamodb:PutItem", "ssm:GetParametersByPath", "s3:PUT"."""
    target = request.headers.get("x-amz-target", "")
    if not target:
        return f"s3:{request.method}"
    service, _, name = target.partition(".")
    return f"{'dynamodb' if service.startswith('DynamoDB') else 'ssm'}:{name}"


def throttled(every: int) -> Fault:
    """Every nth call, of whichever service, is turned away in that service's own words."""
    return Fault("throttled", _each(every, _throttling), times=None)


def refusing(prefix: str, method: str = "PUT") -> Fault:
    """S3 denies that to whoever asks it of objects whose path goes on so after the bucket."""
    denied = Response(403, {"content-type": "application/xml"}, _DENIED)
    return Fault("S3 refuses", lambda _request, _rest: denied, times=None).on(
        f"^/[^/]+/{prefix}", method=method
    )


def _each(
    every: int, refusal: Callable[[Request], Response]
) -> Callable[[Request, Next], Response]:
    lock, asked = threading.Lock(), [0]

    def effect(request: Request, rest: Next) -> Response:
        with lock:
            asked[0] += 1
            is_due = asked[0] % every == 0
        return refusal(request) if is_due else rest(request)

    return effect


def _throttling(request: Request) -> Response:
    service, _, _ = operation(request).partition(":")
    if service == "s3":
        return Response(503, {"content-type": "application/xml"}, _SLOW_DOWN)
    kind = {
        "dynamodb": "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",
        "ssm": "ThrottlingException",
    }[service]
    body = json.dumps({"__type": kind, "message": "Rate exceeded"}).encode()
    return Response(400, {"content-type": "application/x-amz-json-1.1"}, body)
