"""A run in steps leaves what `ecot run` leaves: whatever event is lost, doubled or late."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Literal, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecot.jobs.place import open_place
from ecot.jobs.runs.asking import ask
from ecot.jobs.runs.events import Check, Collect, Dispatch, Publish
from ecot.jobs.runs.look import run_state
from ecot.model.period import DAY, Month
from ecot.model.run import Wanted
from ecot.sandbox.faults import Fault
from ecot.sandbox.messages import json_response
from ecot.sandbox.notion.faults import unavailable
from ecot.sandbox.resend.refusals import DOWN
from ecot.sandbox.resend.troubles import said
from ecot.store.heads import all_heads
from ecot.store.protocol import Place
from ecot.store.records import all_progress, latest_outcomes
from ecot.store.runs import latest_runs
from tests.jobs.cycle.test_quarter import PRICES, total
from tests.jobs.cycle.town import ACCOUNTS, LABO, STUDIO
from tests.jobs.runs.works import HOUR, Handed, Works, works
from tests.jobs.world import dump
from tests.rows import to_the_letter
from tests.store.backends import open_place_on

BEGINS = datetime(2026, 1, 31, 1, tzinfo=UTC)
MAIL_DAY = datetime(2026, 2, 2, 1, tzinfo=UTC)
MONTHS = (Month(2026, 1), Month(2026, 2))
RUN = "20260202T010000Z-daily"
Cells = tuple[str, str, bytes, str]


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


def a_night_later(home: Path) -> list[Cells]:
    """The figures after the next night's."""
    with before_the_night(home) as here:
        here.town.run_now()
        here.town.clock.moment = MAIL_DAY + DAY
        here.town.run_now()
        return cells(here.town.place)


def figures(place: Place, night: datetime = MAIL_DAY) -> bytes:
    """The whole export, but for when on that day it was, in which run, and how long that took; the
    mail says when, too, and whether it had arrived when anybody asked."""
    short, long = f"{night:%Y%m%d}", str(night.date())
    text = re.sub(rf"{short}T\d{{6}}(\.\d{{6}})?Z(-\w+)?".encode(), b"RUN", dump(place))
    text = re.sub(rf"{long}T[0-9:.]+Z".encode(), b"NOW", text)
    text = re.sub(rf"(mail/{long}|report/\d{{4}}-\d\d)/[0-9a-f]{{16}}".encode(), rb"\1/MAIL", text)
    text = text.replace(b'"delivery":"delivered","delivery_at":"NOW",', b"")
    return re.sub(rb'"seconds":[0-9.]+', b'"seconds":0', text)


def cells(place: Place) -> list[Cells]:
    """What each account's months cost, and what of them was never read."""
    progress = {one.account: one.unread_from for one in all_progress(place.store)}
    return [
        (one.account, str(one.month), to_the_letter(one.cells), str(progress[one.account]))
        for one in all_heads(place.store)
    ]


