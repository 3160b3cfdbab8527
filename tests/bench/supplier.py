"""A supplier made up for the benchmarks: six serial pages an account, each a moment away."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from pydantic import SecretStr

from ecot.jobs.round import Round, Source
from ecot.model.answer import Answer, Parsed
from ecot.model.period import DAY, Month, Period
from ecot.model.rows import Charge, Usage
from ecot.providers.contract import Provider
from ecot.providers.http import Http
from ecot.providers.pages import has_more, pages
from ecot.providers.reading import opened
from ecot.sandbox.messages import Request, Response, json_response
from tests.facts import MADE_UP

MONTH = Month(2026, 4)
PAGES = 6
DAYS_A_PAGE = 5
NOW = datetime(2026, 5, 5, 4, tzinfo=UTC)
ENTRIES_A_DAY = 20


class Site:
    """Answers for every account; days in `revised` have become dearer."""

    def __init__(self) -> None:
        self.revised: set[tuple[str, date]] = set()

    def answer(self, request: Request, /) -> Response:
        """One page of five days."""
        account = request.path.split("/")[1]
        number = int(next(iter(request.values("page")), "0"))
        days = MONTH.days()[number * DAYS_A_PAGE : (number + 1) * DAYS_A_PAGE]
        entries = [entry for day in days for entry in self._entries(account, day)]
        is_last = number == PAGES - 1
        following = None if is_last else str(number + 1)
        return json_response({"data": entries, "has_more": not is_last, "next": following})

    def _entries(self, account: str, day: date) -> Iterator[dict[str, object]]:
        dearer = 1 if (account, day) in self.revised else 0
        for number in range(ENTRIES_A_DAY):
            yield {
                "day": str(day),
                "project": f"{account}-{number % 4}",
                "model": f"model-{number % 10}",
                "key": f"key-{number}",
                "cost": str(Decimal(day.day * 100 + number + dearer) / 1_000),
                "tokens": day.day * 1_000 + number,
            }


def fetch(http: Http, stream: str, period: Period) -> AsyncIterator[Answer]:
    """Every page, one after another: each names the next."""
    params = [("start", str(period.start.date())), ("end", str(period.end.date()))]
    return pages(http, stream, "/costs", params, parameter="page", following=has_more("next"))


def parse(answer: Answer) -> Iterator[Parsed]:
    """A charge and a usage an entry."""
    for entry in opened(answer)["data"]:
        dimensions: dict[str, Any] = {
            "charge_period": Period.of_day(date.fromisoformat(entry["day"].text())),
            "category": "ai",
            "sub_account_id": entry["project"].text(),
            "model": entry["model"].text(),
            "api_key_id": entry["key"].text(),
        }
        cost, tokens = entry["cost"].amount(), entry["tokens"].amount()
        yield Parsed(
            entry.place, Charge(**dimensions, currency="USD", basis="billed", billed_cost=cost)
        )
        yield Parsed(entry.place, Usage(**dimensions, quantities={"input_tokens": tokens}))


async def check(http: Http) -> None:
    """Any page proves a key."""
    await http.answer("costs", "/costs")


SUPPLIER = Provider(
    name="bench",
    title="Bench",
    category="ai",
    base_url="http://127.0.0.1",
    variables=("BENCH_KEY",),
    facts=MADE_UP,
    feeds=("costs",),
    headers=lambda secret, _: {"Authorization": f"Bearer {secret}"},
    fetch=fetch,
    parse=parse,
    check=check,
    recognise=lambda _: None,
    status_page="https://status.example",
    remedies={},
    lateness=DAY,
    backfill_months=1,
)


def sources(url: str, accounts: int) -> list[Source]:
    """That many accounts of it."""
    return [
        Source(
            provider=SUPPLIER,
            account=f"bench/account-{number:02}",
            secret=SecretStr(f"bench-key-{number:02}"),
            secret_name=f"BENCH_KEY_{number:02}",
            base_url=f"{url}/account-{number:02}",
        )
        for number in range(accounts)
    ]


def round_(run: str) -> Round:
    """A run that reads the whole month."""
    return Round(run=run, today=NOW.date(), now=lambda: NOW, days=tuple(MONTH.days()))
