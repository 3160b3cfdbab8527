"""AWS Lambda as far as asynchronous invocations go: it takes events and remembers them.

moto runs functions in containers, which there are none of here.
"""

import json
import re
from threading import Lock
from typing import Any

from ecot.sandbox.messages import Request, Response, json_response

_INVOKED = re.compile(r"/2015-03-31/functions/([A-Za-z0-9_-]+)/invocations")


class Functions:
    """A site that answers 202 to every event. `refusals` are what it answers first: a status and
    the kind of error."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, dict[str, Any]]] = []
        self.refusals: list[tuple[int, str]] = []
        self._lock = Lock()

    def answer(self, request: Request, /) -> Response:
        """What Lambda says."""
        found = _INVOKED.fullmatch(request.path)
        assert request.method == "POST"
        assert found is not None
        assert request.headers["x-amz-invocation-type"] == "Event"
        with self._lock:
            if self.refusals:
                status, kind = self.refusals.pop(0)
                told = {"Type": "User", "Message": "token: SECRET-TOKEN"}
                return json_response(told, status, {"x-amzn-errortype": kind})
            self.taken.append((found[1], json.loads(request.body)))
        return Response(202)
