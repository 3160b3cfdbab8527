"""OpenRouter's refusals, as a person reads them: what happened, what to do, and never the key."""

from pathlib import Path
from typing import Any

import pytest

from ecot.model.outcome import Outcome
from ecot.providers.openrouter import OPENROUTER
from ecot.sandbox import troubles
from ecot.sandbox.faults import Fault, Next
from ecot.sandbox.messages import Request, Response
from tests.providers import around
from tests.providers.openrouter_account import INFERENCE, MANAGEMENT, Account, account
from tests.providers.remedies import told
from tests.specifications import refusals

SPECIFICATION = "openrouter.openapi.json"
NEEDS_MANAGEMENT = "Costs need a management key: create one under"
RANDOM = MANAGEMENT.removeprefix("sk-or-v1-")


def examined(lumen: Account, secret: str = MANAGEMENT) -> Outcome:
    outcome = around.examined(lumen.source(secret), lumen.clock.round())
    assert RANDOM[:8] not in str(outcome)
    return outcome


def test_every_documented_refusal_is_told_in_its_own_words_with_a_remedy() -> None:
    remedies = {
        401: "access_denied",
        403: "access_denied",
        408: "unavailable",
        429: "rate_limited",
        500: "unavailable",
    }
    documented = {str(body): (status, body) for _, status, body in refusals(SPECIFICATION)}
    with account() as lumen:
        for status, body in documented.values():
            lumen.server.faults.clear()
            lumen.server.faults.add(troubles.refused(status, body).repeated(None))
            outcome = examined(lumen)
            kind: Any = remedies.get(status, "unexpected_answer")
            assert outcome.state == "failed"
            assert body["error"]["message"] in str(outcome.message)
            assert str(outcome.remedy) == told(OPENROUTER)[kind]
    assert {status for status, _ in documented.values()} == {400, 401, 403, 404, 408, 429, 500}


def test_a_sufficient_key_is_well() -> None:
    with account() as lumen:
        assert examined(lumen).state == "ok"


def test_a_key_that_calls_models_is_told_which_one_is_needed() -> None:
    with account() as lumen:
        outcome = examined(lumen, INFERENCE)

    assert outcome.state == "failed"
    assert "this key of OpenRouter can call models" in str(outcome.message)
    assert str(outcome.remedy).startswith(NEEDS_MANAGEMENT)


def _echo(status: int) -> Fault:
    """A server that repeats what it was sent."""

    def effect(request: Request, _rest: Next) -> Response:
        sent = request.headers["authorization"]
        return Response(status, {"x-echo": sent}, f'{{"error": {{"message": "{sent}"}}}}'.encode())

    return Fault(f"echo {status}", effect).repeated(None)


@pytest.mark.parametrize("status", [200, 302, 400, 401, 403, 404, 408, 429, 500])
def test_a_server_that_repeats_the_key_does_not_get_it_told(status: int) -> None:
    with account() as lumen:
        lumen.server.faults.add(_echo(status))
        assert examined(lumen).state == "failed"


def test_the_page_names_every_stream_and_quantity() -> None:
    page = Path(__file__).parents[2] / "docs" / "providers" / "openrouter.md"
    text = page.read_text(encoding="utf-8")

    names = (*OPENROUTER.streams, "requests", "input_tokens", "output_tokens", "reasoning_tokens")
    assert [name for name in names if f"`{name}`" not in text] == []
