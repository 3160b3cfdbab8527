"""What surrounds a supplier in a test: an account of it, and what the jobs make of that account."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from pydantic import SecretStr

from ecot.jobs.collect import collect, open_http
from ecot.jobs.doctor import examine
from ecot.jobs.query import Question
from ecot.jobs.round import Round, Source
from ecot.model.answer import Answer
from ecot.model.outcome import Outcome
from ecot.model.period import Period
from ecot.model.rows import AnyRow, Name, merged
from ecot.providers.contract import Options, Provider
from ecot.providers.people import People
from ecot.sandbox.server import LoopbackServer
from ecot.store.protocol import Place
from tests.jobs.world import Clock
from tests.providers.asking import all_of

OCTOBER = Period.of_days(date(2026, 10, 1), date(2026, 11, 1))
Truth = TypeVar("Truth")
Site = TypeVar("Site")


def source(
    provider: Provider, url: str, secret: str | None, name: str = "lumen", **further: Any
) -> Source:
    """The account "<provider>/lumen" at an address; `further` are more fields of a Source."""
    return Source(
        provider=provider,
        account=f"{provider.name}/{name}",
        secret=None if secret is None else SecretStr(secret),
        secret_name=provider.variables[0],
        base_url=url,
        **further,
    )


def collected(source: Source, round_: Round, place: Place) -> Outcome:
    """What came of collecting one account."""
    (outcome,) = asyncio.run(collect(place, [source], round_))
    return outcome


def examined(source: Source, round_: Round) -> Outcome:
    """What the doctor says of one account."""
    (outcome,) = asyncio.run(examine([source], round_))
    return outcome


def of_october(now: datetime) -> Question:
    """A question of October's figures that is asked at some moment, in dollars."""
    first, after = OCTOBER.start.date(), OCTOBER.end.date()
    return Question(first=first, after=after, today=now.date(), currency="USD")


@dataclass
class Supplier(Generic[Truth, Site]):
    """A made-up supplier on loopback, and the clock of whoever asks it."""

    clock: Clock
    truth: Truth
    site: Site
    server: LoopbackServer


class Account(Supplier[Truth, Site], ABC):
    """One account, of which October is read unless told."""

    @property
    @abstractmethod
    def source(self) -> Source:
        """The account."""

    def read(self, stream: str | None = None, period: Period = OCTOBER) -> list[Answer]:
        """Every answer of a stream, the provider's first unless told."""
        source = self.source

        async def reading() -> list[Answer]:
            round_ = self.clock.round()
            async with round_.open_client() as shared:
                http = open_http(source, round_, shared, People(lambda: b"k" * 32))
                chosen = stream or source.provider.streams[0]
                return await all_of(source.provider.fetch(http, chosen, period))

        return asyncio.run(reading())

    def rows(self, stream: str | None = None, period: Period = OCTOBER) -> list[AnyRow]:
        """The rows, merged as a reading merges them."""
        parse, answers = self.source.provider.parse, self.read(stream, period)
        parsed = [row for answer in answers for _, row in parse(answer)]
        return merged(row for row in parsed if not isinstance(row, Name))

    def collected(
        self, place: Place, days: Iterable[date] | None = tuple(OCTOBER.days())
    ) -> Outcome:
        return collected(self.source, self.clock.round(days), place)

    def examined(self) -> Outcome:
        return examined(self.source, self.clock.round())


class Accounts(Supplier[Truth, Site], ABC):
    """An account whose options are chosen each time; October is collected unless told."""

    @abstractmethod
    def source(self, options: Options | None = None) -> Source:
        """The account with these options, or with those that it mostly has."""

    def collected(
        self,
        place: Place,
        days: Iterable[date] | None = tuple(OCTOBER.days()),
        options: Options | None = None,
    ) -> Outcome:
        return collected(self.source(options), self.clock.round(days), place)

    def examined(self, options: Options | None = None) -> Outcome:
        return examined(self.source(options), self.clock.round())

    def asked(self, ending: str) -> list[dict[str, str]]:
        """The queries of what was asked, by the end of the path."""
        found = [one for one in self.server.requests if one.path.endswith(ending)]
        return [dict(one.query) for one in found]
