"""Supabase collected into a ledger: what is estimated, what is unknown, and nothing is zero."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest
from pydantic import SecretStr

from ecot.jobs.collect import collect
from ecot.jobs.place import open_place
from ecot.jobs.query import By, Question, Totals
from ecot.jobs.round import Source
from ecot.jobs.rows import Found, rows
from ecot.jobs.run import run
from ecot.jobs.walk import Walk
from ecot.ledger.plans import Plan
from ecot.model.outcome import Outcome
from ecot.model.period import Month
from ecot.model.rows import Activity, Charge, Usage
from ecot.providers.supabase import SUPABASE
from ecot.sandbox import troubles
from ecot.sandbox.edits import edited
from ecot.sandbox.faults import Fault
from ecot.sandbox.server import LoopbackServer
from ecot.sandbox.supabase import (
    ADDONS,
    ALL,
    ANALYTICS,
    LIMITED,
    ORGANIZATION,
    Access,
    SupabaseSite,
)
from ecot.sandbox.supabase.truth import (
    ASLEEP,
    BOUTIQUE,
    ECOLE,
    GARDEN,
    HOBBY,
    LUMEN,
    SERVICES,
    Project,
    SupabaseTruth,
)
from ecot.store.protocol import Place
from tests.jobs.world import Clock, dump, figures, totals
from tests.kept import kept_answers
from tests.providers.around import Supplier, collected, examined, source

KEY = "sbp_c4n4ryc4n4ryc4n4ryc4n4ryc4n4ryc4n4ry0001"
TODAY = date(2026, 11, 21)
NOVEMBER = Month(2026, 11)
WEEK = [TODAY - timedelta(days=back) for back in range(5, -1, -1)]
COUNTS = "usage.api-counts"
# 24 hours of compute and an address; of the domain's 10 dollars the share of a day from the 11th on
ESTIMATED = {
    (ECOLE.ref, "compute_instance"): Decimal("0.32256"),
    (ECOLE.ref, "custom_domain"): Decimal("0.33"),
    (BOUTIQUE.ref, "compute_instance"): Decimal("3.6408"),
    (BOUTIQUE.ref, "ipv4"): Decimal("0.1320"),
}
Row = TypeVar("Row", Charge, Usage)


@dataclass
class Shop(Supplier[SupabaseTruth, SupabaseSite]):
    """The made-up organisations on loopback, and a ledger."""

    place: Place
    source: Source

    def collect(self, days: list[date] | None = None) -> Outcome:
        return collected(self.source, self.clock.round(days), self.place)

    def found(self, kind: type[Row], first: date = date(2026, 10, 1)) -> list[Found[Row]]:
        after = self.clock.today + timedelta(days=1)
        asked = Question(first=first, after=after, today=self.clock.today, currency="USD")
        return list(rows(self.place, asked, kind))

    def rows(self, kind: type[Row]) -> list[Row]:
        return [one.row for one in self.found(kind)]

    def disks(self) -> dict[str | None, dict[str, Decimal]]:
        """What each project's disk holds."""
        found = [row for row in self.rows(Usage) if isinstance(row, Activity)]
        return {row.sub_account_id: dict(row.quantities) for row in found}

    def counted(self) -> dict[tuple[date, str | None], dict[str, Decimal]]:
        """Requests by day and project."""
        used = [row for row in self.rows(Usage) if "requests" in row.quantities]
        return {(row.day, row.sub_account_id): dict(row.quantities) for row in used}

    def true(self, *days: date) -> dict[tuple[date, str | None], dict[str, Decimal]]:
        """The same by the truth, hour by hour, of the projects that are paid for and running."""
        return {
            (day, project.ref): _requests(self.truth, project, day)
            for project in (ECOLE, BOUTIQUE)
            for day in days
        }

    def totals(self, by: By = "provider", month: Month = NOVEMBER) -> Totals:
        return totals(self.place, by, month.first, month.after, self.clock.today)

    def plan(self, slug: str, plan: str | None) -> None:
        """Changes an organisation's plan."""
        self.truth.organizations[slug] = replace(self.truth.organizations[slug], plan=plan)

    def put(self, project: Project, **changes: Any) -> None:
        """Changes a project."""
        self.truth.projects[project.ref] = replace(project, **changes)


