"""Which days are read tonight, which are missing, and when a month closes: rule 7."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecot.ledger.months import (
    advanced,
    backfilled,
    begun,
    first_day,
    in_turn,
    missing_days,
    reaching_back,
    remembering,
    returned,
    settled_month,
    told_from,
    unread,
    unread_days,
    window,
)
from ecot.model.head import DayPointer, Head
from ecot.model.outcome import Progress
from ecot.model.period import DAY, Month, Period
from tests.rows import ACCOUNT, on

JANUARY, FEBRUARY = Month(2026, 1), Month(2026, 2)
FEEDS = ("costs", "usage")
NEW = begun(ACCOUNT, FEEDS, JANUARY.first)
LATE = date(2026, 3, 3)  # 30 days after January's end


def head(month: Month = JANUARY, *, but: dict[int, str] | None = None, **more: Any) -> Head:
    """A month whose days were all read after they had settled, but for some."""
    marks = {day.day: "ss" for day in month.days()} | (but or {})
    days = {f"{number:02}": DayPointer(None, mark) for number, mark in marks.items()}
    return Head(account=ACCOUNT, month=month, feeds=FEEDS, days=days, **more)


def closed(month: Month, **more: Any) -> Head:
    return head(month, closed_at=on(month.next().first), **more)


def progress(**more: Any) -> Progress:
    return msgspec.structs.replace(NEW, **more)


def between(first: date, last: date) -> list[date]:
    return list(Period.of_days(first, last + DAY).days())


class TestWindow:
    """The restatement window, every month that is not closed, and what is owed."""

    def test_a_new_account_reads_from_its_first_day_to_today(self) -> None:
        today = date(2026, 2, 14)
        assert first_day(today) == JANUARY.first
        assert first_day(date(2026, 1, 1)) == date(2025, 12, 1)
        assert window(NEW, {}, today, restatement_days=7) == between(JANUARY.first, today)

    def test_the_last_seven_days_are_read_again_across_the_end_of_a_month(self) -> None:
        january_is_done = progress(open_from=FEBRUARY, unread_from=date(2026, 2, 2))
        found = window(january_is_done, {}, date(2026, 2, 3), restatement_days=7)
        assert found == between(date(2026, 1, 28), date(2026, 2, 3))

    def test_the_month_before_is_read_whole_until_it_is_closed(self) -> None:
        today = date(2026, 2, 12)
        heads = {JANUARY: head(), FEBRUARY: head(FEBRUARY)}
        complete = progress(unread_from=today)
        assert window(complete, heads, today, restatement_days=7) == between(JANUARY.first, today)
        closed_january = progress(unread_from=today, open_from=FEBRUARY)
        found = window(closed_january, heads, today, restatement_days=7)
        assert found == between(date(2026, 2, 6), today)

    def test_usage_that_is_priced_here_is_read_again_from_the_first_of_the_month(self) -> None:
        heads = {JANUARY: closed(JANUARY), FEBRUARY: head(FEBRUARY)}
        read = progress(open_from=FEBRUARY, unread_from=date(2026, 2, 20))
        found = window(read, heads, date(2026, 2, 20), restatement_days=7, whole=True)
        assert found == between(FEBRUARY.first, date(2026, 2, 20))

    def test_the_window_reaches_back_to_every_day_that_was_never_read(self) -> None:
        today = date(2026, 5, 12)
        march = Month(2026, 3)
        heads = {
            FEBRUARY: head(FEBRUARY, but={20: "s-", 21: "--"}),
            march: closed(march),
            Month(2026, 4): head(Month(2026, 4)),
            Month(2026, 5): head(Month(2026, 5)),
        }
        stuck = progress(unread_from=date(2026, 2, 20), open_from=FEBRUARY)
        found = window(stuck, heads, today, restatement_days=7)
        unread = [date(2026, 2, 20), date(2026, 2, 21)]
        assert found == unread + between(date(2026, 4, 1), today)

    def test_days_before_the_account_began_are_not_read(self) -> None:
        late = begun(ACCOUNT, FEEDS, date(2026, 1, 20))
        assert window(late, {}, date(2026, 1, 21), restatement_days=7)[0] == date(2026, 1, 20)

    def test_days_that_the_provider_has_forgotten_are_left_alone(self) -> None:
        oldest, today = date(2026, 1, 13), date(2026, 2, 12)
        found = window(NEW, {}, today, restatement_days=7, oldest=oldest)
        assert found == between(oldest, today)

    def test_an_archive_is_asked_for_forgotten_days_that_were_never_read(self) -> None:
        oldest, today = date(2026, 1, 13), date(2026, 2, 12)
        heads = {JANUARY: head(but={4: "-s", 20: "--"}), FEBRUARY: head(FEBRUARY)}
        found = window(NEW, heads, today, restatement_days=7, oldest=oldest, archived=True)
        assert found == [date(2026, 1, 4), *between(oldest, today)]

    @pytest.mark.parametrize(("today", "read"), [(date(2026, 3, 2), False), (LATE, True)])
    def test_a_closed_month_is_read_whole_30_days_after_its_end(
        self, today: date, read: bool
    ) -> None:
        march = Month(2026, 3)
        owing = progress(open_from=march, unread_from=march.first, owes_rereading=(JANUARY,))
        found = window(owing, {}, today, restatement_days=1)
        assert found == (JANUARY.days() if read else []) + between(march.first, today)


class TestInTurn:
    """Unread months first, the newest at the head."""

    MARCH = Month(2026, 3)

    def turns(self, heads: dict[Month, Head], today: date) -> list[Month]:
        days = window(NEW, heads, today, restatement_days=7)
        turns = in_turn(days, NEW, heads, today)
        assert sorted(day for _, some in turns for day in some) == days
        assert all(Month.of(day) == month for month, some in turns for day in some)
        return [month for month, _ in turns]

    def test_a_first_reading_begins_with_the_newest(self) -> None:
        assert self.turns({}, date(2026, 3, 5)) == [self.MARCH, FEBRUARY, JANUARY]

    def test_one_that_was_cut_off_goes_on_before_it_reads_again(self) -> None:
        read = {self.MARCH: head(self.MARCH), FEBRUARY: head(FEBRUARY)}
        assert self.turns(read, date(2026, 3, 5)) == [JANUARY, self.MARCH, FEBRUARY]

    def test_how_an_account_stands_on_the_first_of_a_month_is_read_before_the_past(self) -> None:
        """It can be read on that day only; once it is, a run that was cut off goes on."""
        read = {FEBRUARY: head(FEBRUARY), JANUARY: head(but={31: "s-"})}
        assert self.turns(read, self.MARCH.first) == [self.MARCH, JANUARY, FEBRUARY]
        tried = {1: "pp"} | dict.fromkeys(range(2, 32), "--")
        read[self.MARCH] = head(self.MARCH, but=tried)
        assert self.turns(read, self.MARCH.first) == [JANUARY, self.MARCH, FEBRUARY]


class TestUnreadDays:
    """The expected days that nobody read completely."""

    def test_a_month_without_a_head_is_wholly_unread(self) -> None:
        assert list(unread_days(NEW, {}, JANUARY.first, FEBRUARY.first)) == JANUARY.days()

    def test_running_unread_and_doubted_days_are_missing(self) -> None:
        heads = {JANUARY: head(but={3: "sp", 4: "s-", 5: "es", 6: "sE", 7: "rs", 8: ""})}
        found = unread_days(NEW, heads, JANUARY.first, FEBRUARY.first)
        assert [day.day for day in found] == [3, 4, 5, 6, 8]

    def test_only_expected_days_of_the_question_are_missing(self) -> None:
        late = begun(ACCOUNT, FEEDS, date(2026, 1, 20))
        found = unread_days(late, {}, JANUARY.first, date(2026, 1, 22))
        assert list(found) == [date(2026, 1, 20), date(2026, 1, 21)]
        assert list(unread_days(late, {}, JANUARY.first, date(2026, 1, 20))) == []

    def test_nothing_is_missing_of_an_account_after_it_was_given_up(self) -> None:
        given_up = progress(until=date(2026, 1, 3))
        found = unread_days(given_up, {}, JANUARY.first, FEBRUARY.first)
        assert list(found) == between(JANUARY.first, date(2026, 1, 2))
        assert list(unread_days(given_up, {}, date(2026, 1, 3), FEBRUARY.first)) == []

    def test_a_month_that_a_plan_closed_hides_nothing_that_a_key_never_read(self) -> None:
        beside = {JANUARY: closed(JANUARY, but={3: "--"})}
        found = list(unread_days(NEW, beside, JANUARY.first, FEBRUARY.first))
        assert found == [date(2026, 1, 3)]
        after = advanced(NEW, beside, FEBRUARY.first)
        assert (after.open_from, after.unread_from) == (JANUARY, date(2026, 1, 3))

    def test_a_month_before_the_first_open_one_misses_nothing(self) -> None:
        later = progress(open_from=FEBRUARY)
        assert list(unread_days(later, {}, JANUARY.first, FEBRUARY.first)) == []

    def test_an_account_that_comes_back_is_expected_since_it_left(self) -> None:
        gone = progress(
            open_from=Month(2026, 4), unread_from=date(2026, 4, 9), until=date(2026, 1, 17)
        )
        heads = {JANUARY: closed(JANUARY, but={20: "--"}), FEBRUARY: closed(FEBRUARY)}
        assert list(unread_days(gone, heads, JANUARY.first, date(2026, 4, 9))) == []
        back = returned(gone)
        found = unread_days(back, heads, JANUARY.first, Month(2026, 3).first)
        assert list(found) == [date(2026, 1, 20)]
        assert (back.until, back.unread_from) == (None, date(2026, 1, 17))
        assert returned(back) == back

    def test_a_clock_that_went_back_asks_for_nothing(self) -> None:
        assert window(NEW, {}, date(2025, 12, 30), restatement_days=7) == []

    def test_nothing_is_expected_of_a_plan_or_a_file(self) -> None:
        plan = begun(ACCOUNT, (), JANUARY.first)
        assert list(unread_days(plan, {}, JANUARY.first, FEBRUARY.first)) == []


class TestClosing:
    """On the 10th, if nothing is missing; read once more 30 days after the end."""

    @staticmethod
    def settle(one: Head, today: date, read: list[date] | None = None, **more: Any) -> Head:
        return settled_month(one, progress(**more), today, on(today), read or [])

    @pytest.mark.parametrize(
        ("today", "is_closed"),
        [(date(2026, 2, 9), False), (date(2026, 2, 10), True), (date(2026, 2, 27), True)],
    )
    def test_a_complete_month_closes_on_the_10th(self, today: date, is_closed: bool) -> None:
        after = self.settle(head(), today)
        assert after.closed_at == (on(today) if is_closed else None)
        assert after.reread_at is None

    @pytest.mark.parametrize("mark", ["s-", "ps", "se", "Es"])
    def test_a_month_with_one_day_missing_stays_provisional(self, mark: str) -> None:
        one = head(but={31: mark})
        assert self.settle(one, date(2026, 6, 10), JANUARY.days()) == one

    def test_only_expected_days_keep_a_month_open(self) -> None:
        one = head(but=dict.fromkeys(range(1, 20), ""))
        assert self.settle(one, date(2026, 2, 10)).closed_at is None
        assert self.settle(one, date(2026, 2, 10), since=date(2026, 1, 20)).closed_at

    def test_a_closed_month_keeps_the_time_it_was_closed(self) -> None:
        assert self.settle(closed(JANUARY), date(2026, 2, 20)) == closed(JANUARY)

    @pytest.mark.parametrize(
        ("today", "read", "is_reread"),
        [
            (LATE, JANUARY.days(), True),
            (LATE - DAY, JANUARY.days(), False),
            (LATE, JANUARY.days()[1:], False),
            (LATE, [*JANUARY.days(), FEBRUARY.first], True),
        ],
    )
    def test_the_late_reading_counts_if_it_was_late_and_whole(
        self, today: date, read: list[date], is_reread: bool
    ) -> None:
        after = self.settle(closed(JANUARY), today, read)
        assert after.reread_at == (on(today) if is_reread else None)

    def test_of_a_month_in_which_the_account_began_the_days_since_count(self) -> None:
        since, today = date(2026, 1, 20), LATE + DAY
        late = progress(since=since, open_from=Month(2026, 3), owes_rereading=(JANUARY,))
        days = [
            day for day in window(late, {}, today, restatement_days=1) if Month.of(day) == JANUARY
        ]
        assert days == between(since, JANUARY.days()[-1])
        assert self.settle(closed(JANUARY), LATE, days, since=since).reread_at == on(LATE)

    def test_a_day_that_the_late_reading_doubts_is_read_again(self) -> None:
        doubted = closed(JANUARY, but={7: "sE"})
        assert self.settle(doubted, LATE, JANUARY.days()) == doubted

    def test_the_late_reading_happens_once(self) -> None:
        once = closed(JANUARY, reread_at=on(LATE))
        assert self.settle(once, LATE + DAY, JANUARY.days()) == once


class TestProgress:
    """How far an account was read, derived from its heads."""

    def test_it_moves_past_closed_months_and_owes_them_a_late_reading(self) -> None:
        heads = {
            JANUARY: closed(JANUARY),
            FEBRUARY: head(FEBRUARY, but={10: ""}),
            Month(2026, 3): closed(Month(2026, 3)),
        }
        after = advanced(NEW, heads, date(2026, 2, 20))
        assert (after.open_from, after.unread_from) == (FEBRUARY, date(2026, 2, 10))
        assert after.owes_rereading == (JANUARY, Month(2026, 3))

    def test_today_is_not_missing(self) -> None:
        today = date(2026, 1, 15)
        heads = {JANUARY: head(but={15: "pp"})}
        assert advanced(NEW, heads, today).unread_from == today

    def test_a_late_reading_is_owed_until_it_was_made(self) -> None:
        before = progress(owes_rereading=(Month(2025, 11), Month(2025, 12)))
        after = advanced(before, {Month(2025, 11): closed(Month(2025, 11))}, JANUARY.first)
        assert after.owes_rereading == before.owes_rereading
        done = closed(Month(2025, 11), reread_at=on(JANUARY.first))
        after = advanced(before, {Month(2025, 11): done}, JANUARY.first)
        assert after.owes_rereading == (Month(2025, 12),)

    def test_what_the_provider_has_forgotten_is_not_owed(self) -> None:
        before = progress(open_from=FEBRUARY, owes_rereading=(JANUARY,))
        heads = {FEBRUARY: head(FEBRUARY)}
        kept = advanced(before, heads, LATE, JANUARY.first)
        assert kept.owes_rereading == (JANUARY,)
        assert advanced(before, heads, LATE, date(2026, 1, 2)).owes_rereading == ()

    def test_an_account_that_answers_is_read_back_once(self) -> None:
        back = backfilled(NEW, date(2025, 2, 1))
        assert (back.since, back.open_from) == (date(2025, 2, 1), Month(2025, 2))
        assert backfilled(back, date(2024, 2, 1)) == back
        later = backfilled(NEW, FEBRUARY.first)
        assert (later.since, later.is_backfilled) == (JANUARY.first, True)

    def test_asking_for_earlier_days_makes_them_expected(self) -> None:
        back = reaching_back(progress(open_from=FEBRUARY), date(2025, 11, 15))
        assert (back.since, back.unread_from) == (date(2025, 11, 15), date(2025, 11, 15))
        assert back.open_from == Month(2025, 11)
        assert reaching_back(NEW, date(2026, 1, 1)) == NEW

    @given(st.dates(date(2025, 1, 1), date(2026, 6, 1)), st.integers(0, 200), st.integers(1, 60))
    def test_every_unread_day_is_in_the_window(
        self, since: date, age: int, restatement_days: int
    ) -> None:
        today = since + age * DAY
        new = begun(ACCOUNT, FEEDS, since)
        missing = set(unread_days(new, {}, since, today))
        found = window(new, {}, today, restatement_days=restatement_days)
        assert missing | {today} == set(found)
        assert found == sorted(found)


def test_the_clock_is_only_what_is_passed_in() -> None:
    at = datetime(2020, 1, 1, tzinfo=on(LATE).tzinfo) + timedelta(hours=1)
    assert settled_month(head(), NEW, LATE, at, []).closed_at == at


def test_what_nobody_can_read_any_more_is_not_waited_for() -> None:
    progress = begun("prometheus/lumen", ("query.cost",), date(2026, 9, 1))

    later = remembering(progress, date(2026, 10, 25))

    assert (later.since, later.unread_from) == (date(2026, 10, 25), date(2026, 10, 25))
    assert later.open_from == Month(2026, 10)
    assert remembering(later, date(2026, 10, 1)) == later
    assert next(unread_days(later, {}, date.min, date(2026, 11, 1))) == date(2026, 10, 25)


def test_an_account_whose_months_are_gone_is_to_be_read_from_its_first_day() -> None:
    far = progress(
        unread_from=FEBRUARY.first,
        open_from=FEBRUARY,
        owes_rereading=(JANUARY,),
        is_backfilled=True,
    )
    assert unread(far) == progress(is_backfilled=True)


class TestDaily:
    """Costs that are told on their day alone: missing for good where that day was not read."""

    daily = msgspec.structs.replace(
        begun(ACCOUNT, FEEDS, JANUARY.first), daily={"plan": date(2026, 1, 10)}
    )
    before = date(2026, 1, 15)

    def missing(self, progress: Progress, **marks: Any) -> list[date]:
        return missing_days(progress, {JANUARY: three(**marks)}, JANUARY.first, self.before)

    def test_the_days_since_then_on_which_it_was_not_read_are_missing(self) -> None:
        assert self.missing(self.daily, read=(12, 14)) == [
            date(2026, 1, 10),
            date(2026, 1, 11),
            date(2026, 1, 13),
        ]
        assert self.missing(NEW, read=()) == []

    def test_a_month_that_was_never_read_has_none_of_them(self) -> None:
        alone = msgspec.structs.replace(self.daily, feeds=())
        assert missing_days(alone, {}, JANUARY.first, self.before) == between(
            date(2026, 1, 10), date(2026, 1, 14)
        )
        assert missing_days(alone, {}, JANUARY.first, date(2026, 1, 10)) == []

    def test_where_a_plan_pays_nothing_is(self) -> None:
        assert self.missing(self.daily, read=(), plans="stamp") == []

    def test_an_account_that_was_retired_misses_nothing_from_then_on(self) -> None:
        gone = msgspec.structs.replace(self.daily, until=date(2026, 1, 11))
        assert self.missing(gone, read=()) == [date(2026, 1, 10)]

    def test_what_begins_to_tell_never_tells_of_the_days_before(self) -> None:
        alone = msgspec.structs.replace(self.daily, feeds=())
        assert told_from(alone, FEBRUARY.first).daily == {"plan": FEBRUARY.first}
        assert told_from(self.daily, FEBRUARY.first) == self.daily


def three(read: Collection[int], **more: Any) -> Head:
    """January with both feeds, and a snapshot on some days."""
    marks = {day.day: "ssr" if day.day in read else "ss" for day in JANUARY.days()}
    days = {f"{number:02}": DayPointer(None, mark) for number, mark in marks.items()}
    return Head(account=ACCOUNT, month=JANUARY, feeds=(*FEEDS, "plan"), days=days, **more)
