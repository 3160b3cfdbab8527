"""The book of bills: different numbers add, the same number supersedes, nothing is ever edited."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecot.errors import LedgerError
from ecot.ledger.bills import said, standing
from ecot.model.bill import Entry
from tests.bills import bill, entered, told

ACTIONS = st.sampled_from(
    [
        *(entered(bill(net, number)) for net in ("1.00", "2.00") for number in ("A", "B")),
        *(told(action, number) for action in ("voided", "booked", "unbooked") for number in "AB"),
    ]
)


def book_of(*entries: Entry) -> tuple[Entry, ...]:
    book: tuple[Entry, ...] = ()
    for entry in entries:
        book = said(book, entry)
    return book


def test_different_numbers_stand_beside_each_other_in_order_of_their_days() -> None:
    later = bill("2.00", "A", first=bill().after, after=bill().after.replace(day=9))
    stand = standing(book_of(entered(later), entered(bill("1.00", "B"))))
    assert [one.bill.number for one in stand] == ["B", "A"]


def test_the_same_number_supersedes_and_the_earlier_word_is_kept() -> None:
    book = book_of(entered(bill("10.00")), entered(bill("12.00")))
    (stand,) = standing(book)
    assert (stand.bill.net, stand.entered) == (Decimal("12.00"), 2)
    assert [entry.bill.net for entry in book if entry.bill] == [Decimal("10.00"), Decimal("12.00")]


def test_saying_the_same_again_says_nothing() -> None:
    book = book_of(entered(bill()), told("booked"))
    assert said(book, entered(bill())) == book
    assert said(book, told("booked")) == book


def test_a_bill_that_was_voided_is_gone_until_it_is_entered_again_and_is_then_not_booked() -> None:
    book = book_of(entered(bill()), told("booked"), told("voided", reason="typed twice"))
    assert standing(book) == []
    (again,) = standing(said(book, entered(bill())))
    assert not again.is_booked


def test_a_booking_stays_with_a_number_that_is_corrected_and_can_be_undone() -> None:
    book = book_of(entered(bill("10.00")), told("booked"), entered(bill("11.00")))
    assert standing(book)[0].is_booked
    assert not standing(said(book, told("unbooked")))[0].is_booked


def test_a_booking_is_of_all_bills_about_the_same_charges_whichever_was_named() -> None:
    both = (entered(bill(number="A")), entered(bill(number="B")))
    book = book_of(*both, told("booked", "A"))
    assert said(book, told("booked", "B")) == book
    undone = said(book, told("unbooked", "B"))
    assert undone == (*book, told("unbooked", "B"))
    assert not any(one.is_booked for one in standing(undone))
    assert said(undone, told("unbooked", "A")) == undone


def test_a_booking_stays_with_the_others_when_the_bill_that_was_named_is_voided() -> None:
    both = (entered(bill(number="A")), entered(bill(number="B")))
    later = entered(bill(number="C", first=bill().after, after=bill().after.replace(day=9)))
    book = book_of(*both, later, told("booked", "A"), told("voided", "A"))
    assert [(one.bill.number, one.is_booked) for one in standing(book)] == [
        ("B", True),
        ("C", False),
    ]


@pytest.mark.parametrize("action", ["voided", "booked", "unbooked"])
def test_nothing_can_be_said_of_a_bill_that_does_not_stand(action: str) -> None:
    with pytest.raises(LedgerError, match="no bill INV-1"):
        book_of(entered(bill(number="other")), told(action))  # type: ignore[arg-type]
    with pytest.raises(LedgerError, match="no bill INV-1"):
        book_of(entered(bill()), told("voided"), told(action))  # type: ignore[arg-type]


def test_a_top_up_has_nothing_to_book_and_can_be_voided() -> None:
    book = book_of(entered(bill(kind="top-up")))
    with pytest.raises(LedgerError, match="is a top-up"):
        said(book, told("booked"))
    assert standing(said(book, told("voided"))) == []


def test_a_bill_of_no_days_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="before it starts"):
        bill(first=bill().after)


@given(st.lists(ACTIONS, max_size=20))
def test_whatever_is_said_nothing_said_before_is_ever_lost(entries: list[Entry]) -> None:
    book: tuple[Entry, ...] = ()
    for entry in entries:
        try:
            after = said(book, entry)
        except LedgerError:
            continue
        assert after[: len(book)] == book
        assert after[len(book) :] in ((), (entry,))
        book = after
    last = {entry.number: entry.bill for entry in book if entry.bill}
    voided = {
        entry.number: entry.action == "voided"
        for entry in book
        if entry.bill or "void" in entry.action
    }
    expected = {number for number, is_gone in voided.items() if not is_gone}
    assert {one.bill.number: one.bill for one in standing(book)} == {
        number: last[number] for number in expected
    }