def _requests(truth: SupabaseTruth, project: Project, day: date) -> dict[str, Decimal]:
    """One day, added up here and not by the sandbox."""
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    found = dict.fromkeys(("requests", *(f"{name}_requests" for name in SERVICES)), Decimal(0))
    for hour in range(24):
        for service, count in truth.asked_in(project, start + timedelta(hours=hour)).items():
            found[f"{service}_requests"] += count
            found["requests"] += count
    return found


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    clock = Clock(datetime(2026, 11, 21, 4, 30, tzinfo=UTC))
    truth = SupabaseTruth(clock)
    site = SupabaseSite(truth, {KEY: Access((LUMEN.slug, HOBBY.slug))})
    with LoopbackServer(site) as server:
        place = open_place(tmp_path)
        account = source(SUPABASE, server.url, KEY, since=WEEK[0])
        yield Shop(clock, truth, site, server, place, account)
        place.store.close()


def priced(charges: list[Charge]) -> dict[tuple[str | None, str | None], Decimal | None]:
    return {
        (row.sub_account_id, row.service): row.billed_cost
        for row in charges
        if row.basis == "estimated"
    }


# The truth


def test_a_day_is_each_add_on_at_its_price_and_a_plan_that_nobody_knows(shop: Shop) -> None:
    outcome = shop.collect()
    charges = shop.rows(Charge)

    assert (outcome.state, outcome.message) == ("ok", None)
    assert priced(charges) == ESTIMATED
    assert [
        (row.sub_account_id, row.service, row.billed_cost)
        for row in charges
        if row.basis == "unknown"
    ] == [(LUMEN.slug, "plan pro", None)]
    assert {row.day for row in charges} == {TODAY}, "how things stood before is not known"
    assert 0 not in [row.billed_cost for row in charges]


def test_requests_are_the_truth_of_every_whole_day_and_of_the_running_one(shop: Shop) -> None:
    shop.collect()

    assert shop.counted() == shop.true(*WEEK)
    assert shop.counted()[TODAY, ECOLE.ref]["requests"] > 0


@pytest.mark.parametrize("hour", [0, 12, 23])
def test_a_day_is_whole_at_whatever_hour_it_is_read(shop: Shop, hour: int) -> None:
    shop.clock.at(TODAY, hour)
    shop.collect()

    assert shop.counted() == shop.true(*WEEK)


def test_a_month_read_night_by_night_is_the_truth_to_the_last_digit(shop: Shop) -> None:
    shop.source = replace(shop.source, since=NOVEMBER.first)
    for day in NOVEMBER.days():
        shop.clock.at(day, 4)
        assert shop.collect().state == "ok", day
    shop.clock.at(date(2026, 12, 1), 4)
    shop.collect()
    charges = [row for row in shop.rows(Charge) if row.day in NOVEMBER.days()]
    domains = [row.billed_cost or 0 for row in charges if row.service == "custom_domain"]
    compute = [row.billed_cost or 0 for row in charges if row.service == "compute_instance"]

    assert sum(domains) == 10, "the price of a month"
    assert sum(compute) == 30 * 24 * (Decimal("0.01344") + Decimal("0.1517"))
    assert shop.totals().total == 10 + 30 * 24 * Decimal("0.17064")  # and the address's 0.0055
    assert {key: row for key, row in shop.counted().items() if key[0] < date(2026, 12, 1)} == (
        shop.true(*NOVEMBER.days())
    )


def test_a_second_reading_changes_nothing(shop: Shop) -> None:
    shop.collect()
    before = figures(shop.place)
    shop.collect()

    assert figures(shop.place) == before


