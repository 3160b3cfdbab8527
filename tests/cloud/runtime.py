"""One process of a function as Lambda runs it: the real `awslambdaric` in a clean environment,
asking a Runtime API on loopback for its events.

Paths and headers are those of AWS's page "Using the Lambda runtime API" (read 2026-11-21). Played
too: the time limit, after which Lambda kills the process, the process that serves one event after
another while it lives, and errors before the first event. Not played: memory, freezing between
events, and who may call what.
"""

import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Literal, NamedTuple, Self
from uuid import uuid4

from ecot.sandbox.messages import Request, Response, json_response
from ecot.sandbox.server import LoopbackServer
from tests.store.backends import REGION

ACCOUNT = "123456789012"
START_SECONDS = 120.0  # until a process asks for its first event; Lambda gives ten, on faster cores
_PREFIX = "/2018-06-01/runtime/"
_LAUNCHER = Path(__file__).with_name("launched.py")
Ending = Literal["answered", "raised", "timed out", "exited", "did not start"]


@dataclass(frozen=True, kw_only=True)
class Machine:
    """What every function runs on: an interpreter, what Lambda's own runtime brings (`runtime`),
    and what the layers put into /opt/python (`layers`). `clock` is a file with the moment at which
    the functions' clock stands (None: it goes)."""

    python: Path
    runtime: Path
    layers: tuple[Path, ...] = ()
    clock: Path | None = None


@dataclass(frozen=True, kw_only=True)
class Function:
    """A function as it is deployed: its name, the folder of its code, its time limit, and the
    variables of its environment."""

    name: str
    code: Path
    timeout_seconds: float
    environment: Mapping[str, str] = field(default_factory=dict)
    handler: str = "app.handler"

    @property
    def arn(self) -> str:
        """As contexts and answers name it."""
        return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{self.name}"


class Result(NamedTuple):
    """How an event ended, and what was answered, or told of the error."""

    ending: Ending
    payload: Any = None

    @property
    def is_failure(self) -> bool:
        """Whether Lambda would try an asynchronous event again."""
        return self.ending != "answered"


