"""A ledger that a later Ecot wrote is refused and left as it is."""

import pytest

from ecot.errors import LedgerError
from ecot.store.protocol import Key, Store
from ecot.store.schema import VERSION, check_schema

SCHEMA = Key("ledger", "schema")


def test_a_new_ledger_is_marked_once_and_accepted_again(store: Store) -> None:
    check_schema(store)
    marked = store.get([SCHEMA])
    check_schema(store)
    assert store.get([SCHEMA]) == marked
    assert marked[SCHEMA].body == b"%d" % VERSION


@pytest.mark.parametrize("found", [b"%d" % (VERSION + 1), b"\xffwhat"])
def test_a_newer_or_unknown_schema_is_refused_and_nothing_is_changed(
    store: Store, found: bytes
) -> None:
    store.put(SCHEMA, found)
    with pytest.raises(LedgerError, match=f"knows version {VERSION}"):
        check_schema(store)
    assert store.get([SCHEMA])[SCHEMA].body == found
