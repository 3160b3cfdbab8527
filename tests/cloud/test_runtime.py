"""The tests' own Lambda does what Lambda does: warm processes, a time limit, failures once more."""

import json
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import awslambdaric  # type: ignore[import-untyped]
import pytest
from boto3.session import Session
from botocore.config import Config
from botocore.exceptions import ClientError

from ecot.sandbox.messages import Request, Response
from ecot.sandbox.server import LoopbackServer
from tests.cloud.invoker import Lambda, Mischief, Scheduler
from tests.cloud.runtime import Function, Machine, Process
from tests.store.backends import REGION

CODE = """
import logging, os, sys, time, urllib.request
SERVED = []

def handler(event, context):
    SERVED.append(event)
    logging.getLogger("ecot").warning("serving %s", event)
    match event:
        case "die":
            os._exit(3)
        case "raise":
            raise ValueError("no such month")
        case "hang":
            time.sleep(60)
        case "look":
            return {
                "served": len(SERVED), "left": context.get_remaining_time_in_millis(),
                "name": context.function_name, "own": os.environ["OWN"], "path": sys.path,
                "foreign": os.environ.get("FOREIGN"),
            }
        case ["ask", url]:
            urllib.request.urlopen(url).read()
    return event
"""


BROKEN = "import a_module_that_nobody_has"


@pytest.fixture(scope="module")
def machine() -> Machine:
    """This interpreter, and what is installed for the tests."""
    return Machine(python=Path(sys.executable), runtime=Path(awslambdaric.__file__).parents[1])


def function(folder: Path, code: str = CODE, seconds: float = 30) -> Function:
    """One whose code is in a folder of its own."""
    (folder / "app.py").write_text(code, encoding="utf-8")
    environment = {"OWN": "yes"}
    return Function(name="try", code=folder, timeout_seconds=seconds, environment=environment)


@pytest.fixture
def functions(machine: Machine, tmp_path: Path) -> Iterator[Lambda]:
    """A Lambda with one function, `try`."""
    with Lambda(machine, tmp_path / "logs") as found:
        found.deploy(function(tmp_path))
        yield found


def outcomes(functions: Lambda) -> list[tuple[Any, int, str]]:
    """Of every attempt: its event, its number, how it ended."""
    return [(one.sent.event, one.sent.attempt, one.result.ending) for one in functions.done]


def test_a_process_serves_event_after_event_in_an_environment_of_its_own(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOREIGN", "of this machine")
    with Process(function(tmp_path), machine, tmp_path / "log") as process:
        assert process.invoke({"a": 1}) == ("answered", {"a": 1})
        raised = process.invoke("raise")
        seen = process.invoke("look").payload
    assert raised.ending == "raised"
    assert raised.payload["errorMessage"] == "no such month"
    assert raised.payload["errorType"] == "ValueError"
    assert seen["served"] == 3
    assert 0 < seen["left"] <= 30_000
    assert (seen["name"], seen["own"], seen["foreign"]) == ("try", "yes", None)
    checkout = Path(__file__).parents[2]
    assert {str(checkout), str(checkout / "layers" / "core")}.isdisjoint(seen["path"])
    for line in (tmp_path / "log").read_text("utf-8").splitlines():
        assert json.loads(line)["level"] in ("WARNING", "ERROR")


def test_a_process_is_killed_at_its_deadline_and_a_broken_one_does_not_start(
    machine: Machine, tmp_path: Path
) -> None:
    with Process(function(tmp_path), machine, tmp_path / "log") as process:
        late = process.invoke("hang", seconds=0.2)
        assert late.ending == "timed out"
        assert "Task timed out after 0.20 seconds" in late.payload["errorMessage"]
        assert not process.is_alive
    with Process(function(tmp_path), machine, tmp_path / "log") as process:
        assert process.invoke("die") == ("exited", {"errorType": "Runtime.ExitError", "exit": 3})
    with Process(function(tmp_path, BROKEN), machine, tmp_path / "log") as process:
        broken = process.invoke("look")
    assert broken.ending == "did not start"
    assert broken.payload["errorType"] == "Runtime.ImportModuleError"


def test_what_fails_is_tried_twice_more_and_then_kept(functions: Lambda) -> None:
    functions.send("try", "raise")
    functions.send("try", "fine")
    functions.settle()
    assert outcomes(functions) == [
        ("raise", 1, "raised"),
        ("fine", 1, "answered"),
        ("raise", 2, "raised"),
        ("raise", 3, "raised"),
    ]
    assert [one.sent.event for one in functions.dead] == ["raise"]
    assert functions.started == 1


def test_mischief_doubles_loses_and_turns_around(functions: Lambda) -> None:
    functions.mischief = Mischief(copies=2, lost={"try": 2})
    for event in ("a", "b", "c"):
        functions.send("try", event)
    functions.settle()
    assert [event for event, _, _ in outcomes(functions)] == ["a", "a", "c", "c"]

    functions.forget()
    functions.mischief = Mischief(is_backwards=True)
    for event in ("a", "b", "c"):
        functions.send("try", event)
    functions.settle()
    assert [event for event, _, _ in outcomes(functions)] == ["a", "c", "b"]


def test_boto3_invokes_a_function_and_is_turned_away(functions: Lambda) -> None:
    session = Session("testing", "testing", region_name=REGION)
    config = Config(retries={"total_max_attempts": 1})
    with closing(session.client("lambda", endpoint_url=functions.url, config=config)) as client:
        asked = client.invoke(FunctionName="try", InvocationType="Event", Payload=b'{"b": 2}')
        assert asked["StatusCode"] == 202
        answered = client.invoke(FunctionName="try", Payload=b'{"c": 3}')
        assert json.loads(answered["Payload"].read()) == {"c": 3}
        assert set(answered) == {"ResponseMetadata", "StatusCode", "Payload"}
        with pytest.raises(ClientError, match="ResourceNotFoundException"):
            client.invoke(FunctionName="nobody", InvocationType="Event", Payload=b"{}")
        functions.mischief = Mischief(throttled_every=1)
        with pytest.raises(ClientError, match="TooManyRequestsException"):
            client.invoke(FunctionName="try", InvocationType="Event", Payload=b"{}")
    functions.settle()
    assert {str(event) for event, _, _ in outcomes(functions)} == {"{'b': 2}", "{'c': 3}"}


def test_a_process_that_is_killed_at_work_is_an_attempt_that_failed(functions: Lambda) -> None:
    asked: list[int] = []

    class Deadly:
        """Whoever asks it first is killed meanwhile."""

        def answer(self, _request: Request, /) -> Response:
            asked.append(functions.kill("try") if not asked else 0)
            return Response(204)

    with LoopbackServer(Deadly()) as server:
        functions.send("try", ["ask", server.url])
        functions.settle()
    assert asked == [1, 0]
    assert [(number, ending) for _, number, ending in outcomes(functions)] == [
        (1, "exited"),
        (2, "answered"),
    ]
    assert functions.started == 2
    assert functions.dead == []


def test_the_scheduler_sends_an_event_of_its_moment(functions: Lambda, tmp_path: Path) -> None:
    (tmp_path / "daily.json").write_text('{"kind": "daily", "time": "2026-01-01T00:00:00Z"}')
    Scheduler(functions, tmp_path).send("try", "daily", datetime(2026, 11, 8, 1, tzinfo=UTC))
    functions.settle()
    assert functions.done[0].sent.event == {"kind": "daily", "time": "2026-11-08T01:00:00Z"}
