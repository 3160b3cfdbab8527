"""What stands beside a month's total is what the ledger holds: nothing more, nothing unsaid."""

import dataclasses
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from msgspec.structs import replace

from ecot.analysis.decomposition import Decomposition
from ecot.analysis.projection import NoProjection, Projection
from ecot.jobs.plans import write_plans
from ecot.jobs.publish import publish
from ecot.jobs.site.history import History
from ecot.jobs.site.month import month_facts
from ecot.ledger.months import begun
from ecot.ledger.plans import Plan
from ecot.model.budget import Budget
from ecot.model.money import total
from ecot.model.period import DAY, Month, Period
from ecot.model.rows import AnyRow
from ecot.report.facts import Beside, MonthFacts
from ecot.report.views import month_view
from ecot.store.folder import Folder
from ecot.store.protocol import Place
from ecot.store.records import put_progress
from tests.bills import bill
from tests.jobs.shelf import Shelf, costs
from tests.jobs.world import World, edition
from tests.rows import ACCOUNT, charge, usage

JANUARY, FEBRUARY = Month(2026, 1), Month(2026, 2)
NOW = datetime(2026, 2, 20, 6, tzinfo=UTC)
TODAY = NOW.date()
READ = Period.of_days(JANUARY.first, TODAY)
PLAN = Plan(
    account="supabase/supabase",
    name="pro",
    category="infrastructure",
    amount=Decimal("28.00"),
    currency="USD",
    every="month",
    since=JANUARY,
)


@pytest.fixture
def shelf(place: Place) -> Shelf:
    """The 20th of February; a dollar was spent on each day until the 19th."""
    shelf = Shelf(place, now=NOW)
    shelf.put(ACCOUNT, costs(["1.00"] * 50, JANUARY.first, model="gpt"), READ)
    return shelf


def known(shelf: Shelf, month: Month = FEBRUARY) -> MonthFacts:
    return month_facts(History(shelf.place, edition(shelf.now.date())), month)


def beside(shelf: Shelf, month: Month = FEBRUARY) -> Beside:
    return known(shelf, month).beside


def projected(shelf: Shelf) -> Projection:
    found = beside(shelf).projection
    assert isinstance(found, Projection)
    return found


class Told(NamedTuple):
    account: str
    line: str | None
    driver: str
    difference: Decimal


def told(shelf: Shelf, month: Month = FEBRUARY) -> list[Told]:
    found = beside(shelf, month).decomposition
    assert isinstance(found, Decomposition)
    assert found.difference == known(shelf, month).change.difference
    return [
        Told(line.account, line.model or line.service, line.driver, line.difference)
        for line in found.lines
    ]


# --- what changed --------------------------------------------------------------------------------


def test_equal_months_have_changed_nothing(shelf: Shelf) -> None:
    assert told(shelf) == []


def test_cost_and_usage_of_different_feeds_are_told_together(shelf: Shelf) -> None:
    """Twice as many tokens, at the same price, from the 1st of February on."""
    days = list(READ.days())
    rows: list[AnyRow] = []
    for day in days:
        factor = 2 if day >= FEBRUARY.first else 1
        rows.append(charge(f"{factor}.00", day, model="gpt"))
        rows.append(usage({"input_tokens": f"{factor}000"}, day, model="gpt", service="chat"))
    shelf.put(ACCOUNT, rows, READ)

    assert told(shelf) == [Told(ACCOUNT, "gpt", "volume", Decimal(19))]


def test_an_account_that_was_not_read_before_is_no_new_service(shelf: Shelf) -> None:
    february = Period.of_days(FEBRUARY.first, TODAY)
    shelf.put("openai/labo", costs(["2.00"] * 19, FEBRUARY.first), february)

    assert told(shelf) == [Told("openai/labo", None, "incomplete", Decimal(38))]


def test_an_account_that_was_read_and_had_nothing_is_a_new_service(shelf: Shelf) -> None:
    shelf.put("openai/labo", costs(["2.00"] * 19, FEBRUARY.first), READ)

    assert told(shelf) == [Told("openai/labo", None, "new service", Decimal(38))]


def test_days_that_are_missing_are_no_saving(shelf: Shelf) -> None:
    until = Period.of_days(JANUARY.first, date(2026, 2, 10))
    shelf.put("openai/labo", costs(["2.00"] * 40, JANUARY.first), until)

    assert told(shelf) == [Told("openai/labo", None, "incomplete", Decimal(-20))]


def test_a_bill_and_the_charges_that_it_replaces_are_one_line(shelf: Shelf) -> None:
    account = "mistral/mistral"
    shelf.put(account, costs(["2.00"] * 50, JANUARY.first, basis="estimated", model="m"), READ)
    entered = bill("56.00", "M-1", account=account, issued=TODAY, first=FEBRUARY.first,
                   after=FEBRUARY.after)  # fmt: skip
    shelf.enter(entered)

    assert told(shelf) == []  # 2.00 a day, as before
    shelf.void(entered)
    shelf.enter(bill("84.00", "M-2", account=account, issued=TODAY, first=FEBRUARY.first,
                     after=FEBRUARY.after))  # fmt: skip
    assert told(shelf) == [Told(account, None, "bill", Decimal(19))]


