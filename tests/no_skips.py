"""Where CI is set, a skipped test is a failure: nobody reads what a green build left out.

An expected failure (`xfail`) is not a skip: the test ran, and said what it was expected to say.
"""

import os
from collections.abc import Generator
from typing import TypeVar

import pytest

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)


def in_ci() -> bool:
    """Whether this run is a build that somebody relies on."""
    return os.environ.get("CI", "").lower() not in ("", "0", "false", "no")


def refuse_skip(report: Report) -> Report:
    """The report itself, or in CI a failure that gives the skip's reason."""
    if in_ci() and report.skipped and not hasattr(report, "wasxfail"):
        where = report.longrepr
        reason = f"{where[0]}:{where[1]}: {where[2]}" if isinstance(where, tuple) else str(where)
        report.outcome = "failed"
        report.longrepr = f"skipped, and in CI a skip is a failure: {reason}"
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    return refuse_skip((yield))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    return refuse_skip((yield))
