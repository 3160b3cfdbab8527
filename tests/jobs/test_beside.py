"""What an account lacks, what it leaves to others, and what is asked for whole."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from ecot.errors import Unavailable
from ecot.jobs.collect import collect
from ecot.jobs.doctor import examine
from ecot.jobs.query import Question, answer
from ecot.jobs.round import Source
from ecot.jobs.rows import rows
from ecot.model.answer import Answer
from ecot.model.outcome import Outcome
from ecot.model.period import DAY, Period
from ecot.model.rows import AnyRow, Charge
from ecot.providers.contract import Options
from ecot.providers.http import Http
from ecot.store.heads import all_heads
from ecot.store.protocol import Place
from ecot.store.records import all_progress
from tests.jobs.made_up import MadeUp
from tests.jobs.test_snapshots import Bank
from tests.jobs.world import Clock
from tests.ledger.book import in_memory
from tests.rows import ACCOUNT, charge

TODAY = date(2026, 11, 21)
NIGHT = datetime(2026, 11, 21, 4, tzinfo=UTC)
COSTS = {TODAY - 3 * DAY: "1.25", TODAY - 2 * DAY: "2.50"}


class Several(Options):
    """Options that something is asked with."""

    team: str | None = None
    measures: tuple[str, ...] = ("costs",)


def collected(place: Place, source: Source, days: list[date] | None = None) -> Outcome:
    clock = Clock(NIGHT)
    (outcome,) = asyncio.run(collect(place, [source], clock.round(days)))
    return outcome


def source(costs: Mapping[date, str] = COSTS, **more: Any) -> Source:
    """An account of the made-up supplier; `more` are fields of its provider."""
    made_up = MadeUp(costs, {}).source(ACCOUNT)
    return replace(made_up, provider=replace(made_up.provider, **more), since=TODAY - 5 * DAY)


def question(**more: Any) -> Question:
    return Question(first=date(2026, 11, 1), after=TODAY + DAY, today=TODAY, currency="USD", **more)


class TestNeeds:
    """What must be known beside the key."""

    NEEDS: Mapping[str, Any] = {"needs": {"team": "MADE_UP_TEAM"}, "options": Several}

    def test_without_it_the_account_is_not_configured_and_nothing_is_asked(self) -> None:
        lacking = replace(source(**self.NEEDS), options=Several())
        place = in_memory()
        outcome = collected(place, lacking)

        assert outcome.state == "not_configured"
        assert str(outcome.message) == f"{ACCOUNT}: MADE_UP_TEAM_EDUGAMI is not set"
        assert "MADE_UP_TEAM" in str(outcome.remedy)
        assert list(all_heads(place.store)) == []
        (examined,) = asyncio.run(examine([lacking], Clock(NIGHT).round()))
        assert examined.state == "not_configured"

    def test_with_it_the_account_is_collected(self) -> None:
        given = replace(source(**self.NEEDS), options=Several(team="lumen"))
        assert collected(in_memory(), given).state == "ok"

    def test_an_address_may_be_needed_too(self) -> None:
        needs = source(needs={"base_url": "MADE_UP_URL"})
        assert needs.lacking == "MADE_UP_URL_EDUGAMI"
        assert replace(needs, base_url="https://made.example").lacking is None

    def test_without_a_key_only_a_keyless_one_is_collected(self) -> None:
        place = in_memory()
        assert collected(place, replace(source(), secret=None)).state == "not_configured"
        assert collected(place, replace(source(keyless=True), secret=None)).state == "ok"


class TestFeedsByOptions:
    """The account's own feeds, where its options make them."""

    def test_each_account_reads_its_own(self) -> None:
        place = in_memory()
        made = source(feeds=(), feeds_for=_measures, options=Several)
        outcome = collected(place, replace(made, options=Several(measures=("costs",))))
        (progress,) = all_progress(place.store)

        assert (outcome.charges, outcome.usages) == (2, 0)
        assert progress.feeds == ("costs",)

    def test_a_new_one_is_read_from_the_accounts_first_day_on(self) -> None:
        place = in_memory()
        made = source(feeds=(), feeds_for=_measures, options=Several)
        collected(place, replace(made, options=Several(measures=("costs",))))
        outcome = collected(place, replace(made, options=Several(measures=("costs", "usage"))))

        assert outcome.usages == 2
        (head,) = all_heads(place.store)
        assert all(
            head.is_complete(day, ("costs", "usage"))
            for day in Period.of_days(TODAY - 5 * DAY, TODAY).days()
        )


def _measures(options: Options) -> tuple[str, ...]:
    assert isinstance(options, Several)
    return options.measures


