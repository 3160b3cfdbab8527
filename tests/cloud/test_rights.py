"""Every call to AWS that a function makes is allowed by its role, and nothing more is.

The handlers run here over moto, which looks at no right; what they ask is compared with the roles
of the template, both ways.
"""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple, cast

import pytest
from pydantic import SecretStr

from ecot.api import invoked as requests
from ecot.api.rules import PAGE_RULES, RULES
from ecot.edge.deployed import Deployed, read_deployed
from ecot.edge.invoked import handler_of
from ecot.edge.signing_key import make_for
from ecot.jobs.access import new_token
from ecot.jobs.place import Place, place_at
from ecot.jobs.runs.events import Step
from ecot.jobs.stacks import parameters_of, texts_of
from ecot.model.outcome import Outcome
from ecot.sandbox.faults import Fault, Next
from ecot.sandbox.messages import Request, Response
from ecot.sandbox.server import LoopbackServer
from ecot.store.records import put_outcome
from tests.cloud.company import SINK_SECRETS, open_company, open_sinks
from tests.cloud.functions import Functions
from tests.cloud.rights import Right, Role, recorded, rights_of
from tests.cloud.template import STACK, Stack, resources
from tests.jobs.older import put_older
from tests.jobs.world import Clock

EVENTS = Path(__file__).resolve().parents[2] / "events"
ACCOUNT_KEY = "stripe/lumen"
NIGHT = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
OLD_EVIDENCE = "evidence/openai%2Flumen/2025-01-01/0123456789abcdef.json.gz"
NEVER_CONFIGURED = Outcome(
    provider="github", account="github/gone", run="20261101T010000Z-daily", at=NIGHT,
    state="not_configured",
)  # fmt: skip
STEPS: tuple[Step, ...] = ("dispatch", "collect", "publish", "send", "check")


class Context:
    """Plenty of time."""

    aws_request_id = "00000000-0000-4000-8000-000000000000"

    def get_remaining_time_in_millis(self) -> int:
        return 600_000


class Needed(NamedTuple):
    """What each function asked of AWS, and the stack that it asked it of."""

    stack: Stack
    rights: dict[str, set[Right]]


@pytest.fixture
def needed(on_moto: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Needed]:
    """A month's life of a stack, recorded function by function."""
    stack = Stack({"AWS::StackName": on_moto, "Table": on_moto, "Bucket": on_moto})
    with ExitStack() as around:
        company = around.enter_context(
            open_company(NIGHT, NIGHT.date() - timedelta(days=2), ACCOUNT_KEY)
        )
        sinks = around.enter_context(open_sinks(company))
        functions = Functions()
        door = around.enter_context(LoopbackServer(functions))
        monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", door.url)
        monkeypatch.setattr(requests, "MOST_BYTES", 100)  # an export is larger than an answer
        for name, value in environment(stack).items():
            monkeypatch.setenv(name, value)
        configure(on_moto, company.settings(sinks), {**company.secrets, **SINK_SECRETS})
        yield Needed(stack, Life(functions, company.clock, sinks.notion).lived())


def environment(stack: Stack) -> dict[str, str]:
    """That of a function which is told most."""
    usual = resources("AWS::Serverless::Function")["SendFunction"]["Properties"]["Environment"]
    found: dict[str, str] = stack.resolved(usual)["Variables"]
    return found


def configure(name: str, settings: str, secrets: dict[str, str]) -> None:
    """What its owner does beforehand."""
    with texts_of(name) as texts:
        texts.put("ecot.toml", settings.encode(), None)
    with parameters_of(name) as parameters:
        for variable, value in secrets.items():
            parameters.put(f"secrets/{variable}", SecretStr(value))
    make_for(read_deployed({"ECOT_STACK": name, "ECOT_TABLE": name, "ECOT_BUCKET": name}))


