"""A text that a spreadsheet could run is found, and what is put before it comes off again."""

import re

import pytest
from hypothesis import given
from hypothesis.strategies import sampled_from, text

from ecot.model.formulas import beginnings, hidden

TEXTS = text(sampled_from("=+-@\t;,\n'aé1＝ "))
CUTS = sampled_from(["", ","])


@pytest.mark.parametrize("whole", ["=A1", "+1", "-1", "@SUM(A1)", "\t=A1", "＝A1", "'=A1", "''=A1"])
def test_a_text_that_begins_as_a_formula_is_found(whole: str) -> None:
    assert beginnings().search(whole)


@pytest.mark.parametrize("whole", ["", "A1", "a=1", "1-1", "é@b", "a, =1"])
def test_another_is_not(whole: str) -> None:
    assert not beginnings().search(whole)


def test_a_cut_begins_a_cell_anew() -> None:
    assert [one.start() for one in beginnings().finditer("a;=1\n-2,=3")] == [2, 5]
    assert [one.start() for one in beginnings(",").finditer("a;=1\n-2,=3")] == [2, 5, 8]


@given(TEXTS, CUTS)
def test_what_was_hidden_begins_nothing_and_comes_back(whole: str, cuts: str) -> None:
    safe = beginnings(cuts).sub("'", whole)
    cells = re.split(f"[;\t\r\n{cuts}]", safe)
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "＝"))]
    assert hidden(cuts).sub("", safe) == whole