class Process:
    """One execution environment, started at once; also a context manager. It is used by one thread
    at a time, and `kill` by any."""

    def __init__(self, function: Function, machine: Machine, log: Path) -> None:
        """`log` is the file to which everything goes that the process writes."""
        self.function = function
        self._told: SimpleQueue[tuple[str, Any]] = SimpleQueue()
        self._events: SimpleQueue[tuple[str, bytes] | None] = SimpleQueue()
        self._was_ready = False
        self._server = LoopbackServer(_Interface(self)).start()
        with log.open("ab") as written:
            self._process = subprocess.Popen(
                [str(machine.python), "-S", str(_LAUNCHER), function.handler],
                cwd=function.code,
                env=self._environment(machine),
                stdin=subprocess.DEVNULL,
                stdout=written,
                stderr=subprocess.STDOUT,
            )
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()

    @property
    def is_alive(self) -> bool:
        """Whether it can be given another event."""
        return self._process.poll() is None

    def invoke(self, event: object, *, seconds: float | None = None) -> Result:
        """What comes of an event within `seconds`, or the function's own time limit. A process that
        takes longer is killed, as Lambda does."""
        if not self._was_ready and (failure := self._until_ready()) is not None:
            return failure
        request, limit = str(uuid4()), seconds or self.function.timeout_seconds
        deadline = time.time() + limit
        self._events.put((f"{request} {int(deadline * 1000)}", json.dumps(event).encode()))
        kind, told = self._wait(limit)
        if kind == "nothing":
            self.kill()
            told = f"{request} Task timed out after {limit:.2f} seconds"
            return Result("timed out", {"errorMessage": told})
        return _RESULTS[kind](told)

    def kill(self) -> None:
        """Ends it at once, as Lambda does at a deadline."""
        if self.is_alive:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()

    def close(self) -> None:
        """Ends it, and waits until it has."""
        self.kill()
        self._process.wait()
        self._watcher.join()
        self._events.put(None)
        self._server.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def next_event(self) -> Response:
        """The answer to the process's question for work, once there is some."""
        self._told.put(("ready", None))
        if (event := self._events.get()) is None:
            return Response(410)
        identity, _, deadline = event[0].partition(" ")
        headers = {
            "Content-Type": "application/json",
            "Lambda-Runtime-Aws-Request-Id": identity,
            "Lambda-Runtime-Deadline-Ms": deadline,
            "Lambda-Runtime-Invoked-Function-Arn": self.function.arn,
            "Lambda-Runtime-Trace-Id": "Root=1-00000000-000000000000000000000000;Sampled=0",
        }
        return Response(200, headers, event[1])

    def tell(self, kind: str, body: bytes) -> None:
        """The process has said what came of its event, or why it cannot start."""
        self._told.put((kind, json.loads(body) if body else None))

    def _until_ready(self) -> Result | None:
        kind, told = self._wait(START_SECONDS, until="ready")
        self._was_ready = kind == "ready"
        if not self._was_ready:
            self.kill()
        return None if self._was_ready else Result("did not start", told)

    def _wait(self, seconds: float, until: str = "") -> tuple[str, Any]:
        """The next thing that is told; ("nothing", None) where the time is used up first. A process
        that is ready once more is no news, unless that is waited for."""
        end = time.monotonic() + seconds
        while True:
            try:
                kind, told = self._told.get(timeout=max(0.0, end - time.monotonic()))
            except Empty:
                return "nothing", None
            if kind != "ready" or until == "ready":
                return kind, told

    def _watch(self) -> None:
        self._told.put(("exited", {"errorType": "Runtime.ExitError", "exit": self._process.wait()}))

    def _environment(self, machine: Machine) -> dict[str, str]:
        """The variables that Lambda sets, the function's own, and nothing of this machine's."""
        name = self.function.name
        layers = [*machine.layers, machine.runtime]
        return {
            "PATH": os.defpath,
            "LANG": "en_US.UTF-8",
            "TZ": ":UTC",
            "HOME": "/nonexistent",
            "TMPDIR": os.environ.get("TMPDIR", "/tmp"),
            "PYTHONPATH": os.pathsep.join(map(str, layers)),
            "PYTHONDONTWRITEBYTECODE": "1",  # /opt and the task's folder are read only
            "LAMBDA_TASK_ROOT": str(self.function.code),
            "AWS_LAMBDA_RUNTIME_API": self._server.url.removeprefix("http://"),
            "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
            "AWS_LAMBDA_FUNCTION_NAME": name,
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
            "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{name}",
            "AWS_LAMBDA_LOG_STREAM_NAME": "2026/11/22/[$LATEST]0",
            "AWS_LAMBDA_LOG_FORMAT": "JSON",
            "AWS_LAMBDA_LOG_LEVEL": "INFO",
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "_HANDLER": self.function.handler,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            **({"ECOT_TESTS_CLOCK": str(machine.clock)} if machine.clock else {}),
            **self.function.environment,
        }


class _Interface:
    """The Runtime API of one process."""

    def __init__(self, process: Process) -> None:
        self._process = process

    def answer(self, request: Request, /) -> Response:
        """Work to do, or a receipt for what came of it."""
        path = request.path.removeprefix(_PREFIX)
        if request.method == "GET" and path == "invocation/next":
            return self._process.next_event()
        match path.split("/"):
            case ["init", "error"]:
                self._process.tell("init", request.body)
            case ["invocation", _, ("response" | "error") as kind]:
                self._process.tell(kind, request.body)
            case _:
                return json_response({"errorMessage": request.path}, 404)
        return json_response({"status": "OK"}, 202)


_RESULTS = {
    "response": lambda told: Result("answered", told),
    "error": lambda told: Result("raised", told),
    "exited": lambda told: Result("exited", told),
    "init": lambda told: Result("did not start", told),
}
