"""A migration that is killed, or fails, at every call to the store and the files loses nothing.

Really killed, as in `test_kill`: a forked child sends itself SIGKILL before or after its n-th call.
The parent looks at what is left, opens the ledger again, and compares with one that never died.
"""

import shutil
import signal
from functools import partial
from itertools import count
from pathlib import Path
from typing import NamedTuple

import pytest

from ecot.jobs.go_back import go_back
from ecot.jobs.migrate import prepare
from ecot.jobs.place import open_place, place_at
from ecot.jobs.query import By
from ecot.store.copies import finished_copies, read_copy, read_manifest
from ecot.store.protocol import Item, Key
from ecot.store.schema import VERSION, Mark, read_mark
from ecot.store.whole import Whole, all_items, whole_of_items
from tests.fault_tally import Tally
from tests.jobs.older import answers, write_older
from tests.jobs.world import totals
from tests.store.processes import ended, started
from tests.store.watched import AtCall, DiskFull, Listener, die, fail, nothing, watched

BYS: tuple[By, ...] = ("account", "user", "day")


def is_small(key: Key) -> bool:
    """Leaves out the accounts with a document for each day of months."""
    return not any(name in f"{key.partition} {key.sort}" for name in ("supabase", "oracle"))


class Look(NamedTuple):
    """All that a ledger holds, and what it says."""

    items: Whole
    said: list[object]


def look(home: Path) -> Look:
    place = open_place(home)
    today, questions = answers()
    first, after = questions[0]["first"], questions[20]["after"]
    span = (today.fromisoformat(first), today.fromisoformat(after), today)
    said: list[object] = [totals(place, by, *span) for by in BYS]
    found = Look(whole_of_items(all_items(place.store)), said)
    place.store.close()
    return found


class Start(NamedTuple):
    """A ledger of schema 1, what it holds, and what is to become of it."""

    home: Path
    items: Whole
    migrated: Look


@pytest.fixture
def start(tmp_path: Path) -> Start:
    write_older(tmp_path / "start", is_small)
    place = place_at(str(tmp_path / "start"))
    before = whole_of_items(all_items(place.store))
    place.store.close()
    shutil.copytree(tmp_path / "start", tmp_path / "never-killed")
    return Start(tmp_path / "start", before, look(tmp_path / "never-killed"))


def assert_whole_until_copied(start: Start, home: Path) -> bool:
    """Nothing is changed before the copy is finished, and a finished copy is of what was there.
    Returns whether the migration had begun."""
    place = place_at(str(home))
    mark = read_mark(place.store).mark
    assert mark in (Mark(1), Mark(1, "copied", "schema-1"), Mark(VERSION))
    names = finished_copies(place.files)
    if mark == Mark(1):
        assert whole_of_items(all_items(place.store)) == start.items
    else:
        assert names == ["schema-1"]
    for name in names:
        manifest = read_manifest(place.files, name)
        assert manifest is not None
        copied = read_copy(place.files, name, manifest)
        assert whole_of_items(Item(*one, 1) for one in copied) == start.items
    place.store.close()
    return mark != Mark(1)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_migration_goes_on_wherever_it_was_killed(
    start: Start, tmp_path: Path, when: str, tally: Tally
) -> None:
    begun = 0
    for calls in count(1):
        home = tmp_path / f"killed-{calls}"
        shutil.copytree(start.home, home)

        def work(home: Path = home, calls: int = calls) -> None:
            prepare(watched(place_at(str(home)), **{when: AtCall(calls, die)}))

        end = ended(started(work))
        assert end in (0, -signal.SIGKILL)
        begun += assert_whole_until_copied(start, home)
        assert look(home) == start.migrated, calls
        assert_whole_until_copied(start, home)
        if end == 0:
            break
        shutil.rmtree(home)
    tally(f"kills {when} a call of a migration, {begun} of them after its copy", calls - 1)
    assert calls > 50
    assert begun > 20


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_migration_that_fails_anywhere_goes_on_at_the_next_opening(
    start: Start, tmp_path: Path, when: str
) -> None:
    for calls in count(1):
        home = tmp_path / f"failed-{calls}"
        shutil.copytree(start.home, home)
        place = place_at(str(home))
        try:
            prepare(watched(place, **{when: AtCall(calls, fail)}))
        except DiskFull:
            has_failed = True
        else:
            has_failed = False
        place.store.close()
        assert_whole_until_copied(start, home)
        assert look(home) == start.migrated, calls
        if not has_failed:
            break
        shutil.rmtree(home)
    assert calls > 50


@pytest.mark.parametrize("when", ["before", "after"])
def test_going_back_goes_on_wherever_it_was_killed(
    start: Start, tmp_path: Path, when: str, tally: Tally
) -> None:
    open_place(start.home).store.close()

    def work(home: Path, listener: Listener) -> None:
        source, target = place_at(str(start.home)), place_at(str(home))
        go_back(source.files, "schema-1", watched(target, **{when: listener}))
        source.store.close()
        target.store.close()

    for calls in count(1):
        home = tmp_path / f"killed-{calls}"
        end = ended(started(partial(work, home, AtCall(calls, die))))
        assert end in (0, -signal.SIGKILL)
        if end == 0:
            break
        work(home, nothing)
        assert_whole_until_copied(start, home)
        assert look(home) == start.migrated, calls
    tally(f"kills {when} a call to the target of going back", calls - 1)
    assert calls > 30
