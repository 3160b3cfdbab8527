"""What is kept, counted once a day and sold without a price: estimated, paid by a plan, or unknown.

A snapshot is never read again: what a price or a plan changes is worked out from what was read.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from ecot.analysis.totals import Gap
from ecot.errors import Unavailable
from ecot.jobs.month_states import month_states
from ecot.jobs.priced import price_book
from ecot.jobs.query import Question, Totals, answer
from ecot.jobs.round import Round, Source
from ecot.jobs.rows import rows
from ecot.jobs.run import run
from ecot.ledger.plans import Plan
from ecot.model.answer import Answer, Parsed
from ecot.model.outcome import Outcome, State
from ecot.model.period import DAY, Month, Period
from ecot.model.prices import OwnPrice
from ecot.model.rows import Charge, Usage
from ecot.providers.http import Http
from ecot.store.heads import all_heads
from ecot.store.protocol import Place
from ecot.store.records import all_progress, put_progress
from tests.jobs.made_up import MadeUp
from tests.jobs.world import Clock, figures
from tests.ledger.book import in_memory
from tests.plans import plan
from tests.rows import ACCOUNT, usage

FIRST = date(2026, 11, 18)
TODAY = date(2026, 11, 21)
PLAN = plan("30", account=ACCOUNT, since=Month(2026, 11), currency="EUR")
EARLIER = plan("30", account=ACCOUNT, since=Month(2026, 10), currency="EUR")


def price(amount: str, since: date = date(2026, 1, 1), **more: Any) -> OwnPrice:
    """So many euros a month for a thousand objects."""
    fields: dict[str, Any] = {
        "provider": "openai",
        "model": "*",
        "unit": "object_days",
        "per": Decimal(1000),
        "price": Decimal(amount),
        "currency": "EUR",
        "every": "month",
        "since": since,
        "source": "offer of 2026",
    }
    return OwnPrice(**(fields | more))


@dataclass
class Shelf:
    """A supplier that says how many objects it keeps now, in two boxes, and states no money."""

    objects: int = 1000
    fails: bool = False
    asked: int = 0

    def source(self) -> Source:
        made_up = MadeUp({}, {}).source(ACCOUNT)
        shaped: dict[str, Any] = {
            "feeds": (),
            "snapshots": ("kept",),
            "directories": (),
            "fetch": self._fetch,
            "parse": self._parse,
            "history_days": 0,
            "backfill_months": 0,
            "estimated": {"kept": "unplanned"},
        }
        return replace(made_up, provider=replace(made_up.provider, **shaped))

    async def _fetch(self, _: Http, stream: str, period: Period) -> AsyncIterator[Answer]:
        self.asked += 1
        if self.fails:
            raise Unavailable("{account}: no", account=ACCOUNT)
        said = {"box": self.objects, "case": 2 * self.objects}
        body, day = msgspec.json.encode(said), period.start.date()
        yield Answer(feed=stream, endpoint="GET /kept", body=body, day=day)

    def _parse(self, answered: Answer) -> Iterator[Parsed]:
        assert answered.day is not None
        for name, count in msgspec.json.decode(answered.body, type=dict[str, int]).items():
            kept = usage({"object_days": str(count)}, answered.day, service=name)
            yield Parsed(f"/{name}", kept)


def collected(
    place: Place,
    shelf: Shelf,
    day: date,
    *own: OwnPrice,
    plans: tuple[Plan, ...] = (),
    state: State = "ok",
) -> Outcome:
    clock = Clock(datetime(day.year, day.month, day.day, 4, tzinfo=UTC))
    round_ = Round(
        run=f"run-{day}", today=day, now=clock, open_client=clock.client, prices=price_book(own)
    )
    (outcome,) = asyncio.run(run(place, [shelf.source()], plans, round_))
    assert outcome.state == state, outcome.message
    return outcome


def read_daily(place: Place, shelf: Shelf, *own: OwnPrice, plans: tuple[Plan, ...] = ()) -> None:
    """Three days, one after the other, before TODAY."""
    for number in range(3):
        collected(place, shelf, FIRST + number * DAY, *own, plans=plans)


def question(first: date = date(2026, 1, 1), today: date = TODAY) -> Question:
    return Question(first=first, after=today + DAY, today=today, currency="EUR")


def costs(place: Place, today: date = TODAY) -> dict[date, list[Decimal | None]]:
    """What is kept costs, by day: the box, the case."""
    found: dict[date, list[Decimal | None]] = {}
    for one in rows(place, question(today=today), Charge):
        if one.feed == "kept":
            found.setdefault(one.row.day, []).append(one.row.billed_cost)
    return found


def totals(place: Place, first: date = FIRST) -> Totals:
    return answer(place.store, question(first), "provider", {})


def missing(place: Place, today: date = TODAY) -> tuple[Gap, ...]:
    return answer(place.store, question(today=today), "provider", {}).coverage.missing


UNKNOWN: list[Decimal | None] = [None, None]
THIRTIETH = [Decimal("0.1"), Decimal("0.2")]  # of 3 euros a month, in November


def test_without_a_price_or_a_plan_it_is_unknown_and_never_zero() -> None:
    place = in_memory()
    read_daily(place, Shelf())

    assert costs(place) == {FIRST + number * DAY: UNKNOWN for number in range(3)}
    assert totals(place).total is None
    assert totals(place).coverage.unknown == 6


def test_the_users_own_price_makes_an_estimate_of_each_day() -> None:
    place = in_memory()
    read_daily(place, Shelf(), price("3", FIRST + DAY))

    assert costs(place) == {
        FIRST: UNKNOWN,
        FIRST + DAY: THIRTIETH,
        FIRST + 2 * DAY: THIRTIETH,
    }
    bases = {one.row.basis for one in rows(place, question(FIRST + DAY), Charge)}
    lists = {one.row.price_list for one in rows(place, question(FIRST + DAY), Charge)}
    assert bases == {"estimated"}
    assert lists == {f"prices.toml: offer of 2026, from {FIRST + DAY}"}


def test_a_quantity_that_the_price_leaves_out_is_unknown() -> None:
    place = in_memory()
    read_daily(place, Shelf(), price("3", unit="shard_days"))
    assert costs(place)[FIRST] == UNKNOWN


@pytest.mark.parametrize("own", [(), (price("3"),)])
def test_where_a_plan_pays_nothing_stands_beside_it(own: tuple[OwnPrice, ...]) -> None:
    place = in_memory()
    read_daily(place, Shelf(), *own, plans=(PLAN,))

    assert costs(place) == {}
    assert totals(place, date(2026, 11, 1)).total == 21  # a euro a day, until today
    assert totals(place).coverage.unknown == 0
    assert len(list(rows(place, question(), Usage))) == 6


class TestLater:
    """What is entered later is for the days of open months, though these are not read again."""

    def test_a_price_takes_the_place_of_what_was_unknown(self) -> None:
        place, shelf = in_memory(), Shelf()
        read_daily(place, shelf)
        collected(place, shelf, TODAY, price("3"))

        assert costs(place) == {FIRST + number * DAY: THIRTIETH for number in range(4)}
        assert shelf.asked == 4

    def test_it_takes_the_place_from_its_day_on(self) -> None:
        place, shelf = in_memory(), Shelf()
        read_daily(place, shelf)
        collected(place, shelf, TODAY, price("3", FIRST + 2 * DAY))

        known = {day for day, found in costs(place).items() if None not in found}
        assert known == {FIRST + 2 * DAY, TODAY}

    def test_a_later_price_of_the_same_unit_changes_the_days_since(self) -> None:
        place, shelf = in_memory(), Shelf()
        read_daily(place, shelf, price("3"))
        collected(place, shelf, TODAY, price("3"), price("6", FIRST + 2 * DAY))

        box = [found[0] for found in costs(place).values()]
        assert box == [Decimal(text) for text in ("0.1", "0.1", "0.2", "0.2")]

    def test_a_plan_takes_back_what_was_unknown(self) -> None:
        place, shelf = in_memory(), Shelf()
        read_daily(place, shelf)
        collected(place, shelf, TODAY, plans=(PLAN,))
        assert costs(place) == {}

    def test_a_plan_takes_back_what_was_estimated(self) -> None:
        """Else November would be paid for twice."""
        place, shelf = in_memory(), Shelf()
        read_daily(place, shelf, price("3"))
        collected(place, shelf, TODAY, price("3"), plans=(PLAN,))

        assert costs(place) == {}
        assert totals(place, date(2026, 11, 1)).total == 21

    def test_a_plan_that_is_removed_again_leaves_what_was_kept_unknown(self) -> None:
        place, shelf = in_memory(), Shelf()
        read_daily(place, shelf, plans=(PLAN,))
        collected(place, shelf, TODAY)
        assert costs(place) == {FIRST + number * DAY: UNKNOWN for number in range(4)}

    @pytest.mark.parametrize("plans", [(), (EARLIER,)])
    def test_a_closed_month_stays_as_it_is(self, plans: tuple[Plan, ...]) -> None:
        place, shelf, october = in_memory(), Shelf(), date(2026, 10, 30)
        for day in (october, date(2026, 11, 1), date(2026, 11, 12)):
            collected(place, shelf, day)
        assert {head.month for head in all_heads(place.store) if head.closed_at} == {
            Month(2026, 10)
        }
        collected(place, shelf, TODAY, price("3"), plans=plans)

        assert costs(place).pop(october) == UNKNOWN
        later = set() if plans else {date(2026, 11, 1), date(2026, 11, 12), TODAY}
        assert {day for day, found in costs(place).items() if None not in found} == later

    def test_a_month_before_that_is_open_is_priced_too(self) -> None:
        place, shelf, october = in_memory(), Shelf(), date(2026, 10, 30)
        collected(place, shelf, october)
        collected(place, shelf, date(2026, 11, 5), price("3.1"))
        assert costs(place)[october] == THIRTIETH  # a 31st part of 3.10

    def test_nothing_that_changed_writes_nothing_and_restates_nothing(self) -> None:
        """A seventh of a cent has no last digit: priced anew it must come to the same."""
        place, shelf, odd = in_memory(), Shelf(1013), price("0.7", per=Decimal(7))
        read_daily(place, shelf, odd)
        collected(place, shelf, TODAY, odd)
        before = figures(place)
        outcome = collected(place, shelf, TODAY, odd)

        assert figures(place) == before
        assert outcome.restatements == ()
        assert collected(place, shelf, TODAY, price("3")).restatements == ()


class TestMissed:
    """A day on which it was not read can never be read: what it cost is missing for good."""

    def test_a_day_without_a_run_is_missing_once_the_account_was_read(self) -> None:
        place, shelf = in_memory(), Shelf()
        collected(place, shelf, date(2026, 11, 5))
        collected(place, shelf, date(2026, 11, 7))
        collected(place, shelf, TODAY)

        (gap,) = missing(place)
        assert (gap.account, gap.first, gap.last) == (ACCOUNT, date(2026, 11, 6), TODAY - DAY)
        assert gap.days == 14

    def test_an_account_that_always_fails_is_missing_like_any_other(self) -> None:
        place = in_memory()
        for number in range(2):
            collected(place, Shelf(fails=True), TODAY + number * DAY, state="failed")

        (gap,) = missing(place, TODAY + DAY)
        assert (gap.first, gap.last, gap.reason) == (date(2026, 10, 1), TODAY, "failed")

    def test_one_that_fails_from_a_day_on_is_missing_from_there_on(self) -> None:
        place = in_memory()
        read_daily(place, Shelf())
        collected(place, Shelf(fails=True), TODAY, state="failed")
        assert missing(place) == ()

        collected(place, Shelf(fails=True), TODAY + DAY, state="failed")
        (gap,) = missing(place, TODAY + DAY)
        assert (gap.first, gap.last, gap.reason) == (TODAY, TODAY, "failed")

    def test_where_a_plan_pays_nothing_is_missing(self) -> None:
        place = in_memory()
        read_daily(place, Shelf())
        collected(place, Shelf(fails=True), TODAY, plans=(PLAN,), state="failed")
        collected(place, Shelf(fails=True), TODAY + DAY, plans=(PLAN,), state="failed")
        assert missing(place, TODAY + DAY) == ()

    def test_it_keeps_no_month_open_and_stays_missing_in_the_closed_one(self) -> None:
        place = in_memory()
        read_daily(place, Shelf())
        collected(place, Shelf(), date(2026, 12, 10))

        assert [head.month for head in all_heads(place.store) if head.closed_at] == [
            Month(2026, 11)
        ]
        (gap,) = missing(place, date(2026, 12, 10))
        assert (gap.first, gap.last) == (TODAY, date(2026, 12, 9))

    def test_an_account_that_was_read_before_is_expected_from_today_on(self) -> None:
        """One whose snapshot had no price in an earlier version."""
        place, shelf = in_memory(), Shelf()
        collected(place, shelf, date(2026, 11, 5))
        (known,) = all_progress(place.store)
        put_progress(place.store, msgspec.structs.replace(known, daily={}))
        collected(place, shelf, FIRST)
        assert missing(place, FIRST) == ()

    def test_it_is_told_among_the_months(self) -> None:
        place = in_memory()
        read_daily(place, Shelf())
        collected(place, Shelf(), TODAY + DAY)

        today = TODAY + DAY
        (month,) = month_states(place.store, question(FIRST, today))
        assert month.unread == (TODAY,)


@pytest.mark.parametrize("month", [Month(2026, 2), Month(2028, 2), Month(2026, 11), Month(2026, 1)])
@pytest.mark.parametrize("amount", ["3", "0.7", "45", "0.00465"])
def test_the_days_of_a_month_add_up_to_the_months_price(month: Month, amount: str) -> None:
    """To the last of 28 digits, which a thirtieth of a cent does not have."""
    book, days = price_book([price(amount)]), month.days()
    kept = [usage({"object_days": "1000"}, day) for day in days]
    found = [charge.billed_cost for charge in book.charges(kept, "openai")]

    assert len(days) in (28, 29, 30, 31)
    assert len(set(found)) == 1
    total = sum(cost for cost in found if cost is not None)
    assert abs(total - Decimal(amount)) <= len(days) * Decimal(amount) * Decimal("1e-27")


def test_a_price_that_is_not_of_a_month_is_of_each_day() -> None:
    book = price_book([price("3", every=None)])
    (charge,) = book.charges([usage({"object_days": "1000"}, TODAY)], "openai")
    assert charge.billed_cost == 3