def test_a_plan_that_begins_is_told_as_a_plan(shelf: Shelf) -> None:
    starting = replace(PLAN, since=FEBRUARY)
    write_plans(shelf.place, [starting], shelf.round())

    assert told(shelf) == [Told("supabase/supabase", "pro", "plan", Decimal(19))]


def test_the_first_month_of_a_ledger_has_nothing_to_say(shelf: Shelf) -> None:
    assert beside(shelf, JANUARY).decomposition is None


# --- where the month is heading ------------------------------------------------------------------


def test_use_is_carried_forward(shelf: Shelf) -> None:
    found = projected(shelf)

    assert (found.low, found.likely, found.high) == (Decimal(28),) * 3
    assert (found.first, found.last) == (date(2026, 1, 23), date(2026, 2, 19))


def test_a_month_that_is_over_is_not_projected(shelf: Shelf) -> None:
    assert beside(shelf, JANUARY).projection is None


def test_plans_and_bills_are_added_and_never_carried_forward(shelf: Shelf) -> None:
    write_plans(shelf.place, [PLAN], shelf.round())
    assert projected(shelf).likely == Decimal(28 + 28)
    shelf.enter(bill("400.00", "M-1", account="mistral/mistral", issued=TODAY,
                     first=FEBRUARY.first, after=FEBRUARY.after))  # fmt: skip
    assert projected(shelf).likely == Decimal(28 + 28 + 400)


def test_a_charge_that_is_spread_over_days_to_come_is_known_already(shelf: Shelf) -> None:
    whole = charge("56.00", FEBRUARY.first, charge_period=FEBRUARY.period, service="seats")
    shelf.put("github/lumen", [whole], FEBRUARY.period, "billing")
    put_progress(shelf.place.store, begun("github/lumen", ("billing",), FEBRUARY.first))

    assert projected(shelf).likely == Decimal(28 + 56)


def test_the_budget_of_a_month_is_that_of_the_running_one_and_in_the_currency_of_its_total(
    shelf: Shelf,
) -> None:
    budgets = (
        Budget(provider="openai", amount=Decimal(5), currency="USD"),
        Budget(amount=Decimal(40), currency="USD"),
    )

    def stated(month: Month, currency: str = "USD") -> Decimal | None:
        look = dataclasses.replace(edition(shelf.now.date()), budgets=budgets, currency=currency)
        return month_facts(History(shelf.place, look), month).beside.budget

    assert (stated(FEBRUARY), stated(JANUARY)) == (Decimal(40), None)
    assert stated(FEBRUARY, "CHF") is None
    assert beside(shelf).budget is None


def test_files_and_what_is_told_on_its_day_stay_as_they_are(shelf: Shelf) -> None:
    """An account without feeds of its own is expected on no day."""
    february = Period.of_days(FEBRUARY.first, TODAY)
    shelf.put("aws/file", costs(["10.00"] * 19, FEBRUARY.first), february)
    put_progress(shelf.place.store, begun("aws/file", (), FEBRUARY.first))

    assert projected(shelf).likely == Decimal(28 + 190)


def test_credits_stay_as_they_are(shelf: Shelf) -> None:
    rows = [*costs(["1.00"] * 50, JANUARY.first), charge("-5.00", TODAY - DAY, service="credit")]
    shelf.put(ACCOUNT, rows, READ)

    assert projected(shelf).likely == Decimal(23)


def test_what_was_used_today_is_not_added_twice(shelf: Shelf) -> None:
    shelf.put(ACCOUNT, costs(["0.40"], TODAY), Period.of_day(TODAY))
    put_progress(shelf.place.store, begun(ACCOUNT, ("costs",), JANUARY.first))
    assert projected(shelf).likely == Decimal(28)
    shelf.put(ACCOUNT, costs(["50.00"], TODAY), Period.of_day(TODAY))
    put_progress(shelf.place.store, begun(ACCOUNT, ("costs",), JANUARY.first))
    assert projected(shelf).likely == Decimal(19 + 50)


def test_missing_days_and_a_short_history_are_said_instead(place: Place) -> None:
    shelf = Shelf(place, now=NOW)
    short = Period.of_days(TODAY - 4 * DAY, TODAY)
    shelf.put(ACCOUNT, costs(["1.00"] * 4, TODAY - 4 * DAY), short)
    assert beside(shelf).projection == NoProjection(days=4)
    early = Period.of_days(FEBRUARY.first, TODAY - 9 * DAY)
    shelf.put(ACCOUNT, costs(["1.00"] * 10, FEBRUARY.first), early)
    assert beside(shelf).projection == NoProjection(days=14, accounts=(ACCOUNT,))


