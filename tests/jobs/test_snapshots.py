"""How accounts stand, days that only an archive remembers, and suppliers that answer too much."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar

import msgspec
import pytest

from ecot.errors import AccessDenied, NotOffered, ProviderError, Unavailable
from ecot.jobs.balances import latest_balances
from ecot.jobs.collect import collect
from ecot.jobs.priced import price_book
from ecot.jobs.query import Question
from ecot.jobs.round import Round, Source
from ecot.jobs.rows import Found, rows
from ecot.jobs.run import run
from ecot.ledger.plans import Plan
from ecot.model.answer import Answer, Parsed
from ecot.model.outcome import Outcome
from ecot.model.period import DAY, Month, Period
from ecot.model.prices import OwnPrice
from ecot.model.rows import Balance, Charge
from ecot.providers.http import Http
from ecot.store.heads import all_heads
from ecot.store.protocol import Place
from ecot.store.records import all_claims
from tests.jobs.made_up import MadeUp
from tests.jobs.world import Clock, dump
from tests.ledger.book import in_memory
from tests.plans import plan
from tests.rows import ACCOUNT, charge

TODAY = date(2026, 11, 21)
CYCLE = Period(datetime(2026, 11, 5, tzinfo=UTC), datetime(2026, 12, 5, tzinfo=UTC))


@dataclass
class Bank:
    """A supplier with a balance and a counter; `costs` are its charges by day, all of them in every
    answer, and `archive` those of days that it has forgotten otherwise."""

    used: str | None = "0"
    cycle: Period | None = CYCLE
    price: bool = False
    costs: dict[date, str] = field(default_factory=dict)
    archive: dict[date, str] = field(default_factory=dict)
    fields: dict[str, Any] = field(default_factory=dict)
    refusal: Exception | None = None
    asked: list[tuple[str, Period]] = field(default_factory=list)

    def source(self, **more: Any) -> Source:
        made_up = MadeUp({}, {}).source(ACCOUNT)
        shaped: dict[str, Any] = {
            "feeds": ("costs",),
            "snapshots": ("stand",),
            "directories": (),
            "wider": ("costs",),
            "fetch": self._fetch,
            "parse": self._parse,
            "check": self._check,
            "backfill_months": 1,
        }
        provider = replace(made_up.provider, **(shaped | self.fields))
        return replace(made_up, provider=provider, **more)

    async def _check(self, _: Http) -> None:
        if self.refusal is not None:
            raise self.refusal

    async def _fetch(self, _: Http, stream: str, period: Period) -> AsyncIterator[Answer]:
        self.asked.append((stream, period))
        if self.refusal is not None:
            raise self.refusal
        said: Any = {"costs": self.costs, "archive": self.archive, "stand": self.used}[stream]
        day = next(period.days()) if stream == "stand" else None
        yield Answer(
            feed=stream, endpoint=f"GET /{stream}", body=msgspec.json.encode(said), day=day
        )

    def _parse(self, answer: Answer) -> Iterator[Parsed]:
        if answer.feed != "stand":
            for day, amount in msgspec.json.decode(answer.body, type=dict[date, str]).items():
                yield Parsed(f"/{day}", charge(amount, day, sub_account_id="default"))
            return
        used = msgspec.json.decode(answer.body, type=str | None)
        assert answer.day is not None
        on = Period.of_day(answer.day)
        yield Parsed("", stand(on, used, self.cycle))
        if self.price:
            yield Parsed("", replace_charge(on))


class Several(Bank):
    """Several counters by name; "credits" are no money."""

    def __init__(self, used: dict[str, str]) -> None:
        super().__init__(fields={})
        self.counters = used

    async def _fetch(self, _: Http, stream: str, period: Period) -> AsyncIterator[Answer]:
        said = self.counters if stream == "stand" else {}
        day = next(period.days()) if stream == "stand" else None
        yield Answer(
            feed=stream, endpoint=f"GET /{stream}", body=msgspec.json.encode(said), day=day
        )

    def _parse(self, answer: Answer) -> Iterator[Parsed]:
        if answer.day is None:
            return
        on = Period.of_day(answer.day)
        for name, used in msgspec.json.decode(answer.body, type=dict[str, str]).items():
            is_money = name != "credits"
            row = stand(on, used, self.cycle)
            yield Parsed(
                f"/{name}",
                msgspec.structs.replace(
                    row, name=name, accrues=is_money, unit="USD" if is_money else "credits"
                ),
            )


def balances(place: Place) -> list[tuple[date, str, Decimal | None]]:
    """Every snapshot that the ledger holds: day, name, used."""
    found = [one.row for one in rows(place, question(), Balance)]
    return sorted((row.day, row.name, row.used) for row in found)


def stand(on: Period, used: str | None, cycle: Period | None) -> Balance:
    return Balance(
        charge_period=on,
        category="ai",
        name="overage",
        unit="USD",
        cycle=cycle,
        accrues=True,
        used=None if used is None else Decimal(used),
        limit=Decimal(100),
    )


def replace_charge(on: Period) -> Charge:
    """A plan whose price the supplier does not tell."""
    return Charge(
        charge_period=on,
        category="ai",
        service="plan starter",
        charge_category="Purchase",
        currency="USD",
        basis="unknown",
        billed_cost=None,
    )


def collected(
    place: Place,
    bank: Bank,
    day: date = TODAY,
    plans: tuple[Plan, ...] = (),
    own: Sequence[OwnPrice] = (),
    **more: Any,
) -> Outcome:
    clock = Clock(datetime(day.year, day.month, day.day, 4, tzinfo=UTC) + timedelta(seconds=1))
    round_ = Round(
        run=f"run-{day}",
        today=day,
        now=clock,
        open_client=clock.client,
        prices=price_book(own),
    )
    return asyncio.run(run(place, [bank.source(**more)], plans, round_))[0]


def asked_for(place: Place, bank: Bank, today: date, days: Iterable[date]) -> Outcome:
    """The outcome of a run in which a person asked for these days."""
    clock = Clock(datetime(today.year, today.month, today.day, 4, tzinfo=UTC))
    round_ = replace(clock.round(days), run=f"asked-{today}")
    return asyncio.run(collect(place, [bank.source()], round_))[0]


def question(day: date = TODAY) -> Question:
    return Question(first=date(2026, 1, 1), after=day + DAY, today=day, currency="USD")


def costs_of(place: Place, service: str | None = "overage") -> dict[date, Decimal | None]:
    found = rows(place, question(TODAY + 60 * DAY), Charge)
    return {one.row.day: one.row.billed_cost for one in found if one.row.service == service}


class TestSnapshots:
    """Of the day on which they were read; the last of a day wins."""

    def test_the_last_one_of_a_day_wins_and_earlier_days_keep_theirs(self) -> None:
        place = in_memory()
        collected(place, Bank("1.00"), TODAY - DAY)
        collected(place, Bank("2.00"))
        collected(place, Bank("2.50"))

        (latest,) = latest_balances(place, question(), lambda _: ("stand",))
        assert (latest.row.used, latest.row.day) == (Decimal("2.50"), TODAY)
        before = [one.row.used for one in rows(place, question(), Balance)]
        assert before == [Decimal("1.00"), Decimal("2.50")]

    def test_a_day_is_complete_without_it(self) -> None:
        place = in_memory()
        collected(place, Bank("1.00", costs={TODAY - DAY: "3.00"}))
        (head,) = [head for head in all_heads(place.store) if head.month == Month(2026, 11)]
        assert head.is_complete(TODAY - DAY, ("costs",))
        assert head.doubted() == []

    def test_one_that_cannot_be_read_leaves_the_account_partial(self) -> None:
        class Stubborn(Bank):
            async def _fetch(
                self, http: Http, stream: str, period: Period
            ) -> AsyncIterator[Answer]:
                if stream == "stand":
                    raise Unavailable("{account}: no", account=ACCOUNT)
                async for answer in Bank._fetch(self, http, stream, period):
                    yield answer

        place = in_memory()
        outcome = collected(place, Stubborn(costs={TODAY - DAY: "3.00"}))
        assert (outcome.state, outcome.unread) == ("partial", ("stand",))
        assert costs_of(place, None) == {TODAY - DAY: Decimal("3.00")}

    @pytest.mark.parametrize("kind", [AccessDenied, Unavailable])
    def test_feeds_that_are_refused_take_none_away(self, kind: type[ProviderError]) -> None:
        class Closed(Bank):
            async def _fetch(
                self, http: Http, stream: str, period: Period
            ) -> AsyncIterator[Answer]:
                if stream == "costs":
                    raise kind("{account}: no", account=ACCOUNT)
                async for answer in Bank._fetch(self, http, stream, period):
                    yield answer

        place = in_memory()
        outcome = collected(place, Closed("1.00"))
        assert (outcome.state, outcome.unread) == ("partial", ("costs",))
        assert balances(place) == [(TODAY, "overage", Decimal("1.00"))]

    def test_where_all_is_refused_only_the_first_is_asked_for(self) -> None:
        refusal = AccessDenied("{account}: no", account=ACCOUNT)
        bank = Bank(refusal=refusal, fields={"snapshots": ("stand", "other")})
        outcome = collected(in_memory(), bank)
        assert outcome.state == "failed"
        assert [stream for stream, _ in bank.asked] == ["costs", "stand"]

    def test_days_that_a_person_asks_for_take_no_snapshot(self) -> None:
        place, bank = in_memory(), Bank("1.00")
        clock = Clock(datetime(2026, 11, 21, 4, tzinfo=UTC))
        round_ = Round(
            run="r",
            today=TODAY,
            now=clock,
            days=(TODAY - 3 * DAY,),
            open_client=clock.client,
        )
        asyncio.run(collect(place, [bank.source()], round_))
        assert [stream for stream, _ in bank.asked] == ["costs"]

    def test_it_travels_with_the_export(self) -> None:
        place = in_memory()
        collected(place, Bank("1.00"))
        assert b'"type":"balance"' in dump(place)


class TestCounters:
    """What has become owed since the snapshot before."""

    def test_differences_are_charges_and_add_up_to_the_counter(self) -> None:
        place = in_memory()
        collected(place, Bank("1.70"), TODAY - 4 * DAY)
        collected(place, Bank("2.00"), TODAY - DAY)
        collected(place, Bank("2.30"))
        costs = costs_of(place)
        assert costs[TODAY] == Decimal("0.30")
        three = [TODAY - DAY, TODAY - 2 * DAY, TODAY - 3 * DAY]
        assert sum(costs[day] or 0 for day in three) == Decimal("0.30")
        assert sum(cost or 0 for cost in costs.values()) == Decimal("2.30")
        assert min(costs) == CYCLE.start.date()

    def test_reading_a_day_again_counts_nothing_twice(self) -> None:
        place = in_memory()
        for used in ("1.00", "1.50", "1.50"):
            collected(place, Bank(used), TODAY - DAY)
        for used in ("1.75", "2.00"):
            collected(place, Bank(used))
        costs = costs_of(place)
        assert sum(cost or 0 for cost in costs.values()) == Decimal("2.00")
        assert costs[TODAY] == Decimal("0.50")

    def test_days_between_two_snapshots_may_lie_in_two_months(self) -> None:
        place, december = in_memory(), date(2026, 12, 2)
        collected(place, Bank("1.00"), date(2026, 11, 28))
        collected(place, Bank("1.40"), december)
        costs = costs_of(place)
        between = [date(2026, 11, 29), date(2026, 11, 30), date(2026, 12, 1), december]
        assert [costs[day] for day in between] == [Decimal("0.10")] * 4

    def test_a_new_cycle_begins_at_nothing(self) -> None:
        place = in_memory()
        collected(place, Bank("9.00"), date(2026, 12, 3))
        next_cycle = Period(CYCLE.end, CYCLE.end + timedelta(days=31))
        collected(place, Bank("0.30", next_cycle), date(2026, 12, 7))
        costs = costs_of(place)
        assert sum(costs[date(2026, 12, day)] or 0 for day in (5, 6, 7)) == Decimal("0.30")
        assert date(2026, 12, 4) not in costs

    def test_an_unknown_counter_owes_nothing_and_hides_nothing(self) -> None:
        place = in_memory()
        collected(place, Bank("1.00"), TODAY - 2 * DAY)
        collected(place, Bank(None), TODAY - DAY)
        collected(place, Bank("1.50"))
        costs = costs_of(place)
        assert costs[TODAY - DAY] == costs[TODAY] == Decimal("0.25")

    def test_one_that_appears_later_takes_no_snapshot_away(self) -> None:
        place = in_memory()
        for number in range(5, 0, -1):
            collected(place, Several({"credits": f"{number}"}), TODAY - number * DAY)
        collected(place, Several({"credits": "9", "overage": "1.70"}))
        costs = costs_of(place)
        assert (sum(cost or 0 for cost in costs.values()), min(costs)) == (
            Decimal("1.70"),
            CYCLE.start.date(),
        )
        of_credits = [one for one in balances(place) if one[1] == "credits"]
        assert [used for _, _, used in of_credits] == [Decimal(n) for n in (5, 4, 3, 2, 1, 9)]

    def test_one_that_comes_and_goes_neither_doubles_nor_takes_money_away(self) -> None:
        place = in_memory()
        collected(place, Several({"one": "10", "two": "5"}), TODAY - 3 * DAY)
        collected(place, Several({"one": "11"}), TODAY - DAY)
        collected(place, Several({"one": "12", "two": "6"}))
        assert costs_of(place, "one")[TODAY] == 1
        for service, owed in {"one": 12, "two": 6}.items():
            assert sum(cost or 0 for cost in costs_of(place, service).values()) == owed
        days = [(day, name) for day, name, _ in balances(place)]
        assert days == [
            (TODAY - 3 * DAY, "one"),
            (TODAY - 3 * DAY, "two"),
            (TODAY - DAY, "one"),
            (TODAY, "one"),
            (TODAY, "two"),
        ]

    def test_one_of_a_year_is_found_again_after_months(self) -> None:
        place = in_memory()
        year = Period(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
        collected(place, Bank("10.00", year), date(2026, 7, 3))
        before = costs_of(place)
        collected(place, Bank("12.00", year))
        costs = costs_of(place)
        assert {day: cost for day, cost in costs.items() if day in before} == before
        assert sum(cost or 0 for cost in costs.values()) == 12
        assert [one.row.day for one in rows(place, question(), Balance)] == [
            date(2026, 7, 3),
            TODAY,
        ]

    def test_what_an_earlier_run_of_the_day_found_owed_is_taken_back(self) -> None:
        place = in_memory()
        collected(place, Bank("1.00"), TODAY - 3 * DAY)
        collected(place, Bank("4.00"))
        collected(place, Bank("1.00"))
        assert sum(cost or 0 for cost in costs_of(place).values()) == Decimal("1.00")

    def test_so_is_what_a_day_found_owed_whose_last_run_did_not_know(self) -> None:
        place = in_memory()
        collected(place, Bank("1.00"), TODAY - 4 * DAY)
        collected(place, Bank("4.00"), TODAY - DAY)
        collected(place, Bank(None), TODAY - DAY)
        collected(place, Bank("5.00"))
        assert sum(cost or 0 for cost in costs_of(place).values()) == Decimal("5.00")

    def test_a_later_snapshot_of_the_day_restates_nothing(self) -> None:
        """The supplier changed nothing: what it had told until then was less."""
        place = in_memory()
        collected(place, Bank("1.00"), TODAY - 6 * DAY)
        collected(place, Bank("4.00"))
        assert collected(place, Bank("5.00")).restatements == ()
        assert sum(cost or 0 for cost in costs_of(place).values()) == Decimal("5.00")

    def test_one_that_is_gone_keeps_what_was_owed(self) -> None:
        place = in_memory()
        collected(place, Several({"one": "1", "two": "1"}), TODAY - 4 * DAY)
        collected(place, Several({"two": "4"}), TODAY - DAY)
        collected(place, Several({"three": "8"}))
        for service, owed in {"one": 1, "two": 4, "three": 8}.items():
            assert sum(cost or 0 for cost in costs_of(place, service).values()) == owed


class TestPlanPrices:
    """A provider's own plan price is not written where a plan of the settings pays (rule 17)."""

    PLAN = plan("22", account=ACCOUNT, since=Month(2026, 11))

    def test_a_price_that_is_not_told_is_unknown(self) -> None:
        place = in_memory()
        collected(place, Bank(price=True))
        assert costs_of(place, "plan starter") == {TODAY: None}

    def test_a_plan_of_the_settings_stands_in_its_place(self) -> None:
        place = in_memory()
        collected(place, Bank(price=True), plans=(self.PLAN,))
        assert costs_of(place, "plan starter") == {}

    def test_beside_a_plan_what_is_owed_beyond_it_counts_whatever_prices_there_are(self) -> None:
        own = OwnPrice(
            provider="openai",
            model="*",
            unit="credits",
            price=Decimal("0.01"),
            currency="USD",
            since=date(2026, 1, 1),
            source="contract",
        )
        for plans, owed in (((self.PLAN,), Decimal("1.70")), ((), Decimal(0))):
            place, clock = in_memory(), Clock(datetime(2026, 11, 21, 4, tzinfo=UTC))
            bank = Bank("1.70", fields={"estimated": {"costs": "nothing"}})
            round_ = replace(clock.round(), prices=price_book([own]))
            asyncio.run(run(place, [bank.source()], plans, round_))
            assert sum(cost or 0 for cost in costs_of(place).values()) == owed

    def test_a_plan_that_is_entered_later_takes_the_unknown_price_back(self) -> None:
        """From the days of open months; a closed month stays as it is."""
        place, days = in_memory(), (date(2026, 10, 30), date(2026, 11, 2), TODAY - DAY)
        for day in days:
            collected(place, Bank("1.00", price=True), day)
        assert set(costs_of(place, "plan starter")) == set(days)

        pays = plan("22", account=ACCOUNT, since=Month(2026, 10))
        collected(place, Bank("1.00", price=True), plans=(pays,))
        assert set(costs_of(place, "plan starter")) == {date(2026, 10, 30)}

        collected(place, Bank("1.00", price=True), TODAY + DAY)
        assert set(costs_of(place, "plan starter")) == {date(2026, 10, 30), TODAY + DAY}

    def test_what_a_counter_has_grown_by_does_not_bring_it_back(self) -> None:
        place = in_memory()
        collected(place, Bank("1.00", price=True), TODAY - 2 * DAY)
        collected(place, Bank("2.00", price=True), plans=(self.PLAN,))
        assert costs_of(place, "plan starter") == {}
        assert sum(cost or 0 for cost in costs_of(place).values()) == 2

    def test_a_plan_that_has_ended_does_not(self) -> None:
        place = in_memory()
        over = plan("22", account=ACCOUNT, since=Month(2026, 8), until=Month(2026, 10))
        collected(place, Bank(price=True), plans=(over,))
        assert costs_of(place, "plan starter") == {TODAY: None}


