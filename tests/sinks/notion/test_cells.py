"""Cells hold what we mean, in the limits of Notion; the same in other words is the same."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecot.model.period import Month
from ecot.sinks.notion.cells import (
    MOST_NAMES,
    MOST_OPTION,
    MOST_TEXT,
    Cell,
    Linked,
    Value,
    cell,
    cut,
    is_empty,
    is_same,
    normal,
    options,
)

AT = datetime(2026, 1, 31, 6, 30, tzinfo=UTC)
JANUARY = Month(2026, 1)
PAGE = "38c9ce7b-60a4-817b-84ae-e63702a6c78e"


def text(content: str, plain: str | None = None) -> Cell:
    """As Notion reads it back."""
    return {
        "id": "pRQs",
        "type": "rich_text",
        "rich_text": [{"text": {"content": content}, "plain_text": plain or content}],
    }


@pytest.mark.parametrize(
    ("kind", "value", "written"),
    [
        ("title", "a", {"title": [{"type": "text", "text": {"content": "a"}}]}),
        ("rich_text", JANUARY, {"rich_text": [{"type": "text", "text": {"content": "2026-01"}}]}),
        (
            "rich_text",
            ("gpt-5", "o3"),
            {"rich_text": [{"type": "text", "text": {"content": "gpt-5, o3"}}]},
        ),
        (
            "rich_text",
            AT,
            {"rich_text": [{"type": "text", "text": {"content": "2026-01-31 06:30 UTC"}}]},
        ),
        ("number", Decimal("3.02"), {"number": 3.02}),
        ("number", Decimal(48200000), {"number": 48200000}),
        ("select", "a, b", {"select": {"name": "a b"}}),
        ("multi_select", ("x", "y,z", "x"), {"multi_select": [{"name": "x"}, {"name": "y z"}]}),
        ("date", JANUARY, {"date": {"start": "2026-01-01", "end": "2026-01-31"}}),
        ("date", AT, {"date": {"start": "2026-01-31T06:30:00.000+00:00"}}),
        ("relation", Linked((PAGE,)), {"relation": [{"id": PAGE}]}),
        ("url", "https://a.test/", {"url": "https://a.test/"}),
        ("url", "https://a.test/" + "a" * 2000, {"url": None}),
        ("number", None, {"number": None}),
        ("relation", None, {"relation": []}),
        ("select", "", {"select": None}),
        ("rich_text", (), {"rich_text": []}),
    ],
)
def test_a_value_is_written_as_its_kind_of_property_holds_it(
    kind: str, value: Value, written: Cell
) -> None:
    assert cell(kind, value) == written


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("rich_text", Decimal("3.02")),  # a sum of texts is nothing
        ("number", "3.02"),
        ("checkbox", "yes"),
        ("formula", None),
        ("rich_text", Linked((PAGE,))),
        ("select", ("a", "b")),
        ("people", None),
    ],
)
def test_what_a_kind_cannot_hold_is_not_written(kind: str, value: Value) -> None:
    assert cell(kind, value) is None


def test_an_unknown_number_is_an_empty_cell_and_never_a_zero() -> None:
    empty, zero = cell("number", None), cell("number", Decimal(0))

    assert empty == {"number": None}
    assert zero == {"number": 0}
    assert empty is not None
    assert zero is not None
    assert not is_same(empty, zero)
    assert is_empty(empty)
    assert not is_empty(zero)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"number": 3.02}, {"number": 3.0200004}),
        ({"number": 3}, {"number": Decimal("3.0")}),
        ({"rich_text": []}, {"rich_text": None}),
        ({"rich_text": []}, {"rich_text": [{"text": {"content": "  "}}]}),
        (text("Cou\u0302t "), cell("rich_text", "Coût")),
        (
            {"rich_text": [{"plain_text": "a "}, {"plain_text": "b"}]},
            cell("rich_text", "a b"),
        ),
        ({"select": {"id": "1", "name": "OK", "color": "green"}}, cell("select", "OK")),
        ({"multi_select": [{"name": "b"}, {"name": "a"}]}, cell("multi_select", ("a", "b"))),
        ({"relation": [{"id": PAGE.replace("-", "")}]}, cell("relation", Linked((PAGE,)))),
        (
            {"date": {"start": "2024-11-25T14:08:00.000+00:00", "end": None, "time_zone": None}},
            cell("date", datetime(2024, 11, 25, 15, 8, tzinfo=timezone(timedelta(hours=1)))),
        ),
        ({"date": {"start": "2026-01-01", "end": "2026-01-31"}}, cell("date", JANUARY)),
        ({"url": None}, {"url": ""}),
        ({"date": None}, {"date": {}}),
    ],
)
def test_the_same_in_other_words_is_the_same(one: Cell, other: Cell | None) -> None:
    assert other is not None
    assert is_same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"number": 3.02}, {"number": 3.020001}),
        ({"number": 0}, {"number": None}),
        (text("a"), cell("rich_text", "b")),
        ({"date": {"start": "2026-01-01", "end": "2026-02-01"}}, cell("date", JANUARY)),
        ({"date": {"start": "soon"}}, cell("date", JANUARY)),
        ({"relation": [{"id": PAGE}, {"id": "x"}]}, cell("relation", Linked((PAGE,)))),
        ({"relation": "odd"}, cell("relation", Linked((PAGE,)))),
        ({"number": "3"}, {"number": 4}),
        ({"multi_select": [{"name": "a"}]}, cell("multi_select", ("a", "b"))),
    ],
)
def test_what_differs_or_is_odd_differs(one: Cell, other: Cell | None) -> None:
    assert other is not None
    assert not is_same(one, other)


NAMES = st.lists(st.text(max_size=150), max_size=40)


@given(st.text(max_size=2500))
def test_a_text_is_as_long_as_notion_takes_and_is_read_back_as_the_same(written: str) -> None:
    shown = cut(written)

    assert len(shown.encode("utf-16-le")) <= 2 * MOST_TEXT
    assert cut(shown) == shown
    held = cell("rich_text", written)
    assert held is not None
    assert is_same(text(shown), held)


@given(NAMES)
def test_names_have_no_comma_are_25_at_most_and_differ(names: list[str]) -> None:
    written = options(names)

    assert len(written) <= MOST_NAMES
    assert all("," not in name and 0 < len(name) <= MOST_OPTION for name in written)
    assert len({name.casefold() for name in written}) == len(written)
    assert options(written) == written


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15))
def test_an_amount_is_found_again_as_it_was_written(amount: Decimal) -> None:
    held, again = cell("number", amount), cell("number", amount)

    assert held is not None
    assert again is not None
    assert is_same(held, again)
    assert normal(held) == pytest.approx(float(amount), abs=5e-7)


@pytest.mark.parametrize("last", ["e\u0301\u0323", "👩\u200d💻", "👍\ufe0f", "𝒳"])
def test_a_cut_leaves_no_half_of_a_character(last: str) -> None:
    for length in range(MOST_TEXT - 6, MOST_TEXT + 1):
        shown = cut("a" * length + last * 3)

        kept = shown.removesuffix("…").lstrip("a")
        assert kept in ("", *(cut(last * times) for times in (1, 2, 3)))


def test_the_first_models_are_kept_in_their_order() -> None:
    assert options(["b", "a", "B"]) == ["b", "a"]
    assert options([f"m{number}" for number in range(30)])[-1] == "m24"
