"""Events handed to functions: taken by a server on a real socket, as Lambda takes them."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from ecot.errors import LedgerError, StoreUnavailable
from ecot.jobs.runs.events import Collect, Dispatch, Hand
from ecot.jobs.stacks import hand_of
from ecot.sandbox.server import LoopbackServer
from tests.cloud.functions import Functions
from tests.store.backends import REGION

NOW = datetime(2026, 3, 4, 1, 0, tzinfo=UTC)


@pytest.fixture
def functions(monkeypatch: pytest.MonkeyPatch) -> Iterator[Functions]:
    """Lambda as the machine's settings lead to it."""
    found = Functions()
    with LoopbackServer(found) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", server.url)
        monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        yield found


def test_an_event_goes_to_the_function_of_its_step(functions: Functions) -> None:
    with hand_of("ecot-dev") as hand:
        taking: Hand = hand
        taking("dispatch", Dispatch(time=NOW, kind="asked", run="r1"))
    assert functions.taken == [
        ("ecot-dev-dispatch", {"time": "2026-03-04T01:00:00Z", "kind": "asked", "run": "r1"})
    ]


def test_many_are_handed_on_from_threads(functions: Functions) -> None:
    with hand_of("ecot") as hand, ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda n: hand("collect", Collect(run="r", account=f"a/{n}")), range(40)))
    assert {name for name, _ in functions.taken} == {"ecot-collect"}
    assert {event["account"] for _, event in functions.taken} == {f"a/{n}" for n in range(40)}


def test_a_busy_lambda_is_asked_again(functions: Functions) -> None:
    functions.refusals = [(429, "TooManyRequestsException"), (500, "ServiceException")]
    with hand_of("ecot") as hand:
        hand("collect", Collect(run="r", account="a/b"))
    assert len(functions.taken) == 1


@pytest.mark.parametrize(
    ("refusal", "text"),
    [
        ((404, "ResourceNotFoundException"), "lambda:ecot-collect does not exist"),
        ((403, "AccessDeniedException"), "AWS denies access to lambda:ecot-collect"),
    ],
)
def test_a_refusal_is_a_sentence(functions: Functions, refusal: tuple[int, str], text: str) -> None:
    functions.refusals = [refusal]
    with hand_of("ecot") as hand, pytest.raises(LedgerError, match=text) as caught:
        hand("collect", Collect(run="r", account="a/b"))
    assert not isinstance(caught.value, StoreUnavailable)
    assert functions.taken == []