def test_the_day_that_the_week_begins_in_is_cut_and_never_taken(shop: Shop) -> None:
    cut, first = TODAY - timedelta(days=7), TODAY - timedelta(days=10)
    answered = httpx.get(
        f"{shop.server.url}/v1/projects/{ECOLE.ref}/analytics/endpoints/{COUNTS}?interval=7day",
        headers={"authorization": f"Bearer {KEY}"},
    ).json()
    stated = {entry["timestamp"][:10]: entry["total_rest_requests"] for entry in answered["result"]}
    assert stated[str(cut)] < _requests(shop.truth, ECOLE, cut)["rest_requests"]

    shop.source = replace(shop.source, since=first)
    shop.collect()
    assert min(day for day, _ in shop.counted()) == WEEK[0]
    (gap,) = shop.totals().coverage.missing
    assert (gap.first, gap.last) == (first, TODAY - timedelta(days=1)), "what was paid is not known"


def test_disks_are_what_they_hold_on_the_day(shop: Shop) -> None:
    shop.put(ECOLE, disk=(1000, 600))
    shop.collect()

    found = shop.disks()
    assert found.keys() == {ECOLE.ref, BOUTIQUE.ref}
    assert found[ECOLE.ref] == {"disk_byte_days": 1000, "disk_used_byte_days": 600}


def test_names_are_those_of_projects_and_of_who_pays_the_plan(shop: Shop) -> None:
    shop.collect()

    groups = {group.name: group for group in shop.totals("sub_account").groups}
    assert groups.keys() == {"École", "Boutique", "Atelier « Lumen »"}
    assert groups["Boutique"].billed_cost == Decimal("3.7728")
    assert (groups["Atelier « Lumen »"].billed_cost, groups["Atelier « Lumen »"].unpriced) == (
        None,
        1,
    )


def test_every_estimate_walks_back_to_the_add_on_that_states_its_price(shop: Shop) -> None:
    shop.collect()
    walk = Walk(shop.place.files)

    for one in shop.found(Charge):
        (trace,) = walk.traces(one)
        if one.row.basis == "estimated":
            assert trace.raw["variant"]["id"] == one.row.sku_id
            assert f"/v1/projects/{one.row.sub_account_id}/billing/addons" in trace.endpoint
        else:
            assert (trace.raw, trace.endpoint) == ("pro", f"GET /v1/organizations/{LUMEN.slug}")


# Free, paused, on the way


def test_a_free_organization_has_no_cost_no_zero_and_nothing_unknown(shop: Shop) -> None:
    shop.site.keys[KEY] = Access((HOBBY.slug,))
    outcome = shop.collect()
    told = shop.totals()

    assert outcome.state == "no_data"
    assert outcome.message is None
    assert not shop.rows(Charge)
    assert not shop.rows(Usage)
    assert (told.total, told.coverage.unknown, told.coverage.without_cost) == (None, 0, ())
    (gap,) = told.coverage.missing
    assert gap.last < TODAY, "whether it was free before the first reading, nobody knows"


def test_a_free_one_beside_a_paid_one_adds_nothing(shop: Shop) -> None:
    shop.collect()

    assert not [each for each in shop.server.requests if GARDEN.ref in each.path]
    counts = [each for each in kept_answers(shop.place.files) if b"usage.api-counts" in each]
    assert counts
    assert not [each for each in counts if GARDEN.ref.encode() in each]


def test_a_plan_that_is_left_out_is_unknown(shop: Shop) -> None:
    shop.plan(HOBBY.slug, None)
    shop.collect()

    unknown = {row.sub_account_id: row.service for row in shop.rows(Charge) if not row.price_list}
    assert unknown == {LUMEN.slug: "plan pro", HOBBY.slug: "plan"}


def test_a_plan_that_is_left_keeps_the_days_that_it_was_paid(shop: Shop) -> None:
    shop.collect()
    shop.plan(LUMEN.slug, "free")
    shop.clock.at(TODAY + timedelta(days=1))
    shop.collect()

    assert {row.day for row in shop.rows(Charge)} == {TODAY}
    assert shop.totals().coverage.unknown == 1