class TestForgottenDays:
    """A supplier that keeps 30 days, and an archive that has the rest."""

    KEPT: ClassVar = {TODAY - number * DAY: f"{number}.00" for number in range(1, 31)}
    OLD: ClassVar = {TODAY - number * DAY: f"{number}.00" for number in range(25, 60)}
    FIELDS: ClassVar = {"history_days": 30, "archives": {"costs": "archive"}}

    def bank(self, **more: Any) -> Bank:
        return Bank(None, costs=self.KEPT, archive=self.OLD, fields=self.FIELDS, **more)

    def test_older_days_come_from_the_archive_each_day_from_one_place(self) -> None:
        place = in_memory()
        assert collected(place, self.bank()).state == "ok"
        costs = costs_of(place, None)
        first = date(2026, 10, 1)
        assert costs == {
            TODAY - number * DAY: Decimal(number)
            for number in range(1, 60)
            if TODAY - number * DAY >= first
        }

    def test_it_is_asked_once_and_what_it_loses_stays(self) -> None:
        place, later = in_memory(), TODAY + DAY
        collected(place, self.bank())
        before = costs_of(place, None)
        empty = Bank(None, costs=dict(self.KEPT), archive={}, fields=self.FIELDS)
        collected(place, empty, later)
        collected(place, empty, later + DAY)
        assert costs_of(place, None) == before
        assert "archive" not in [stream for stream, _ in empty.asked]

    def test_without_an_archive_a_first_collection_goes_as_far_as_it_can(self) -> None:
        place, bank = in_memory(), Bank(None, costs=self.KEPT, fields={"history_days": 30})
        assert collected(place, bank, backfill := TODAY).state == "ok"
        days = [day for stream, period in bank.asked if stream == "costs" for day in period.days()]
        assert min(days) == backfill - 30 * DAY

    def test_a_month_that_is_forgotten_is_never_emptied_whoever_asks_for_it(self) -> None:
        place, later = in_memory(), date(2027, 3, 1)
        collected(place, Bank(None, costs=self.KEPT, fields={"history_days": 30}))
        before = costs_of(place, None)
        for fields in ({"history_days": 30}, self.FIELDS):
            bank = Bank(None, archive={TODAY - 10 * DAY: "0.01"}, fields=fields)
            for _ in range(2):
                asked_for(place, bank, later, Month(2026, 11).days()[:20])
            outcome = asked_for(place, bank, later, Month(2026, 11).days()[:20])
            assert costs_of(place, None) == before
            assert (outcome.state, bank.asked) == ("ok", [])
            assert "answers in full only for days since 2027-01-30" in str(outcome.message)

    def test_an_archive_is_asked_for_what_a_person_wants_and_nobody_has_read(self) -> None:
        place, day = in_memory(), date(2026, 9, 5)
        bank = self.bank()
        bank.archive = {day: "4.00", day + DAY: "5.00"}
        asked_for(place, bank, TODAY, [day])
        outcome = asked_for(place, bank, TODAY, [day])
        assert costs_of(place, None) == {day: Decimal("4.00")}
        assert [stream for stream, _ in bank.asked] == ["archive"]
        assert outcome.state == "ok"

    def test_a_day_in_doubt_that_is_forgotten_keeps_its_figures(self) -> None:
        place = in_memory()
        collected(place, self.bank())
        before = costs_of(place, None)
        empty = Bank(None, fields=self.FIELDS)
        assert collected(place, empty, TODAY + DAY).state == "partial"
        later = TODAY + 40 * DAY
        fresh = Bank(None, costs={later: "1.00"}, fields=self.FIELDS)
        for number in range(2):
            collected(place, fresh, later + number * DAY)
        outcome = collected(place, fresh, later + 2 * DAY)
        assert outcome.state == "ok"
        costs = costs_of(place, None)
        assert {day: costs.get(day) for day in before} == before