class TestLeftToOthers:
    """The same money, told by two accounts of two providers (ledger rule 13)."""

    @pytest.mark.parametrize(
        ("beside", "expected"),
        [(frozenset({"copilot"}), 0), (frozenset({"openai"}), 2), (frozenset(), 2)],
    )
    def test_a_row_is_left_out_only_where_the_other_is_collected(
        self, beside: frozenset[str], expected: int
    ) -> None:
        place = in_memory()
        leaves = source(elsewhere=_copilot, leaves_to=lambda _: ("copilot", "cursor"))
        collected(place, replace(leaves, beside=beside))

        assert len(list(rows(place, question(), Charge))) == expected

    def test_what_was_read_is_read_again_where_the_other_comes_or_goes(self) -> None:
        place, months = in_memory(), {date(2026, 7, 3): "4.00", TODAY - 2 * DAY: "2.50"}
        made_up = MadeUp(months, {}).source(ACCOUNT)
        fields: Mapping[str, Any] = {"elsewhere": _copilot, "leaves_to": lambda _: ("copilot",)}
        alone = replace(made_up, provider=replace(made_up.provider, **fields), since=JULY)
        both = replace(alone, beside=frozenset({"copilot", "openai"}))
        asked = replace(question(), first=JULY)
        found: list[int] = []
        for one in (alone, both, both, alone):
            assert collected(place, one).state in ("ok", "partial")
            found.append(len(list(rows(place, asked, Charge))))

        assert found == [2, 0, 0, 2]  # what is left to another is no empty answer

    def test_a_month_that_could_not_be_read_again_is_still_owed(self) -> None:
        place, made_up = in_memory(), MadeUp({date(2026, 7, 3): "4.00"}, {}).source(ACCOUNT)

        async def down(http: Http, stream: str, period: Period) -> AsyncIterator[Answer]:
            if period.start.month == JULY.month:
                raise Unavailable("down in July")
            async for one in made_up.provider.fetch(http, stream, period):
                yield one

        fields: Mapping[str, Any] = {"elsewhere": _copilot, "leaves_to": lambda _: ("copilot",)}
        alone = replace(made_up, provider=replace(made_up.provider, **fields), since=JULY)
        both = replace(alone, beside=frozenset({"copilot"}))
        collected(place, alone)
        collected(place, replace(both, provider=replace(both.provider, fetch=down)))
        for _ in range(2):  # what comes back empty is kept once
            collected(place, both)

        assert list(rows(place, replace(question(), first=JULY), Charge)) == []


JULY = date(2026, 7, 1)


def _copilot(row: AnyRow) -> str | None:
    return "copilot" if isinstance(row, Charge) else None


class TestWholeMonths:
    """A month whose figures come from another source once it is over."""

    def test_a_part_of_a_month_is_asked_for_with_all_of_it(self) -> None:
        bank = Bank(fields={"whole_months": True, "wider": (), "snapshots": ()})
        days = [date(2026, 10, 5), date(2026, 10, 6), date(2026, 11, 20)]
        collected(in_memory(), bank.source(), days)

        asked = {day for _, period in bank.asked for day in period.days()}
        assert asked == set(Period.of_days(date(2026, 10, 1), TODAY + DAY).days())

    def test_of_others_only_the_days_are_asked(self) -> None:
        bank = Bank(fields={"wider": (), "snapshots": ()})
        collected(in_memory(), bank.source(), [date(2026, 10, 5)])
        assert bank.asked == [("costs", Period.of_day(date(2026, 10, 5)))]


class TestParents:
    """A provider of which only another one tells (ledger rule 12)."""

    def told(self, place: Place, **more: Any) -> tuple[list[tuple[str, str | None]], Decimal]:
        totals = answer(place.store, question(**more), "provider", {})
        missing = [(gap.provider, gap.reason) for gap in totals.coverage.missing]
        return missing, totals.total or Decimal(0)

    def place(self, *accounts: str, told_of: date = TODAY - DAY, cost: str = "5.00") -> Place:
        """Each account's costs; those of "router" are a detail of "mistral"."""
        place = in_memory()
        for account in accounts:
            bank = _Router({told_of: cost}) if account == "router/a" else None
            made = (bank or MadeUp(COSTS, {})).source(account)
            collected(place, replace(made, since=TODAY - 5 * DAY))
        return place

    def test_its_cost_is_missing_and_not_added(self) -> None:
        missing, total = self.told(self.place("router/a", "openai/a"))
        assert missing == [("mistral", "told by another")]
        assert total == Decimal("3.75")

    def test_nothing_is_missing_once_it_is_collected(self) -> None:
        missing, total = self.told(self.place("router/a", "mistral/a"))
        assert (missing, total) == ([], Decimal("3.75"))

    def test_a_day_that_still_runs_may_have_no_charge_yet(self) -> None:
        """A gateway counts at once; whoever bills it says so the next day."""
        missing, _ = self.told(self.place("router/a", "openai/a", told_of=TODAY))
        assert missing == []

    def test_of_what_costs_nothing_no_bill_is_missing(self) -> None:
        """A gateway before a model of one's own machines."""
        missing, _ = self.told(self.place("router/a", "openai/a", cost="0"))
        assert missing == []

    def test_an_account_that_is_not_read_is_missing_once(self) -> None:
        place = self.place("router/a", "openai/a")
        collected(place, replace(MadeUp(COSTS, {}).source("mistral/a"), secret=None))

        missing, _ = self.told(place)
        assert missing == [("mistral", "not_configured")]

    def test_who_asks_for_one_provider_is_told_of_that_one(self) -> None:
        missing, _ = self.told(self.place("router/a", "openai/a"), provider="openai")
        assert missing == []


class _Router(MadeUp):
    """A supplier whose costs are those of another one."""

    def __init__(self, costs: Mapping[date, str]) -> None:
        super().__init__(costs, {})

    def source(self, account: str) -> Source:
        made = super().source(account)
        parsed = made.provider.parse
        return replace(
            made,
            provider=replace(
                made.provider,
                feeds=("costs",),
                parse=lambda answer: (
                    one._replace(
                        row=charge(
                            self.costs[one.row.day], one.row.day, role="breakdown", parent="mistral"
                        )
                    )
                    for one in parsed(answer)
                    if isinstance(one.row, Charge)
                ),
            ),
        )