def test_a_paused_project_takes_no_other_figure_away(shop: Shop) -> None:
    assert ASLEEP.status == "INACTIVE"
    asked = f"{shop.server.url}/v1/projects/{ASLEEP.ref}/billing/addons"
    refused = httpx.get(asked, headers={"authorization": f"Bearer {KEY}"})
    before = len(shop.server.requests)

    outcome = shop.collect()

    assert refused.status_code == 400
    assert outcome.state == "ok", outcome.message
    assert ASLEEP.ref not in {row.sub_account_id for row in shop.rows(Charge)}
    assert not [each for each in shop.server.requests[before:] if ASLEEP.ref in each.path]


@pytest.mark.parametrize("status", ["COMING_UP", "UNKNOWN"])
def test_a_project_that_is_neither_running_nor_paused_is_unknown(shop: Shop, status: str) -> None:
    shop.put(BOUTIQUE, status=status)
    outcome = shop.collect()
    unknown = [row for row in shop.rows(Charge) if row.basis == "unknown"]

    assert outcome.state == "ok", outcome.message
    assert {row.sub_account_id: row.service for row in unknown} == {
        LUMEN.slug: "plan pro",
        BOUTIQUE.ref: "add-ons",
    }
    assert priced(shop.rows(Charge)).keys() == {key for key in ESTIMATED if key[0] == ECOLE.ref}


def test_a_running_project_that_refuses_its_add_ons_is_told_as_trouble(shop: Shop) -> None:
    fault = troubles.refused(400, {"message": "Add-ons are on holiday"})
    shop.server.faults.add(fault.on(f"{ECOLE.ref}/billing").repeated(None))
    outcome = shop.collect()

    assert (outcome.state, outcome.unread) == ("partial", ("subscription",))
    assert "Add-ons are on holiday" in str(outcome.message)
    assert shop.counted() == shop.true(*WEEK)


@pytest.mark.parametrize("status", [400, 404])
def test_a_disk_that_is_not_told_takes_nothing_away(shop: Shop, status: int) -> None:
    fault = troubles.refused(status, {"message": "Disk metrics are not available"})
    shop.server.faults.add(fault.on(f"{ECOLE.ref}/config").repeated(None))

    assert examined(shop.source, shop.clock.round()).state == "ok"
    assert shop.collect().state == "ok"
    assert shop.disks().keys() == {BOUTIQUE.ref}


def test_a_project_that_is_removed_while_it_is_read_is_told_as_such(shop: Shop) -> None:
    gone = troubles.refused(404, {"message": "Project not found"})
    shop.server.faults.add(gone.on(f"{BOUTIQUE.ref}/analytics").repeated(None))
    outcome = shop.collect()

    assert (outcome.state, outcome.unread) == ("partial", ("requests",))
    assert f"listed {BOUTIQUE.ref}, and did not find it" in str(outcome.message)
    assert priced(shop.rows(Charge)) == ESTIMATED


# Who pays


def a_plan(since: Month = NOVEMBER) -> Plan:
    return Plan(
        account="supabase/lumen",
        name="everything",
        every="month",
        category="infrastructure",
        amount=Decimal(150),
        currency="USD",
        since=since,
    )


def test_a_plan_of_the_settings_stands_in_the_place_of_all_of_it(shop: Shop) -> None:
    shop.source = replace(shop.source, plans=(a_plan(),))
    outcome = shop.collect()

    assert outcome.state == "ok"
    assert shop.rows(Charge) == []
    assert shop.counted() == shop.true(*WEEK)


def test_a_plan_that_is_typed_later_takes_it_back_from_open_days(shop: Shop) -> None:
    shop.collect()
    assert shop.rows(Charge)
    shop.clock.at(TODAY + timedelta(days=1))
    shop.source = replace(shop.source, plans=(a_plan(),))
    shop.collect()

    assert shop.rows(Charge) == []


# Keys


def test_a_night_without_a_run_is_missing_though_its_requests_are_read_later(shop: Shop) -> None:
    shop.source = replace(shop.source, since=WEEK[0])
    for day in (WEEK[0], WEEK[1], WEEK[3]):
        shop.clock.at(day, 4)
        shop.collect()

    assert shop.counted()[WEEK[2], ECOLE.ref]["requests"] > 0
    (gap,) = shop.totals().coverage.missing
    assert (gap.first, gap.last, gap.days) == (WEEK[2], WEEK[2], 1)


