"""A run that is killed, and the next one: over ledgers that can be compared to the letter."""

from typing import Protocol

import pytest

from ecot.model.outcome import Outcome
from ecot.store.people import FOLDER, people_key
from ecot.store.protocol import Place
from tests.jobs.pieces import everything
from tests.ledger.book import in_memory

KEY = b"the key of all these ledgers ..."


class Run(Protocol):
    """What collects an account once."""

    def collect(self, place: Place) -> Outcome:
        """Whatever comes of it."""


def ledger() -> Place:
    """An empty one; people are called the same in all of them."""
    place = in_memory()
    place.files.put(f"{FOLDER}key", KEY)
    assert people_key(place.files) == KEY
    return place


def resumed(killed: Run, whole: Run) -> dict[str, bytes]:
    """What a ledger says after a run that was killed, and a whole one."""
    place = ledger()
    with pytest.raises(BaseExceptionGroup):
        killed.collect(place)
    assert whole.collect(place).state == "ok"
    return everything(place)
