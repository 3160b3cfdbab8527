"""What people typed is read where it can mean one thing only."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from ecot.model.period import Month
from ecot.sinks.notion.cells import Cell, cell
from ecot.sinks.notion.reading import (
    amount_of,
    ids_of,
    instant_of,
    is_ticked,
    month_of,
    span_of,
    text_of,
)


def typed(text: str) -> Cell:
    held = cell("rich_text", text)
    assert held is not None
    return held


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("25", "25"),
        ("25.50", "25.50"),
        ("25,5 €", "25.5"),
        ("$1234.56", "1234.56"),
        ("1 234,56 $US", "1234.56"),
        ("1\u202f234,56\u00a0€", "1234.56"),
        ("1’234.50 CHF", "1234.50"),
        ("-3.02", "-3.02"),
        ("0.00008", "0.00008"),
    ],
)
def test_an_amount_in_a_text_is_read(written: str, amount: str) -> None:
    assert amount_of(typed(written)) == Decimal(amount)


@pytest.mark.parametrize("written", ["1,234", "1.234", "1,234.56", "about 25", "25-30", "٣", "$"])
def test_what_may_be_two_amounts_is_none(written: str) -> None:
    with pytest.raises(ValueError, match="not one amount"):
        amount_of(typed(written))


def test_a_number_is_its_digits_and_an_empty_one_is_nothing() -> None:
    assert amount_of({"number": 3.02}) == Decimal("3.02")
    assert amount_of({"number": 1e-7}) == Decimal("0.0000001")
    assert amount_of({"number": None}) is None
    assert amount_of({"type": "number", "number": True}) is None
    assert amount_of({}) is None
    assert amount_of(typed("")) is None


@pytest.mark.parametrize(
    "held",
    [
        {"date": {"start": "2026-01-01", "end": "2026-01-31"}},
        {"date": {"start": "2026-01-17"}},
        {"date": {"start": "2026-01-17T23:30:00.000+01:00"}},
        {"select": {"name": "2026-01"}},
        typed(" 2026-01 "),
    ],
)
def test_a_month_is_read_from_dates_and_texts(held: Cell) -> None:
    assert month_of(held) == Month(2026, 1)


@pytest.mark.parametrize(
    "held", [typed("janvier"), {"date": {"start": "2026-01-31", "end": "2026-02-01"}}]
)
def test_what_is_no_month_is_said(held: Cell) -> None:
    with pytest.raises(ValueError, match="month"):
        month_of(held)


@pytest.mark.parametrize("held", [{}, {"date": None}, {"date": {"start": "soon"}}, {"number": 3}])
def test_no_date_is_no_month_no_span_and_no_instant(held: Cell) -> None:
    assert (month_of(held), span_of(held), instant_of(held)) == (None, None, None)


def test_days_and_instants() -> None:
    days: Cell = {"date": {"start": "2026-01-05", "end": "2026-02-04"}}
    backwards: Cell = {"date": {"start": "2026-02-04", "end": "2026-01-05"}}
    minute: Cell = {"date": {"start": "2026-01-31T07:30:00.000+01:00"}}

    assert span_of(days) == (date(2026, 1, 5), date(2026, 2, 4))
    assert span_of(backwards) is None
    assert instant_of(minute) == datetime(2026, 1, 31, 6, 30, tzinfo=UTC)
    assert instant_of(days) == datetime(2026, 1, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("held", "text"),
    [
        ({"title": [{"plain_text": "a "}, {"plain_text": "b"}]}, "a b"),
        ({"select": {"name": "Manuel"}}, "Manuel"),
        ({"multi_select": [{"name": "a"}, {"odd": 1}, {"name": "b"}]}, "a, b"),
        ({"url": " https://a.test "}, "https://a.test"),
        ({"url": None}, None),
        ({"select": None}, None),
        ({"rich_text": "odd"}, None),
        ({"people": []}, None),
    ],
)
def test_texts_of_every_kind(held: Cell, text: str | None) -> None:
    assert text_of(held) == text


def test_links_and_boxes() -> None:
    assert ids_of({"relation": [{"id": "AB-12"}, {"id": 3}, "odd"]}) == ("ab12",)
    assert ids_of({"relation": None}) == ()
    assert is_ticked({"checkbox": True})
    assert not is_ticked({"checkbox": "yes"})
