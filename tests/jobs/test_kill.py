"""A collector that is killed, at every call to the store and the files in turn, loses nothing.

Really killed: a forked child sends itself SIGKILL just before or just after its n-th call. The
parent opens what is left, looks at it, collects again, and compares with a ledger that never died.
"""

import shutil
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import NamedTuple

import pytest

from ecot.jobs.commit import commit_month
from ecot.ledger.months import advanced
from ecot.ledger.reading import Reading
from ecot.model.answer import Answer, Evidence
from ecot.model.outcome import Progress
from ecot.model.period import DAY, Month
from ecot.store.heads import read_heads
from ecot.store.protocol import Place
from ecot.store.records import all_progress, put_progress
from tests.fault_tally import Tally
from tests.ledger.book import Book, on_disk, writing
from tests.rows import ACCOUNT, MUCH_LATER, charge, said, usage
from tests.store.processes import ended, started
from tests.store.watched import AtCall, die, watched

MONTHS = [Month(2026, 1), Month(2026, 2), Month(2026, 3)]
FEEDS = ("costs", "usage")


def days_of(month: Month) -> list[date]:
    return month.days()[3:6]


class Collection(NamedTuple):
    """What one run reads: an amount for each day, and the months it commits one after another."""

    run: str
    amount: str
    months: Sequence[Month]

    def commit(self, place: Place) -> None:
        """As `jobs.account` does: the months, oldest first, then how far it got."""
        one = writing(self.run, feeds=FEEDS)
        for month in self.months:
            evidence = {name: self._evidence(name) for name in map(self._name, days_of(month))}
            commit_month(place, month, list(self._readings(month)), evidence, one)
        heads = read_heads(place.store, ACCOUNT, self.months)
        moved = {month: held.head for month, held in heads.items()}
        put_progress(place.store, advanced(one.progress, moved, one.today))

    def _readings(self, month: Month) -> Iterator[Reading]:
        days = days_of(month)
        cents = Decimal(self.amount)
        yield said(
            "costs",
            {day: [charge(str(cents + day.day), day, service=self.run)] for day in days},
            evidence={day: (self._name(day),) for day in days},
            days=[days[-1] + DAY],
        )
        yield said("usage", {days[0]: [usage({"input_tokens": self.amount}, days[0])]})

    def _name(self, day: date) -> str:
        return f"evidence/{self.run}/{day}"

    def _evidence(self, name: str) -> Evidence:
        answer = Answer(feed="costs", endpoint=name, body=self.amount.encode())
        return Evidence(account=ACCOUNT, answer=answer, read_at=MUCH_LATER, run=self.run)


@contextmanager
def opened(root: Path) -> Iterator[Book]:
    book = Book(on_disk(root))
    try:
        yield book
    finally:
        book.place.store.close()


def run_until_killed(root: Path, collection: Collection, calls: int, when: str) -> int:
    """Collects in a child that dies before or after so many calls; returns how it ended."""

    def work() -> None:
        listeners = {when: AtCall(calls, die)}
        collection.commit(watched(on_disk(root), **listeners))

    return ended(started(work))


class Look(NamedTuple):
    """All that a reader sees, and all that counts for the next run."""

    months: list[dict[str, object]]
    progress: list[Progress]


def look(root: Path) -> Look:
    with opened(root) as book:
        book.assert_sound()
        months = [book.figures(month) for month in MONTHS]
        return Look(months, list(all_progress(book.place.store)))


def kill_at_every_call(tmp_path: Path, collection: Collection, when: str) -> int:
    """Kills the collection at each of its calls in turn; returns how many times it was killed."""
    start = tmp_path / "start"
    with opened(start) as book:
        Collection("run-0", "0.0000008", MONTHS).commit(book.place)
    never_killed = tmp_path / "never-killed"
    shutil.copytree(start, never_killed)
    with opened(never_killed) as book:
        collection.commit(book.place)
    old, new = look(start), look(never_killed)
    for calls in count(1):
        root = tmp_path / f"killed-{calls}"
        shutil.copytree(start, root)
        end = run_until_killed(root, collection, calls, when)
        if end == 0:
            assert look(root) == new
            return calls - 1
        assert end == -signal.SIGKILL
        left = look(root)
        moved = [now != before for now, before in zip(left.months, old.months, strict=True)]
        finished = sum(moved)
        assert left.months == [*new.months[:finished], *old.months[finished:]], calls
        assert left.progress in (old.progress, new.progress)
        with opened(root) as book:
            collection.commit(book.place)
        assert look(root) == new
        shutil.rmtree(root)
    raise AssertionError


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_month_is_old_or_new_wherever_its_collector_is_killed(
    tmp_path: Path, when: str, tally: Tally
) -> None:
    kills = kill_at_every_call(tmp_path, Collection("run-1", "4.5", MONTHS[:1]), when)
    tally(f"kills {when} a call of one month", kills)
    assert kills > 15


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_run_of_several_months_keeps_those_it_finished(
    tmp_path: Path, when: str, tally: Tally
) -> None:
    kills = kill_at_every_call(tmp_path, Collection("run-1", "4.5", MONTHS), when)
    tally(f"kills {when} a call of three months", kills)
    assert kills > 50
