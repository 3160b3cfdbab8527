"""The demo's ledger says that it is made up, wherever it goes."""

from pathlib import Path

import pytest

from ecot.jobs.dump import read_dump
from ecot.jobs.move import move
from ecot.jobs.place import open_place, place_at
from ecot.jobs.restore import reset, restore
from ecot.store.made_up import is_made_up, mark_made_up
from ecot.store.protocol import Place
from tests.jobs.world import dump


@pytest.mark.parametrize("is_demo", [True, False])
def test_the_mark_follows_the_ledger(place: Place, tmp_path: Path, *, is_demo: bool) -> None:
    if is_demo:
        mark_made_up(place.store)
    assert is_made_up(place.store) is is_demo
    there, again = place_at(str(tmp_path / "there")), open_place(tmp_path / "again")
    try:
        move(place, there)
        restore(again, read_dump(dump(place), "ledger.json"), "ledger.json")
        assert [is_made_up(one.store) for one in (there, again)] == [is_demo, is_demo]
        assert (b'"demo"' in dump(again)) is is_demo

        reset(there)

        assert not is_made_up(there.store), "what is typed next is somebody's own"
    finally:
        there.store.close()
        again.store.close()
