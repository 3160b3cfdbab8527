"""A month's mail is owed once, from its day on where the user lives until the next one is."""

from datetime import UTC, date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecot.errors import LedgerError
from ecot.jobs.cycle.began import began
from ecot.jobs.cycle.due import Schedule, coming, owed
from ecot.model.outcome import Outcome
from ecot.model.period import DAY, Month, midnight
from ecot.store.protocol import Key, Place
from ecot.store.records import put_outcome
from tests.ledger.book import in_memory
from tests.store.watched import AtCall, watched

FAR = ("Pacific/Kiritimati", "Pacific/Auckland", "Europe/Zurich", "UTC", "America/Los_Angeles")
SCHEDULES = st.builds(
    Schedule,
    st.sampled_from(FAR),
    st.integers(1, 28),
    st.dates(date(2025, 11, 1), date(2026, 4, 1)),
    st.integers(0, 1),
)
MOMENTS = st.integers(0, 500 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
NOVEMBER = Month(2026, 11)


def at(text: str, timezone: str = "UTC") -> datetime:
    """A moment, said as the user's clock says it."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(timezone)).astimezone(UTC)


@given(SCHEDULES, MOMENTS)
def test_an_owed_month_is_over_for_everybody_and_the_last_that_is_due(
    schedule: Schedule, now: datetime
) -> None:
    month = owed(schedule, now)

    today = schedule.today(now)
    if month is not None:
        assert midnight(month.after) <= now
        assert today >= schedule.due(month)
        assert today < schedule.due(month.next()) or now < midnight(month.next().after)
        assert schedule.began < month.after


@given(SCHEDULES, st.sets(MOMENTS, max_size=60))
def test_each_month_is_owed_once_if_anybody_runs_before_the_next_one_is(
    schedule: Schedule, moments: set[datetime]
) -> None:
    sent: list[Month] = []
    awake: set[Month] = set()
    for now in sorted(moments):
        today = schedule.today(now)
        is_due = today >= schedule.due(Month.of(today).previous()) and now >= midnight(
            Month.of(today).first
        )
        awake.add(Month.of(today).shifted(-1 if is_due else -2))
        if (month := owed(schedule, now)) is not None and month not in sent:
            sent.append(month)

    assert sent == sorted(month for month in awake if month >= Month.of(schedule.began))


@given(SCHEDULES, MOMENTS)
def test_what_comes_next_is_owed_when_its_day_has_come(schedule: Schedule, now: datetime) -> None:
    month, day = coming(schedule, now)

    noon = datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(schedule.timezone))
    later = max(noon, now, midnight(month.after)).astimezone(UTC)
    assert owed(schedule, now) != month
    assert owed(schedule, later) == month
    assert day == schedule.due(month)


@pytest.mark.parametrize(
    ("moment", "month"),
    [
        ("2026-12-01T23:59", Month(2026, 10)),
        ("2026-12-02T00:00", NOVEMBER),
        ("2026-12-31T23:59", NOVEMBER),  # after weeks of failure
        ("2027-01-01T12:00", NOVEMBER),
        ("2027-01-02T00:00", Month(2026, 12)),  # nobody mails about November any more
        ("2027-03-20T12:00", Month(2027, 2)),  # a laptop that slept for a quarter
    ],
)
@pytest.mark.parametrize("timezone", ["Europe/Zurich", "America/Los_Angeles"])
def test_a_mail_is_owed_from_its_day_on_where_the_user_lives(
    moment: str, month: Month | None, timezone: str
) -> None:
    assert owed(Schedule(timezone, 2, date(2026, 1, 1)), at(moment, timezone)) == month


def test_a_late_day_leaves_as_much_time_as_an_early_one() -> None:
    schedule = Schedule("Europe/Zurich", 28, date(2026, 1, 1))

    assert owed(schedule, at("2026-11-28T00:00", "Europe/Zurich")) == Month(2026, 10)
    assert owed(schedule, at("2026-12-05T06:00", "Europe/Zurich")) == Month(2026, 10)
    assert coming(schedule, at("2026-12-05T06:00")) == (NOVEMBER, date(2026, 12, 28))


def test_days_of_grace_are_left_to_somebody_else() -> None:
    schedule = Schedule("UTC", 28, date(2026, 1, 1), grace=1)

    assert owed(schedule, at("2026-02-28T23:00")) is None
    assert owed(schedule, at("2026-03-01T00:00")) == Month(2026, 1)
    assert owed(schedule._replace(grace=0), at("2026-02-28T00:00")) == Month(2026, 1)


def test_a_month_that_is_over_for_the_user_alone_is_not_over() -> None:
    schedule = Schedule("Pacific/Auckland", 1, date(2026, 11, 1))

    assert owed(schedule, at("2026-12-01T12:30", "Pacific/Auckland")) is None
    assert owed(schedule, at("2026-12-01T13:00", "Pacific/Auckland")) == NOVEMBER


def test_a_new_ledger_owes_nothing_about_months_before_it_began() -> None:
    schedule = Schedule("UTC", 2, date(2026, 11, 1))

    assert owed(schedule, at("2026-11-30T12:00")) is None
    assert owed(schedule, at("2026-12-02T12:00")) == NOVEMBER
    assert coming(schedule, at("2026-11-30T12:00")) == (NOVEMBER, date(2026, 12, 2))


# --- when the ledger began -----------------------------------------------------------------------

NOW = at("2026-11-22T12:00")


@pytest.fixture
def place() -> Place:
    return in_memory()


def outcome(account: str, moment: datetime) -> Outcome:
    run = moment.strftime("%Y%m%dT%H%M%S")
    return Outcome(provider="openai", account=account, run=run, at=moment, state="ok")


def test_a_ledger_begins_with_its_first_run(place: Place) -> None:
    assert began(place.store, NOW) == date(2026, 11, 22)
    assert began(place.store, NOW + 100 * DAY) == date(2026, 11, 22)


def test_an_older_ledger_began_with_its_first_outcome(place: Place) -> None:
    for days in (3, 40, 7):
        put_outcome(place.store, outcome(f"openai/{days}", NOW - days * DAY))

    assert began(place.store, NOW) == date(2026, 10, 13)
    put_outcome(place.store, outcome("openai/imported", NOW - 400 * DAY))
    assert began(place.store, NOW) == date(2026, 10, 13)


def mark(place: Place) -> None:
    """The first run, of yesterday."""
    began(place.store, NOW - DAY)


def test_of_two_first_runs_one_says_when_it_began() -> None:
    calls: list[None] = []
    began(watched(in_memory(), before=lambda: calls.append(None)).store, NOW)
    for call in range(1, len(calls) + 1):
        place = in_memory()
        other = AtCall(call, partial(mark, place))
        assert began(watched(place, before=other).store, NOW) == date(2026, 11, 21)


def test_a_mark_that_is_no_day_is_damage(place: Place) -> None:
    place.store.put(Key("cycle", "began"), b"yesterday")
    with pytest.raises(LedgerError):
        began(place.store, NOW)
