"""A first collection reads back 12 months; killed at any moment and started again, it ends as if it
had never been killed, and reads no page more than twice."""

import asyncio
import json
import os
import random
import signal
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

import httpx
import pytest

from ecot.errors import ProviderError, RateLimited, Unavailable, UnexpectedAnswer
from ecot.jobs.collect import collect
from ecot.jobs.migrate import prepare
from ecot.jobs.round import Round, Source
from ecot.model.answer import Answer
from ecot.model.outcome import Outcome
from ecot.model.period import DAY, Month, Period
from ecot.providers.http import Http, client
from ecot.providers.openai import OPENAI
from ecot.sandbox.companies import large_company
from ecot.sandbox.company import Company
from ecot.store.heads import all_heads
from ecot.store.protocol import Key, Place
from ecot.store.records import all_progress
from ecot.store.schema import Mark, put_mark
from tests.jobs.focus import file, imported, line
from tests.jobs.made_up import MadeUp
from tests.jobs.pieces import everything, months
from tests.jobs.resuming import resumed
from tests.jobs.world import Clock, World, world_of
from tests.ledger.book import in_memory, on_disk
from tests.rows import ACCOUNT
from tests.store.faulty import Killed
from tests.store.processes import ended, started

NOW = datetime(2026, 9, 20, 6, tzinfo=UTC)
FIRST = date(2025, 9, 1)
MONTHS = list(Period.of_days(FIRST, NOW.date()).months())
COSTS = {day: f"{day.day}.{day.month:02}" for day in Period.of_days(FIRST, NOW.date()).days()}


@dataclass
class Supplier:
    """Remembers every page that it was asked for, and ends the process at one of them."""

    dies_at: int | None = None
    when: str = "before"
    fails: dict[Month, ProviderError] = field(default_factory=dict)
    asked: list[tuple[str, Period]] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)

    def source(self) -> Source:
        made_up = MadeUp(COSTS, {"proj_a": "A"}).source(ACCOUNT)
        return replace(
            made_up, provider=replace(made_up.provider, fetch=self._fetch, backfill_months=12)
        )

    async def _fetch(self, http: Http, stream: str, period: Period) -> AsyncIterator[Answer]:
        self.asked.append((stream, period))
        is_last = len(self.asked) == self.dies_at
        if is_last and self.when == "before":
            raise Killed
        if stream != "projects" and (error := self.fails.get(Month.of(period.start.date()))):
            raise error
        async for answer in MadeUp(COSTS, {"proj_a": "A"})._fetch(http, stream, period):
            yield answer
        if is_last:
            raise Killed

    def collect(
        self,
        place: Place,
        now: datetime = NOW,
        run: str = "run",
        days: Sequence[date] | None = None,
    ) -> Outcome:
        clock = Clock(now)
        round_ = Round(
            run=run,
            today=now.date(),
            now=clock,
            days=None if days is None else tuple(days),
            told=lambda _, step: self.steps.append(step),
            open_client=clock.client,
        )
        return asyncio.run(collect(place, [self.source()], round_))[0]

    def months(self) -> list[Month]:
        """The months whose costs were asked for, in order."""
        return [Month.of(one.start.date()) for stream, one in self.asked if stream == "costs"]


def down(text: str = "down") -> Unavailable:
    return Unavailable("{account}: " + text, account=ACCOUNT)


def pages(asked: list[tuple[str, Period]]) -> Counter[tuple[str, Period]]:
    """How often each page of figures was read; names are those of today, and not of a day."""
    return Counter(one for one in asked if one[0] != "projects")


def test_a_first_collection_reads_twelve_months_the_newest_first() -> None:
    place, supplier = in_memory(), Supplier()

    outcome = supplier.collect(place)

    assert outcome.state == "ok"
    read = [Month.of(period.start.date()) for stream, period in supplier.asked if stream == "costs"]
    assert read == list(reversed(MONTHS))
    assert {head.month for head in all_heads(place.store)} == set(MONTHS)
    (progress,) = all_progress(place.store)
    assert (progress.since, progress.is_backfilled) == (FIRST, True)
    assert progress.open_from == Month(2026, 9)
    assert progress.owes_rereading == (Month(2026, 8),)


