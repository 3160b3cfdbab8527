"""Whatever call to the store fails, in whichever step: the checks that follow finish the run, and
after the next night the ledger, the mails and Notion are those of undisturbed ones.

A process that is killed makes no further call, and nobody retries it at once (but the very first
step, of which nobody knows yet): the checks that follow leave the ledger of an undisturbed run.
What is refused, or done though its answer is lost, raises, and Lambda tries the step twice more; a
collection that could not write is a failed outcome, as on a laptop, until the next night.
"""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from ecot.errors import EcotError
from ecot.store.protocol import Place
from tests.fault_tally import Tally
from tests.jobs.cycle.test_night_faults import WritingFiles, WritingStore
from tests.jobs.runs.test_protocol import (
    Cells,
    a_night_later,
    as_a_laptop_leaves_it,
    before_the_night,
    is_right,
    is_right_a_night_later,
)
from tests.jobs.runs.works import Works
from tests.store.faulty import Fault, Fuse, Killed, faulty

STEPS = ("dispatch", "collect", "last collect", "publish", "send")
Behind = Callable[[Place, Fuse], Place]


def writing(place: Place, fuse: Fuse) -> Place:
    """Only what writes fails: reading changes nothing, so that a step that dies at a read is one
    that dies before its next write."""
    return Place(WritingStore(place.store, fuse), WritingFiles(place.files, fuse))


class Right(NamedTuple):
    """The ledger of an undisturbed run, and that after one more."""

    now: bytes
    later: list[Cells]


@pytest.fixture(scope="module")
def right(tmp_path_factory: pytest.TempPathFactory) -> Right:
    home = tmp_path_factory.mktemp("laptop")
    return Right(as_a_laptop_leaves_it(home / "one"), a_night_later(home / "two"))


def until(here: Works, step: str) -> None:
    """Everything before the step, which is then the next to be delivered."""
    here.begin()
    for _ in range(STEPS.index(step)):
        here.deliver(here.waiting.pop(0))


def struck(here: Works, place: Place, fuse: Fuse) -> None:
    """The step meets its fault."""
    handed = here.waiting.pop(0)
    try:
        here.deliver(handed, place)
    except Killed:
        if handed[0] == "dispatch":
            here.town.clock.moment += timedelta(minutes=1)
            here.waiting.insert(0, handed)
    except BaseExceptionGroup as group:
        if group.split(Killed)[1] is not None:
            raise
    except EcotError:
        assert fuse.is_blown
        here.waiting.insert(0, handed)


def each(
    step: str, fault: Fault, behind: Behind, home: Path, right: Right, *, backend: str = "sqlite"
) -> int:
    """The step once for each of its calls, which fails; returns how many there were."""
    count, is_struck = 0, True
    while is_struck:
        count += 1
        with before_the_night(home / str(count), backend) as here:
            until(here, step)
            fuse = Fuse(fault, count)
            struck(here, behind(here.town.place, fuse), fuse)
            is_struck = fuse.is_blown
            here.all()
            here.look_after(2)
            if fault == "killed":
                is_right(here, right.now)
            assert len(here.reads) <= 3, "a supplier is asked once more at most"
            is_right_a_night_later(here, right.later)
    return count - 1


@pytest.mark.parametrize("fault", ["killed", pytest.param("answer lost", marks=pytest.mark.tools)])
@pytest.mark.parametrize("step", STEPS)
def test_a_step_may_fail_at_any_write(
    step: str, fault: Fault, tmp_path: Path, right: Right, tally: Tally
) -> None:
    calls = each(step, fault, writing, tmp_path, right)
    tally(f"{step} of a run, {fault}: at each of {calls} writes", calls)
    assert calls >= 2


@pytest.mark.tools
@pytest.mark.parametrize(
    ("step", "fault"),
    [
        ("dispatch", "half a batch"),
        ("dispatch", "refused"),
        ("collect", "refused"),
        ("last collect", "gone for good"),
        ("publish", "refused"),
    ],
)
def test_a_step_may_fail_at_any_call(
    step: str, fault: Fault, tmp_path: Path, right: Right, tally: Tally
) -> None:
    calls = each(step, fault, faulty, tmp_path, right)
    tally(f"{step} of a run, {fault}: at each of {calls} calls", calls)
    assert calls >= 5


@pytest.mark.tools
def test_a_table_that_fails_at_any_write_is_as_good(
    tmp_path: Path, right: Right, tally: Tally
) -> None:
    calls = each("last collect", "killed", writing, tmp_path, right, backend="moto")
    tally(f"last collect of a run on moto, killed: at each of {calls} writes", calls)
    assert calls >= 5
