"""What each function is: a handler that is there, told what it reads, and heard when it fails."""

import ast
import json
import re
from pathlib import Path

import pytest

from ecot.edge.deployed import VARIABLES, read_deployed
from ecot.jobs.place import is_on_aws
from ecot.jobs.runs.events import read_event
from tests.cloud.template import (
    STACK,
    STEPS,
    Stack,
    functions,
    properties,
    resources,
)

ROOT = Path(__file__).resolve().parents[2]
EVENTS = ROOT / "events"
FUNCTIONS = functions()


def test_there_are_the_six_functions() -> None:
    assert FUNCTIONS.keys() == STEPS.keys() | {"api"}
    assert [
        path.name for path in sorted((ROOT / "functions").iterdir()) if path.is_dir()
    ] == sorted(FUNCTIONS)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_handler_is_a_file_and_a_name_in_it(name: str) -> None:
    file, _, handler = FUNCTIONS[name]["Handler"].rpartition(".")
    path = ROOT / FUNCTIONS[name]["CodeUri"] / name / f"{file}.py"
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }

    assert handler in names
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 8


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_is_told_what_it_reads_and_nothing_else(name: str) -> None:
    variables = FUNCTIONS[name]["Environment"]["Variables"]
    deployed = read_deployed(variables)

    told = {"ECOT_URL": ("publish", "send"), "ECOT_REPORT_SCHEDULED": ("send",)}
    assert variables.keys() == VARIABLES - {one for one in told if name not in told[one]}
    assert deployed.is_report_scheduled == (name == "send")
    assert deployed.stack == STACK
    assert (deployed.url is None) == ("ECOT_URL" not in variables)
    assert is_on_aws(deployed.address)


def test_nothing_but_the_handlers_reads_the_environment() -> None:
    """Else a setting could be read that the template does not know."""
    package = ROOT / "layers" / "core" / "ecot"
    reading = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if re.search(r"\bos\.(environ|getenv)\b|\bfrom os import\b", path.read_text("utf-8"))
    }

    assert {name for name in reading if not name.startswith("cli/")} == {
        "edge/invoked.py",
        "api/invoked.py",
    }


@pytest.mark.parametrize("name", STEPS)
def test_what_a_step_cannot_do_is_tried_again_and_kept(name: str) -> None:
    config = FUNCTIONS[name]["EventInvokeConfig"]

    assert config["MaximumRetryAttempts"] == 2
    assert config["DestinationConfig"]["OnFailure"]["Type"] == "SQS"
    assert config["DestinationConfig"]["OnFailure"]["Destination"].endswith("-deadletters")


def test_the_interface_answers_before_the_gateway_gives_up() -> None:
    assert FUNCTIONS["api"]["Timeout"] < 30
    assert "EventInvokeConfig" not in FUNCTIONS["api"]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_logs_json_into_a_group_that_forgets(name: str) -> None:
    config = FUNCTIONS[name]["LoggingConfig"]
    groups = {one["LogGroupName"]: one for one in properties("AWS::Logs::LogGroup").values()}

    assert config["LogFormat"] == "JSON"
    assert config["LogGroup"] == f"/aws/lambda/{STACK}-{name}"
    assert groups[config["LogGroup"]]["RetentionInDays"] == 30


def test_concurrency_is_reserved_only_where_it_is_asked_for() -> None:
    collect = resources("AWS::Serverless::Function")["CollectFunction"]["Properties"]

    assert "ReservedConcurrentExecutions" not in Stack().resolved(collect)
    assert Stack(CollectorsAtOnce=5).resolved(collect)["ReservedConcurrentExecutions"] == 5


EXAMPLES = {
    "daily": "dispatch",
    "close": "dispatch",
    "dispatch-asked": "dispatch",
    "collect": "collect",
    "publish": "publish",
    "publish-typed": "publish",
    "send": "send",
    "report": "send",
    "send-asked": "send",
    "check": "check",
    "api-health": "api",
    "api-site": "api",
    "api-collect": "api",
}


def test_every_function_has_an_event_and_every_event_a_function() -> None:
    assert {path.stem for path in EVENTS.iterdir()} == EXAMPLES.keys()
    assert set(EXAMPLES.values()) == FUNCTIONS.keys()


@pytest.mark.parametrize("name", [name for name, step in EXAMPLES.items() if step != "api"])
def test_an_event_is_what_its_step_reads(name: str) -> None:
    step = EXAMPLES[name]

    assert isinstance(
        read_event(STEPS[step], json.loads((EVENTS / f"{name}.json").read_bytes())), STEPS[step]
    )


@pytest.mark.parametrize("name", ["api-health", "api-site", "api-collect"])
def test_an_event_of_the_gateway_is_of_the_second_form(name: str) -> None:
    event = json.loads((EVENTS / f"{name}.json").read_bytes())

    assert event["version"] == "2.0"
    assert event["routeKey"] == event["requestContext"]["routeKey"] == "$default"
    assert event["requestContext"]["http"]["path"] == event["rawPath"]
