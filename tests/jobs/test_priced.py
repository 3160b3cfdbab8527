"""Usage that arrives without money: priced once, by a dated price, or said to be unknown."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import msgspec
from msgspec.structs import replace as replaced

from ecot.jobs.priced import price_book
from ecot.jobs.query import Question, answer
from ecot.jobs.round import Round, Source
from ecot.jobs.rows import rows
from ecot.jobs.run import run
from ecot.ledger.plans import Plan
from ecot.model.answer import Answer, Parsed
from ecot.model.period import DAY, Month, Period
from ecot.model.prices import OwnPrice
from ecot.model.rows import Charge
from ecot.providers.contract import Unpriced
from ecot.providers.http import Http
from ecot.store.protocol import Place
from tests.jobs.made_up import MadeUp
from tests.jobs.world import Clock
from tests.ledger.book import in_memory
from tests.plans import plan
from tests.rows import ACCOUNT, usage

TODAY = date(2026, 11, 21)
FIRST = date(2026, 11, 18)


def price(amount: str, since: date = date(2026, 1, 1), unit: str = "credits") -> OwnPrice:
    return OwnPrice(
        provider="openai",
        model="*",
        unit=unit,
        price=Decimal(amount),
        currency="EUR",
        since=since,
        source="contract of 2026",
    )


@dataclass
class Meter:
    """A supplier that counts and states no money; `rows` are its quantities by day."""

    rule: Unpriced
    quantities: dict[date, dict[str, str]]
    model: str | None = None
    asked: list[str] = field(default_factory=list)

    def source(self) -> Source:
        made_up = MadeUp({}, {}).source(ACCOUNT)
        shaped: dict[str, Any] = {
            "feeds": ("usage",),
            "directories": (),
            "fetch": self._fetch,
            "parse": self._parse,
            "estimated": {"usage": self.rule},
        }
        return replace(made_up, provider=replace(made_up.provider, **shaped))

    async def _fetch(self, _: Http, stream: str, period: Period) -> AsyncIterator[Answer]:
        said = {day: self.quantities[day] for day in period.days() if day in self.quantities}
        yield Answer(feed=stream, endpoint="GET /usage", body=msgspec.json.encode(said))

    def _parse(self, answered: Answer) -> Iterator[Parsed]:
        days = msgspec.json.decode(answered.body, type=dict[date, dict[str, str]])
        for day, quantities in days.items():
            yield Parsed(f"/{day}", usage(quantities, day, model=self.model))


def collected(
    place: Place, meter: Meter, *own: OwnPrice, day: date = TODAY, plans: tuple[Plan, ...] = ()
) -> None:
    clock = Clock(datetime(day.year, day.month, day.day, 4, tzinfo=UTC))
    round_ = Round(
        run=f"run-{day}",
        today=day,
        now=clock,
        open_client=clock.client,
        prices=price_book(own),
    )
    (outcome,) = asyncio.run(run(place, [meter.source()], plans, round_))
    assert outcome.state == "ok"


def costs(place: Place, day: date = TODAY) -> list[tuple[date, Decimal | None, str | None]]:
    question = Question(first=date(2026, 1, 1), after=day + DAY, today=day, currency="EUR")
    found = [one.row for one in rows(place, question, Charge) if one.feed == "usage"]
    return [(row.day, row.billed_cost, row.price_list) for row in found]


CREDITS = {FIRST + number * DAY: {"credits": "1000"} for number in range(3)}


def test_the_users_own_price_makes_an_estimate_that_names_it() -> None:
    place = in_memory()
    collected(place, Meter("nothing", CREDITS), price("0.0003", FIRST + DAY))

    (first, second) = costs(place)
    assert [first[0], second[0]] == [FIRST + DAY, FIRST + 2 * DAY]
    assert [first[1], second[1]] == [Decimal("0.3000"), Decimal("0.3000")]
    assert "contract of 2026" in str(first[2])
    question = Question(first=FIRST, after=TODAY, today=TODAY, currency="EUR")
    assert answer(place.store, question, "provider", {}).coverage.estimated == 1


def test_without_a_price_a_plans_usage_costs_nothing_of_its_own() -> None:
    place = in_memory()
    collected(place, Meter("nothing", CREDITS))
    assert costs(place) == []


def test_usage_that_the_users_own_prices_leave_out_is_unknown() -> None:
    """They stand in the place of the plan, so that nothing else says that there is a cost."""
    for leaving_out in (price("1", unit="minutes"), replaced(price("1"), tier="batch")):
        place = in_memory()
        collected(place, Meter("nothing", CREDITS), leaving_out)
        assert [cost for _, cost, _ in costs(place)] == [None] * 3


def test_where_a_plan_of_the_settings_pays_no_price_does() -> None:
    place = in_memory()
    pays = plan("22", account=ACCOUNT, since=Month(2026, 11))
    collected(place, Meter("nothing", CREDITS), price("0.0003"), plans=(pays,))
    assert costs(place) == []


def test_usage_that_is_sold_by_itself_is_unknown_without_a_price() -> None:
    place = in_memory()
    collected(place, Meter("unknown", CREDITS))
    assert [cost for _, cost, _ in costs(place)] == [None] * 3
    question = Question(first=FIRST, after=TODAY, today=TODAY, currency="EUR")
    found = answer(place.store, question, "provider", {})
    assert found.total is None
    assert found.coverage.unknown == 3


def test_the_public_list_prices_what_it_knows() -> None:
    place = in_memory()
    tokens = {FIRST: {"input_tokens": "1000000", "output_tokens": "0"}}
    collected(place, Meter("unknown", tokens, model="gpt-4o-mini"))
    ((_, cost, listed),) = costs(place)
    assert cost == Decimal("0.15")
    assert str(listed).startswith("genai-prices, openai/gpt-4o-mini")


def test_a_new_price_changes_no_closed_month_until_it_is_read_again() -> None:
    """October is closed on 10 November; a price that came later is for the months still read."""
    place = in_memory()
    september = {date(2026, 10, 5): {"credits": "1000"}, FIRST: {"credits": "1000"}}
    meter = Meter("nothing", september)
    collected(place, meter, price("1"), day=date(2026, 11, 12))
    assert [cost for _, cost, _ in costs(place)] == [1000]

    collected(place, meter, price("2"))
    assert [cost for _, cost, _ in costs(place)] == [1000, 2000]


def test_a_plan_dated_back_into_a_closed_month_takes_nothing_out_of_it() -> None:
    """October is closed, and read once more on 2 December: its plan was entered in between, and is
    written into open months only."""
    place = in_memory()
    meter = Meter("nothing", {date(2026, 10, 5): {"credits": "1000"}})
    collected(place, meter, price("1"), day=date(2026, 11, 12))
    pays = plan("22", account=ACCOUNT, since=Month(2026, 10))

    collected(place, meter, price("1"), day=date(2026, 12, 2), plans=(pays,))

    assert [cost for _, cost, _ in costs(place, date(2026, 12, 2))] == [1000]
