"""The faults that tests inject happen at every call, else those tests would count for nothing."""

from collections.abc import Callable

import pytest

from ecot.errors import LedgerError
from ecot.store.protocol import Key, Place
from tests.ledger.book import in_memory
from tests.store.faulty import FAULTS, Fault, Fuse, Killed, faulty

HERE = Key("here", "a")
CALLS: dict[str, Callable[[Place], object]] = {
    "get": lambda place: place.store.get([HERE]),
    "query": lambda place: place.store.query("here"),
    "partitions": lambda place: place.store.partitions(),
    "put": lambda place: place.store.put(HERE, b""),
    "put_all": lambda place: place.store.put_all([(HERE, b"")]),
    "delete": lambda place: place.store.delete(HERE),
    "files.put": lambda place: place.files.put("a", b""),
    "files.get": lambda place: place.files.get("a"),
    "files.names": lambda place: place.files.names(),
    "files.delete": lambda place: place.files.delete("a"),
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_happens_at_every_call(call: str, fault: Fault) -> None:
    place = faulty(in_memory(), Fuse(fault, 2))
    CALLS[call](place)
    with pytest.raises((LedgerError, Killed)):
        CALLS[call](place)
    place.store.close()
