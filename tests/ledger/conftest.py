"""A fresh ledger for each test."""

from collections.abc import Iterator

import pytest

from tests.ledger.book import Book, fresh_book


@pytest.fixture
def book() -> Iterator[Book]:
    """An account's empty ledger, which is sound at the end of the test too."""
    with fresh_book() as one:
        yield one
        one.assert_sound()
