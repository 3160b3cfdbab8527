"""ElevenLabs collected into a ledger: made-up workspaces' truth, nothing lost, nothing twice."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

import pytest

from ecot.jobs.collect import collect
from ecot.jobs.place import open_place
from ecot.jobs.priced import price_book
from ecot.jobs.query import Question
from ecot.jobs.round import Source
from ecot.jobs.rows import Found, rows
from ecot.jobs.walk import Walk
from ecot.model.money import total
from ecot.model.outcome import Outcome
from ecot.model.prices import OwnPrice
from ecot.model.rows import Charge, Usage
from ecot.providers.elevenlabs import ELEVENLABS
from ecot.sandbox import troubles
from ecot.sandbox.edits import edited
from ecot.sandbox.elevenlabs import ANALYTICS, USER_READ, Access, ElevenLabsSite
from ecot.sandbox.elevenlabs.truth import Speech, made_up
from ecot.sandbox.faults import Fault
from ecot.sandbox.server import LoopbackServer
from ecot.store.protocol import Place
from tests.jobs.world import Clock, dump
from tests.providers.around import Supplier, source

STUDIO, SCHOOL, HOBBY = "sk_5tud10000001", "sk_5ch001000002", "sk_h0bby0000003"
FIRST, AFTER = date(2026, 10, 1), date(2026, 11, 1)
BUSY = {"detail": {"status": "too_many_concurrent_requests", "message": "Too many requests"}}
Row = TypeVar("Row", Charge, Usage)


@dataclass
class Shop(Supplier[Speech, ElevenLabsSite]):
    """The made-up workspaces on loopback, and a ledger."""

    place: Place

    def collect(self, *keys: str, days: list[date] | None = None) -> list[Outcome]:
        sources = [self.source(key) for key in keys or (STUDIO,)]
        return asyncio.run(collect(self.place, sources, self.clock.round(days)))

    def source(self, key: str) -> Source:
        """An account with the name of its workspace."""
        name, since = self.site.keys[key].workspace_id, date(2026, 9, 1)
        return source(ELEVENLABS, self.server.url, key, name, since=since)

    def rows(self, kind: type[Row], first: date = FIRST, after: date = AFTER) -> list[Row]:
        return [found.row for found in self.found(kind, first, after)]

    def found(
        self, kind: type[Row], first: date = FIRST, after: date = date(2026, 12, 1)
    ) -> list[Found[Row]]:
        asked = Question(first=first, after=after, today=self.clock.today, currency="USD")
        return list(rows(self.place, asked, kind))

    def used(self, first: date, after: date) -> int:
        """The studio's credits of some days, by its truth."""
        start, end = (datetime(day.year, day.month, day.day, tzinfo=UTC) for day in (first, after))
        studio = self.truth.workspaces["ws_studio"]
        return sum(use.credits for use in self.truth.uses(studio, start, end))


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    clock = Clock(datetime(2026, 11, 10, 6, tzinfo=UTC))
    truth = Speech(made_up(), clock)
    workspaces = {STUDIO: "ws_studio", SCHOOL: "ws_school", HOBBY: "ws_hobby"}
    site = ElevenLabsSite(truth, {key: Access(name) for key, name in workspaces.items()})
    with LoopbackServer(site) as server:
        place = open_place(tmp_path)
        yield Shop(clock, truth, site, server, place)
        place.store.close()


def credits_of(found: list[Usage]) -> Decimal:
    return total(row.quantities["credits"] for row in found)


def test_a_month_is_the_truth_and_a_second_reading_changes_nothing(shop: Shop) -> None:
    (outcome,) = shop.collect()
    assert outcome.state == "ok", outcome.message
    assert credits_of(shop.rows(Usage)) == shop.used(FIRST, AFTER)
    assert {row.sub_account_id for row in shop.rows(Usage)} == {"ws_studio", "ws_school"}
    assert {row.service for row in shop.rows(Charge)} == {"overage"}, "use alone costs nothing"

    before = shop.rows(Usage)
    shop.collect()
    assert shop.rows(Usage) == before


