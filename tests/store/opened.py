"""What a test opens is closed after it, however it ended: Python 3.13 warns of a connection that is
left open, and here a warning is a failure (of whichever test runs when it is found)."""

from collections.abc import Iterator
from typing import TypeVar

import pytest

from ecot.store.protocol import Store

S = TypeVar("S", bound=Store)
_OPEN: list[Store] = []


def closed_later(store: S) -> S:
    """The store, which the end of this test closes; closing it before does no harm."""
    _OPEN.append(store)
    return store


@pytest.fixture(autouse=True)
def what_was_opened_is_closed() -> Iterator[None]:
    yield
    while _OPEN:
        _OPEN.pop().close()
