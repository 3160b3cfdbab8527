"""A run in steps leaves what `ecot run` leaves: whatever event is lost, doubled or late."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ecot.jobs.place import open_place
from ecot.jobs.runs.look import run_state
from ecot.model.period import Month
from ecot.store.protocol import Place
from tests.jobs.cycle.test_quarter import PRICES, total
from tests.jobs.cycle.town import ACCOUNTS, LABO, STUDIO
from tests.jobs.runs.works import Works, works
from tests.jobs.world import dump
from tests.store.backends import open_place_on

BEGINS = datetime(2026, 1, 31, 1, tzinfo=UTC)
MAIL_DAY = datetime(2026, 2, 2, 1, tzinfo=UTC)
MONTHS = (Month(2026, 1), Month(2026, 2))
RUN = "20260202T010000Z-daily"


@contextmanager
def before_the_night(home: Path, backend: str = "sqlite") -> Iterator[Works]:
    """A town that has run once; in this night the mail about January is due."""

    def opens(folder: Path) -> Place:
        return open_place(folder) if backend == "sqlite" else open_place_on(backend, folder)

    with works(home, BEGINS, PRICES, opens) as here:
        here.town.run(BEGINS.date(), 1)
        here.town.clock.moment = MAIL_DAY
        yield here


def as_a_laptop_leaves_it(home: Path) -> bytes:
    """The ledger of an undisturbed `ecot run`."""
    with before_the_night(home) as here:
        here.town.run_now()
        return figures(here.town.place)


@pytest.fixture(scope="module")
def right(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return as_a_laptop_leaves_it(tmp_path_factory.mktemp("laptop") / "home")


def figures(place: Place) -> bytes:
    """The whole export, but for when it was, in which run, and how long that took."""
    text = re.sub(rb"20260202T\d{6}(\.\d{6})?Z(-\w+)?", b"RUN", dump(place))
    text = re.sub(rb"2026-02-02T[0-9:.]+Z", b"NOW", text)
    return re.sub(rb'"seconds":[0-9.]+', b'"seconds":0', text)


def is_right(here: Works, right: bytes) -> None:
    """The ledger, the mails, the rows of Notion, and the run itself."""
    assert figures(here.town.place) == right
    assert [one.split("\u00a0")[0] for one in here.town.titles()] == ["Coûts janvier 2026"]
    for month in MONTHS:
        rows = here.town.rows(month)
        assert set(rows) == {f"{one.replace('/', ':')}:proj_a:{month}" for one in ACCOUNTS}
        assert sum(cost or 0 for cost in rows.values()) == total(here.town, month)
    state = run_state(here.town.place.store, RUN, here.town.clock())
    assert state is not None
    assert state.finished
    assert state.sent_at is not None
    assert [(one.account, one.state) for one in state.accounts] == [(LABO, "ok"), (STUDIO, "ok")]


def test_an_undisturbed_run_is_published_once_and_leaves_the_ledger_of_a_laptop(
    backend: str, tmp_path: Path, right: bytes
) -> None:
    with before_the_night(tmp_path / "home", backend) as here:
        here.begin()
        here.all()
        is_right(here, right)
        steps = [step for step, _ in here.came]
        assert steps == ["dispatch", "collect", "collect", "publish", "send"]
        assert here.shows == 1
        here.look_after()
        assert [step for step, _ in here.came[5:]] == ["check"] * 4
        is_right(here, right)
