"""How GitHub refuses, whichever of its interfaces is asked, and what is told of it."""

from collections.abc import Mapping
from typing import Any

from ecot.providers.contract import Provider, Trouble
from ecot.sandbox import troubles
from tests.providers.around import Accounts
from tests.providers.remedies import told

KINDS: Mapping[int, Trouble] = {
    400: "unexpected_answer",
    401: "access_denied",
    403: "access_denied",
    429: "rate_limited",
    500: "unavailable",
    503: "unavailable",
}


def message(text: str) -> dict[str, str]:
    """The body of a refusal."""
    return {"message": text, "documentation_url": "https://docs.github.com/rest"}


def documented(provider: Provider, further: Mapping[int, str]) -> list[tuple[int, str]]:
    """Each status that is documented and how its remedy begins; `further` are the provider's."""
    remedies = told(provider)
    return [*((status, remedies[kind]) for status, kind in KINDS.items()), *further.items()]


def assert_told(account: Accounts[Any, Any], status: int, remedy: str) -> None:
    """Fails unless the doctor tells GitHub's own words and the remedy."""
    account.server.faults.add(troubles.refused(status, message("Said so")).repeated(None))

    outcome = account.examined()

    assert outcome.state == "failed"
    assert "Said so" in str(outcome.message)
    assert str(outcome.remedy).startswith(remedy)
