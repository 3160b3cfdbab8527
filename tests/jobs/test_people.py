"""People in a ledger: pseudonyms everywhere, names only where the settings ask for them."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from ecot.jobs.collect import collect
from ecot.jobs.dump import read_dump, write_dump
from ecot.jobs.export import write_csv
from ecot.jobs.move import move
from ecot.jobs.place import open_place
from ecot.jobs.publish import publish
from ecot.jobs.query import Question, answer, names
from ecot.jobs.restore import reset, restore
from ecot.jobs.round import Source
from ecot.jobs.rows import rows
from ecot.model.answer import Answer, Parsed
from ecot.model.period import DAY, Period
from ecot.model.rows import Activity
from ecot.providers.http import Http, client
from ecot.store.evidence import read_evidence
from ecot.store.protocol import Place
from tests.jobs.made_up import MadeUp
from tests.jobs.world import Clock, edition
from tests.ledger.book import MemoryFiles, in_memory
from tests.store.faulty import Killed

TODAY = date(2026, 11, 21)
ANA, LOGIN = "ana.pereira@lumen.example", "octocat"


def source(account: str) -> Source:
    """A tool that names who used it, by e-mail address and by login."""
    made = MadeUp({}, {}).source(account)
    provider = replace(
        made.provider,
        feeds=("activity",),
        directories=(),
        fetch=_fetch,
        parse=_parse,
        personal=lambda _: ("login",),
    )
    return replace(made, provider=provider, since=TODAY - 2 * DAY)


async def _fetch(http: Http, stream: str, period: Period) -> AsyncIterator[Answer]:
    for day in period.days():
        yield await http.answer(stream, "/activity", [("day", str(day))], asked={"day": str(day)})


def _parse(found: Answer) -> Iterator[Parsed]:
    for number, one in enumerate(msgspec.json.decode(found.body, type=list[dict[str, str]])):
        yield Parsed(
            f"/{number}",
            Activity(
                charge_period=Period.of_day(date.fromisoformat(found.asked["day"])),
                category="developer tools",
                user=one.get("email") or one["login"],
                quantities={"sessions": Decimal(one["sessions"])},
            ),
        )


def _answered(_: httpx.Request) -> httpx.Response:
    said: list[Any] = [{"email": ANA, "sessions": "3"}, {"login": LOGIN, "sessions": "1"}]
    return httpx.Response(200, json=said)


def collected(place: Place, account: str = "tools/lumen") -> None:
    clock = Clock(datetime(2026, 11, 21, 4, tzinfo=UTC))
    round_ = replace(clock.round(), open_client=lambda: client(httpx.MockTransport(_answered)))
    (outcome,) = asyncio.run(collect(place, [source(account)], round_))
    assert outcome.state == "ok", outcome


def question(*, people: bool = False) -> Question:
    return Question(first=TODAY - 2 * DAY, after=TODAY, today=TODAY, currency="USD", people=people)


def users(place: Place) -> set[str]:
    return {str(one.row.user) for one in rows(place, question(), Activity)}


@pytest.fixture
def place() -> Place:
    return in_memory()


def test_rows_and_kept_answers_hold_pseudonyms_only(place: Place) -> None:
    collected(place)
    found = [read_evidence(place.files, name) for name in place.files.names("evidence/")]
    kept = b"".join(one.answer.body for one in found if one is not None)

    assert len(users(place)) == 2
    assert all(user.startswith("user-") for user in users(place))
    assert all(user.encode() in kept for user in users(place))
    assert ANA.encode() not in kept
    assert LOGIN.encode() not in kept


def test_two_tools_mean_the_same_person(place: Place) -> None:
    collected(place)
    collected(place, "others/lumen")
    found = answer(place.store, question(), "user", {})
    assert len(users(place)) == 2
    assert len(found.groups) == 4


def test_whom_a_finished_month_tells_of_is_named_though_the_run_was_killed(place: Place) -> None:
    """The run that goes on does not read that month again."""

    async def killed(http: Http, stream: str, period: Period) -> AsyncIterator[Answer]:
        if period.start.month == 10:
            raise Killed
        async for page in _fetch(http, stream, period):
            yield page

    made = replace(source("tools/lumen"), since=date(2026, 10, 30))
    dying = replace(made, provider=replace(made.provider, fetch=killed))
    round_ = replace(
        Clock(datetime(2026, 11, 21, 4, tzinfo=UTC)).round(),
        open_client=lambda: client(httpx.MockTransport(_answered)),
    )
    with suppress(BaseExceptionGroup):
        asyncio.run(collect(place, [dying], round_))

    asked = replace(question(), first=date(2026, 10, 30))
    assert {one.row.day.month for one in rows(place, asked, Activity)} == {11}
    assert {ANA, LOGIN} <= set(names(place.store, {}, people=True).values())


def test_a_second_night_changes_nothing(place: Place) -> None:
    collected(place)
    before = b"".join(write_dump(place))
    collected(place)
    assert _documents(b"".join(write_dump(place))) == _documents(before)


def _documents(dump: bytes) -> list[str]:
    return [document.name for document in read_dump(dump, "x").documents]


def test_names_are_told_only_where_they_are_asked_for(place: Place) -> None:
    collected(place)
    hidden, named = names(place.store, {}), names(place.store, {}, people=True)

    assert not {ANA, LOGIN} & set(hidden.values())
    assert {ANA, LOGIN} <= set(named.values())
    told = {group.name for group in answer(place.store, question(people=True), "user", {}).groups}
    assert told == {ANA, LOGIN}
    told = {group.name for group in answer(place.store, question(), "user", {}).groups}
    assert told == {None}


def test_pages_name_nobody_unless_asked_and_say_so(place: Place) -> None:
    collected(place)
    for people, sentence in ((False, "Persons are pseudonyms"), (True, "Persons are named")):
        site = MemoryFiles()
        publish(place, site, replace(edition(TODAY), people=people))
        page = b"".join(site.kept.values()).decode()
        assert sentence in page
        assert people or not {name for name in (ANA, LOGIN) if name in page}


def test_exports_name_nobody_unless_asked(place: Place) -> None:
    collected(place)
    table = b"".join(write_csv(place, question())).decode()
    assert ANA not in table
    assert LOGIN not in table
    assert ANA.encode() not in b"".join(write_dump(place))

    lines = csv.DictReader(io.StringIO(b"".join(write_csv(place, question(people=True))).decode()))
    assert {(line["user"], line["user_name"]) for line in lines} == {
        (user, name)
        for user in users(place)
        for name in [names(place.store, {}, people=True)[f"tools/{user}"]]
    }
    assert ANA.encode() in b"".join(write_dump(place, people=True))


def test_an_export_makes_the_same_ledger_and_the_same_pseudonyms(place: Place) -> None:
    collected(place)
    exported = b"".join(write_dump(place))
    reset(place)
    restore(place, read_dump(exported, "x"), "x")
    assert b"".join(write_dump(place)) == exported

    collected(place)
    assert _documents(b"".join(write_dump(place))) == _documents(exported)


def test_a_moved_ledger_keeps_its_pseudonyms(tmp_path: Path) -> None:
    here = open_place(tmp_path / "here")
    collected(here)
    there = open_place(tmp_path / "there")
    before = users(here)
    move(here, there)
    collected(there)

    assert users(there) == before
    assert (tmp_path / "here/people/key").stat().st_mode & 0o777 == 0o600
    for one in (here, there):
        one.store.close()
