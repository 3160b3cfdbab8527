"""Night after night: a key that dies and is repaired, a month that closes, a late restatement.

Whatever happens in between, every day is read in the end; and until then exactly the days that
nobody could read are said to be missing.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from itertools import groupby

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecot.ledger.months import advanced, begun, unread_days, window
from ecot.model.head import Head
from ecot.model.outcome import Progress, Restatement
from ecot.model.period import DAY, Month, Period
from ecot.store.heads import read_heads
from tests.ledger.book import Book, fresh_book, writing
from tests.rows import ACCOUNT, charge, on, said

FEEDS = ("costs", "usage")
SINCE = date(2026, 1, 1)


class Nights:
    """An account collected at 04:00 each night; the provider's truth may change meanwhile."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.progress: Progress = begun(ACCOUNT, FEEDS, SINCE)
        self.truth = {day: Decimal(day.day) / 8 for day in between(SINCE, date(2026, 12, 31))}
        self.readings: Counter[date] = Counter()
        self.whole: dict[str, set[date]] = {feed: set() for feed in FEEDS}
        self.restated: list[Restatement] = []

    def collect(self, today: date, feeds: tuple[str, ...] = FEEDS) -> None:
        """One night; `feeds` are those that the provider gives."""
        still_open = Period.of_days(self.progress.open_from.first, today + DAY).months()
        known = self._heads(still_open)
        days = window(self.progress, known, today, restatement_days=7)
        for month, some in groupby(days, Month.of):
            self._commit(month, list(some), today, feeds)
        still_open = Period.of_days(self.progress.open_from.first, today + DAY).months()
        heads = self._heads({*map(Month.of, days), *still_open})
        self.progress = advanced(self.progress, heads, today)

    def _commit(self, month: Month, days: list[date], today: date, feeds: tuple[str, ...]) -> None:
        self.readings.update(days)
        read_at = on(today)
        for feed in feeds:
            self.whole[feed].update(day for day in days if day < today)
        rows = {day: [charge(str(self.truth[day]), day)] if self.truth[day] else [] for day in days}
        readings = [said(feed, rows, read_at=read_at) for feed in feeds]
        one = writing(f"run-{today}", now=read_at, progress=self.progress)
        self.restated += self.book.commit(*readings, month=month, writing=one).restatements

    def is_read(self, day: date) -> bool:
        """Whether every feed has given the day after its end."""
        return all(day in days for days in self.whole.values())

    def missing(self, today: date) -> list[date]:
        heads = self._heads(Period.of_days(SINCE, today + DAY).months())
        return list(unread_days(self.progress, heads, SINCE, today))

    def state(self, month: Month, today: date) -> str:
        return self.book.head(month).state(today)

    def assert_true(self, until: date) -> None:
        """Each day before `until` holds what the provider says of it, in both feeds."""
        for day in between(SINCE, until - DAY):
            assert self.book.cost(day) == 2 * self.truth[day], day
        self.book.assert_sound()

    def _heads(self, months: Iterable[Month]) -> dict[Month, Head]:
        held = read_heads(self.book.place.store, ACCOUNT, months)
        return {month: one.head for month, one in held.items() if one.version}


def between(first: date, last: date) -> list[date]:
    """The days, both ends inside."""
    return [first + number * DAY for number in range((last - first).days + 1)]


@pytest.fixture
def account(book: Book) -> Nights:
    """A new account."""
    return Nights(book)


def test_a_key_that_dies_on_the_20th_and_is_repaired_a_month_later_misses_no_day_in_the_end(
    account: Nights,
) -> None:
    died, repaired = date(2026, 1, 20), date(2026, 2, 20)
    for today in between(SINCE, date(2026, 2, 22)):
        if not died <= today < repaired:
            account.collect(today)
            assert account.missing(today) == []
            account.assert_true(today)
        else:
            assert account.missing(today) == between(died - DAY, today - DAY)
            assert account.state(Month(2026, 1), today) != "closed"
    assert account.book.head(Month(2026, 1)).closed_at == on(repaired)
    assert account.restated == []


def test_a_month_closes_on_the_10th_and_is_read_once_more_30_days_after_its_end(
    account: Nights,
) -> None:
    january, states, late = Month(2026, 1), {}, []
    for today in between(SINCE, date(2026, 4, 20)):
        before = account.readings[date(2026, 1, 2)]
        account.collect(today)
        states[today] = account.state(january, today)
        if today > date(2026, 2, 10) and account.readings[date(2026, 1, 2)] > before:
            late.append(today)
    assert [today for today in states if states[today] == "open"] == january.days()
    assert states[date(2026, 2, 9)] == "provisional"
    assert states[date(2026, 2, 10)] == "closed"
    assert late == [date(2026, 3, 3)]
    assert account.progress.open_from == Month(2026, 4)
    assert account.progress.owes_rereading == (Month(2026, 3),)


def test_a_restatement_of_a_closed_month_is_found_by_the_late_reading(account: Nights) -> None:
    changed = date(2026, 1, 2)
    for today in between(SINCE, date(2026, 3, 4)):
        if today == date(2026, 2, 15):
            account.truth[changed] = Decimal("99.125")
        account.collect(today)
    assert [(one.day, one.seen_at.date()) for one in account.restated] == [
        (changed, date(2026, 3, 3))
    ]
    account.assert_true(date(2026, 3, 4))


def test_a_late_reading_that_only_one_feed_gave_is_made_again(account: Nights) -> None:
    for today in between(SINCE, date(2026, 3, 5)):
        if today == date(2026, 2, 15):
            account.truth[date(2026, 1, 2)] = Decimal("99.125")
        account.collect(today, FEEDS[:1] if today == date(2026, 3, 3) else FEEDS)
        if today == date(2026, 3, 3):
            assert account.progress.owes_rereading == (Month(2026, 1),)
    assert account.progress.owes_rereading == ()
    account.assert_true(date(2026, 3, 5))


def test_a_late_reading_that_finds_a_day_empty_is_made_again_before_it_is_believed(
    account: Nights,
) -> None:
    for today in between(SINCE, date(2026, 3, 5)):
        if today == date(2026, 3, 1):
            account.truth[date(2026, 1, 2)] = Decimal(0)
        account.collect(today)
        if today == date(2026, 3, 3):
            assert account.book.cost(date(2026, 1, 2)) > 0
            assert account.progress.owes_rereading == (Month(2026, 1),)
    assert [one.new_cost for one in account.restated] == [{}]
    account.assert_true(date(2026, 3, 5))


@settings(max_examples=25)
@given(st.lists(st.sampled_from([FEEDS, FEEDS[:1], FEEDS[1:], ()]), min_size=1, max_size=50))
def test_whatever_nights_fail_the_next_good_one_leaves_nothing_missing(
    given_feeds: list[tuple[str, ...]],
) -> None:
    with fresh_book() as book:
        account = Nights(book)
        for number, feeds in enumerate(given_feeds):
            today = SINCE + number * DAY
            if feeds:
                account.collect(today, feeds)
            before = between(SINCE, today - DAY)
            assert account.missing(today) == [day for day in before if not account.is_read(day)]
        good = SINCE + len(given_feeds) * DAY
        account.collect(good)
        assert account.missing(good) == []
        account.assert_true(good)
