"""A head says how far each feed of each day was read, and where the day's rows are."""

from datetime import date

import pytest

from ecot.model.head import DOUBTED, READ, RUNNING, SETTLED, UNREAD, DayPointer, Head
from ecot.model.period import Month
from tests.rows import ACCOUNT, MONDAY, MUCH_LATER

HEAD = Head(
    account=ACCOUNT,
    month=Month(2026, 1),
    feeds=("costs", "usage"),
    days={
        "07": DayPointer("c" * 32, RUNNING + READ),
        "05": DayPointer("a" * 32, READ + SETTLED),
        "06": DayPointer(None, READ),
    },
)


def test_a_day_never_met_is_unread_in_every_feed() -> None:
    assert HEAD.pointer(date(2026, 1, 31)) == DayPointer(None, "--")
    assert HEAD.mark(date(2026, 1, 31), "costs") == UNREAD


def test_a_feed_that_came_later_is_unread_on_the_days_before() -> None:
    assert HEAD.pointer(date(2026, 1, 6)) == DayPointer(None, "r-")
    assert HEAD.mark(date(2026, 1, 6), "usage") == UNREAD
    assert HEAD.mark(MONDAY, "plan.pro") == UNREAD


@pytest.mark.parametrize(
    ("marks", "complete"), [("rs", True), ("ss", True), ("rp", False), ("se", False), ("sE", False)]
)
def test_a_day_is_complete_when_every_feed_was_read_after_its_end(
    marks: str, complete: bool
) -> None:
    head = Head(
        account=ACCOUNT, month=HEAD.month, feeds=HEAD.feeds, days={"05": DayPointer(None, marks)}
    )
    assert head.is_complete(MONDAY, HEAD.feeds) is complete
    assert head.is_complete(MONDAY, HEAD.feeds[:1])
    assert not head.is_complete(MONDAY, ("costs", "usage.images"))


def test_a_day_in_doubt_is_not_complete() -> None:
    head = Head(
        account=ACCOUNT, month=HEAD.month, feeds=("costs",), days={"05": DayPointer(None, DOUBTED)}
    )
    assert not head.is_complete(MONDAY, ("costs",))


def test_a_head_lists_the_documents_of_its_days_in_order() -> None:
    assert list(HEAD.documents()) == [(MONDAY, "a" * 32), (date(2026, 1, 7), "c" * 32)]


def test_a_month_is_open_until_its_end_then_provisional_until_it_is_closed() -> None:
    closed = Head(account=ACCOUNT, month=HEAD.month, closed_at=MUCH_LATER)
    assert HEAD.state(date(2026, 1, 31)) == "open"
    assert HEAD.state(date(2026, 2, 1)) == "provisional"
    assert closed.state(date(2026, 2, 10)) == "closed"
