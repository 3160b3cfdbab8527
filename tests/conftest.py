"""What holds for every test: no silent skip in CI, and property tests that can be run again."""

import logging
import os

import pytest
from hypothesis import HealthCheck, settings

from tests import log_lines
from tests.fault_tally import pytest_terminal_summary, tally
from tests.no_skips import in_ci, pytest_make_collect_report, pytest_runtest_makereport
from tests.store.backends import backend, backend_place, on_moto
from tests.store.opened import what_was_opened_is_closed

__all__ = [  # hooks and fixtures, found by their names
    "backend",
    "backend_place",
    "on_moto",
    "pytest_make_collect_report",
    "pytest_runtest_makereport",
    "pytest_terminal_summary",
    "tally",
    "what_was_opened_is_closed",
]


def pytest_configure(config: pytest.Config) -> None:
    """A plugin of its own, for its hook is one that this file has already."""
    config.pluginmanager.register(log_lines)


@pytest.fixture(autouse=True)
def log_of_nobody() -> None:
    """A command takes the log over for its whole process; a test finds it as Python makes it, and
    at its most talkative."""
    log = logging.getLogger("ecot")
    log.handlers, log.propagate = [], True
    log.setLevel(logging.DEBUG)


# No deadlines: the machines are shared, and a slow second is not a defect. A build draws the same
# examples each time, so that a red one can be repeated with CI=true; elsewhere they are new ones.
settings.register_profile(
    "ecot",
    deadline=None,
    print_blob=True,
    derandomize=in_ci(),
    database=None if in_ci() else settings.default.database if settings.default else None,
    suppress_health_check=[HealthCheck.too_slow],
)
# The second interpreter of a build looks for what differs there, not for rules that are broken.
settings.register_profile("brief", parent=settings.get_profile("ecot"), max_examples=20)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ecot"))