@pytest.mark.parametrize("trouble", ["refused", "no key", "gone", "not asked", "some days"])
def test_a_plan_takes_it_back_though_supabase_is_not_read_any_more(
    shop: Shop, trouble: str
) -> None:
    """Else its days would be paid for twice."""
    for day in (WEEK[3], WEEK[4], TODAY):
        shop.clock.at(day, 4)
        shop.collect()
    before = shop.totals().total
    if trouble == "refused":
        shop.site.keys.clear()
    elif trouble == "no key":
        shop.source = replace(shop.source, secret=None)
    sources = [] if trouble in ("gone", "not asked") else [shop.source]
    days = [WEEK[4]] if trouble == "some days" else None
    expected = {"openai/other"} if trouble == "gone" else {shop.source.account}
    plans = [a_plan()]
    asyncio.run(run(shop.place, sources, plans, shop.clock.round(days), expected=expected))

    assert before == 3 * sum(ESTIMATED.values())
    assert shop.totals().total == 105, "five dollars a day"
    assert shop.totals().coverage.unknown == 0
    assert shop.counted(), "what is no money stays"


def test_days_that_a_plan_paid_are_missing_once_the_plan_is_gone(shop: Shop) -> None:
    """What they cost was told on the day alone: without the plan it is not nothing."""
    shop.source = replace(shop.source, since=WEEK[2])
    for day, plans in ((WEEK[2], []), (WEEK[3], []), (WEEK[4], [a_plan()])):
        shop.clock.at(day, 4)
        asyncio.run(run(shop.place, [shop.source], plans, shop.clock.round()))
    shop.clock.at(TODAY, 4)
    asyncio.run(run(shop.place, [shop.source], [a_plan()], shop.clock.round()))
    assert shop.totals().total == 105
    assert shop.totals().coverage.missing == ()

    asyncio.run(run(shop.place, [shop.source], [], shop.clock.round()))
    assert shop.totals().total == sum(ESTIMATED.values())
    (gap,) = shop.totals().coverage.missing
    assert (gap.first, gap.last, gap.days) == (WEEK[2], WEEK[4], 3)


def test_the_doctor_tries_every_permission(shop: Shop) -> None:
    assert examined(shop.source, shop.clock.round()).state == "ok"
    for permission in sorted(ALL):
        shop.site.keys[KEY] = Access((LUMEN.slug,), ALL - {permission})
        outcome = examined(shop.source, shop.clock.round())
        assert outcome.state == "failed", permission
        assert "lacks the permissions" in str(outcome.message)
        assert permission in str(outcome.remedy)


@pytest.mark.parametrize(
    ("permission", "unread"), [(ADDONS, "subscription"), (ANALYTICS, "requests")]
)
def test_a_token_that_may_not_read_all_is_partial(shop: Shop, permission: str, unread: str) -> None:
    shop.site.keys[KEY] = Access((LUMEN.slug,), ALL - {permission})
    outcome = shop.collect()

    assert (outcome.state, outcome.unread) == ("partial", (unread,))
    assert permission in str(outcome.remedy)
    assert bool(shop.rows(Charge)) is (unread != "subscription")
    assert bool(shop.counted()) is (unread != "requests")


def test_a_token_that_may_not_read_plans_tells_nothing(shop: Shop) -> None:
    shop.site.keys[KEY] = Access((LUMEN.slug,), ALL - {ORGANIZATION})

    assert shop.collect().state == "failed"
    assert shop.rows(Charge) == []


def test_two_tokens_of_one_organization_count_it_once(shop: Shop) -> None:
    twin = KEY[::-1]
    shop.site.keys[twin] = Access((LUMEN.slug,))
    other = replace(shop.source, account="supabase/twin", secret=SecretStr(twin))
    sources = [shop.source, other]

    outcomes = asyncio.run(collect(shop.place, sources, shop.clock.round()))

    assert [outcome.state for outcome in outcomes] == ["ok", "failed"]
    assert priced(shop.rows(Charge)) == ESTIMATED
    assert len(shop.rows(Charge)) == len(ESTIMATED) + 1


