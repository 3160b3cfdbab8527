"""Every figure can be walked back to the places that state it, and their sum is the figure."""

from decimal import Decimal
from pathlib import Path

from ecot.jobs.query import Question
from ecot.jobs.rows import fields, rows
from ecot.jobs.walk import Walk
from ecot.model.money import total
from ecot.model.period import DAY, Month
from ecot.model.rows import Charge, Usage
from ecot.store.evidence import KEPT
from ecot.store.protocol import Place
from tests.jobs.conftest import NOW
from tests.jobs.focus import REAL, file, imported, line, needs_real
from tests.jobs.world import World

OCTOBER = Month(2026, 10)


def question(first: Month, last: Month) -> Question:
    return Question(first=first.first, after=last.after, today=NOW.date(), currency="USD")


@needs_real
def test_every_row_of_real_data_is_the_sum_of_its_lines(place: Place) -> None:
    imported(place, REAL)
    walk, seen = Walk(place.files), set[str]()
    for found in rows(place, question(Month(2024, 9), Month(2024, 9)), Charge):
        traces = walk.traces(found)
        seen.update(trace.place for trace in traces)
        assert found.row.billed_cost == total(Decimal(trace.raw["BilledCost"]) for trace in traces)
    assert len(seen) == 1000


def test_a_day_of_a_monthly_charge_leads_to_its_line(place: Place, tmp_path: Path) -> None:
    imported(place, file(tmp_path, line(), line("31", "2026-05-01", "2026-06-01")))
    found = list(rows(place, question(Month(2026, 5), Month(2026, 5)), Charge))[-1]
    (trace,) = Walk(place.files).traces(found)
    assert (trace.endpoint, trace.place, trace.raw["BilledCost"]) == ("costs.csv", "line 3", "31")


def test_lines_of_another_billing_account_are_not_this_ones(place: Place, tmp_path: Path) -> None:
    imported(place, file(tmp_path, line("1"), line("2", billing="222")))
    walk = Walk(place.files)
    for found in rows(place, question(Month(2026, 5), Month(2026, 5)), Charge):
        (trace,) = walk.traces(found)
        assert Decimal(trace.raw["BilledCost"]) == found.row.billed_cost


def test_a_collected_figure_leads_to_the_answer_that_states_it(world: World) -> None:
    world.collect(days=OCTOBER.days()[:8])
    walk = Walk(world.place.files)
    found = list(rows(world.place, question(OCTOBER, OCTOBER), Charge))
    assert found
    for one in found:
        (trace,) = walk.traces(one)
        assert trace.endpoint.startswith("GET /organization/costs?start_time=")
        assert trace.raw["amount"]["value"] == one.row.billed_cost
        assert trace.raw["line_item"] == one.row.charge_description
        assert trace.read_at == world.clock.moment
    used = next(rows(world.place, question(OCTOBER, OCTOBER), Usage))
    (trace,) = walk.traces(used)
    assert trace.raw["object"] == f"organization.{used.feed}.result"


def test_a_restated_figure_leads_to_the_newer_answer(world: World) -> None:
    world.collect(days=OCTOBER.days())
    day = next(day for day in OCTOBER.days() if world.truth.costs(world.first, day))
    world.truth.restate(world.first, day, factor=Decimal(3))
    world.collect(days=OCTOBER.days())

    asked = Question(first=day, after=day + DAY, today=NOW.date(), currency="USD")
    for found in rows(world.place, asked, Charge):
        (trace,) = Walk(world.place.files).traces(found)
        assert trace.raw["amount"]["value"] == found.row.billed_cost
        assert trace.read_at == world.clock.moment


def test_a_figure_outlives_its_evidence(world: World) -> None:
    world.collect(days=OCTOBER.days()[:8])
    for name in list(world.place.files.names("evidence/")):
        world.place.files.delete(name)
    found = next(rows(world.place, question(OCTOBER, OCTOBER), Charge))
    assert KEPT.days == 400
    assert Walk(world.place.files).traces(found) == []


def test_a_row_says_all_it_knows(world: World) -> None:
    world.collect(days=OCTOBER.days()[:8])
    found = next(rows(world.place, question(OCTOBER, OCTOBER), Charge))
    told = fields(found, {f"openai/{found.row.sub_account_id}": "Site"})
    assert {
        "provider": "openai",
        "account": "openai/studio",
        "feed": "costs",
    }.items() <= told.items()
    assert told["sub_account_name"] == "Site"
    assert told["first_read"] == world.clock.moment
    assert set(Charge.__struct_fields__) < set(told)
