"""A day document is named by its content, and by nothing else."""

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecot.model.document import Document
from ecot.model.rows import AnyRow, Charge, merged
from tests.rows import ACCOUNT, MONDAY, MUCH_LATER, charge, charges, on, rows, usage


def document(**more: Any) -> Document:
    fields: dict[str, Any] = {
        "account": ACCOUNT,
        "day": MONDAY,
        "feeds": {"costs": (charge(),), "usage": (usage({"input_tokens": "5"}),)},
        "first_read": MUCH_LATER,
        "run": "run-1",
    }
    return Document(**(fields | more))


@pytest.mark.parametrize(
    "other",
    [
        {"first_read": on(MONDAY)},
        {"run": "run-2"},
        {"evidence": {"costs": ("evidence/a",)}},
        {"feeds": dict(sorted(document().feeds.items(), reverse=True))},
    ],
)
def test_the_name_does_not_tell_when_how_or_from_what_it_was_read(other: dict[str, Any]) -> None:
    assert document(**other).name == document().name


@pytest.mark.parametrize(
    "other",
    [
        {"account": "openai/other"},
        {"day": date(2026, 1, 6)},
        {"feeds": {"costs": document().feeds["costs"]}},
        {"feeds": {"cost": document().feeds["costs"], "usage": document().feeds["usage"]}},
        {"feeds": {"costs": (), "usage": (*document().feeds["costs"], *document().feeds["usage"])}},
    ],
)
def test_the_name_changes_with_account_day_and_feed(other: dict[str, Any]) -> None:
    assert document(**other).name != document().name


@pytest.mark.parametrize(
    "other",
    [
        {"billed_cost": Decimal("1.26")},
        {"list_cost": Decimal(1)},
        {"service": "chat"},
        {"consumed_quantity": Decimal(1)},
        {"tags": {"a": "b"}},
    ],
)
def test_the_name_changes_with_any_field_of_any_row(other: dict[str, Any]) -> None:
    changed = msgspec.structs.replace(charge(), **other)
    feeds: dict[str, tuple[AnyRow, ...]] = {**document().feeds, "costs": (changed,)}
    assert document(feeds=feeds).name != document().name


@given(rows(), st.randoms())
def test_merged_rows_have_one_name_whatever_order_they_came_in(
    found: list[AnyRow], random: Any
) -> None:
    shuffled = list(found)
    random.shuffle(shuffled)
    one, other = (document(feeds={"costs": tuple(merged(some))}) for some in (found, shuffled))
    assert one.name == other.name


@given(charges(), charges())
def test_different_charges_have_different_names(one: Charge, other: Charge) -> None:
    names = {document(feeds={"costs": (row,)}).name for row in (one, other)}
    assert (len(names) == 1) == (str(one) == str(other))


def test_a_document_tells_its_rows_by_feed_and_its_charges() -> None:
    reordered = document(feeds=dict(sorted(document().feeds.items(), reverse=True)))
    assert reordered.rows() == [charge(), usage({"input_tokens": "5"})]
    assert reordered.charges() == [charge()]
