"""What holds for every test: no silent skip in CI, and property tests that can be run again."""

import logging

import pytest
from hypothesis import HealthCheck, settings

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


# Rooms without a floor of coverage (tests/coverage_floor.py), and tests that do the same hundreds
# of times, each time with a fault at another call: measuring doubles their time, and what they
# reach of the rooms with a floor is reached by those rooms' own tests.
UNMEASURED = frozenset(
    {
        *("analysis", "bench", "cli", "pricing", "providers", "report", "sandbox"),
        *("test_backfill.py", "test_kill.py", "test_migrate_kill.py", "test_move_kill.py"),
        *("test_move_aws.py", "test_store_faults.py"),
    }
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Coverage is measured by the tests of the rooms that have a floor, and of what uses them."""
    for item in items:
        if UNMEASURED & set(item.path.relative_to(item.config.rootpath).parts):
            item.add_marker("no_cover")


@pytest.fixture(autouse=True)
def log_of_nobody() -> None:
    """A command takes the log over for its whole process; a test finds it as Python makes it."""
    log = logging.getLogger("ecot")
    log.handlers, log.propagate = [], True
    log.setLevel(logging.NOTSET)


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
settings.load_profile("ecot")
