"""Suppliers whose figures move as real ones do: today's grow, yesterday's settle, and now and then
an older day is restated. They have no network, so that nothing but our own work is measured."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
from pydantic import SecretStr

from ecot.jobs.round import Source
from ecot.model.answer import Answer, Parsed
from ecot.model.period import DAY, Period
from ecot.model.rows import Charge, Usage
from ecot.providers.http import Http
from tests.bench.supplier import SUPPLIER

ENTRIES_A_DAY = 20  # two rows each
ENTRIES_SO_FAR = 5  # of today
IN_EUROS = ("company00", "company07")
RESTATED = 5  # days before today, of one account a night


class _Entry(msgspec.Struct, frozen=True, array_like=True):
    day: date
    project: str
    number: int
    cost: Decimal
    tokens: Decimal


class Daily:
    """One account's supplier, as of `today`."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.name = f"company{number:02}"
        self.account = f"{self.name}/main"
        self.today = date.min
        self._restated: dict[date, int] = {}

    def wake(self, today: date) -> None:
        """Another night has come."""
        self.today = today
        if today.day % 15 == self.number:
            self._restated[today - RESTATED * DAY] = 1

    def source(self) -> Source:
        provider = replace(SUPPLIER, name=self.name, fetch=self._fetch, parse=self.parse)
        key = SecretStr("bench-key")
        return Source(provider=provider, account=self.account, secret=key, secret_name="BENCH_KEY")

    def answer(self, period: Period) -> Answer:
        """Everything that is known of these days."""
        entries = [entry for day in period.days() for entry in self._entries(day)]
        return Answer(feed="costs", endpoint="GET /costs", body=msgspec.json.encode(entries))

    def parse(self, answer: Answer) -> Iterator[Parsed]:
        """A charge and a usage an entry."""
        currency = "EUR" if self.name in IN_EUROS else "USD"
        for place, entry in enumerate(msgspec.json.decode(answer.body, type=list[_Entry])):
            dimensions: dict[str, Any] = {
                "charge_period": Period.of_day(entry.day),
                "category": "ai",
                "service": f"service {entry.number % 3}",
                "sub_account_id": entry.project,
                "model": f"model-{entry.number % 10}",
                "api_key_id": f"key-{entry.number % 4}",
                "user": f"user-{entry.number % 15}",
            }
            charge = Charge(**dimensions, currency=currency, basis="billed", billed_cost=entry.cost)
            yield Parsed(f"/{place}/cost", charge)
            usage = Usage(**dimensions, quantities={"input_tokens": entry.tokens})
            yield Parsed(f"/{place}/tokens", usage)

    async def _fetch(self, _: Http, __: str, period: Period) -> AsyncIterator[Answer]:
        yield self.answer(period)

    def _entries(self, day: date) -> Iterator[_Entry]:
        if day > self.today:
            return
        age = (self.today - day).days
        late = {0: 2, 1: 1}.get(age, 0) - self._restated.get(day, 0)
        for number in range(ENTRIES_SO_FAR if age == 0 else ENTRIES_A_DAY):
            known = day.day * 1_000 + number * 37 + self.number - late
            project = f"{self.name}-{number % 5}"
            yield _Entry(day, project, number, Decimal(known) / 1_000, Decimal(known * 11))