class Life:
    """The nights of a stack: everything that its functions are there for happens to it once."""

    def __init__(self, functions: Functions, clock: Clock, notion: LoopbackServer) -> None:
        self.functions, self.clock, self.notion = functions, clock, notion
        self.deployed = read_deployed(os.environ)
        self.rights: dict[str, set[Right]] = {name: set() for name in (*STEPS, "api")}

    def lived(self) -> dict[str, set[Right]]:
        """What each function needed for all of it."""
        with opened(self.deployed) as place:
            place.files.put(OLD_EVIDENCE, b"kept for 400 days")
            put_outcome(place.store, NEVER_CONFIGURED)  # of an account that has left the settings
        self.night()
        self.nothing_is_lost()
        self.somebody_never_answers()
        self.somebody_types_meanwhile()
        self.what_is_shown_goes_again()
        self.asked()
        self.after_an_update()
        return self.rights

    def run(self, step: Step, **event: object) -> None:
        """A step; what it hands on stays on the way."""
        with recorded() as needed:
            handler_of(step, self.clock)(json.loads(json.dumps(event)), Context())
        self.rights[step] |= needed

    def deliver(self, *lost: str) -> None:
        """Runs whatever is on its way, and what comes of it; events to the `lost` never come."""
        while self.functions.taken:
            name, event = self.functions.taken.pop(0)
            step = name.removeprefix(f"{self.deployed.stack}-")
            if step not in lost:
                self.run(cast(Step, step), **event)

    def time(self) -> str:
        return f"{self.clock.moment:%Y-%m-%dT%H:%M:%SZ}"

    def later(self, **passed: float) -> None:
        self.clock.moment += timedelta(**passed)

    def night(self) -> None:
        """From the schedule to the mail; and one that closes a month, which collects nothing."""
        for kind in ("daily", "close"):
            self.run("dispatch", time=self.time(), kind=kind)
            self.deliver()
            self.run("check", time=self.time())

    def nothing_is_lost(self) -> None:
        """Each step is lost once, and then a whole night: check hands all of it on again."""
        self.later(days=1)
        self.run("dispatch", time=self.time(), kind="daily")
        for lost in ("collect", "publish", "send", ""):
            self.deliver(lost)
            self.later(minutes=31)
            self.run("check", time=self.time())
        self.later(hours=30)
        self.run("check", time=self.time())
        self.functions.taken.clear()

    def somebody_never_answers(self) -> None:
        """An account's collection is lost each time that it is handed on, and given up."""
        self.run("dispatch", time=self.time(), kind="daily")
        for _ in range(3):
            self.deliver("collect")
            self.later(hours=1)
            self.run("check", time=self.time())
        assert self.functions.taken
        self.deliver()

    def somebody_types_meanwhile(self) -> None:
        """While the report is rendered, somebody types: whoever renders hands that on."""
        is_typed: list[bool] = []

        def typing(asked: Request, rest: Next) -> Response:
            if not is_typed:
                is_typed.append(True)
                self.run("publish")
            return rest(asked)

        self.notion.faults.add(Fault("somebody types", typing, times=None))
        self.run("publish")
        assert is_typed
        self.functions.taken.clear()

    def what_is_shown_goes_again(self) -> None:
        """The share page is taken away."""
        with texts_of(self.deployed.bucket) as texts:
            text = texts.get("ecot.toml")
            assert text is not None
            shared = texts.put("ecot.toml", text.body + b'\n[share]\npublic = ["mix"]\n', text)
            self.run("publish")
            texts.put("ecot.toml", text.body, shared)
            self.run("publish")

    def after_an_update(self) -> None:
        """Whichever step comes first finds an older ledger, copies it and brings it up to date."""
        for step in STEPS:
            self.empty()
            with opened(self.deployed) as place:
                put_older(place)
            self.run(step, **EVENT_OF[step](self.time()))
            self.functions.taken.clear()

    def empty(self) -> None:
        """Takes everything away, as if it had just been made."""
        with opened(self.deployed) as place:
            for partition in [*place.store.partitions()]:
                for item in [*place.store.query(partition)]:
                    place.store.delete(item.key)
            for name in [*place.files.names("copies/")]:
                place.files.delete(name)

    def asked(self) -> None:
        """Every route, by somebody who may."""
        with opened(self.deployed) as place:
            token = new_token(place.store, "admin", self.clock()).shown
        with ExitStack() as at_the_end, recorded() as needed:
            handler = requests.handler_of(at_the_end, self.clock)
            handler(request("GET", "/export", token, query="format=json"), Context())
            for rule in (*RULES, *PAGE_RULES):
                path = rule.path.replace("<run>", "none").replace("<name>", "index.html")
                body = json.dumps(BODIES.get(rule.path, {}))
                found = handler(request(rule.method, path, token, body), Context())
                assert found["statusCode"] < 500, (rule, found)
                is_form = (
                    rule in PAGE_RULES and not rule.is_safe
                )  # it was not shown to anybody before
                assert found["statusCode"] not in (400, 401, 403) or is_form, (rule, found)
        self.rights["api"] |= needed


