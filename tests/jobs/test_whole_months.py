"""Months that must not be read in part, and charges longer than the days that were asked for."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from ecot.jobs.query import Question
from ecot.jobs.round import Source
from ecot.jobs.rows import rows
from ecot.model.answer import Answer, Parsed
from ecot.model.period import DAY, Month, Period
from ecot.model.rows import Charge
from ecot.providers.http import Http
from ecot.store.protocol import Place
from tests.jobs.made_up import MadeUp
from tests.jobs.world import Clock
from tests.ledger.book import in_memory
from tests.providers.around import collected
from tests.rows import ACCOUNT, charge

OCTOBER = Month(2026, 10)


@dataclass
class Biller:
    """A supplier that charges 31.00 for each month as one line, as soon as it has `billed` it, and
    1.50 a day until then."""

    billed: set[Month] = field(default_factory=set)
    asked: list[Period] = field(default_factory=list)

    def source(self, **more: Any) -> Source:
        made_up = MadeUp({}, {}).source(ACCOUNT)
        shaped: dict[str, Any] = {
            "feeds": ("costs",),
            "directories": (),
            "wider": ("costs",),
            "whole_months": True,
            "fetch": self._fetch,
            "parse": self._parse,
        }
        return replace(made_up, provider=replace(made_up.provider, **shaped), **more)

    async def _fetch(self, _: Http, stream: str, period: Period) -> AsyncIterator[Answer]:
        self.asked.append(period)
        (month,) = period.months()
        how = "billed" if month in self.billed else "daily"
        asked = {"how": how, "first": str(period.start.date()), "last": str(period.last)}
        yield Answer(feed=stream, endpoint="GET /costs", body=b"{}", asked=asked)

    def _parse(self, answer: Answer) -> Iterator[Parsed]:
        first = date.fromisoformat(answer.asked["first"])
        days = Period.of_days(first, date.fromisoformat(answer.asked["last"]) + DAY).days()
        if answer.asked["how"] == "daily":
            yield from (Parsed(f"/{day}", charge("1.50", day)) for day in days)
        else:
            whole = charge("31.00", charge_period=Month.of(first).period)
            yield Parsed("/0", whole)


def at(day: date) -> Clock:
    return Clock(datetime(day.year, day.month, day.day, 6, tzinfo=UTC))


def costs(place: Place, month: Month, today: date) -> dict[date, Decimal]:
    question = Question(first=month.first, after=month.after, today=today, currency="USD")
    found = rows(place, question, Charge)
    return {row.day: row.billed_cost or Decimal(0) for _, _, row, _ in found}


def test_a_night_after_a_pause_asks_for_the_whole_of_every_month_that_it_touches() -> None:
    place, biller = in_memory(), Biller()
    source = biller.source(since=OCTOBER.first)
    collected(source, at(date(2026, 10, 19)).round(), place)
    biller.billed.add(OCTOBER)
    biller.asked.clear()

    later = date(2026, 12, 15)
    collected(source, at(later).round(), place)

    assert OCTOBER.period in biller.asked
    assert costs(place, OCTOBER, later) == dict.fromkeys(OCTOBER.days(), Decimal("1.00"))


def test_the_running_month_is_asked_for_until_today() -> None:
    place, biller = in_memory(), Biller({OCTOBER})
    today = date(2026, 11, 21)

    collected(biller.source(since=OCTOBER.first), at(today).round(), place)
    biller.asked.clear()
    collected(biller.source(), at(today + DAY).round(), place)

    assert Period.of_days(date(2026, 11, 1), date(2026, 11, 23)) in biller.asked


def test_a_charge_that_began_before_the_account_is_told_for_its_days_only() -> None:
    place, biller = in_memory(), Biller({OCTOBER})
    today = date(2026, 11, 21)

    collected(biller.source(since=date(2026, 10, 15)), at(today).round(), place)

    expected = dict.fromkeys(OCTOBER.days()[14:], Decimal("1.00"))
    assert costs(place, OCTOBER, today) == expected
