"""Weaviate collected into a ledger, day by day: a made-up cluster's truth, nothing lost."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

import pytest

from ecot.jobs.place import open_place
from ecot.jobs.priced import price_book
from ecot.jobs.query import Question, answer
from ecot.jobs.round import Source
from ecot.jobs.rows import Found, rows
from ecot.jobs.run import run
from ecot.jobs.walk import Walk
from ecot.ledger.plans import Plan
from ecot.model.money import total
from ecot.model.outcome import Outcome
from ecot.model.period import DAY, Month
from ecot.model.prices import OwnPrice
from ecot.model.rows import Charge, Usage
from ecot.providers.weaviate import WEAVIATE
from ecot.sandbox import troubles
from ecot.sandbox.faults import Fault
from ecot.sandbox.server import LoopbackServer
from ecot.sandbox.weaviate import Access, WeaviateSite
from ecot.sandbox.weaviate.truth import Cluster, made_up
from ecot.store.heads import all_heads
from ecot.store.protocol import Place
from tests.jobs.world import Clock, dump, figures
from tests.plans import plan
from tests.providers.around import Supplier, examined, source

KEY = "v13wer0123456789abcdefghijklmnopqrstuvwxyz"
FIRST, AFTER = date(2026, 10, 1), date(2026, 11, 1)
OCTOBER = Month(2026, 10).days()
BUSY = {"error": [{"message": "too many requests"}]}
KNOWN, UNLOADED = {"Text", "Pupil", "Empty"}, {"Pupil", "Note"}
PLAN = plan("45", account="weaviate/lumen", since=Month(2026, 10))
Row = TypeVar("Row", Charge, Usage)


@dataclass
class Shop(Supplier[Cluster, WeaviateSite]):
    """The made-up cluster on loopback, and a ledger."""

    place: Place

    def source(self, key: str | None = KEY) -> Source:
        return source(WEAVIATE, self.server.url, key)

    def collect(
        self, day: date, *own: OwnPrice, plans: tuple[Plan, ...] = (), key: str | None = KEY
    ) -> Outcome:
        """A night's run."""
        self.clock.at(day)
        round_ = replace(self.clock.round(), prices=price_book(own))
        (outcome,) = asyncio.run(run(self.place, [self.source(key)], plans, round_))
        return outcome

    def found(self, kind: type[Row], first: date = FIRST) -> list[Found[Row]]:
        asked = Question(
            first=first, after=date(2027, 1, 1), today=self.clock.today, currency="USD"
        )
        return list(rows(self.place, asked, kind))

    def rows(self, kind: type[Row], day: date) -> list[Row]:
        return [one.row for one in self.found(kind) if one.row.day == day]

    def objects(self, day: date) -> dict[str | None, Decimal]:
        """What the ledger says is kept on a day, by collection."""
        counted = [row for row in self.rows(Usage, day) if "object_days" in row.quantities]
        return {row.service: row.quantities["object_days"] for row in counted}

    def true_objects(self, day: date) -> dict[str | None, Decimal]:
        """The same by the truth, of collections of which anything is loaded."""
        return {
            one.name: Decimal(self.truth.kept(one, day))
            for one in self.truth.collections
            if one.name in KNOWN
        }


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    clock = Clock(datetime(2026, 10, 1, 6, tzinfo=UTC))
    truth = made_up(clock)
    site = WeaviateSite(truth, {KEY: Access()})
    with LoopbackServer(site) as server:
        place = open_place(tmp_path)
        yield Shop(clock, truth, site, server, place)
        place.store.close()


def quantities(row: Usage) -> dict[str, int]:
    """What a row counts, in whole numbers."""
    return {name: int(amount) for name, amount in row.quantities.items()}


def price(amount: str = "0.12", unit: str = "object_days", per: str = "1000") -> OwnPrice:
    """So many dollars for keeping a thousand objects a month."""
    return OwnPrice(
        provider="weaviate",
        model="*",
        unit=unit,
        per=Decimal(per),
        price=Decimal(amount),
        currency="USD",
        every="month",
        since=date(2026, 1, 1),
        source="weaviate.io/pricing, times 1536",
    )


def test_a_month_is_the_truth_day_by_day(shop: Shop) -> None:
    for day in OCTOBER:
        assert shop.collect(day).state == "ok"

    for day in OCTOBER:
        assert shop.objects(day) == shop.true_objects(day)
        assert shop.objects(day)["Text"] == 12_000 + 11_950 + 79 * (day.day - 1)
    assert {one.row.day for one in shop.found(Usage)} == set(OCTOBER)


