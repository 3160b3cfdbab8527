"""Lambda as callers see it, on a real socket: it takes events, queues them, runs the functions,
tries again what fails, and keeps what failed for good.

What boto3's client sends is read as AWS's reference of `Invoke` says (read 2026-11-21). Of an
asynchronous event Lambda promises that it comes, perhaps twice, in no order; `Mischief` scripts
that, and what it does not promise: that one is lost.
"""

import json
import threading
from collections import Counter, deque
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, Self
from urllib.parse import unquote

from ecot.sandbox.messages import Request, Response, json_response
from ecot.sandbox.server import LoopbackServer
from tests.cloud.runtime import Function, Machine, Process, Result

ATTEMPTS = 3  # Lambda's default for asynchronous events: once, and twice again
LARGEST_EVENT = 256 * 1024
_PREFIX, _SUFFIX = "/2015-03-31/functions/", "/invocations"


class Sent(NamedTuple):
    """An event on its way to a function, and which attempt this is."""

    name: str
    event: Any
    attempt: int = 1


class Done(NamedTuple):
    """An attempt, and how it ended."""

    sent: Sent
    result: Result


@dataclass
class Mischief:
    """What happens to asynchronous events on their way: each is delivered `copies` times, and the
    nth of a function in `lost` never; of those that wait the newest comes first where they go
    `is_backwards`; every nth request is turned away (`throttled_every`)."""

    copies: int = 1
    lost: Mapping[str, int] = field(default_factory=dict)
    is_backwards: bool = False
    throttled_every: int = 0


