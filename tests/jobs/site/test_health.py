"""The health page says of every account what the ledger says of it."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from ecot.jobs.plans import write_plans
from ecot.jobs.site.health import health_facts
from ecot.jobs.site.history import History
from ecot.model.period import DAY, Month
from ecot.report.health import RUNS, AccountFacts, HealthFacts, health_view
from ecot.store.protocol import Place
from tests.bills import bill
from tests.jobs.conftest import NOW
from tests.jobs.focus import file, imported, line
from tests.jobs.shelf import Shelf
from tests.jobs.world import World, edition
from tests.plans import plan

OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)


def facts(world: World) -> HealthFacts:
    return health_facts(History(world.place, edition(world.clock.today)))


def account(found: HealthFacts, name: str) -> AccountFacts:
    return next(one for one in found.accounts if one.account == name)


def test_every_run_is_told_and_the_newest_whole_day(world: World) -> None:
    world.collect()
    world.clock.at(NOW.date() + DAY)
    world.site.keys.clear()
    (failed,) = world.collect()
    own = account(facts(world), "openai/studio")

    assert [run.state for run in own.runs] == ["failed", "ok"]
    assert own.runs[0] == failed
    assert own.complete == NOW.date() - DAY
    assert own.is_read


def test_no_more_runs_are_told_than_the_page_shows(world: World) -> None:
    world.site.keys.clear()
    for _ in range(RUNS + 2):
        world.collect()
    runs = account(facts(world), "openai/studio").runs

    assert len(runs) == RUNS
    assert list(runs) == sorted(runs, key=lambda run: run.at, reverse=True)


def test_a_first_run_that_fails_has_its_page(world: World) -> None:
    world.site.keys.clear()
    (failed,) = world.collect()
    html = world.publish()["health.en.html"]

    assert failed.remedy is not None
    assert "The only account needs a look:" in html
    assert 'class="failed"' in html


def test_the_page_says_what_to_do_about_a_key_that_was_never_given(world: World) -> None:
    world.collect(world.own(), world.source("other", None))
    pages = world.publish()

    assert "One of 2 accounts needs a look:" in pages["health.en.html"]
    assert "OPENAI_ADMIN_KEY_OTHER" in pages["health.en.html"]
    assert "Dernière mise à jour" in pages["health.fr.html"]


def test_accounts_of_the_settings_and_of_the_ledger_are_all_there(
    place: Place, tmp_path: Path
) -> None:
    imported(place, file(tmp_path, line("1.00", "2026-10-01", "2026-10-02")))
    Shelf(place).enter(bill(account="infomaniak/host"))
    asked = replace(edition(NOW.date()), accounts=("openai/new",))
    found = health_facts(History(place, asked))
    conditions = {
        one.facts.account: one.condition
        for view in [health_view(found, {})]
        for one in (*view.urgent, *view.well)
    }

    assert conditions == {"openai/new": "never", "aws/111": "typed", "infomaniak/host": "typed"}


def test_an_account_of_a_plan_is_typed(world: World) -> None:
    world.collect()
    write_plans(world.place, [plan()], world.clock.round())
    own = account(facts(world), "supabase/supabase")

    assert (own.is_read, own.complete) == (False, None)


def test_the_months_of_an_account_say_which_days_are_to_be_read(world: World) -> None:
    world.collect(days=OCTOBER.days()[:9])
    found = facts(world)
    marks = {one.month: one for one in found.months if one.account == "openai/studio"}

    assert marks[NOVEMBER].state == "open"
    assert marks[OCTOBER].unread == 22
    assert account(found, "openai/studio").complete == OCTOBER.days()[8]


def test_restatements_are_told_the_latest_seen_first(world: World) -> None:
    world.collect()
    days = [day for day in OCTOBER.days() if world.truth.costs(world.first, day)][:2]
    for day in days:
        world.clock.moment += timedelta(hours=1)
        world.truth.restate(world.first, day, factor=Decimal(2))
        world.collect()
    found = facts(world)

    assert [one.day for one in found.restatements] == list(reversed(days))
    assert found.restated == 2
    for one in found.restatements:
        assert one.new_cost["USD"] == 2 * one.old_cost["USD"]


def test_the_month_leads_to_the_page(world: World) -> None:
    world.collect()
    assert 'href="health.en.html">How every account is doing' in world.publish()["2026-11.en.html"]
