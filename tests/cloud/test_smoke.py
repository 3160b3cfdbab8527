"""Each built function takes the events of `events/`: one process each, over an empty ledger."""

import json
from pathlib import Path
from typing import Any

import pytest

from ecot.jobs.access import new_token
from ecot.jobs.place import place_at
from tests.cloud.built import Built, built
from tests.cloud.canary import secrets_in, unreadable
from tests.cloud.company import open_company, open_sinks
from tests.cloud.deployment import STACK, Cloud, open_stack
from tests.cloud.runtime import Result
from tests.cloud.test_chain_faults import EVENING, SINCE
from tests.cloud.translated import ROOT

__all__ = ["built"]  # a fixture, found by its name
pytestmark = pytest.mark.tools

SENT = {
    "dispatch": ("daily", "close", "dispatch-asked"),
    "collect": ("collect",),
    "publish": ("publish", "publish-typed"),
    "send": ("send", "report", "send-asked"),
    "check": ("check",),
}
API = ("api-health", "api-site", "api-collect")


def event(file: str, path: str | None = None, token: str | None = None) -> dict[str, Any]:
    """The event in the file; of a request for another path, with a token."""
    found: dict[str, Any] = json.loads((ROOT / "events" / f"{file}.json").read_text("utf-8"))
    if path is not None:
        found["rawPath"] = found["requestContext"]["http"]["path"] = path
    if token is not None:
        found["headers"]["authorization"] = f"Bearer {token}"
    return found


def test_every_event_is_one_of_a_functions() -> None:
    known = {file for files in SENT.values() for file in files} | set(API)

    assert known == {path.stem for path in (ROOT / "events").glob("*.json")}


def test_each_function_takes_its_events(built: Built, tmp_path: Path) -> None:
    with (
        open_company(EVENING, SINCE, "vercel/lumen") as company,
        open_sinks(company) as sinks,
        open_stack(built, company, sinks, tmp_path, "smoke", 1) as cloud,
        pytest.MonkeyPatch.context() as monkeypatch,
    ):
        for step, files in SENT.items():
            for file in files:
                done = cloud.functions.call(f"{STACK}-{step}", event(file))
                assert done.ending == "answered", (file, done)
        cloud.functions.settle()
        assert cloud.functions.dead == []
        cloud.lead(monkeypatch)
        token = the_api_answers_whom_it_may(cloud)
        logs = cloud.logs()
        assert secrets_in(logs, [*cloud.secrets, token]) == []
        assert unreadable(logs) == []
        assert cloud.functions.started == len(SENT) + 1


def the_api_answers_whom_it_may(cloud: Cloud) -> str:
    """Nobody without a token sees more than whether all is well, and where to sign in. Returns the
    token of somebody who does."""
    place = place_at(cloud.address)
    token, _ = new_token(place.store, "report", EVENING, "smoke")
    place.store.close()

    def asked(path: str, token: str | None = None, file: str = "api-health") -> Result:
        done = cloud.functions.call(f"{STACK}-api", event(file, path, token))
        assert done.ending == "answered", (path, done)
        return done

    assert json.loads(asked("/health").payload["body"]).keys() == {"ok"}
    page = asked("/sign-in").payload
    assert page["statusCode"] == 200
    assert "<form" in page["body"]
    assert asked("/costs").payload["statusCode"] == 401
    assert asked("/costs", "a-token-of-nobody").payload["statusCode"] == 401
    assert asked("/costs", token).payload["statusCode"] == 200
    assert asked("/collect", file="api-collect").payload["statusCode"] == 401
    assert asked("/site/index.html", file="api-site").payload["statusCode"] in (303, 401)
    return token