def test_how_far_it_still_is_is_told() -> None:
    supplier = Supplier()
    supplier.collect(in_memory())

    of_costs = [step for step in supplier.steps if step.startswith("costs")]
    assert of_costs[0] == "costs 2026-09"
    assert of_costs[1].startswith("costs 2026-08 · 2/13 · ~0 s")
    assert of_costs[-1].startswith("costs 2025-09 · 13/13")


def test_the_next_night_reads_what_is_due_only() -> None:
    place, supplier = in_memory(), Supplier()
    supplier.collect(place)
    supplier.asked.clear()

    supplier.collect(place, NOW + DAY, "next")

    assert set(supplier.asked) == {
        *((stream, Period.of_days(date(2026, 9, 15), date(2026, 9, 22))) for stream in FEEDS),
        ("projects", Period.of_day(date(2026, 9, 21))),
    }


def test_an_account_that_never_answered_is_not_missing_from_a_year() -> None:
    place = in_memory()
    source = replace(Supplier().source(), secret=None, fault=None)
    clock = Clock(NOW)
    round_ = Round(run="r", today=NOW.date(), now=clock, open_client=clock.client)
    asyncio.run(collect(place, [source], round_))
    assert list(all_progress(place.store)) == []

    (outcome,) = asyncio.run(collect(place, [_denied(Supplier().source())], round_))

    assert outcome.state == "failed"
    (progress,) = all_progress(place.store)
    assert (progress.since, progress.is_backfilled) == (date(2026, 8, 1), False)


def test_a_person_may_say_since_when() -> None:
    place, supplier = in_memory(), Supplier()
    source = replace(supplier.source(), since=date(2026, 6, 15))
    clock = Clock(NOW)
    asyncio.run(
        collect(
            place,
            [source],
            Round(run="r", today=NOW.date(), now=clock, open_client=clock.client),
        )
    )
    assert min(period.start.date() for _, period in supplier.asked) == date(2026, 6, 15)


@pytest.mark.parametrize("failing", [[Month(2026, 3)], MONTHS[3:9]])
def test_old_months_that_always_fail_keep_no_recent_one_from_being_read_again(
    failing: list[Month],
) -> None:
    """They come first, for nobody has read them; the month before is still read to its close."""
    place = in_memory()
    fails: dict[Month, ProviderError] = {month: down() for month in failing}
    september = datetime(2026, 10, 3, 6, tzinfo=UTC)
    for now in (NOW, september):
        outcome = Supplier(fails=fails).collect(place, now, f"run-{now.date()}")
        assert (outcome.state, outcome.unread) == ("partial", FEEDS)
        assert str(outcome.message) == f"{ACCOUNT}: down"

    supplier = Supplier(fails=fails)
    supplier.collect(place, september + DAY, "next")

    assert supplier.months() == [Month(2026, 10), *list(reversed(failing))[:2], Month(2026, 9)]
    read = {head.month for head in all_heads(place.store) if any(head.documents())}
    if len(failing) == 1:
        assert read == {*MONTHS} - {*failing}


def test_after_a_limit_nothing_more_is_asked_and_the_next_run_goes_on() -> None:
    place = in_memory()
    limit = RateLimited("{account}: too many", account=ACCOUNT)
    first = Supplier(fails={Month(2026, 5): limit})
    outcome = first.collect(place)
    assert (outcome.state, str(outcome.message)) == ("partial", f"{ACCOUNT}: too many")
    assert first.months() == list(reversed(MONTHS[8:]))

    second = Supplier()
    assert second.collect(place, run="next").state == "ok"
    assert second.months()[:9] == list(reversed(MONTHS[:9]))
    whole = in_memory()
    Supplier().collect(whole)
    assert {head.month for head in all_heads(place.store)} == set(MONTHS)
    assert list(all_progress(place.store)) == list(all_progress(whole.store))