class Lambda:
    """Functions and the processes that serve them; a context manager, which waits for nobody."""

    def __init__(
        self,
        machine: Machine,
        logs: Path,
        *,
        at_once: Mapping[str, int] | None = None,
    ) -> None:
        """Each process writes into a file of its own in the folder `logs`. A function runs in as
        many processes at once as `at_once` says: else in one."""
        self.machine, self.logs, self.mischief = machine, logs, Mischief()
        self.done: list[Done] = []
        self.dead: list[Done] = []
        self._functions: dict[str, Function] = {}
        self._at_once = dict(at_once or {})
        self._changed = threading.Condition()
        self._waiting: deque[Sent] = deque()
        self._idle: dict[str, list[Process]] = {}
        self._busy: dict[str, list[Process]] = {}
        self._asked, self._taken = 0, Counter[str]()
        self._started = 0
        self._is_closing = False
        self._threads = ThreadPoolExecutor(max_workers=32, thread_name_prefix="lambda")
        self._server = LoopbackServer(_Interface(self)).start()
        logs.mkdir(parents=True, exist_ok=True)

    @property
    def url(self) -> str:
        """What AWS_ENDPOINT_URL_LAMBDA is to be."""
        return self._server.url

    @property
    def started(self) -> int:
        """How many processes were started: cold starts."""
        return self._started

    def deploy(self, *functions: Function) -> None:
        """The functions are there, in the place of any of the same names."""
        self._functions |= {one.name: one for one in functions}

    def send(self, name: str, event: Any) -> None:
        """Takes an event for a function, as from somebody who does not wait. Raises KeyError for a
        function that is not there."""
        with self._changed:
            self._functions[name]
            self._taken[name] += 1
            is_lost = self.mischief.lost.get(name) == self._taken[name]
            copies = 0 if is_lost else self.mischief.copies
            self._waiting.extend([Sent(name, event)] * copies)
            self._start_what_can()

    def call(self, name: str, event: Any, *, seconds: float | None = None) -> Result:
        """Runs a function and waits for its answer."""
        with self._changed:
            function = self._functions[name]
            self._changed.wait_for(lambda: len(self._busy.get(name, [])) < self._most(name))
            process = self._process(function)
        return self._run(process, Sent(name, event), seconds, is_retried=False)

    def settle(self, seconds: float = 240.0) -> None:
        """Waits until nothing is on its way. Raises AssertionError where that takes longer."""
        with self._changed:
            is_settled = self._changed.wait_for(lambda: not self._is_at_work(), seconds)
            assert is_settled, f"still on its way: {list(self._waiting)}, {self._busy}"

    def kill(self, name: str) -> int:
        """Ends every process of a function that works on something, as at its deadline; says how
        many that were."""
        with self._changed:
            found = list(self._busy.get(name, ()))
        for process in found:
            process.kill()
        return len(found)

    def forget(self) -> None:
        """What was done, refused and counted so far is forgotten; processes stay as they are."""
        with self._changed:
            self.done, self.dead, self.mischief = [], [], Mischief()
            self._asked, self._taken = 0, Counter()

    def close(self) -> None:
        """Ends every process."""
        with self._changed:
            self._is_closing = True
            self._waiting.clear()
            processes = [
                one for many in (self._idle, self._busy) for some in many.values() for one in some
            ]
        self._server.close()
        for process in processes:
            process.kill()
        self._threads.shutdown()
        for process in processes:
            process.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def answer(self, name: str, request: Request) -> Response:
        """To somebody who invokes a function over the network."""
        if name not in self._functions:
            return _refused(404, "ResourceNotFoundException", f"Function not found: {name}")
        with self._changed:
            self._asked += 1
            every = self.mischief.throttled_every
            is_throttled = bool(every) and self._asked % every == 0
        if is_throttled:
            return _refused(429, "TooManyRequestsException", "Rate Exceeded.")
        try:
            event = json.loads(request.body or b"{}")
        except ValueError:
            return _refused(400, "InvalidRequestContentException", "Could not parse request body")
        if request.headers.get("x-amz-invocation-type") != "Event":
            return _answered(self.call(name, event))
        if len(request.body) > LARGEST_EVENT:
            return _refused(413, "RequestTooLargeException", "The payload is too large.")
        self.send(name, event)
        return Response(202)

    def _is_at_work(self) -> bool:
        return bool(self._waiting) or any(self._busy.values())

    def _most(self, name: str) -> int:
        return self._at_once.get(name, 1)

    def _start_what_can(self) -> None:
        """Starts whatever waits and has a process. To be called by whoever holds the lock."""
        if self._is_closing:
            return
        order = list(reversed(self._waiting)) if self.mischief.is_backwards else list(self._waiting)
        for sent in order:
            if len(self._busy.get(sent.name, [])) < self._most(sent.name):
                self._waiting.remove(sent)
                process = self._process(self._functions[sent.name])
                self._threads.submit(self._run, process, sent, is_retried=True)
        self._changed.notify_all()

    def _process(self, function: Function) -> Process:
        """A process that is free, a warm one if there is one; it is busy from now on."""
        process = self._warm(function)
        if process is None:
            self._started += 1
            log = self.logs / f"{function.name}-{self._started:03}.log"
            process = Process(function, self.machine, log)
        self._busy.setdefault(function.name, []).append(process)
        return process

    def _warm(self, function: Function) -> Process | None:
        idle = self._idle.setdefault(function.name, [])
        while idle:
            process = idle.pop()
            if process.is_alive and process.function == function:
                return process
            process.close()
        return None

    def _run(
        self, process: Process, sent: Sent, seconds: float | None = None, *, is_retried: bool
    ) -> Result:
        result = process.invoke(sent.event, seconds=seconds)
        with self._changed:
            done = Done(sent, result)
            self.done.append(done)
            if result.is_failure and is_retried:
                self._try_again(done)
            self._busy[sent.name].remove(process)
            self._idle[sent.name].append(process)
            self._start_what_can()
        return result

    def _try_again(self, done: Done) -> None:
        if done.sent.attempt == ATTEMPTS:
            self.dead.append(done)
        else:
            self._waiting.append(done.sent._replace(attempt=done.sent.attempt + 1))


class Scheduler:
    """EventBridge Scheduler: sends the events of `events/`, at a moment of the test's."""

    def __init__(self, functions: Lambda, events: Path) -> None:
        self._functions, self._events = functions, events

    def send(self, name: str, file: str, at: datetime) -> None:
        """The event in the file, as of that moment, to the function of that name."""
        event = json.loads((self._events / f"{file}.json").read_text("utf-8"))
        self._functions.send(name, {**event, "time": f"{at:%Y-%m-%dT%H:%M:%SZ}"})


class _Interface:
    """The address at which functions are invoked."""

    def __init__(self, functions: Lambda) -> None:
        self._functions = functions

    def answer(self, request: Request, /) -> Response:
        """That of an invocation; nothing else is asked here."""
        path = request.path
        if request.method != "POST" or not (path.startswith(_PREFIX) and path.endswith(_SUFFIX)):
            return _refused(404, "ResourceNotFoundException", path)
        name = unquote(path.removeprefix(_PREFIX).removesuffix(_SUFFIX))
        return self._functions.answer(name.rpartition(":")[2], request)


def _answered(result: Result) -> Response:
    failed = {"X-Amz-Function-Error": "Unhandled"} if result.is_failure else {}
    return json_response(result.payload, 200, failed)


def _refused(status: int, kind: str, message: str) -> Response:
    content = {"Type": "User", "message": message}
    return json_response(content, status, {"x-amzn-ErrorType": kind})
