"""At the end of a test run: at how many calls a fault was injected, or a process killed.

Tests that run side by side cannot print, so each leaves its line as a property of its report.
"""

from collections.abc import Callable

import pytest

Tally = Callable[[str, int], None]
"""Notes a line (`on sqlite: 5 calls × 5 faults`) and how many runs it stands for."""

_PROPERTY = "faults injected"


@pytest.fixture
def tally(record_property: Callable[[str, object], None]) -> Tally:
    """Where a test notes how many faults it injected."""
    return lambda text, runs: record_property(_PROPERTY, [text, runs])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Prints the tally, where faults were injected at all."""
    lines = [
        value
        for report in terminalreporter.getreports("passed")
        for name, value in report.user_properties
        if name == _PROPERTY
    ]
    if lines:
        terminalreporter.section("faults injected at every call: nothing lost, nothing doubled")
        for text, runs in sorted(lines):
            terminalreporter.write_line(f"{text}: {runs} runs that failed")
        terminalreporter.write_line(f"{sum(runs for _, runs in lines)} runs that failed in all")