def test_a_row_of_this_month_that_nobody_understands_keeps_no_other_month_away() -> None:
    place = in_memory()
    strange = UnexpectedAnswer("{account}: what is this?", account=ACCOUNT)
    outcome = Supplier(fails={Month(2026, 9): strange}).collect(place)
    assert (outcome.state, outcome.unread) == ("partial", FEEDS)
    assert str(outcome.message) == f"{ACCOUNT}: what is this?"
    assert {head.month for head in all_heads(place.store)} >= set(MONTHS[:-1])


def test_after_a_month_that_a_person_asked_for_the_first_night_reaches_back_once() -> None:
    place, asked, nights = in_memory(), Supplier(), [Supplier(), Supplier()]
    march = Month(2026, 3)
    assert asked.collect(place, run="asked", days=march.days()).state == "ok"
    (progress,) = all_progress(place.store)
    assert (progress.since, progress.is_backfilled) == (march.first, False)

    for number, night in enumerate(nights):
        assert night.collect(place, NOW + number * DAY, f"run-{number}").state == "ok"

    assert asked.months() == [march]
    unread = [month for month in reversed(MONTHS) if month != march]
    assert [month for month in nights[0].months() if month != march] == unread
    assert nights[1].months() == [Month(2026, 9)]
    (progress,) = all_progress(place.store)
    assert (progress.since, progress.is_backfilled) == (FIRST, True)
    whole = in_memory()
    for number in range(2):
        Supplier().collect(whole, NOW + number * DAY, f"run-{number}")
    assert progress in all_progress(whole.store)
    difference = months(place).items() ^ months(whole).items()
    assert {one for one, _ in difference} <= {f"{ACCOUNT} {march}"}


def test_a_ledger_that_knew_of_no_back_fill_opens_and_reaches_back_once() -> None:
    """As schema 2 was written before: two months, one of them closed, and a shorter progress."""
    place = in_memory()
    september = datetime(2026, 9, 12, 6, tzinfo=UTC)
    made_up = MadeUp(COSTS, {"proj_a": "A"}).source(ACCOUNT)
    clock = Clock(september)
    asyncio.run(collect(place, [made_up], clock.round()))
    put_mark(place.store, Mark(2), 0)
    key = Key("progress", ACCOUNT)
    progress = json.loads(place.store.get([key])[key].body)
    assert progress.pop("is_backfilled")
    place.store.put(key, json.dumps(progress).encode())
    before = {day: name for head in all_heads(place.store) for day, name in head.documents()}
    assert {head.month for head in all_heads(place.store) if head.closed_at} == {Month(2026, 8)}

    prepare(place)
    supplier = Supplier()
    assert supplier.collect(place).state == "ok"
    assert set(supplier.months()) == set(MONTHS) - {Month(2026, 8)}
    after = {day: name for head in all_heads(place.store) for day, name in head.documents()}
    assert after.items() >= {d: name for d, name in before.items() if d < date(2026, 9, 12)}.items()
    assert {head.month for head in all_heads(place.store) if not head.restated} == set(MONTHS)
    supplier.asked.clear()
    supplier.collect(place, NOW + DAY, "next")
    assert supplier.months() == [Month(2026, 9)]


@pytest.mark.parametrize("account", [ACCOUNT, None])
def test_it_ends_where_a_file_of_the_supplier_begins(account: str | None, tmp_path: Path) -> None:
    """Beside the file the same money would count twice, or the account fail for ever."""
    place = in_memory()
    costs = file(tmp_path, line("100.00", "2026-03-05", "2026-03-06", provider="OpenAI"))
    imported(place, costs, account=account, clock=Clock(NOW))

    supplier = Supplier()
    for number in range(2):
        assert supplier.collect(place, NOW + number * DAY, f"run-{number}").state == "ok"

    read = {period.start.date() for stream, period in supplier.asked if stream == "costs"}
    assert min(read) == date(2026, 4, 1)
    (progress,) = all_progress(place.store)
    assert (progress.since, progress.is_backfilled) == (date(2026, 4, 1), True)


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_at_any_page_and_resumed_it_ends_the_same(when: str) -> None:
    whole, supplier = in_memory(), Supplier()
    supplier.collect(whole)
    expected, requests = everything(whole), len(supplier.asked)

    for dies_at in range(1, requests + 1):
        first, second = Supplier(dies_at, when), Supplier()
        assert resumed(first, second) == expected, dies_at
        assert len(first.asked) == dies_at
        often = pages(first.asked + second.asked)
        assert max(often.values()) <= 2, often.most_common(2)


