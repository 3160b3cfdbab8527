"""Lists page by page: everything once, whatever the size of a page."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecot.api.answers import page
from ecot.api.problems import Failed
from tests.api.asking import Interface

TAG = "the ledger as it is"


@given(st.lists(st.integers()), st.integers(1, 20))
def test_pages_put_together_are_the_whole_list(found: list[int], limit: int) -> None:
    together: list[int] = []
    cursor: str | None = None
    for _ in range(len(found) + 1):
        shown, cursor = page(found, limit, cursor, TAG)
        assert len(shown) <= limit
        together += shown
        if cursor is None:
            break
    assert together == found


@given(st.lists(st.integers(), min_size=2), st.text())
def test_a_cursor_of_another_list_is_refused(found: list[int], other: str) -> None:
    _, cursor = page(found, 1, None, TAG)
    if other != TAG:
        with pytest.raises(Failed):
            page(found, 1, cursor, other)


@given(st.from_regex(r"\A[0-9a-f]{1,48}\Z"))
def test_a_cursor_that_was_made_up_is_refused(cursor: str) -> None:
    with pytest.raises(Failed):
        page([1, 2, 3], 1, cursor, TAG)


def test_the_models_of_a_company_page_by_page(lumen: Interface) -> None:
    query = {"from": "2026-10-05", "to": "2026-10-09", "by": "sub_account,model,day"}
    whole = lumen.get("/costs", {**query, "limit": "1000"})["groups"]
    together: list[Any] = []
    found = lumen.get("/costs", {**query, "limit": "97"})
    together += found["groups"]
    while found["next"]:
        found = lumen.get("/costs", {**query, "limit": "97", "cursor": found["next"]})
        together += found["groups"]

    assert len(whole) > 97
    assert together == whole


def test_a_list_that_changed_meanwhile_is_begun_again(lumen: Interface) -> None:
    query = {"month": "2026-10", "by": "model", "limit": "2"}
    cursor = lumen.get("/costs", query)["next"]
    lumen.now += timedelta(days=1)
    found = lumen.ask("GET", "/costs", {**query, "cursor": cursor}, token=lumen.reader)

    assert found.status == 409
    assert "cursor" in found.document["remedy"]
