"""The demo's company on a morning when October is still open, and nothing was collected yet."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ecot.jobs.place import Place, open_place
from ecot.sandbox.companies import atelier_lumen
from tests.jobs.world import World, world_of

NOW = datetime(2026, 11, 8, 6, tzinfo=UTC)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with world_of(atelier_lumen(), NOW, tmp_path) as around:
        yield around


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """An empty ledger."""
    opened = open_place(tmp_path / "home")
    yield opened
    opened.store.close()