def test_the_day_after_the_question_is_not_counted_twice(shop: Shop) -> None:
    shop.collect(days=[date(2026, 10, 5)])
    shop.collect(days=[date(2026, 10, 6)])

    days = {row.day for row in shop.rows(Usage)}
    assert days == {date(2026, 10, 5), date(2026, 10, 6)}
    found = shop.rows(Usage, date(2026, 10, 5), date(2026, 10, 7))
    assert credits_of(found) == shop.used(date(2026, 10, 5), date(2026, 10, 7))


def owed(shop: Shop, first: date, after: date) -> Decimal:
    charges = shop.rows(Charge, first, after)
    billed = [row for row in charges if row.basis == "billed"]
    assert {(row.currency, row.service) for row in billed} <= {("EUR", "overage")}
    return total(row.billed_cost for row in billed if row.billed_cost is not None)


def test_what_is_owed_is_charged_as_it_grows_and_once(shop: Shop) -> None:
    """Of two cycles (renewed on the 14th at 9:30), read every morning at six."""
    first, studio = date(2026, 11, 10), shop.truth.workspaces["ws_studio"]
    last_of_cycle = Decimal(0)
    for day in range(12):
        shop.clock.at(first + timedelta(days=day))
        shop.collect(days=[shop.clock.today])
        if shop.clock.today == date(2026, 11, 14):
            last_of_cycle = shop.truth.owed(studio)  # half past nine is still to come

    cycle_began = date(2026, 10, 14)
    assert last_of_cycle > 0
    assert owed(shop, cycle_began, date(2026, 12, 1)) == last_of_cycle + shop.truth.owed(studio)
    shop.collect(days=[shop.clock.today])
    assert owed(shop, cycle_began, date(2026, 12, 1)) == last_of_cycle + shop.truth.owed(studio)


def test_what_is_owed_leads_to_the_counter_that_grew(shop: Shop) -> None:
    for day in (10, 12):
        shop.clock.at(date(2026, 11, day))
        shop.collect(days=[shop.clock.today])
    owing = [one for one in shop.found(Charge) if one.row.service == "overage"]
    assert len(owing) > 20

    for one in owing:
        (trace,) = Walk(shop.place.files).traces(one)
        assert trace.place == "/current_overage"
        assert trace.endpoint == "GET /v1/user/subscription"
        counted = Decimal(trace.raw["amount"])
        assert counted >= (one.row.billed_cost or 0)


def own_price() -> OwnPrice:
    """The user's own price of a credit."""
    return OwnPrice(
        provider="elevenlabs",
        model="*",
        unit="credits",
        price=Decimal("0.0001"),
        currency="EUR",
        since=date(2026, 1, 1),
        source="contract",
    )


def test_what_is_priced_leads_to_the_usage_that_it_prices(shop: Shop) -> None:
    round_ = replace(shop.clock.round(), prices=price_book([own_price()]))
    asyncio.run(collect(shop.place, [shop.source(STUDIO)], round_))
    priced = [one for one in shop.found(Charge) if one.row.basis == "estimated"]
    assert priced

    walk = Walk(shop.place.files)
    for one in priced:
        traces = walk.traces(one)
        assert traces
        assert all(trace.place.startswith("/rows/") for trace in traces)


def test_a_plan_has_an_unknown_price_and_a_free_one_none(shop: Shop) -> None:
    shop.collect(STUDIO, HOBBY)
    charges = shop.rows(Charge, date(2026, 11, 1), date(2026, 12, 1))
    plans = [row for row in charges if row.charge_category == "Purchase"]

    assert [(row.service, row.billed_cost) for row in plans] == [("plan creator", None)]


def unstated_overage() -> Fault:
    """One answer that does not say what is owed."""
    return edited("unstated overage", lambda content: {**content, "current_overage": None})