@contextmanager
def opened(deployed: Deployed) -> Iterator[Place]:
    """Its ledger, as it is."""
    place = place_at(deployed.address)
    with closing(place.store):
        yield place


BODIES = {
    "/send-report": {"month": "2026-11"},
    "/adjustments": {
        "account": "supabase/lumen",
        "number": "F-1",
        "issued": "2026-11-02",
        "month": "2026-10",
        "net": "12.50",
        "currency": "USD",
    },
}


def request(method: str, path: str, token: str, body: str = "", query: str = "") -> dict[str, Any]:
    """As the gateway hands it on."""
    event = json.loads((EVENTS / "api-collect.json").read_bytes())
    event["headers"]["authorization"] = f"Bearer {token}"
    event["requestContext"]["http"] |= {"method": method, "path": path}
    sent = {"body": body if method == "POST" else None, "rawQueryString": query}
    return {**event, "rawPath": path, **sent}


EVENT_OF: Mapping[Step, Callable[[str], dict[str, Any]]] = {
    "dispatch": lambda time: {"time": time, "kind": "close"},
    "collect": lambda _: {"run": "20261122T010000Z-daily", "account": ACCOUNT_KEY},
    "publish": lambda _: {},
    "send": lambda _: {},
    "check": lambda time: {"time": time},
}


@pytest.mark.tools
def test_roles_allow_what_is_asked_and_nothing_more(needed: Needed) -> None:
    roles = {name: Role(name, needed.stack) for name in needed.rights}

    refused = {name: roles[name].refused(needed.rights[name]) for name in roles}
    idle = {name: roles[name].idle(needed.rights[name]) for name in roles}

    assert {name: rights for name, rights in refused.items() if rights} == {}
    assert {name: rights for name, rights in idle.items() if rights} == {}


def test_a_call_is_compared_with_what_a_role_allows() -> None:
    stack = Stack()
    dispatch, table = Role("dispatch", stack), f"{STACK}-table"
    put = rights_of("dynamodb", "PutItem", {"TableName": table})
    batch = rights_of("dynamodb", "BatchGetItem", {"RequestItems": {table: {}, "other": {}}})
    read = rights_of("s3", "GetObject", {"Bucket": f"{STACK}-bucket", "Key": "ledger/evidence/x"})
    key = rights_of("ssm", "GetParameters", {"Names": [f"/ecot/{STACK}/secrets/NOTION_API_KEY"]})
    invoke = rights_of("lambda", "Invoke", {"FunctionName": f"{STACK}-collect"})

    assert dispatch.refused(set(put + invoke)) == []
    assert [right.resource.rpartition("/")[2] for right in dispatch.refused(set(batch))] == [
        "other"
    ]
    assert [right.action for right in dispatch.refused(set(read))] == ["s3:GetObject"]
    assert dispatch.refused(set(key)) == key
    assert Role("publish", stack).refused(set(key)) == []
    decrypt = Right("kms:Decrypt", "any")
    assert dispatch.refused({decrypt}) == [decrypt]
    assert Right("dynamodb:PutItem", put[0].resource) in dispatch.idle(set(invoke))
    assert put[0] not in dispatch.idle(set(put))
    with pytest.raises(AssertionError, match="which right"):
        rights_of("sts", "GetCallerIdentity", {})
