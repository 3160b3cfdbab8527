"""One ledger of the demo for all tests of this folder."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from ecot.jobs.demo import run_demo
from ecot.jobs.round import nothing_to_tell
from ecot.jobs.site.history import History
from tests.site.states import edition

DEMO_NOW = datetime(2026, 11, 21, 10, 30, tzinfo=UTC)


@pytest.fixture(scope="package")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[History]:
    """The made-up company as its report is made."""
    home = tmp_path_factory.mktemp("demo")
    place, _ = asyncio.run(run_demo(home / "demo", DEMO_NOW, nothing_to_tell))
    yield History(place, edition(DEMO_NOW.date(), is_demo=True))
    place.store.close()
