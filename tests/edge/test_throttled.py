"""DynamoDB may turn any call away for good: each of a night's steps, and of `check` wherever an
event was lost. Whatever is left half done, Lambda's retries, the next checks or the next night end
it as an undisturbed night ends: the same ledger, one mail, published.

What the refused step leaves is mostly what another refusal left too: each different state is played
to its end once. What the first collector asks of the table the last one asks, too; and of the site
what the page of health says is made, for all else would only read more.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

from ecot.jobs.runs.events import Check
from ecot.jobs.runs.look import latest_runs
from ecot.jobs.site.health import health_facts
from ecot.jobs.site.history import History
from ecot.model.period import Month
from ecot.sandbox.companies import atelier_lumen
from ecot.store.records import latest_outcomes
from tests.edge.throttled import (
    DAY,
    EVENING,
    HOUR,
    MORNING,
    Nights,
    Point,
    Turnstile,
    nights,
    telling,
    turnstile,
)
from tests.fault_tally import Tally
from tests.jobs.runs.test_protocol import Cells, cells, figures
from tests.jobs.world import World, world_of

STEPS = ("dispatch", "collect", "last collect", "publish", "send")
CHECKS = {f"check of a lost {one}": one for one in ("dispatch", "last collect", "publish", "send")}


class Undisturbed(NamedTuple):
    """The points of a night to which nothing happens, by their names; its ledger; and that after
    one more."""

    points: dict[str, Point]
    figures: bytes
    later: list[Cells]


@contextmanager
def health_alone() -> Iterator[None]:
    """Of the site the page of health is made: making the others only reads, and takes long."""

    def files(history: History, _: Month | None) -> Iterator[tuple[str, bytes]]:
        yield "health.json", msgspec.json.encode(health_facts(history))

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("ecot.jobs.publish._files", files)
        yield


@pytest.fixture(scope="module")
def gate() -> Iterator[Turnstile]:
    with health_alone(), turnstile() as one:
        yield one


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    home = tmp_path_factory.mktemp("company")
    with world_of(atelier_lumen(), EVENING, home) as world:
        yield world


@pytest.fixture(scope="module")
def undisturbed(
    company: World, gate: Turnstile, tmp_path_factory: pytest.TempPathFactory
) -> Undisturbed:
    folder = tmp_path_factory.mktemp("undisturbed") / "home"
    points: dict[str, Point] = {}
    with nights(company, folder, gate) as here:
        here.begin(EVENING)
        here.all()
        here.begin(MORNING)
        for step in STEPS:
            points[step] = here.point()
            assert here.next()
        assert here.stack.waiting == []
        assert len(here.stack.resend.mails) == 1
        here.clock.moment += HOUR / 2
        ended = figures(here.copy(), MORNING)
        here.begin(MORNING + DAY)
        here.all()
        later = cells(here.copy())
    points |= {name: lost(points[step]) for name, step in CHECKS.items()}
    return Undisturbed(points, ended, later)


def lost(point: Point) -> Point:
    """Its event never comes; the next is that of `check`."""
    moment = point.moment + HOUR
    return point._replace(moment=moment, handed=("check", Check(time=moment)), behind=[])


@pytest.mark.tools
@pytest.mark.parametrize("step", [*STEPS[:1], *STEPS[2:], *CHECKS])
def test_any_call_of_a_night_may_be_turned_away_for_good(
    step: str, company: World, gate: Turnstile, undisturbed: Undisturbed, tmp_path: Path,
    tally: Tally,
) -> None:  # fmt: skip
    point, seen = undisturbed.points[step], set[str]()
    with nights(company, tmp_path, gate) as here:
        here.back_to(point)
        calls = here.calls_of(point.handed)
        here.stack.waiting.clear()
    left = telling(calls)
    tally(f"{step} over a table: {len(left)} of {len(calls)} calls", len(left))
    assert len(calls) >= 5
    while left:
        with nights(company, tmp_path, gate) as here:  # with a Resend that has had no mail
            while left and not here.stack.resend.mails:
                here.back_to(point)
                here.deliver_but(point.handed, left.pop(0))
                if here.state not in seen:
                    seen.add(here.state)
                    here.all()
                    here.look_after()
                    is_right(here, undisturbed, is_late=step == "check of a lost dispatch")


def is_right(here: Nights, undisturbed: Undisturbed, *, is_late: bool) -> None:
    """The ledger is that of the undisturbed night, or else of the next one: an account that could
    not be written down has failed, and says so until then; who reads late reads more of today."""
    store = here.copy().store
    assert {one.due for one in latest_runs(store, 9)} == {None}
    assert [str(one.body["subject"])[:5] for one in here.stack.resend.mails] == ["Costs"]
    if is_late or any(one.state != "ok" for one in latest_outcomes(store)):
        here.begin(MORNING + DAY)
        here.until("publish")
        assert cells(here.copy()) == undisturbed.later
    else:
        assert figures(here.copy(), MORNING) == undisturbed.figures
    assert [one.state for one in latest_outcomes(here.copy().store)] == ["ok", "ok"]
