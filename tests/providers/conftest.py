"""What the tests of suppliers ask for by name."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ecot.jobs.place import Place, open_place


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """An empty ledger."""
    opened = open_place(tmp_path)
    yield opened
    opened.store.close()
