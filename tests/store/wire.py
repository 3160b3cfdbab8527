"""What goes over the wire to AWS: watched, refused, cut short, or done with the answer lost.

Everything is a hook of the client's own events, so that our adapter talks to an ordinary client.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ReadTimeoutError

if TYPE_CHECKING:
    from botocore.client import BaseClient


class Clock:
    """A clock that only a sleep moves."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


class _Raw:
    """A body as urllib3 would hand it out."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, *_: object, **__: object) -> list[bytes]:
        return [self._body]

    def read(self, *_: object, **__: object) -> bytes:
        body, self._body = self._body, b""
        return body


class Wire:
    """The hooks of one client. `sent` are its requests: operation and parameters."""

    def __init__(self, client: "BaseClient") -> None:
        self.sent: list[tuple[str, dict[str, Any]]] = []
        self._events = client.meta.events
        self._service = client.meta.service_model.service_name
        self._events.register(f"provide-client-params.{self._service}", self._note)

    def operations(self) -> list[str]:
        return [operation for operation, _ in self.sent]

    def refuse(self, operation: str, code: str, times: int, *, status: int = 400) -> None:
        """Answers the next calls with an error; nothing is done."""
        body = {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": MESSAGE}
        self._answer(operation, times, lambda: _response(status, json.dumps(body).encode()))

    def refuse_s3(self, operation: str, code: str, times: int, *, status: int = 400) -> None:
        """The same for S3."""
        body = f"<Error><Code>{code}</Code><Message>{MESSAGE}</Message></Error>"
        self._answer(operation, times, lambda: _response(status, body.encode()))

    def answer(self, operation: str, body: bytes, times: int) -> None:
        """Answers the next calls with success and this body; nothing is done."""
        self._answer(operation, times, lambda: _response(200, body))

    def garble(self, operation: str, times: int) -> None:
        """Answers the next calls with half an answer."""
        self.answer(operation, b'{"Item', times)

    def blank(self, operation: str, times: int) -> None:
        """Answers the next calls with success, and nothing else."""
        self.answer(operation, b"", times)

    def corrupt(self, operation: str, body: bytes, times: int) -> None:
        """Answers the next calls with a file that another checksum and ETag belong to."""
        headers = {"ETag": '"e"', "x-amz-checksum-crc32": "AAAAAA=="}
        self._answer(operation, times, lambda: _response(200, body, headers))

    def cut_off(self, operation: str, body: bytes, times: int) -> None:
        """Answers the next calls with the beginning of a file that is said to be longer."""
        headers = {"ETag": '"e"', "Content-Length": str(len(body) + 1)}
        self._answer(operation, times, lambda: _response(200, body, headers))

    def spoil_answer(self, operation: str, answers: Iterable[tuple[int, bytes]]) -> None:
        """The next calls are done, but come back with these statuses and bodies, and no header."""
        left = list(answers)

        def spoilt(response_dict: dict[str, Any], **_: object) -> None:
            if left:
                status, body = left.pop(0)
                response_dict.update(status_code=status, body=body, headers=HTTPHeaders())

        self._events.register(f"before-parse.{self._service}.{operation}", spoilt)

    def lose_answer(self, operation: str, then: Callable[[], object] = lambda: None) -> None:
        """The next call is done, something else happens, and the answer never comes."""
        left = [then]

        def lost(**_: object) -> None:
            if left:
                left.pop()()
                raise ReadTimeoutError(endpoint_url="http://127.0.0.1")

        self._events.register(f"after-call.{self._service}.{operation}", lost)

    def do_and_refuse(self, operation: str, code: str, status: int) -> None:
        """The next call is done, and the answer is an error all the same."""
        left = [{"Code": code, "Message": MESSAGE}]

        def refuse(http_response: AWSResponse, parsed: dict[str, Any], **_: object) -> None:
            if left:
                http_response.status_code = status
                parsed.update(Error=left.pop(), ResponseMetadata={"HTTPStatusCode": status})

        self._events.register(f"after-call.{self._service}.{operation}", refuse)

    def do_only(self, operation: str, field: str, count: int) -> None:
        """Each call does the first so many of a batch, and gives the rest back as unprocessed.

        (A count of 0 gives all of it back, though it is done: an empty batch is no request.)
        """

        def cut(params: dict[str, Any], context: dict[str, Any], **_: object) -> None:
            ((table, wanted),) = params["RequestItems"].items()
            if field == "UnprocessedItems":
                first, rest = wanted[:count] or wanted, wanted[count:]
            else:
                first = {**wanted, "Keys": wanted["Keys"][:count] or wanted["Keys"]}
                rest = (
                    {**wanted, "Keys": wanted["Keys"][count:]} if wanted["Keys"][count:] else None
                )
            params["RequestItems"] = {table: first}
            context["rest"] = {table: rest} if rest else {}

        def give_back(parsed: dict[str, Any], context: dict[str, Any], **_: object) -> None:
            parsed[field] = context["rest"]

        self._events.register(f"before-parameter-build.{self._service}.{operation}", cut)
        self._events.register(f"after-call.{self._service}.{operation}", give_back)

    def _answer(self, operation: str, times: int, answer: Callable[[], AWSResponse]) -> None:
        left = [None] * times

        def instead(**_: object) -> Any:
            if not left:
                return None
            left.pop()
            return answer()

        self._events.register(f"before-send.{self._service}.{operation}", instead)

    def _note(self, params: dict[str, Any], model: Any, **_: object) -> None:
        self.sent.append((model.name, params))


MESSAGE = "User arn:x is not authorized to perform: dynamodb:PutItem; token: SECRET-TOKEN"


def _response(status: int, body: bytes, headers: Mapping[str, str] = {}) -> AWSResponse:
    told = HTTPHeaders.from_dict({"Content-Length": str(len(body)), **headers})
    return AWSResponse("http://127.0.0.1", status, told, _Raw(body))
