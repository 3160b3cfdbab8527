"""Sequences in which money could count twice or a missing day could hide, each tried once."""

import asyncio
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ecot.errors import LedgerError
from ecot.jobs.dump import read_dump, write_dump
from ecot.jobs.place import Place, open_place
from ecot.jobs.query import By, Totals
from ecot.jobs.restore import reset, restore
from ecot.jobs.run import run
from ecot.model.outcome import Outcome
from ecot.model.period import DAY, Month, midnight
from ecot.sandbox import edits, troubles
from ecot.store.records import all_claims, all_progress, latest_outcomes
from tests.jobs.focus import file, imported, line
from tests.jobs.world import World, dump, figures, totals
from tests.plans import plan

SEPTEMBER, OCTOBER, NOVEMBER = Month(2026, 9), Month(2026, 10), Month(2026, 11)


def nightly(world: World, expected: list[str] | None = None) -> list[Outcome]:
    """A run with the first organisation's account, or without it where it is not expected."""
    sources = [world.own()] if expected is None or world.own().account in expected else []
    job = run(world.place, sources, [], world.clock.round(), expected=expected)
    return asyncio.run(job)


def missing(world: World, month: Month) -> int:
    found = world.totals("account", month.first, month.after).coverage.missing
    return sum(gap.days for gap in found)


def test_a_key_is_not_collected_beside_a_file_of_the_same_account(
    world: World, tmp_path: Path
) -> None:
    costs = file(tmp_path, line("100.00", "2026-10-05", "2026-10-06", provider="OpenAI"))
    imported(world.place, costs, account=world.own().account)
    before = figures(world.place)

    (outcome,) = world.collect(days=[date(2026, 10, 5)])

    assert outcome.state == "failed"
    assert "from a file in 2026-10" in str(outcome.message)
    assert world.totals("account", OCTOBER.first, OCTOBER.after).total == 100
    assert figures(world.place).split(b'"heads"')[1] == before.split(b'"heads"')[1]


def test_replace_does_not_put_a_file_beside_another_accounts_charges(
    world: World, tmp_path: Path
) -> None:
    world.collect()
    before = figures(world.place)
    costs = file(tmp_path, line("9.00", "2026-10-05", "2026-10-06", provider="OpenAI"))
    with pytest.raises(LedgerError, match="may be the same money"):
        imported(world.place, costs, is_replacing=True)
    assert figures(world.place) == before


def test_a_month_that_a_plan_closed_still_misses_what_the_key_never_read(world: World) -> None:
    account = world.own().account
    seats = plan(account=account, name="seats", category="ai", since=OCTOBER)
    world.clock.at(date(2026, 11, 12))
    asyncio.run(run(world.place, [], [seats], world.clock.round()))
    world.clock.at(date(2026, 11, 21))
    world.server.faults.add(troubles.server_error(503).repeated(None))

    world.run(world.own(), plans=[seats])

    assert missing(world, OCTOBER) == 31
    assert 'class="state closed"' not in world.publish()["2026-10.en.html"]
    world.server.faults.clear()
    world.run(world.own(), plans=[seats])
    assert missing(world, OCTOBER) == 0


def test_an_account_that_left_and_came_back_misses_what_lay_between(world: World) -> None:
    account = world.own().account
    world.clock.at(date(2026, 9, 16))
    nightly(world)
    world.clock.at(date(2026, 9, 17))
    nightly(world, expected=[])
    world.clock.at(date(2026, 10, 11))
    nightly(world, expected=[])
    assert missing(world, SEPTEMBER) == 1  # the day on which it was last read, and was not over
    world.clock.at(date(2026, 10, 20))
    world.server.faults.add(troubles.server_error(503).repeated(None))

    nightly(world, expected=[account])
    assert missing(world, SEPTEMBER) == 15

    world.server.faults.clear()
    nightly(world, expected=[account])
    assert missing(world, SEPTEMBER) == missing(world, OCTOBER) == 0
    truth = [row for day in SEPTEMBER.days() for row in world.truth.costs(world.first, day)]
    total = world.totals("account", SEPTEMBER.first, SEPTEMBER.after).total
    assert total == sum(row.amount for row in truth)


def test_two_ledgers_that_count_one_project_are_not_merged(world: World, tmp_path: Path) -> None:
    world.collect()
    other = open_place(tmp_path / "other")
    world.collect(world.source("again", world.first.admin_keys[0].value), place=other)
    before = dump(other)

    with pytest.raises(LedgerError, match="is counted by openai/again here"):
        restore(other, read_dump(dump(world.place), "one.json"), "one.json")

    assert dump(other) == before
    other.store.close()