class TestWiderAnswers:
    """Answers with more days than were asked for."""

    def test_other_days_are_left_out(self) -> None:
        place = in_memory()
        costs = {TODAY - number * DAY: "1.00" for number in range(90)}
        collected(place, Bank(None, costs=costs))
        assert min(costs_of(place, None)) == date(2026, 10, 1)

    def test_where_they_are_not_expected_they_are_refused(self) -> None:
        place = in_memory()
        bank = Bank(None, costs={date(2026, 1, 5): "1.00"}, fields={"wider": ()})
        outcome = collected(place, bank)
        assert outcome.state == "partial"
        assert "2026-01-05, which was not asked for" in str(outcome.message)
        assert costs_of(place, None) == {}


class TestKeys:
    """What is said of keys and plans before anything is read."""

    def test_where_a_wrong_key_is_answered_with_zeros_it_is_checked_first(self) -> None:
        place = in_memory()
        denied = AccessDenied("{account}: wrong kind", account=ACCOUNT)
        bank = Bank(refusal=denied, fields={"check_first": True})
        assert collected(place, bank).state == "failed"
        assert bank.asked == []

    def test_a_plan_without_an_interface_is_not_configured_and_missing(self) -> None:
        place = in_memory()
        bank = Bank(
            refusal=NotOffered("{account}: not on this plan", account=ACCOUNT),
            fields={"remedies": {"not_offered": "Type the bill, or enter a plan."}},
        )
        outcome = collected(place, bank)
        assert outcome.state == "not_configured"
        assert str(outcome.remedy) == "Type the bill, or enter a plan."
        assert list(all_heads(place.store)) == []

    def test_an_id_that_every_customer_has_is_not_claimed(self) -> None:
        place = in_memory()
        bank = Bank(None, costs={TODAY - DAY: "1.00"}, fields={"unclaimed": ("default",)})
        collected(place, bank)
        assert [ids for _, ids in all_claims(place.store) if ids] == []

        other = in_memory()
        collected(other, Bank(None, costs={TODAY - DAY: "1.00"}))
        assert [dict(ids) for _, ids in all_claims(other.store)] == [{"default": ACCOUNT}]


