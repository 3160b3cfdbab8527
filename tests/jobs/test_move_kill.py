"""A move that is killed, or fails, at any call to either place goes on when it is said again."""

import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest

from ecot.jobs.move import _ID, move
from ecot.jobs.place import Place, open_place, place_at
from ecot.store.schema import FILLING, VERSION, Mark, read_mark
from ecot.store.whole import Whole, all_items, whole_of_files, whole_of_items
from tests.fault_tally import Tally
from tests.jobs.years import fill
from tests.store.processes import ended, started
from tests.store.watched import AtCall, DiskFull, Listener, die, fail, nothing, watched

SIDES = ["source", "target"]


@contextmanager
def opened(home: Path) -> Iterator[Place]:
    place = place_at(str(home))
    try:
        yield place
    finally:
        place.store.close()


def wholes(home: Path) -> tuple[Whole, Whole]:
    """All but the name that the source is given by its first move."""
    with opened(home) as place:
        items = (item for item in all_items(place.store) if item.key != _ID)
        return whole_of_items(items), whole_of_files(place.files)


def moved_with(root: Path, side: str, listener: Listener, when: str) -> None:
    """Moves from one folder to the other, one of which is listened to."""
    with opened(root / "source") as source, opened(root / "target") as target:
        before, after = (listener if when == name else nothing for name in ("before", "after"))
        places = {"source": source, "target": target}
        places[side] = watched(places[side], before, after)
        move(places["source"], places["target"])


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A ledger of a few day documents, and no target yet."""
    start = tmp_path / "start"
    place = open_place(start / "source")
    fill(place, months=1, rows_a_day=2)
    for item in list(place.store.query("day#openai/edugami"))[8:]:
        place.store.delete(item.key)  # a move knows nothing of documents, and these take time
    place.store.close()
    return start


@pytest.fixture
def start(bare: Path) -> Path:
    """The same, and a target that holds what an earlier move had begun, less an item."""
    start = bare
    with opened(start / "source") as source, opened(start / "target") as target:

        def told(_: str, step: str) -> None:
            if step == "names":
                raise DiskFull

        with pytest.raises(DiskFull):
            move(source, target, told)
        target.store.delete(next(iter(target.store.query("day#openai/edugami"))).key)
    return start


def assert_not_ready_before_equal(root: Path, source: tuple[Whole, Whole]) -> None:
    """Whoever could open the target finds the whole ledger in it."""
    with opened(root / "target") as target:
        mark = read_mark(target.store).mark
    assert mark in (None, Mark(VERSION)) or mark.state == FILLING
    assert mark != Mark(VERSION) or wholes(root / "target") == source
    assert wholes(root / "source") == source


def at_every_call(start: Path, tmp_path: Path, run: Callable[[Path, int], bool]) -> int:
    """Runs in a fresh folder with each number of calls until one comes through; after each that
    does not, moves again, and compares."""
    source = wholes(start / "source")
    for calls in count(1):
        root = tmp_path / f"run-{calls}"
        shutil.copytree(start, root)
        is_through = run(root, calls)
        assert_not_ready_before_equal(root, source)
        moved_with(root, "source", nothing, "after")
        assert wholes(root / "target") == wholes(root / "source") == source
        open_place(root / "target").store.close()
        shutil.rmtree(root)
        if is_through:
            return calls - 1
    raise AssertionError


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_move_goes_on_wherever_it_was_killed(
    start: Path, tmp_path: Path, side: str, when: str, tally: Tally
) -> None:
    _kill_at_every_call(start, tmp_path, side, when, tally)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_first_move_goes_on_wherever_it_was_killed(
    bare: Path, tmp_path: Path, when: str, tally: Tally
) -> None:
    _kill_at_every_call(bare, tmp_path, "target", when, tally)


def _kill_at_every_call(start: Path, tmp_path: Path, side: str, when: str, tally: Tally) -> None:
    def run(root: Path, calls: int) -> bool:
        end = ended(started(lambda: moved_with(root, side, AtCall(calls, die), when)))
        assert end in (0, -signal.SIGKILL)
        return end == 0

    kills = at_every_call(start, tmp_path, run)
    tally(f"kills {when} a call to the {side} of a move", kills)
    assert kills > 20


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_move_goes_on_wherever_it_failed(
    start: Path, tmp_path: Path, side: str, when: str
) -> None:
    def run(root: Path, calls: int) -> bool:
        try:
            moved_with(root, side, AtCall(calls, fail), when)
        except DiskFull:
            return False
        return True

    assert at_every_call(start, tmp_path, run) > 20