def test_an_older_export_takes_nothing_back(world: World) -> None:
    world.collect(days=[date(2026, 11, 1)])
    older = dump(world.place)
    reset(world.place)
    world.clock.at(date(2026, 11, 9))
    world.collect(world.source("b", world.truth.company.organisations[1].admin_keys[0].value))
    newer = {one.account: one for one in all_progress(world.place.store)}

    restore(world.place, read_dump(older, "older.json"), "older.json")

    after = {one.account: one for one in all_progress(world.place.store)}
    assert after["openai/b"] == newer["openai/b"]
    assert set(after) == {"openai/b", world.own().account}
    assert {one.account for one in latest_outcomes(world.place.store)} == set(after)
    owners = {owner for _, claims in all_claims(world.place.store) for owner in claims.values()}
    assert owners == set(after)


def test_an_export_of_some_months_does_not_say_that_the_others_were_read(
    world: World, tmp_path: Path
) -> None:
    world.collect()
    part = b"".join(write_dump(world.place, NOVEMBER, NOVEMBER))
    other = open_place(tmp_path / "other")
    restore(other, read_dump(part, "part.json"), "part.json")

    assert list(all_progress(other.store)) == []
    world.collect(place=other)
    span = (OCTOBER.first, NOVEMBER.after)
    one, two = (totals(at, "day", *span, world.clock.today) for at in (world.place, other))
    assert one == two
    assert one.coverage.missing == ()
    other.store.close()


def test_tax_in_another_currency_is_listed_apart(place: Place, tmp_path: Path) -> None:
    costs = [line("10.00"), line("2.00", category="Tax", currency="EUR")]
    world_totals = imported(place, file(tmp_path, *costs))
    assert [outcome.state for outcome in world_totals] == ["ok"]
    found = _may(place)
    assert found.total == 10
    assert found.tax is None
    assert found.unconverted == {}
    assert found.unconverted_tax == {"EUR": Decimal(2)}


def test_equal_ids_of_two_providers_are_two_projects(place: Place, tmp_path: Path) -> None:
    head = "SubAccountId,SubAccountName"
    path = file(tmp_path, line("10.00", provider="Vercel"), line("20.00", provider="Databricks"))
    rows = path.read_text().splitlines()
    named = [f"{rows[0]},{head}", f"{rows[1]},default,Shop", f"{rows[2]},default,Research"]
    path.write_text("\n".join([*named, ""]))
    imported(place, path)

    found = [(one.provider, one.name, one.billed_cost) for one in _may(place, "sub_account").groups]

    assert found == [
        ("databricks", "Research", Decimal(20)),
        ("vercel", "Shop", Decimal(10)),
    ]


def test_one_bad_row_of_an_old_month_does_not_stop_the_newer_ones(world: World) -> None:
    october = str(int(midnight(NOVEMBER.previous().first).timestamp()))
    of_october = edits.amount_missing().on("/costs", query={"start_time": october})
    world.server.faults.add(of_october)

    (outcome,) = world.collect()

    assert (outcome.state, outcome.unread) == ("partial", ("costs",))
    days = [NOVEMBER.first + number * DAY for number in range(7)]
    truth = sum(row.amount for day in days for row in world.truth.costs(world.first, day))
    assert world.totals("account", days[0], days[-1] + DAY).total == truth
    assert missing(world, NOVEMBER) == 0
    assert missing(world, OCTOBER) == 31


def test_a_month_is_not_compared_with_one_that_an_account_is_not_in(world: World) -> None:
    second = world.truth.company.organisations[1]
    world.clock.at(date(2026, 10, 20))
    world.run(world.own())
    world.clock.at(date(2026, 11, 20))
    world.run(world.own())
    assert "%" in _headline(world)
    world.clock.at(date(2026, 12, 20))
    world.run(world.own(), world.own(second))
    pages = world.publish()
    assert "No percentage" in pages["2026-11.en.html"]


def _headline(world: World) -> str:
    return world.publish()["2026-11.en.html"].split('class="change"')[1].split("</p>")[0]


def _may(place: Place, by: By = "provider") -> Totals:
    return totals(place, by, date(2026, 5, 1), date(2026, 6, 1), date(2026, 11, 21))