def test_the_remedy_is_said_where_time_is_up() -> None:
    place = in_memory()
    bank = Bank(
        refusal=Unavailable(
            "{account}: the time for this account is used up",
            remedy="Collect again: it goes on where it stopped.",
            account=ACCOUNT,
        )
    )
    outcome = collected(place, bank)
    assert outcome.state == "failed"
    assert str(outcome.remedy) == "Collect again: it goes on where it stopped."


@pytest.mark.parametrize("stream", ["stand", "costs"])
def test_every_answer_is_kept_as_evidence(stream: str) -> None:
    place = in_memory()
    collected(place, Bank("1.00", costs={TODAY - DAY: "1.00"}))
    found: list[Found[Any]] = [*rows(place, question(), Balance)]
    found += rows(place, question(), Charge)
    of_stream = [one for one in found if one.feed == stream]
    assert of_stream
    for one in of_stream:
        names = one.header.evidence[one.feed]
        assert all(place.files.get(name) is not None for name in names)


def test_an_own_price_that_is_written_later_stands_for_plan_and_overage() -> None:
    """From its day on: what was owed before that stays owed, and nothing is paid twice."""
    place, since = in_memory(), date(2026, 11, 18)
    fields = {"estimated": {"costs": "nothing"}}
    for day, used in ((16, "1.00"), (19, "1.60"), (20, "1.80")):
        collected(place, Bank(used, price=True, fields=fields), date(2026, 11, day))
    assert sum(cost or 0 for cost in costs_of(place).values()) == Decimal("1.80")

    own = OwnPrice(
        provider="openai",
        model="*",
        unit="credits",
        price=Decimal(1),
        currency="USD",
        since=since,
        source="contract",
    )
    collected(place, Bank("2.00", price=True, fields=fields), own=[own])

    overage = costs_of(place)
    assert max(overage) == since - DAY
    assert sum(cost or 0 for cost in overage.values()) == Decimal("1.20")
    assert set(costs_of(place, "plan starter")) == {date(2026, 11, 16)}