def test_killed_at_random_again_and_again_it_ends_the_same(tmp_path: Path) -> None:
    """Really killed, with OpenAI's interface on a real socket: each run reads at least a month."""
    chance = random.Random(20261121)
    with world_of(_company(), NOW, tmp_path / "never-killed") as world:
        assert _collected(world, world.place).state == "ok"
        expected = everything(world.place)
        world.place.store.close()
        for number in range(2):
            root = tmp_path / f"killed-{number}"
            before = len(world.server.requests)
            for _ in range(3):
                moment = chance.randrange(14, 30)
                assert _killed(world, root, moment) == -signal.SIGKILL
            place = on_disk(root)
            assert _collected(world, place).state == "ok"
            assert everything(place) == expected
            place.store.close()
            often = Counter(
                (asked.path, asked.query)
                for asked in world.server.requests[before:]
                if "/costs" in asked.path or "/usage" in asked.path
            )
            assert len(often) > 100
            assert max(often.values()) == 2


FEEDS = ("costs", "usage")


def _denied(source: Source) -> Source:
    return replace(source, provider=replace(source.provider, recognise=lambda _: "Another key."))


def _company() -> Company:
    return large_company(projects=1, models=2, users=1, start=FIRST)


def _openai(world: World) -> Source:
    """The organisation's account, less most of its feeds: there are pages enough."""
    fewer = replace(OPENAI, feeds=("costs", "usage.completions"))
    return replace(world.own(), provider=fewer)


def _collected(
    world: World, place: Place, transport: httpx.AsyncBaseTransport | None = None
) -> Outcome:
    """One run, of the same moment and name every time: ledgers can be compared to the letter."""
    round_ = Round(
        run="run",
        today=NOW.date(),
        now=world.clock,
        open_client=lambda: client(transport or httpx.AsyncHTTPTransport()),
    )
    return asyncio.run(collect(place, [_openai(world)], round_))[0]


def _killed(world: World, root: Path, requests: int) -> int:
    """Collects in a child that is killed after so many requests; returns how it ended."""
    return ended(started(lambda: _collected(world, on_disk(root), _Deadly(requests))))


class _Deadly(httpx.AsyncBaseTransport):
    """Ends the process when so many answers have come."""

    def __init__(self, requests: int) -> None:
        self._inner = httpx.AsyncHTTPTransport()
        self._left = requests

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._inner.handle_async_request(request)
        self._left -= 1
        if not self._left:
            os.kill(os.getpid(), signal.SIGKILL)
        return response


def test_an_account_stopped_before_its_first_answer_is_missing_from_then_on() -> None:
    place, reached = in_memory(), asyncio.Event()

    async def silent(*_: object) -> AsyncIterator[Answer]:
        reached.set()
        await asyncio.Event().wait()
        yield Answer(feed="costs", endpoint="", body=b"")

    made_up = MadeUp(COSTS, {}).source(ACCOUNT)
    source = replace(made_up, provider=replace(made_up.provider, fetch=silent))

    async def stopped() -> None:
        running = asyncio.create_task(collect(place, [source], Clock(NOW).round()))
        await reached.wait()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running

    asyncio.run(stopped())

    (progress,) = all_progress(place.store)
    assert (progress.account, progress.since) == (ACCOUNT, date(2026, 8, 1))
