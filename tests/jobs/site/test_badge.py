"""What the badge tells of, out of a ledger: today where anybody told of it, else the latest day."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from ecot.jobs.site.badge import badge_facts
from ecot.jobs.site.history import History
from ecot.ledger.plans import Plan
from ecot.model.outcome import Outcome
from ecot.model.period import DAY, Month, Period
from ecot.model.rates import TypedRate
from ecot.report.badge_facts import DEFAULT_THRESHOLDS, BadgeFacts, colour_of
from ecot.store.protocol import Place
from ecot.store.records import put_outcome
from tests.jobs.conftest import NOW
from tests.jobs.focus import file, imported, line
from tests.jobs.shelf import Shelf
from tests.jobs.world import World, edition
from tests.rows import ACCOUNT, charge

TODAY = NOW.date()
DAYS = "2026-11-20", "2026-11-21"
PLAN = Plan(
    account="supabase/supabase",
    name="pro",
    category="infrastructure",
    amount=Decimal(30),
    currency="USD",
    every="month",
    since=Month(2026, 10),
)


def told_of(place: Place, today: date, *rates: TypedRate) -> BadgeFacts:
    return badge_facts(History(place, replace(edition(today), typed=rates)))


def facts(world: World) -> BadgeFacts:
    return told_of(world.place, world.clock.today)


def test_an_empty_ledger_knows_no_day(place: Place) -> None:
    told = told_of(place, TODAY)

    assert (told.day, told.cost, told.as_of, told.missing) == (None, None, None, 0)


def test_today_is_told_as_far_as_it_has_gone(world: World) -> None:
    world.clock.at(TODAY, hour=18)
    world.collect()
    told = facts(world)

    assert told.is_today
    assert told.is_whole
    assert told.cost == world.totals("account", TODAY, TODAY + DAY).total
    assert told.as_of is not None
    assert told.as_of.date() == TODAY


def test_an_account_that_has_not_told_of_today_makes_it_partial(world: World) -> None:
    world.clock.at(TODAY, hour=18)
    first, second = world.truth.company.organisations[:2]
    world.collect(world.own(first), world.own(second))
    world.clock.at(TODAY + DAY, hour=18)
    world.collect(world.own(first))

    told = facts(world)
    assert (told.is_today, told.missing, told.is_whole) == (True, 1, False)


def test_a_reading_that_failed_since_makes_a_told_day_partial(place: Place) -> None:
    shelf = small(place)
    assert colour_of(told_of(place, TODAY), DEFAULT_THRESHOLDS) == "green"
    later = NOW + timedelta(hours=6)
    put_outcome(
        place.store,
        Outcome(provider="openai", account=ACCOUNT, run="r2", at=later, state="failed", seconds=1),
    )

    told = told_of(shelf.place, TODAY)
    assert (told.cost, told.missing, told.is_whole) == (Decimal("0.01"), 1, False)
    assert colour_of(told, DEFAULT_THRESHOLDS) == "grey"


def test_a_provider_that_another_one_alone_tells_of_is_not_whole(place: Place) -> None:
    shelf = small(place)
    detail = charge("50", TODAY, role="breakdown", parent="anthropic", category="developer tools")
    shelf.put("claude-code/lumen", [detail], Period.of_day(TODAY))

    told = told_of(place, TODAY)
    assert (told.cost, told.missing) == (Decimal("0.01"), 1)
    assert colour_of(told, DEFAULT_THRESHOLDS) == "grey"


def small(place: Place) -> Shelf:
    """A ledger in which today cost a cent so far, and everybody has told of it."""
    shelf = Shelf(place, now=NOW)
    shelf.put(ACCOUNT, [charge("0.01", TODAY)], Period.of_day(TODAY))
    return shelf


def test_an_account_without_a_key_has_not_told_either(world: World) -> None:
    world.clock.at(TODAY, hour=18)
    world.collect(world.own(), world.source("other", None))

    assert facts(world).missing == 1


def test_where_nobody_has_told_of_today_it_is_the_latest_complete_day(world: World) -> None:
    world.collect()
    yesterday = TODAY - DAY
    world.clock.at(TODAY + 3 * DAY)
    told = facts(world)

    assert told.today == TODAY + 3 * DAY
    assert told.day == yesterday
    assert told.is_whole
    assert told.cost == world.totals("account", yesterday, TODAY).total


def test_a_plan_is_known_beforehand_and_tells_nothing_of_today(world: World) -> None:
    world.run(world.own(), plans=[PLAN])
    world.clock.at(TODAY + DAY)
    world.run(plans=[PLAN])

    assert facts(world).day == TODAY - DAY


def test_where_there_is_nothing_but_plans_they_are_today_and_all_of_it(world: World) -> None:
    world.run(plans=[PLAN])
    told = facts(world)

    assert (told.day, told.cost, told.is_whole) == (TODAY, Decimal(1), True)


def test_of_days_that_all_lack_something_it_is_the_latest_and_says_so(world: World) -> None:
    world.collect(world.own(), world.source("other", None))
    world.clock.at(TODAY + DAY)
    told = facts(world)

    assert (told.day, told.missing, told.is_whole) == (TODAY, 2, False)  # TODAY was still running


def test_what_is_longer_ago_than_two_weeks_is_not_told(place: Place, tmp_path: Path) -> None:
    imported(place, file(tmp_path, line("1.25", "2026-11-07", "2026-11-08")))

    assert told_of(place, date(2026, 11, 21)).cost == Decimal("1.25")
    assert told_of(place, date(2026, 11, 22)).day is None


def test_a_cost_without_a_rate_is_an_unknown_part(place: Place, tmp_path: Path) -> None:
    lines = (line(code[0], *DAYS, currency=code[1]) for code in (("2", "USD"), ("3", "SEK")))
    imported(place, file(tmp_path, *lines))
    today, rate = date(2026, 11, 21), TypedRate("SEK", "USD", Decimal("0.1"), date(2026, 1, 1))
    without = told_of(place, today)
    converted = told_of(place, today, rate)

    assert (without.cost, without.is_part) == (Decimal(2), True)
    assert (converted.cost, converted.is_part) == (Decimal("2.3"), False)


def test_tax_is_outside_it(place: Place, tmp_path: Path) -> None:
    imported(place, file(tmp_path, line("2", *DAYS), line("9", *DAYS, category="Tax")))

    assert told_of(place, date(2026, 11, 21)).cost == Decimal(2)
