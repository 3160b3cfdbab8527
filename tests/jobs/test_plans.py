"""A plan is a cost of every elapsed day of its months; the settings change open months only."""

import asyncio
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from ecot.jobs.plans import write_plans
from ecot.jobs.query import By
from ecot.jobs.run import run
from ecot.ledger.plans import Plan
from ecot.model.money import text, total
from ecot.model.period import Month
from ecot.store.protocol import Place
from tests.jobs.world import Clock, World, dump, figures, totals
from tests.plans import plan

TODAY = date(2026, 11, 21)
AUGUST, OCTOBER, NOVEMBER = Month(2026, 8), Month(2026, 10), Month(2026, 11)
PRO = plan(since=AUGUST)


@pytest.fixture
def clock() -> Clock:
    clock = Clock(None)  # type: ignore[arg-type]
    clock.at(TODAY)
    return clock


def other(**changes: Any) -> Plan:
    return msgspec.structs.replace(PRO, **changes)


def nightly(place: Place, clock: Clock, *plans: Plan) -> None:
    asyncio.run(run(place, [], plans, clock.round()))


def cost(place: Place, clock: Clock, month: Month, by: By = "account") -> list[str]:
    """What the month cost so far, group by group."""
    said = totals(place, by, month.first, month.after, clock.today)
    return [text(group.billed_cost or Decimal(0)) for group in said.groups]


def test_a_plan_costs_its_price_in_every_month_since(place: Place, clock: Clock) -> None:
    nightly(place, clock, PRO)
    assert cost(place, clock, Month(2026, 7)) == []
    for number in (8, 9, 10):
        assert cost(place, clock, Month(2026, number)) == ["25.00"]
    said = totals(place, "account", OCTOBER.first, OCTOBER.after, TODAY)
    assert said.coverage.entered == 1
    assert not said.coverage.missing


def test_the_running_month_counts_its_elapsed_days(place: Place, clock: Clock) -> None:
    """25.00 over 30 days is 20 days of 0.83 and 10 of 0.84, which come first."""
    nightly(place, clock, PRO)
    assert cost(place, clock, NOVEMBER) == ["17.53"]
    clock.at(date(2026, 11, 30))
    assert cost(place, clock, NOVEMBER) == ["25.00"]


def test_a_year_is_spread_over_its_days(place: Place, clock: Clock) -> None:
    clock.at(date(2027, 8, 1))
    nightly(place, clock, other(amount=Decimal("365.00"), every="year"))
    costs = [cost(place, clock, AUGUST.shifted(number))[0] for number in range(12)]
    assert costs[:3] == ["31.00", "30.00", "31.00"]
    assert total(map(Decimal, costs)) == 365


def test_the_same_plans_write_nothing(place: Place, clock: Clock) -> None:
    assert write_plans(place, [PRO], clock.round()) == 4
    before = dump(place)
    assert write_plans(place, [PRO], clock.round()) == 0
    assert dump(place) == before


def test_a_new_month_is_written_when_it_comes(place: Place, clock: Clock) -> None:
    nightly(place, clock, PRO)
    clock.at(date(2026, 12, 1))
    assert cost(place, clock, Month(2026, 12)) == []
    nightly(place, clock, PRO)
    assert cost(place, clock, Month(2026, 12)) == ["0.81"]


def test_a_price_change_takes_over_from_its_month(place: Place, clock: Clock) -> None:
    nightly(place, clock, PRO, other(amount=Decimal("60.00"), since=NOVEMBER))
    assert cost(place, clock, OCTOBER) == ["25.00"]
    assert cost(place, clock, NOVEMBER) == ["42.00"]


def test_a_plan_ends_with_its_last_month(place: Place, clock: Clock) -> None:
    nightly(place, clock, other(until=Month(2026, 9)))
    assert cost(place, clock, Month(2026, 9)) == ["25.00"]
    assert cost(place, clock, OCTOBER) == []


def test_a_changed_price_touches_open_months_only_and_restates_nothing(
    place: Place, clock: Clock
) -> None:
    clock.at(date(2026, 11, 5))  # October is open until the 10th
    nightly(place, clock, PRO)
    nightly(place, clock, other(amount=Decimal("31.00")))
    assert cost(place, clock, Month(2026, 9)) == ["25.00"]
    assert cost(place, clock, OCTOBER) == ["31.00"]
    assert b'"restatements":[]' in dump(place)


def test_a_removed_plan_leaves_open_months_only(place: Place, clock: Clock) -> None:
    clock.at(date(2026, 11, 5))
    nightly(place, clock, PRO, other(name="extra"))
    nightly(place, clock, PRO)
    assert cost(place, clock, Month(2026, 9), "service") == ["25.00", "25.00"]
    assert cost(place, clock, OCTOBER, "service") == ["25.00"]
    nightly(place, clock)
    assert cost(place, clock, OCTOBER) == []
    assert cost(place, clock, NOVEMBER) == []
    assert b'"restatements":[]' in dump(place)


def test_months_of_plans_close_on_the_10th(place: Place, clock: Clock) -> None:
    def state(month: Month) -> bool:
        heads = msgspec.json.decode(dump(place))["heads"]
        (head,) = [one for one in heads if one["month"] == msgspec.to_builtins(month)]
        return "closed_at" in head

    clock.at(date(2026, 11, 9))
    nightly(place, clock, PRO)
    assert (state(Month(2026, 9)), state(OCTOBER), state(NOVEMBER)) == (True, False, False)
    clock.at(date(2026, 11, 10))
    nightly(place, clock, PRO)
    assert (state(OCTOBER), state(NOVEMBER)) == (True, False)


# Beside a key


def test_a_plan_stands_beside_what_the_key_reads(world: World) -> None:
    plan = other(account="openai/studio", since=OCTOBER)
    world.run(world.own(), plans=[plan])
    paid = total(
        row.amount for day in OCTOBER.days() for row in world.truth.costs(world.first, day)
    )
    said = world.totals("account", OCTOBER.first, OCTOBER.after)
    (group,) = said.groups
    assert group.basis == {"billed": paid, "entered": Decimal(25)}
    before = figures(world.place)
    world.run(world.own(), plans=[plan])
    assert figures(world.place) == before


def test_a_plan_does_not_close_a_month_that_its_key_never_read(world: World) -> None:
    world.clock.at(TODAY)
    source, plan = world.own(), other(account="openai/studio", since=AUGUST)
    keys = dict(world.site.keys)
    world.site.keys.clear()
    world.run(source, plans=[plan])
    (gap,) = world.totals("account", OCTOBER.first, OCTOBER.after).coverage.missing
    assert gap.days == 31

    world.site.keys.update(keys)
    (outcome,) = world.run(source, plans=[plan])
    assert outcome.state == "ok"
    assert not world.totals("account", OCTOBER.first, NOVEMBER.after).coverage.missing
