"""A supplier without a network: what it answers is what a test last told it."""

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import date
from typing import Any

import msgspec
from pydantic import SecretStr

from ecot.jobs.round import Source
from ecot.model.answer import Answer, Parsed
from ecot.model.period import DAY, Period
from ecot.model.rows import Name
from ecot.providers.contract import Provider
from ecot.providers.http import Http
from tests.facts import MADE_UP
from tests.rows import charge, usage


class MadeUp:
    """`costs` are amounts by day; every day with one has also a usage. `names` are projects."""

    def __init__(self, costs: Mapping[date, str], names: Mapping[str, str]) -> None:
        self.costs, self.names = costs, names

    def source(self, account: str) -> Source:
        """An account of the supplier."""
        return Source(
            provider=self._provider(account.partition("/")[0]),
            account=account,
            secret=SecretStr("made-up-key"),
            secret_name="MADE_UP_KEY",
        )

    def _provider(self, name: str) -> Provider:
        return Provider(
            name=name,
            title="Made up",
            category="ai",
            base_url="http://127.0.0.1:9",
            variables=("MADE_UP_KEY",),
            facts=MADE_UP,
            feeds=("costs", "usage"),
            directories=("projects",),
            headers=lambda *_: {},
            fetch=self._fetch,
            parse=parse,
            check=_check,
            recognise=lambda _: None,
            status_page="https://status.example",
            remedies={},
            lateness=DAY,
            backfill_months=1,
        )

    async def _fetch(self, _: Http, stream: str, period: Period) -> AsyncIterator[Answer]:
        said: Mapping[Any, str] = self.names
        if stream != "projects":
            said = {day: self.costs[day] for day in period.days() if day in self.costs}
        yield Answer(feed=stream, endpoint=f"GET /{stream}", body=msgspec.json.encode(said))


def parse(answer: Answer) -> Iterator[Parsed]:
    """A row a day, or a name a project."""
    if answer.feed == "projects":
        for number, name in msgspec.json.decode(answer.body, type=dict[str, str]).items():
            yield Parsed(f"/{number}", Name("sub_account_id", number, name))
        return
    for day, amount in msgspec.json.decode(answer.body, type=dict[date, str]).items():
        row = (
            charge(amount, day, sub_account_id="proj_a", service="chat", user="ana")
            if answer.feed == "costs"
            else usage({"requests": amount.replace(".", "")}, day, sub_account_id="proj_a")
        )
        yield Parsed(f"/{day}", row)


async def _check(http: Http) -> None:
    """Any key is good."""
