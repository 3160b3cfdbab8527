"""What looks through the logs of the whole test run: it hears what it should, and only that."""

import logging
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr

from ecot.jobs.signing import sign
from tests import log_lines
from tests.log_lines import Overheard

log = logging.getLogger("ecot.overheard")
KEY = "opened-in-a-test-of-logs"
TOKEN = "ecot_report_k3v9x2ab_" + "Sup3rS3cret" * 3 + "0123456789"
LINK = sign(b"k" * 32, "link", "k3v9x2ab", datetime(2026, 11, 1, tzinfo=UTC), "2026-10")


@pytest.fixture
def overheard(monkeypatch: pytest.MonkeyPatch) -> Overheard:
    """One of the test's own, while the run's is deaf: it would make this test fail."""
    monkeypatch.setattr(log_lines.overheard, "hear", lambda _line: None)
    return Overheard()


@pytest.mark.parametrize("secret", [TOKEN, LINK, KEY])
def test_a_line_that_tells_is_heard(overheard: Overheard, secret: str) -> None:
    with overheard.listening():
        SecretStr(KEY).get_secret_value()
        log.info("asked with %s", secret)

    assert overheard.take() != []
    assert overheard.take() == []


def test_a_trace_that_tells_is_heard(overheard: Overheard) -> None:
    with overheard.listening():
        opened = SecretStr(KEY).get_secret_value()
        try:
            raise ValueError(opened)
        except ValueError:
            log.exception("It went wrong")

    assert overheard.take() != []


def test_other_lines_are_not(overheard: Overheard) -> None:
    with overheard.listening():
        SecretStr("short").get_secret_value()
        log.info("short, ecot_report_k3v9x2ab_… and %s", KEY)

    assert overheard.take() == []
    assert overheard.opened == set()
