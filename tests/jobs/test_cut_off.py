"""An import and a reset that are cut off: what is not there is missing, and never a lower total."""

from collections.abc import Callable
from decimal import Decimal
from itertools import count

import msgspec
import pytest

from ecot.jobs.dump import read_dump
from ecot.jobs.restore import reset, restore
from ecot.ledger.months import begun
from ecot.model.period import Month
from ecot.store.protocol import Place
from ecot.store.records import put_progress
from tests.jobs.shelf import NOW, Shelf, costs
from tests.jobs.world import dump
from tests.ledger.book import in_memory
from tests.rows import ACCOUNT
from tests.store.backends import copied
from tests.store.faulty import Fuse, Killed, faulty

JANUARY, FEBRUARY, MAY = Month(2026, 1), Month(2026, 2), Month(2026, 5)
WHOLE = Decimal(31 + 2 * 28)


def _full() -> Place:
    """January and February, read and closed long ago."""
    place = in_memory()
    shelf = Shelf(place)
    shelf.put(ACCOUNT, costs(["1.00"] * 31, JANUARY.first), JANUARY.period)
    shelf.put(ACCOUNT, costs(["2.00"] * 28, FEBRUARY.first), FEBRUARY.period)
    known = begun(ACCOUNT, ("costs",), JANUARY.first)
    read = msgspec.structs.replace(known, unread_from=NOW.date(), open_from=MAY)
    put_progress(place.store, read)
    assert _said(place) == (WHOLE, ())
    return place


def _said(place: Place) -> tuple[Decimal | None, tuple[object, ...]]:
    found = Shelf(place).totals(JANUARY, FEBRUARY)
    return found.total, found.coverage.missing


def _import(place: Place) -> None:
    restore(place, read_dump(dump(_full()), "ledger.json"), "ledger.json")


def _nothing(place: Place) -> None:
    """An empty ledger."""


@pytest.mark.parametrize(
    ("start", "act"),
    [(_nothing, _import), (lambda place: copied(_full(), place), reset)],
    ids=["import", "reset"],
)
def test_cut_off_anywhere_it_says_what_is_missing(
    start: Callable[[Place], object], act: Callable[[Place], object]
) -> None:
    seen = set()
    for at in count(1):
        place = in_memory()
        start(place)
        try:
            act(faulty(place, Fuse("killed", at)))
        except Killed:
            total, missing = _said(place)
            is_begun = any(place.store.query("head")) or any(place.store.query("progress"))
            assert total == WHOLE or missing or not is_begun, at
            seen.add((total, bool(missing)))
        else:
            break
        act(place)
        assert (
            dump(place) == dump(_full()) if act is _import else not list(place.store.partitions())
        )
    assert (None, True) in seen or (Decimal(31), True) in seen, "no call left a part behind"
