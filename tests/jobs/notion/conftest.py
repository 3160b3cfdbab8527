"""A bureau with a pair of databases that our own set-up has made."""

from collections.abc import Iterator

import pytest

from ecot.store.protocol import Place
from tests.jobs.notion.bureau import Bureau, bureau_of


@pytest.fixture
def bureau(place: Place) -> Iterator[Bureau]:
    with bureau_of(place) as made:
        made.set_up()
        yield made