def test_the_token_is_in_no_ledger_and_no_kept_answer(shop: Shop) -> None:
    def gossip(content: Any) -> Any:
        return {**content, "your_token": KEY} if isinstance(content, dict) else content

    shop.server.faults.add(edited("gossip", gossip).repeated(None))

    assert shop.collect().state == "ok"
    assert KEY.encode() not in dump(shop.place)
    assert not [answer for answer in kept_answers(shop.place.files) if KEY.encode() in answer]


# Trouble


def limited() -> Fault:
    """As the reference has it (2026): seconds until the reset, and no Retry-After."""
    reset = {"x-ratelimit-limit": "120", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "37"}
    return troubles.refused(429, LIMITED, reset, "limited")


@pytest.mark.parametrize(
    "fault",
    [
        limited().repeated(4),
        troubles.rate_limited(1, LIMITED),
        troubles.server_error(500, {"message": "Failed to get project's usage api counts"}),
        troubles.cut_off(),
        troubles.connection_reset(),
    ],
)
@pytest.mark.parametrize("path", [COUNTS, "billing/addons"])
def test_trouble_that_passes_loses_nothing(shop: Shop, fault: Fault, path: str) -> None:
    shop.server.faults.add(fault.on(path))
    outcome = shop.collect()

    assert shop.server.faults.struck
    assert outcome.state == "ok", outcome.message
    assert ("limited" in shop.server.faults.struck) is (37.0 in shop.clock.slept)
    assert shop.counted() == shop.true(*WEEK)
    assert priced(shop.rows(Charge)) == ESTIMATED


@pytest.mark.parametrize(
    "fault", [limited(), troubles.not_json(), troubles.truncated_json(), troubles.server_error(500)]
)
@pytest.mark.parametrize(
    ("path", "unread"), [(COUNTS, "requests"), ("billing/addons", "subscription")]
)
def test_trouble_that_stays_keeps_the_figures_that_were_there(
    shop: Shop, fault: Fault, path: str, unread: str
) -> None:
    shop.collect()
    charges, requests = shop.rows(Charge), shop.counted()
    shop.server.faults.add(fault.on(path).repeated(None))
    outcome = shop.collect()

    assert (outcome.state, outcome.unread) == ("partial", (unread,))
    assert shop.rows(Charge) == charges
    assert shop.counted() == requests


def test_a_price_of_another_form_stops_the_prices_and_is_quoted(shop: Shop) -> None:
    def euros(content: Any) -> Any:
        for each in content["selected_addons"]:
            each["variant"]["price"]["description"] = "€9/month"
        return content

    shop.server.faults.add(edited("euros", euros).on("billing/addons").repeated(None))
    outcome = shop.collect()

    assert (outcome.state, outcome.unread) == ("partial", ("subscription",))
    assert "€9/month" in str(outcome.message)
    assert shop.rows(Charge) == []
    assert shop.totals().coverage.without_cost == ("supabase/lumen",), "not zero: unknown"


@pytest.mark.parametrize(
    ("query", "said"),
    [("interval=2day", "interval"), ("from=2026-11-01", "from"), ("interval=", "interval")],
)
def test_the_sandbox_refuses_what_supabase_would(shop: Shop, query: str, said: str) -> None:
    path = f"/v1/projects/{ECOLE.ref}/analytics/endpoints/{COUNTS}?{query}"
    refused = httpx.get(shop.server.url + path, headers={"authorization": f"Bearer {KEY}"})

    assert refused.status_code == 400
    assert said in refused.json()["message"]


def test_the_sandbox_answers_a_day_by_the_hour(shop: Shop) -> None:
    path = f"/v1/projects/{ECOLE.ref}/analytics/endpoints/{COUNTS}?interval=1day"
    answered = httpx.get(shop.server.url + path, headers={"authorization": f"Bearer {KEY}"})
    times = [datetime.fromisoformat(one["timestamp"]) for one in answered.json()["result"]]

    assert times == sorted(times)
    assert times[0].date() == TODAY - timedelta(days=1)
    assert {moment.minute for moment in times} == {0}
    assert len(times) > 10