@pytest.fixture(scope="module")
def right(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return as_a_laptop_leaves_it(tmp_path_factory.mktemp("laptop") / "home")


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


def is_right_a_night_later(here: Works, later: list[Cells]) -> None:
    """The same after one more undisturbed night, whatever the one before could not do."""
    here.town.clock.moment = MAIL_DAY + DAY
    here.begin()
    here.all()
    assert cells(here.town.place) == later
    assert [one.state for one in latest_outcomes(here.town.place.store)] == ["ok", "ok"]
    assert [one.split("\u00a0")[0] for one in here.town.titles()] == ["Coûts janvier 2026"]
    for month in MONTHS:
        assert sum(cost or 0 for cost in here.town.rows(month).values()) == total(here.town, month)
    assert [run.due for run in latest_runs(here.town.place.store, 2)] == [None, None]


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


# --- what happens to an event --------------------------------------------------------------------

Fate = Literal["once", "twice", "lost", "late"]
FATES: tuple[Fate, ...] = get_args(Fate)
ONCE: list[Fate] = ["once"] * 5  # dispatch, two accounts, publish, send


def befalls(here: Works, fates: Sequence[Fate]) -> None:
    """Delivers what is handed on, each event as its fate says and the rest once; what is late comes
    when everything else has been done, and again after the checks."""
    late: list[Handed] = []
    number = 0
    while here.waiting:
        handed = here.waiting.pop(0)
        fate = fates[number] if number < len(fates) else "once"
        number += 1
        if fate == "late":
            late.append(handed)
        for _ in range({"once": 1, "twice": 2}.get(fate, 0)):
            here.tried(handed)
    here.waiting.extend(late)
    here.all()
    here.look_after()
    here.waiting.extend(late)
    here.all()


@pytest.mark.parametrize("fate", FATES[1:])
@pytest.mark.parametrize("number", range(len(ONCE)))
def test_any_event_may_be_doubled_lost_or_late(
    number: int, fate: Fate, tmp_path: Path, right: bytes
) -> None:
    with before_the_night(tmp_path / "home") as here:
        here.begin()
        befalls(here, [*ONCE[:number], fate])
        if number == 0 and fate == "lost":
            assert latest_runs(here.town.place.store, 1) == []  # nobody knows of it
            here.hand("dispatch", Dispatch(time=MAIL_DAY))
            here.all()
        is_right(here, right)
        assert sorted(here.reads) == sorted(ACCOUNTS)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(fates=st.lists(st.sampled_from(FATES), max_size=12), is_reversed=st.booleans())
def test_whatever_befalls_the_events_the_end_is_the_same(
    fates: list[Fate], is_reversed: bool, tmp_path_factory: pytest.TempPathFactory, right: bytes
) -> None:
    with before_the_night(tmp_path_factory.mktemp("drawn") / "home") as here:
        here.begin()
        here.begin()  # the scheduler too delivers at least once
        dispatch = here.waiting.pop(0)
        here.deliver(dispatch)
        if is_reversed:
            here.waiting.reverse()
        befalls(here, fates)
        is_right(here, right)


# --- what happens to a step ----------------------------------------------------------------------


def test_a_doubled_collector_reads_once(tmp_path: Path) -> None:
    """Its twin comes while it reads."""
    with before_the_night(tmp_path / "home") as here:
        here.begin()
        here.deliver(here.waiting.pop(0))
        twin = here.waiting[0]
        states: list[str] = []
        shop = here.town.shops[STUDIO]
        cost = shop.cost

        def reading(day: date) -> Decimal:
            if not states:
                states.append("reading")
                states.append(here.deliver(twin).state)
            return cost(day)

        shop.cost = reading  # type: ignore[method-assign]
        assert twin[1] == Collect(run=RUN, account=STUDIO)
        assert here.deliver(twin).state == "collected"
        assert states == ["reading", "busy"]
        assert here.deliver(twin).state == "already"
        assert here.reads == [STUDIO]


def test_a_collector_that_never_ends_gets_an_honest_outcome(tmp_path: Path) -> None:
    with before_the_night(tmp_path / "home") as here:
        here.has_site = True
        here.begin()
        here.deliver(here.waiting.pop(0))
        here.waiting = [one for one in here.waiting if one[1] != lost()]
        here.all()
        here.town.clock.moment += HOUR / 2
        for tries in range(2):
            state = run_state(here.town.place.store, RUN, here.town.clock())
            assert state is not None
            assert state.progress == "collecting"
            assert [one.state for one in state.accounts] == ["ok", "waiting"]
            assert here.shows == 0
            checked = here.deliver(("check", Check(time=here.town.clock())))
            assert checked.handed == [f"collect of {STUDIO} in {RUN}"], tries
            assert here.waiting == [("collect", lost())]
            here.waiting.clear()  # nobody ever hears of it
            here.town.clock.moment += HOUR
        here.check()
        state = run_state(here.town.place.store, RUN, here.town.clock())
        assert state is not None
        assert state.finished
        assert [one.state for one in state.accounts] == ["ok", "failed"]
        assert "was started 3 times and never came to its end" in str(state.accounts[1].message)
        page = (here.town.home / "site" / "health.en.html").read_text()
        assert "its collection was started 3 times and never came to its end" in page
        assert [one.split("\u00a0")[0] for one in here.town.titles()] == ["Coûts janvier 2026"]
        here.tried(("collect", lost()))  # six hours late
        assert here.reads == [LABO]
        here.town.clock.moment = MAIL_DAY + timedelta(days=1)
        here.begin()
        here.all()
        assert here.reads == [LABO, STUDIO, LABO]
        assert [one.state for one in latest_outcomes(here.town.place.store)] == ["ok", "ok"]


def lost() -> Collect:
    return Collect(run=RUN, account=STUDIO)


def test_an_account_that_cannot_be_read_holds_nobody_up(tmp_path: Path) -> None:
    with before_the_night(tmp_path / "home") as here:
        here.town.shops[STUDIO].is_down = True
        here.begin()
        here.all()
        state = run_state(here.town.place.store, RUN, here.town.clock())
        assert state is not None
        assert [one.state for one in state.accounts] == ["ok", "failed"]
        assert "nobody answers" in str(state.accounts[1].message)
        assert state.sent_at is not None
        assert len(here.town.titles()) == 1


def test_a_night_that_read_no_account_at_all_is_no_success(tmp_path: Path) -> None:
    """It is published, and says what failed; whoever watches is told by the alarm."""
    with before_the_night(tmp_path / "home") as here:
        here.check()
        for is_down in (True, False):
            for shop in here.town.shops.values():
                shop.is_down = is_down
            here.town.clock.moment += DAY
            here.begin()
            here.all()
            (run,) = latest_runs(here.town.place.store, 1)
            assert run.published_at is not None
            here.check()
        first, last = (done.hours for step, done in here.came[1:] if step == "check")
        assert first == pytest.approx(24, abs=0.5)
        assert last == pytest.approx(0, abs=0.5)


def test_a_mail_that_has_to_wait_goes_with_a_check(tmp_path: Path, right: bytes) -> None:
    with before_the_night(tmp_path / "home") as here:
        here.town.resend_server.faults.add(said(DOWN).repeated(None))
        here.begin()
        here.all()
        assert here.came[-1][1].state == "later"
        assert here.town.titles() == []
        here.town.clock.moment += HOUR / 2
        here.check()
        assert here.town.titles() == []
        here.town.resend_server.faults.clear()
        here.town.clock.moment += HOUR
        here.check()
        assert [one.split("\u00a0")[0] for one in here.town.titles()] == ["Coûts janvier 2026"]
        here.look_after()
        assert len(here.town.titles()) == 1


def test_a_site_that_is_refused_is_published_by_a_check_and_no_mail_goes_before(
    tmp_path: Path, right: bytes
) -> None:
    with before_the_night(tmp_path / "home") as here:
        here.has_site = here.is_refused = True
        here.begin()
        here.all()
        state = run_state(here.town.place.store, RUN, here.town.clock())
        assert state is not None
        assert (state.progress, state.finished) == ("publishing", False)
        assert here.town.titles() == []
        here.is_refused = False
        here.look_after(2)
        assert (here.town.home / "site" / "index.html").exists()
        is_right(here, right)


_UNAUTHORIZED = {
    "object": "error",
    "status": 401,
    "code": "unauthorized",
    "message": "API token is invalid.",
}
DENIED = Fault("denied", lambda _request, _rest: json_response(_UNAUTHORIZED, 401))


@pytest.mark.parametrize("is_behind", [True, False])
def test_what_notion_could_not_take_a_check_hands_on_again(
    tmp_path: Path, is_behind: bool, right: bytes
) -> None:
    """Until it is there; not what waits for a person: the next night tries that."""
    refusal = unavailable() if is_behind else DENIED
    with before_the_night(tmp_path / "home") as here:
        here.town.notion_server.faults.add(refusal.repeated(None))
        here.begin()
        here.all()
        shows = here.shows
        here.town.clock.moment += HOUR / 2
        here.check()
        assert here.shows == shows + is_behind
        assert here.came[-1][0] == ("publish" if is_behind else "check")
        here.town.notion_server.faults.clear()
        here.town.clock.moment += HOUR
        here.check()
        if is_behind:
            is_right(here, right)
        shows = here.shows
        here.look_after()
        assert here.shows == shows


def test_without_notion_everything_else_is_done(tmp_path: Path) -> None:
    with before_the_night(tmp_path / "home") as here:
        here.town.notion_server.faults.add(unavailable().repeated(None))
        here.begin()
        here.all()
        assert here.shows == 1
        assert len(here.town.titles()) == 1
        here.town.notion_server.faults.clear()
        here.town.clock.moment = MAIL_DAY + timedelta(days=1)
        here.begin()
        here.all()
        for month in MONTHS:
            assert sum(cost or 0 for cost in here.town.rows(month).values()) == total(
                here.town, month
            )


# --- several at once -----------------------------------------------------------------------------


def test_a_run_that_is_asked_for_while_the_nights_is_going_has_its_own_end(tmp_path: Path) -> None:
    with before_the_night(tmp_path / "home") as here:
        here.begin()
        here.deliver(here.waiting.pop(0))
        store, now = here.town.place.store, here.town.clock()
        same = ask(store, Wanted(send_email=False), now)
        assert same == (RUN, False)
        other = ask(store, Wanted(account=LABO), now)
        assert other.is_new
        here.waiting.insert(1, ("dispatch", Dispatch(time=now, kind="asked", run=other.run)))
        here.all()
        for name, accounts in ((RUN, 2), (other.run, 1)):
            state = run_state(store, name, here.town.clock())
            assert state is not None
            assert (state.finished, len(state.accounts)) == (True, accounts)
        assert len(here.town.titles()) == 1
        assert here.shows <= 2


def test_two_publishers_at_once_are_one_and_what_came_meanwhile_is_published_too(
    tmp_path: Path,
) -> None:
    with before_the_night(tmp_path / "home") as here:
        here.begin()
        here.all()
        shows = here.shows
        show = here.show

        def showing(place: Place) -> Callable[[], None]:
            def shown() -> None:
                if here.shows == shows:
                    here.shows += 1
                    assert here.deliver(("publish", Publish())).state == "busy"
                show(place)()

            return shown

        here.show = showing  # type: ignore[method-assign]
        here.waiting.append(("publish", Publish()))
        here.all()
        assert here.shows == shows + 3  # the first, noted; its own; and for the one that was busy
        assert here.deliver(("publish", Publish(run=RUN))).state == "nothing"


def test_a_run_that_closes_months_collects_nothing(tmp_path: Path) -> None:
    with before_the_night(tmp_path / "home") as here:
        here.hand("dispatch", Dispatch(time=MAIL_DAY, kind="close"))
        here.all()
        assert [step for step, _ in here.came] == ["dispatch", "publish", "send"]
        assert here.reads == []
        assert [run.accounts for run in latest_runs(here.town.place.store, 1)] == [0]


def test_a_night_that_nobody_began_is_begun_by_a_check(tmp_path: Path) -> None:
    with before_the_night(tmp_path / "home") as here:
        assert here.deliver(("check", Check(time=here.town.clock()))).hours == 0
        for _ in range(25):
            here.town.clock.moment += HOUR
            here.check()
        assert [step for step, _ in here.came] == ["check"] * 26
        assert here.came[-1][1].hours == pytest.approx(25, abs=0.1)
        here.town.clock.moment += HOUR
        twice: Handed = ("check", Check(time=here.town.clock()))
        here.waiting = [twice, twice]
        here.all()
        (run,) = latest_runs(here.town.place.store, 9)
        assert (run.kind, run.due) == ("missed", None)
        assert sorted(here.reads) == sorted(ACCOUNTS)
        here.check()
        assert here.came[-1][1].hours == pytest.approx(0, abs=0.1)