def test_what_is_owed_is_unknown_until_it_is_stated(shop: Shop) -> None:
    shop.clock.at(date(2026, 11, 10))
    shop.server.faults.add(unstated_overage().on("/v1/user/subscription"))
    shop.collect(days=[shop.clock.today])
    (unknown,) = (one.row for one in shop.found(Charge) if one.row.service == "overage")
    assert (unknown.basis, unknown.charge_category) == ("unknown", "Usage")

    shop.clock.at(date(2026, 11, 12))
    shop.collect(days=[shop.clock.today])
    owing = [one.row for one in shop.found(Charge) if one.row.service == "overage"]
    assert {row.basis for row in owing} == {"billed"}
    studio = shop.truth.workspaces["ws_studio"]
    assert owed(shop, date(2026, 10, 14), date(2026, 12, 1)) == shop.truth.owed(studio)


def test_what_an_own_price_pays_for_is_not_owed_as_well(shop: Shop) -> None:
    shop.server.faults.add(unstated_overage().on("/v1/user/subscription"))
    prices = price_book([own_price()])
    asyncio.run(
        collect(shop.place, [shop.source(STUDIO)], replace(shop.clock.round(), prices=prices))
    )

    assert {one.row.basis for one in shop.found(Charge)} == {"estimated"}


def test_a_workspace_that_is_seen_twice_counts_once(shop: Shop) -> None:
    first, second = shop.collect(STUDIO, SCHOOL)

    assert (first.state, second.state) == ("ok", "failed")
    assert credits_of(shop.rows(Usage)) == shop.used(FIRST, AFTER)


def test_a_key_without_the_plan_says_which_permission_is_missing(shop: Shop) -> None:
    shop.site.keys[STUDIO] = Access("ws_studio", frozenset({ANALYTICS}))
    (outcome,) = shop.collect()

    assert outcome.state == "partial"
    assert "missing the permission user_read" in str(outcome.message)
    assert "User: Access" in str(outcome.remedy)
    assert credits_of(shop.rows(Usage)) == shop.used(FIRST, AFTER)
    assert shop.rows(Charge) == []


def test_a_key_without_the_analytics_says_which_permission_is_missing(shop: Shop) -> None:
    shop.site.keys[STUDIO] = Access("ws_studio", frozenset({USER_READ}))
    (outcome,) = shop.collect()

    assert outcome.state in ("failed", "partial")
    assert "missing the permission workspace_analytics" in str(outcome.message)
    assert "Workspace Analytics: Access" in str(outcome.remedy)
    assert shop.rows(Usage) == []


@pytest.mark.parametrize(
    "fault",
    [
        troubles.rate_limited(1, BUSY),
        troubles.server_error(500, {"detail": "Internal Server Error"}),
        troubles.cut_off(),
        troubles.connection_reset(),
    ],
)
def test_trouble_that_passes_loses_nothing(shop: Shop, fault: Fault) -> None:
    shop.server.faults.add(fault.on("usage-by-product", first=2))
    (outcome,) = shop.collect()

    assert shop.server.faults.struck
    assert outcome.state == "ok", outcome.message
    assert credits_of(shop.rows(Usage)) == shop.used(FIRST, AFTER)


@pytest.mark.parametrize("fault", [troubles.not_json(), troubles.truncated_json()])
def test_trouble_that_stays_keeps_the_figures_that_were_there(shop: Shop, fault: Fault) -> None:
    shop.collect()
    before = shop.rows(Usage)
    shop.server.faults.add(fault.on("usage-by-product").repeated(None))
    shop.clock.at(date(2026, 11, 11))
    (outcome,) = shop.collect()

    assert outcome.state in ("failed", "partial")
    assert shop.rows(Usage) == before


def test_keys_have_their_names_and_the_ledger_no_secret(shop: Shop) -> None:
    shop.collect()
    ledger = dump(shop.place)

    assert b"website" in ledger
    assert STUDIO.encode() not in ledger
