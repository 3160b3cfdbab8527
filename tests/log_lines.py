"""No line of any log of the whole test run holds a secret.

What any test lets the program open (`SecretStr.get_secret_value`) is a secret from then on; tokens,
signed links and cookies are known by their shape. Each line is looked through as its handler writes
it, after the handler's own filters, and so is what a test leaves on stderr. Processes that a test
starts have logs of their own: tests/cloud/canary.py is about those.
"""

import logging
import re
from collections.abc import Generator, Iterator
from contextlib import contextmanager

import pytest
from pydantic import SecretStr

from ecot.jobs.access import SHAPE

_SHORTEST = 8  # characters: what is shorter may be in a line by chance
_SIGNED = re.compile(r"WyJ[\w-]{16,}\.[\w-]{43}")  # jobs/signing.py: base64 of `["…`, and its HMAC


class Overheard:
    """What was opened, and the lines that gave something away."""

    def __init__(self) -> None:
        self.opened: set[str] = set()
        self.lines: list[str] = []

    def hear(self, line: str) -> None:
        """Looks through one line, or through many."""
        is_told = any(secret in line for secret in self.opened)
        if is_told or SHAPE.search(line) or _SIGNED.search(line):
            self.lines.append(line)

    @contextmanager
    def listening(self) -> Iterator[None]:
        """While it lasts, every secret that is opened is noted, and every line is heard."""
        opens, writes = SecretStr.get_secret_value, logging.Handler.format

        def opened(secret: SecretStr) -> str:
            value = opens(secret)
            if len(value) >= _SHORTEST:
                self.opened.add(value)
            return value

        def written(handler: logging.Handler, record: logging.LogRecord) -> str:
            line = writes(handler, record)
            self.hear(line)
            return line

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(SecretStr, "get_secret_value", opened)
            patched.setattr(logging.Handler, "format", written)
            yield

    def take(self) -> list[str]:
        """The lines so far, once."""
        lines, self.lines = self.lines, []
        return lines


overheard = Overheard()


@pytest.fixture(autouse=True, scope="session")
def every_line_is_heard() -> Iterator[None]:
    """Every test of this process, from its first fixture on."""
    with overheard.listening():
        yield


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Makes a failure of a phase of a test that gave something away."""
    report = yield
    overheard.hear(report.capstderr)
    lines = overheard.take()
    if lines and not report.failed:
        report.outcome = "failed"
        report.longrepr = "a line of the log holds a secret:\n" + "\n".join(lines[:5])
    return report