def test_a_cost_that_nobody_knows_is_said_to_be_outside_the_projection(shelf: Shelf) -> None:
    assert not projected(shelf).is_part
    shelf.put("mistral/m", [charge(None, TODAY - DAY)], READ)
    assert projected(shelf).is_part


# --- the year so far -----------------------------------------------------------------------------


def test_the_year_is_the_sum_of_its_months(shelf: Shelf) -> None:
    year = beside(shelf).year

    assert year is not None
    assert year.total == Decimal(50)
    assert year.months == (JANUARY, FEBRUARY)
    assert (year.first, year.after) == (JANUARY.first, TODAY + DAY)
    assert year.is_whole
    assert year.change is None
    january = beside(shelf, JANUARY).year
    assert january is not None
    assert january.total == Decimal(31)


def test_a_year_without_some_days_or_costs_is_not_whole(shelf: Shelf) -> None:
    shelf.put("mistral/m", [charge(None, TODAY - DAY)], READ)
    assert not is_whole(shelf)


def test_a_year_that_misses_a_day_is_not_whole(shelf: Shelf) -> None:
    put_progress(shelf.place.store, begun(ACCOUNT, ("costs", "more"), JANUARY.first))
    assert not is_whole(shelf)


def is_whole(shelf: Shelf) -> bool:
    year = beside(shelf).year
    assert year is not None
    return year.is_whole


def test_two_whole_years_are_compared_on_the_same_days(place: Place) -> None:
    shelf, first = Shelf(place, now=NOW), date(2025, 1, 1)
    read = Period.of_days(first, TODAY)
    amounts = ["1.00" if day.year == 2025 else "1.50" for day in read.days()]
    shelf.put(ACCOUNT, costs(amounts, first), read)
    year = beside(shelf).year

    assert year is not None
    assert year.change is not None
    assert (year.change.now, year.change.before) == (Decimal("75.00"), Decimal("50.00"))
    assert year.change.percent == 50
    shelf.put("openai/labo", costs(["1.00"], TODAY - DAY), Period.of_day(TODAY - DAY))
    later = beside(shelf).year
    assert later is not None
    assert later.change is None  # an account that nobody read a year ago


# --- the made-up company -------------------------------------------------------------------------


def test_the_sentences_of_every_page_add_up_to_its_difference(world: World) -> None:
    world.collect(*map(world.own, world.truth.company.organisations))
    today = world.clock.today
    history = History(world.place, edition(today))
    months = [Month.of(today).previous(), Month.of(today)]

    views = [month_view(month_facts(history, month)) for month in months]
    told = [(view.movers, view.comparison.difference) for view in views if view.movers]
    assert told
    for movers, difference in told:
        shown = [line.amount for line in movers.lines]
        assert total((*shown, movers.others, movers.rounding)) == difference


def test_the_page_of_a_running_month_is_published_with_all_three(
    shelf: Shelf, tmp_path: Path
) -> None:
    days = [charge("3.00", FEBRUARY.first + number * DAY, model="gpt") for number in range(19)]
    shelf.put(ACCOUNT, days, Period.of_days(FEBRUARY.first, TODAY))
    put_progress(shelf.place.store, begun(ACCOUNT, ("costs",), JANUARY.first))
    site = Folder(tmp_path / "site")
    publish(shelf.place, site, edition(TODAY))
    page = (site.get("2026-02.en.html") or b"").decode()

    assert 'class="movers"' in page
    assert "Since 1 January" in page
    assert 'id="projection"' in page


# --- bills in the place of what was measured -----------------------------------------------------


def test_a_bill_for_last_month_changes_nothing_of_where_this_one_is_heading(shelf: Shelf) -> None:
    servers: dict[str, Any] = {"category": "infrastructure", "basis": "estimated"}
    shelf.put("weaviate/main", costs(["10"] * 50, JANUARY.first, **servers), READ)
    before = projected(shelf)
    shelf.enter(bill("310", account="weaviate/main"))

    assert before.likely == 28 * 11
    assert projected(shelf) == before


def test_what_a_bill_has_for_the_whole_month_is_not_carried_forward_too(shelf: Shelf) -> None:
    servers: dict[str, Any] = {"basis": "estimated", "model": "box"}
    shelf.put("weaviate/main", costs(["10"] * 50, JANUARY.first, **servers), READ)
    shelf.enter(bill("280", account="weaviate/main", first=FEBRUARY.first, after=FEBRUARY.after))

    assert projected(shelf).likely == 28 * 11


def test_charges_that_a_bill_replaced_in_part_are_a_line_with_it(shelf: Shelf) -> None:
    rows: list[AnyRow] = []
    for day in READ.days():
        rows.append(charge("1", day, model="gpt", basis="estimated"))
        rows.append(usage({"input_tokens": "1000"}, day, model="gpt"))
    shelf.put("openai/labo", rows, READ)
    shelf.enter(bill("20.00", account="openai/labo", after=date(2026, 1, 11)))

    assert told(shelf) == [Told("openai/labo", None, "bill", Decimal("-10.00"))]
