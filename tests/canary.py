"""Nothing secret comes out: whatever a test hides is in no log line, no output and no answer.

A module asks for it with `from tests.canary import canary` and `__all__`, or a conftest does.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

_SHORTEST = 8  # characters: what is shorter may be somewhere by chance


@dataclass
class Canary:
    """What is hidden, and what was seen beside logs and output."""

    hidden: set[str] = field(default_factory=set)
    seen: list[str] = field(default_factory=list)

    def hide(self, secret: str) -> str:
        """Notes the secret, and of a token the part that cannot be guessed."""
        parts = {secret, secret.rpartition("_")[2], secret.rpartition(".")[2]}
        self.hidden |= {part for part in parts if len(part) >= _SHORTEST}
        return secret

    def see(self, text: str) -> str:
        """Notes what came out."""
        self.seen.append(text)
        return text

    def found(self, *texts: str) -> list[str]:
        """Which of what is hidden came out all the same."""
        return [secret for secret in sorted(self.hidden) for text in texts if secret in text]


@pytest.fixture
def canary(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> Iterator[Canary]:
    """Logs at their most talkative, and both streams, are looked through at the end of the test."""
    caplog.set_level(logging.DEBUG)
    one = Canary()
    yield one
    assert one.found(*one.seen, caplog.text, *capfd.readouterr()) == []
