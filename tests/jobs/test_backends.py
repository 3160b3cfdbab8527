"""A whole ledger on every place that it can be kept in: collected, swept, moved, and emptied."""

from datetime import timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path

from ecot.jobs.dump import read_dump
from ecot.jobs.place import is_empty
from ecot.jobs.restore import reset, restore
from ecot.jobs.sweep import sweep
from ecot.model.period import Month
from ecot.sandbox.companies import atelier_lumen
from ecot.store.protocol import Place
from tests.jobs.conftest import NOW
from tests.jobs.world import dump, world_of
from tests.store.backends import open_place_on

OCTOBER = Month(2026, 10)


def test_a_company_is_collected_restated_and_swept(backend: str, tmp_path: Path) -> None:
    opens = partial(open_place_on, backend)
    with world_of(atelier_lumen(), NOW, tmp_path, opens=opens) as world:
        (first,) = world.collect()
        day = next(day for day in OCTOBER.days() if world.truth.costs(world.first, day))
        world.truth.restate(world.first, day, factor=Decimal(2))
        (second,) = world.collect()
        assert (first.state, second.state, len(second.restatements)) == ("ok", "ok", 1)
        said = world.totals("model", OCTOBER.first, OCTOBER.after)
        assert said.total
        assert sweep(world.place, NOW) == 0
        assert sweep(world.place, NOW + timedelta(days=1)) > 0
        assert world.totals("model", OCTOBER.first, OCTOBER.after) == said


def test_a_ledger_moves_to_another_place_and_back_the_same(
    backend_place: Place, tmp_path: Path
) -> None:
    with world_of(atelier_lumen(), NOW, tmp_path) as world:
        world.collect()
        kept = dump(world.place)
    file = read_dump(kept, "ledger.json")
    assert restore(backend_place, file, "ledger.json") > 0
    assert dump(backend_place) == kept
    assert restore(backend_place, file, "ledger.json") == 0
    reset(backend_place)
    assert is_empty(backend_place)
    assert list(backend_place.store.partitions()) == []
