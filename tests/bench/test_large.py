"""The large company of the benchmarks has what it says, adds up, and is the same each time."""

from decimal import Decimal
from pathlib import Path

import pytest

from ecot.jobs.place import open_place
from ecot.model.money import total
from ecot.store.documents import read_cube
from ecot.store.heads import all_heads
from ecot.store.protocol import Place
from tests.bench.company import LAST, READ_AT
from tests.bench.large import fill_large
from tests.jobs.world import totals

MONTHS, SERVICES, MODELS = 3, 3, 4


@pytest.fixture
def place(tmp_path: Path) -> Place:
    place = open_place(tmp_path / "one")
    fill_large(place, months=MONTHS, services=SERVICES, models=MODELS)
    return place


def test_every_day_has_each_model_of_each_service(place: Place) -> None:
    heads = list(all_heads(place.store))
    assert {head.month for head in heads} == {LAST, LAST.shifted(-1), LAST.shifted(-2)}
    assert len(heads) == MONTHS * SERVICES
    for head in heads:
        assert head.service_cube
        cube = read_cube(place.store, head.account, head.month, "service", head.service_cube)
        for day in head.month.days():
            assert len({cell.model for cell in cube.cells if cell.day == day}) == MODELS
        costs = total(cell.cost for cell in cube.cells if cell.cost is not None)
        assert costs == total(cell.cost for cell in head.cells if cell.cost is not None)


def test_months_are_no_copies_and_amounts_have_all_their_digits(place: Place) -> None:
    found = [
        totals(place, "model", month.first, month.after, READ_AT.date())
        for month in (LAST, LAST.shifted(-1))
    ]
    costs = [group.billed_cost for said in found for group in said.groups]

    assert len(set(costs)) == 2 * SERVICES * MODELS
    assert any(cost and cost.as_tuple().exponent == -8 for cost in costs)
    assert all(said.total and said.total > Decimal(10) for said in found)
    assert not any(said.coverage.missing for said in found)


def test_all_views_come_to_the_same(place: Place) -> None:
    span = (LAST.first, LAST.after, READ_AT.date())
    assert len({totals(place, by, *span).total for by in ("account", "model", "user")}) == 1


def test_it_is_the_same_each_time(place: Place, tmp_path: Path) -> None:
    other = open_place(tmp_path / "other")
    fill_large(other, months=MONTHS, services=SERVICES, models=MODELS)

    assert list(all_heads(other.store)) == list(all_heads(place.store))  # which name their cubes
