"""Every store that there is, so that one suite of promises holds for each of them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ecot.store.protocol import Store
from tests.store.backends import open_store_on

Open = Callable[[], Store]
"""Opens one more connection to the test's own, first empty, store."""


@pytest.fixture
def open_store(backend: str, tmp_path: Path) -> Iterator[Open]:
    """A way to open the store; what it opened is closed after the test."""
    opened: list[Store] = []

    def opens() -> Store:
        opened.append(open_store_on(backend, tmp_path))
        return opened[-1]

    yield opens
    for store in opened:
        store.close()


@pytest.fixture
def store(open_store: Open) -> Store:
    """One connection to an empty store."""
    return open_store()
