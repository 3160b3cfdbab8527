"""Committing a month: evidence and rows first, the head last, and losers read again."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from ecot.errors import AccessDenied, Conflict
from ecot.jobs.claims import claim
from ecot.jobs.commit import commit_month
from ecot.model.answer import Answer, Evidence
from ecot.model.head import Head
from ecot.model.period import DAY
from ecot.store.evidence import read_evidence
from ecot.store.heads import all_heads, encoded, read_heads
from ecot.store.protocol import Key, Place, Write
from ecot.store.records import read_claims, read_standing
from ecot.store.sqlite import SqliteStore
from tests.ledger.book import JANUARY, Book, MemoryFiles, fresh_book, writing
from tests.rows import ACCOUNT, MONDAY, MUCH_LATER, charge, said
from tests.store.opened import closed_later
from tests.store.watched import WatchedStore, nothing, watched

CLOSING = date(2026, 2, 10)


@pytest.fixture
def book() -> Iterator[Book]:
    with fresh_book() as one:
        yield one
        one.assert_sound()


def evidence(endpoint: str) -> Evidence:
    answer = Answer(feed="costs", endpoint=endpoint, body=b"{}")
    return Evidence(account=ACCOUNT, answer=answer, read_at=MUCH_LATER, run="run-1")


def test_only_answers_that_changed_a_day_are_kept(book: Book) -> None:
    kept = {name: evidence(name) for name in ("evidence/1", "evidence/2", "evidence/empty")}
    rows = {MONDAY: [charge("1", MONDAY)], MONDAY + DAY: [charge("2", MONDAY + DAY)]}
    stated = {MONDAY: ("evidence/1",), MONDAY + DAY: ("evidence/2",)}
    book.commit(said("costs", rows, evidence=stated), evidence=kept)
    assert list(book.place.files.names()) == ["evidence/1", "evidence/2"]
    assert read_evidence(book.place.files, "evidence/1") == kept["evidence/1"]
    again = {name: evidence("again") for name in ("evidence/3", "evidence/4")}
    stated = {MONDAY: ("evidence/3",), MONDAY + DAY: ("evidence/4",)}
    rows[MONDAY] = [charge("9", MONDAY)]
    book.commit(said("costs", rows, evidence=stated), evidence=again)
    assert list(book.place.files.names()) == ["evidence/1", "evidence/2", "evidence/3"]


def test_a_commit_tells_its_head_and_how_many_days_it_wrote(book: Book) -> None:
    rows = {MONDAY: [charge("1", MONDAY)], MONDAY + DAY: [charge("2", MONDAY + DAY)]}
    commit = book.commit(said("costs", rows, days=[MONDAY + 2 * DAY]))
    assert (commit.days, commit.head) == (2, book.head())
    assert [cell.cost for cell in commit.head.cells] == [Decimal(1), Decimal(2)]


def test_a_day_that_was_read_and_is_empty_is_remembered_without_a_document(book: Book) -> None:
    commit = book.commit(said("costs", {}, days=[MONDAY]))
    assert (commit.days, book.head().is_complete(MONDAY, ["costs"])) == (0, True)
    assert list(book.place.store.partitions()) == ["head"]


def test_the_stamp_of_the_plans_stays_until_plans_are_written_again(book: Book) -> None:
    book.commit(said("plan.pro", {}), writing=writing()._replace(plans="stamp"))
    book.commit(said("costs", {MONDAY: [charge()]}))
    assert book.head().plans == "stamp"
    book.commit(said("plan.pro", {}), writing=writing()._replace(plans=""))
    assert book.head().plans == ""


def test_a_month_closes_with_the_commit_that_completes_it(book: Book) -> None:
    whole = {day: [charge("1", day)] for day in JANUARY.days()}
    before = writing(feeds=["costs"])._replace(today=CLOSING - DAY)
    book.commit(said("costs", whole), writing=before)
    assert book.head().closed_at is None
    book.commit(writing=before._replace(today=CLOSING))
    assert book.head().closed_at == MUCH_LATER


def test_writing_a_plan_is_not_the_late_reading_of_a_month(book: Book) -> None:
    whole = {day: [charge("1", day)] for day in JANUARY.days()}
    costs = said("costs", whole)
    book.commit(costs, writing=writing(feeds=["costs"])._replace(today=CLOSING))
    book.commit(said("plan.pro", whole), writing=writing(feeds=["costs"]))
    assert book.head().reread_at is None
    book.commit(costs, writing=writing(feeds=["costs"]))
    assert book.head().reread_at == MUCH_LATER


def test_a_head_that_was_read_earlier_saves_a_read_and_no_race(book: Book) -> None:
    held = read_heads(book.place.store, ACCOUNT, [JANUARY])[JANUARY]
    calls: list[None] = []
    place = watched(book.place, before=lambda: calls.append(None))
    one = [said("costs", {MONDAY: [charge("1")]})]
    commit_month(place, JANUARY, one, {}, writing(), held)
    without_a_read = len(calls)
    other = [said("usage", {MONDAY: [charge("2", service="x")]})]
    commit_month(place, JANUARY, other, {}, writing(), held)
    assert book.cost(MONDAY) == 3
    assert (held.version, without_a_read) == (0, 7)  # a document, two cubes, the head


class Calls(SqliteStore):
    """A store that notes its writing calls."""

    def __init__(self) -> None:
        super().__init__(Path(":memory:"))
        self.written: list[str] = []

    def put(
        self, key: Key, body: bytes, *, if_version: int | None = None,
        expires: datetime | None = None,
    ) -> None:  # fmt: skip
        super().put(key, body, if_version=if_version, expires=expires)
        self.written.append(key.partition)

    def put_all(self, items: Sequence[Write], *, expires: datetime | None = None) -> None:
        super().put_all(items, expires=expires)
        self.written.append(f"{len(items)} at once")


def test_a_month_is_written_in_one_call_and_its_head_in_another() -> None:
    store = closed_later(Calls())
    book = Book(Place(store, MemoryFiles()))
    days = JANUARY.days()
    book.commit(said("costs", {day: [charge("1", day)] for day in days}))
    book.commit(said("costs", {day: [charge("2", day)] for day in days}), writing=writing("run-2"))
    assert store.written == [
        *(f"{31 * 2 + 2 * 2} at once", "head"),  # documents and two cubes, of two items each
        *(f"{31 * 3 + 2 * 2} at once", "head"),  # and the restatements
    ]
    book.commit(said("costs", {day: [charge("2", day)] for day in days}), writing=writing("run-3"))
    assert len(store.written) == 4


class Racer(WatchedStore):
    """A store in which somebody else always moves the head just before we do."""

    def put(
        self, key: Key, body: bytes, *, if_version: int | None = None,
        expires: datetime | None = None,
    ) -> None:  # fmt: skip
        if key.partition == "head":
            self._store.put(key, encoded(Head(account=ACCOUNT, month=JANUARY)))
        super().put(key, body, if_version=if_version, expires=expires)


def test_whoever_always_loses_gives_up_with_a_remedy(book: Book) -> None:
    place = Place(Racer(book.place.store, nothing, nothing), book.place.files)
    with pytest.raises(Conflict, match="somebody else keeps writing 2026-01") as caught:
        Book(place).commit(said("costs", {MONDAY: [charge()]}))
    assert "collect again" in caught.value.remedy
    assert book.rows(MONDAY) == {}


def test_nothing_that_is_read_changes_before_the_head_moves(book: Book) -> None:
    book.commit(said("costs", {MONDAY: [charge("1")]}))
    seen: set[Decimal] = set()
    place = watched(book.place, before=lambda: seen.add(book.cost(MONDAY)))
    Book(place).commit(said("costs", {MONDAY: [charge("2")]}), writing=writing("run-2"))
    assert seen == {Decimal(1)}
    assert book.cost(MONDAY) == 2
    assert [one.run for one in book.restatements()] == ["run-2"]
    assert len(list(all_heads(book.place.store))) == 1


def test_a_sub_account_is_claimed_once_and_the_second_account_is_denied(book: Book) -> None:
    store = book.place.store
    fresh = read_standing(store, "openai/a")
    claim(store, "openai/a", ["p1"], fresh)
    first = read_claims(store, "openai")
    assert first[0] == {"p1": "openai/a"}
    claim(store, "openai/a", ["p1"], fresh)  # what was read is old: read again, and nothing to do
    assert read_claims(store, "openai") == first
    with pytest.raises(AccessDenied, match="openai/b shows p1, which openai/a already counts"):
        claim(store, "openai/b", ["p1", "p2"], fresh)
    claim(store, "openai/b", ["p2"], fresh)
    assert read_claims(store, "openai")[0] == {"p1": "openai/a", "p2": "openai/b"}
