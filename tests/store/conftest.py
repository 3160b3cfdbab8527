"""Every store that there is, so that one suite of promises holds for each of them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ecot.store.protocol import Store
from ecot.store.sqlite import SqliteStore

Open = Callable[[], Store]
"""Opens one more connection to the test's own, first empty, store."""

ENGINES: dict[str, Callable[[Path], Store]] = {
    "sqlite": lambda folder: SqliteStore(folder / "ecot.sqlite"),
}


@pytest.fixture(params=sorted(ENGINES))
def open_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    """A way to open the store; what it opened is closed after the test."""
    opened: list[Store] = []

    def opens() -> Store:
        opened.append(ENGINES[request.param](tmp_path))
        return opened[-1]

    yield opens
    for store in opened:
        store.close()


@pytest.fixture
def store(open_store: Open) -> Store:
    """One connection to an empty store."""
    return open_store()
