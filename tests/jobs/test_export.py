"""The CSV holds every row exactly, and nothing that a spreadsheet would run."""

import csv
import io
from decimal import Decimal
from pathlib import Path

import pytest

from ecot.jobs.export import COLUMNS, write_csv
from ecot.jobs.query import Question
from ecot.model.money import total
from ecot.model.period import Month
from ecot.store.protocol import Place
from tests.jobs.focus import NOW, file, imported, line
from tests.jobs.world import World

OCTOBER, MAY = Month(2026, 10), Month(2026, 5)


def table(place: Place, month: Month) -> list[dict[str, str]]:
    question = Question(first=month.first, after=month.after, today=NOW.date(), currency="USD")
    lines = b"".join(write_csv(place, question)).decode()
    return list(csv.DictReader(io.StringIO(lines)))


def test_costs_and_quantities_are_those_of_the_month(world: World) -> None:
    world.collect(days=OCTOBER.days())
    lines = table(world.place, OCTOBER)
    said = world.totals("account", OCTOBER.first, OCTOBER.after)

    costs = [one for one in lines if one["kind"] == "charge"]
    assert total(Decimal(one["cost"]) for one in costs) == said.total
    requests = [one["quantity"] for one in lines if one["unit"] == "requests"]
    assert total(map(Decimal, requests)) == said.groups[0].quantities["requests"]
    assert {one["project"] for one in costs} == {
        project.name for project in world.first.projects if project.lives_on(OCTOBER.first)
    }
    assert {one["currency"] for one in costs} == {"USD"}
    assert {one["first_read"] for one in lines} == {world.clock.moment.isoformat()}


def test_numbers_have_dots_and_no_exponent_and_dates_are_iso(place: Place, tmp_path: Path) -> None:
    imported(place, file(tmp_path, line("-0.00000080", category="Credit")))
    (one,) = table(place, MAY)
    assert list(one) == COLUMNS
    assert (one["cost"], one["charge_category"]) == ("-0.00000080", "Credit")
    assert (one["day"], one["start"]) == ("2026-05-01", "2026-05-01T00:00:00+00:00")


@pytest.mark.parametrize("formula", ["=1+2", "+1", "-1", "@A1"])
def test_no_text_is_a_formula(place: Place, tmp_path: Path, formula: str) -> None:
    imported(place, file(tmp_path, line(service=formula)))
    (one,) = table(place, MAY)
    assert one["service"] == f"'{formula}"


def test_only_the_days_that_were_asked_for(place: Place, tmp_path: Path) -> None:
    imported(place, file(tmp_path, line("31", "2026-05-01", "2026-06-01")))
    may = MAY.days()
    question = Question(first=may[3], after=may[5], today=NOW.date(), currency="USD")
    lines = b"".join(write_csv(place, question)).splitlines()
    assert len(lines) == 1 + 2