def test_what_is_not_counted_is_said_beside_it(shop: Shop) -> None:
    shop.collect(FIRST)
    others = [row for row in shop.rows(Usage, FIRST) if "object_days" not in row.quantities]

    assert [(row.service, row.tags, quantities(row)) for row in others] == [
        ("Note", {"loaded": "false"}, {"shard_days": 1}),
        ("Pupil", {"loaded": "false"}, {"shard_days": 1}),
        ("Pupil", {"activity_status": "INACTIVE"}, {"tenant_days": 1}),
        ("Pupil", {"activity_status": "OFFLOADED"}, {"tenant_days": 1}),
    ]


def test_a_second_reading_of_a_day_changes_nothing(shop: Shop) -> None:
    shop.collect(FIRST)
    shop.collect(FIRST)
    before = figures(shop.place)
    shop.collect(FIRST)
    assert figures(shop.place) == before
    assert shop.objects(FIRST) == shop.true_objects(FIRST)


def test_a_month_closes_and_the_days_before_are_left_alone(shop: Shop) -> None:
    for day in (date(2026, 10, 30), date(2026, 11, 2), date(2026, 11, 12), date(2026, 12, 3)):
        shop.collect(day)

    closed = {head.month for head in all_heads(shop.place.store) if head.closed_at}
    assert closed == {Month(2026, 10)}
    assert len(shop.server.requests) == 4 * 4  # whatever the days between
    assert {one.row.day for one in shop.found(Usage)} == {
        *(date(2026, 10, 30), date(2026, 11, 2), date(2026, 11, 12), date(2026, 12, 3)),
    }


def test_what_it_costs_is_unknown_without_a_price_or_a_plan(shop: Shop) -> None:
    shop.collect(FIRST)
    charges = shop.rows(Charge, FIRST)

    assert {(row.basis, row.billed_cost) for row in charges} == {("unknown", None)}
    assert {row.service for row in charges} == KNOWN | UNLOADED
    asked = Question(first=FIRST, after=AFTER, today=FIRST, currency="USD")
    assert answer(shop.place.store, asked, "provider", {}).total is None


def test_a_price_of_a_month_is_paid_day_by_day_and_what_is_not_counted_stays_unknown(
    shop: Shop,
) -> None:
    for day in OCTOBER:
        shop.collect(day, price())

    exact, found = Decimal(0), Decimal(0)
    for day in OCTOBER:
        exact += sum(shop.true_objects(day).values()) * Decimal("0.12") / 1000 / 31
        charges = shop.rows(Charge, day)
        known = [row for row in charges if row.billed_cost is not None]
        assert {row.basis for row in known} == {"estimated"}
        assert {row.service for row in known} == KNOWN
        unknown = [dict(row.tags) for row in charges if row.billed_cost is None]
        assert {"loaded": "false"} in unknown
        assert {"activity_status": "INACTIVE"} in unknown
        assert len(unknown) == 4
        found += total(row.billed_cost for row in known if row.billed_cost is not None)
    assert abs(found - exact) < Decimal("1e-20")
    assert {row.price_list for row in shop.rows(Charge, FIRST)} == {
        "prices.toml: weaviate.io/pricing, times 1536, from 2026-01-01",
        None,
    }


def test_a_server_of_ones_own_is_free_where_every_unit_is(shop: Shop) -> None:
    free = [price("0", unit) for unit in ("object_days", "shard_days", "tenant_days")]
    shop.collect(FIRST, *free)
    assert {row.billed_cost for row in shop.rows(Charge, FIRST)} == {Decimal(0)}


def test_a_plan_pays_for_all_of_it_also_where_it_is_entered_later(shop: Shop) -> None:
    shop.collect(date(2026, 10, 10))
    shop.collect(date(2026, 10, 11), price())
    shop.collect(date(2026, 10, 12), price(), plans=(PLAN,))

    charges = [one for one in shop.found(Charge) if one.feed in WEAVIATE.snapshots]
    assert charges == []
    asked = Question(first=FIRST, after=AFTER, today=date(2026, 10, 31), currency="USD")
    found = answer(shop.place.store, asked, "provider", {})
    assert found.total == 45
    assert found.coverage.unknown == 0
    assert shop.objects(date(2026, 10, 12)) == shop.true_objects(date(2026, 10, 12))


