"""Nights by the clock on the wall: whichever hour is left out in spring or comes twice in autumn, a
run begins, and no alarm goes off where nothing is wrong.

EventBridge Scheduler leaves out what falls into the hour that is skipped, and does once what falls
into the one that comes twice (https://docs.aws.amazon.com/scheduler/latest/UserGuide/
schedule-types.html, as of 2026-11; which of the two it is, is not said).
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ecot.jobs.runs.check import check
from ecot.jobs.runs.dispatch import dispatch
from ecot.jobs.runs.events import Check, Dispatch, Event, Publish, Step
from ecot.jobs.runs.look import latest_runs
from ecot.jobs.runs.publish import publish
from ecot.model.period import DAY
from ecot.store.protocol import Store
from tests.cloud.template import properties
from tests.jobs.world import Clock
from tests.store.backends import open_store_on

COLLECTING = timedelta(minutes=5)
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)  # in Europe
DAYS_BEFORE, DAYS = 3, 6


class Nights:
    """A stack without accounts: what is handed on is done at once, publishing after five minutes.
    `hours` are the figures of the alarm."""

    def __init__(self, store: Store) -> None:
        self.store, self.clock = store, Clock(datetime(2026, 1, 1, tzinfo=UTC))
        self.hours: list[float] = []
        self.handed: list[Event] = []

    def hand(self, step: Step, event: Event) -> None:  # noqa: ARG002 - of `Hand`
        self.handed.append(event)

    def live(self, moments: list[tuple[datetime, str]]) -> None:
        for moment, what in sorted(moments):
            self.clock.moment = moment + timedelta(seconds=3)
            is_check = what == "check"
            self.handed = [Check(time=moment) if is_check else Dispatch(time=moment)]
            while self.handed:
                self.step(self.handed.pop(0))

    def step(self, event: Event) -> None:
        match event:
            case Check():
                done = check(self.store, event, lambda _: None, self.clock, left, self.hand)
                self.hours.append(done.hours)
            case Dispatch():
                dispatch(self.store, event, lambda _: [], self.clock, left, self.hand)
                self.clock.moment += COLLECTING
            case Publish():
                showing = (lambda *_: None, lambda: None)
                publish(self.store, event, *showing, self.clock, left, self.hand)


def left() -> float:
    return 300.0


def local(zone: ZoneInfo, day: date, hour: int, minute: int, fold: int) -> Iterator[datetime]:
    """The moment (UTC) of that time of the day, where there is one."""
    there = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone, fold=fold)
    moment = there.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == there.replace(tzinfo=None):
        yield moment


@pytest.mark.parametrize("fold", [0, 1], ids=["first", "second"])
@pytest.mark.parametrize("hour", [1, 2, 3])
@pytest.mark.parametrize("change", [SPRING, AUTUMN], ids=["spring", "autumn"])
def test_every_night_has_its_run_and_none_is_an_alarm(
    change: date, hour: int, fold: int, tmp_path: Path
) -> None:
    zone, nights = ZoneInfo("Europe/Zurich"), Nights(open_store_on("sqlite", tmp_path))
    days = [change + DAY * number for number in range(-DAYS_BEFORE, DAYS - DAYS_BEFORE)]
    moments = [(one, "dispatch") for day in days for one in local(zone, day, hour, 0, fold)]
    checks = [
        (one, "check") for day in days for of in range(24) for one in local(zone, day, of, 30, fold)
    ]
    nights.live([*moments, *(one for one in checks if one[0] > moments[0][0])])
    kinds = [run.kind for run in reversed(latest_runs(nights.store, 99))]
    nights.store.close()
    is_left_out = (change, hour) == (SPRING, 2)
    expected = ["missed" if is_left_out and day == change else "daily" for day in days]
    assert kinds == expected
    threshold = properties("AWS::CloudWatch::Alarm")["NoRunAlarm"]["Threshold"]
    assert max(nights.hours) <= threshold