def test_a_cost_leads_to_the_nodes_that_tell_of_it(shop: Shop) -> None:
    shop.collect(FIRST, price())
    (one,) = (one for one in shop.found(Charge) if one.row.service == "Text")
    (trace,) = Walk(shop.place.files).traces(one)

    assert (trace.place, trace.endpoint) == ("/nodes", "GET /v1/nodes?output=verbose")
    assert [each["name"] for each in trace.raw] == ["weaviate-0", "weaviate-1", "weaviate-2"]


# Keys


def test_a_server_that_lets_everybody_in_needs_no_key(shop: Shop) -> None:
    shop.site.anonymous = True
    assert shop.collect(FIRST, key=None).state == "ok"
    assert shop.objects(FIRST) == shop.true_objects(FIRST)


def test_one_that_does_not_says_that_a_key_is_missing(shop: Shop) -> None:
    outcome = shop.collect(FIRST, key=None)
    assert outcome.state == "failed"
    assert "anonymous access not enabled" in str(outcome.message)
    assert "role viewer" in str(outcome.remedy)


@pytest.mark.parametrize(
    ("access", "said"),
    [
        (Access(minimal=False, collections=frozenset({"Text"})), "insufficient permissions"),
        (Access(minimal=False), "insufficient permissions"),
        (Access(collections=frozenset({"Text"})), "on the node weaviate-0 that the key may not"),
        (Access(collections=frozenset()), "on the node weaviate-0 that the key may not"),
    ],
)
def test_a_key_that_sees_a_part_is_refused_and_the_part_is_not_taken_for_the_whole(
    shop: Shop, access: Access, said: str
) -> None:
    shop.site.keys[KEY] = access
    outcome = shop.collect(FIRST)

    assert outcome.state in ("failed", "partial")
    assert said in str(outcome.message)
    assert "every collection" in str(outcome.remedy)
    assert shop.objects(FIRST) == {}
    round_ = shop.clock.round()
    assert said in str(examined(shop.source(), round_).message)


def test_the_ledger_holds_no_secret(shop: Shop) -> None:
    shop.collect(FIRST)
    assert KEY.encode() not in dump(shop.place)


# Trouble


def test_a_node_that_is_down_leaves_the_day_unread_until_it_answers(shop: Shop) -> None:
    shop.collect(FIRST)
    shop.truth.down = frozenset({"weaviate-1"})
    outcome = shop.collect(FIRST + DAY)

    assert outcome.state == "failed"
    assert "every node" in str(outcome.remedy)
    assert "the node weaviate-1 of Weaviate tells of no shards (UNAVAILABLE)" in str(
        outcome.message
    )
    assert shop.objects(FIRST + DAY) == {}
    assert shop.objects(FIRST) == shop.true_objects(FIRST)

    shop.truth.down = frozenset()
    assert shop.collect(FIRST + DAY).state == "ok"
    assert shop.objects(FIRST + DAY) == shop.true_objects(FIRST + DAY)


@pytest.mark.parametrize("path", ["/v1/nodes", "/v1/schema$", "/tenants"])
@pytest.mark.parametrize(
    "fault",
    [
        troubles.rate_limited(1, BUSY),
        troubles.rate_limited(None, BUSY),
        troubles.server_error(500, {"error": [{"message": "context deadline exceeded"}]}),
        troubles.cut_off(),
        troubles.connection_reset(),
    ],
)
def test_trouble_that_passes_loses_nothing(shop: Shop, fault: Fault, path: str) -> None:
    shop.server.faults.add(fault.on(path))
    outcome = shop.collect(FIRST)

    assert shop.server.faults.struck
    assert outcome.state == "ok", outcome.message
    assert shop.objects(FIRST) == shop.true_objects(FIRST)
    assert len(shop.rows(Usage, FIRST)) == 7


@pytest.mark.parametrize("path", ["/v1/nodes", "/v1/schema$", "/tenants"])
@pytest.mark.parametrize("fault", [troubles.not_json(), troubles.truncated_json()])
def test_trouble_that_stays_keeps_what_was_there(shop: Shop, fault: Fault, path: str) -> None:
    shop.collect(FIRST)
    before = shop.rows(Usage, FIRST)
    shop.server.faults.add(fault.on(path).repeated(None))

    assert shop.collect(FIRST).state == "partial"
    assert shop.rows(Usage, FIRST) == before
    assert shop.collect(FIRST + DAY).state == "partial"
    assert shop.rows(Usage, FIRST) == before
