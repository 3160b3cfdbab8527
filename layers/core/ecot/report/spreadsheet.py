"""Tables for spreadsheets, as CSV: how a country's Excel separates cells and writes decimals, and
no text that it would run as a formula."""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from ecot.model.formulas import beginnings

_KEPT_TEXTS = 8192  # names and times stand in a table thousands of times


@dataclass(frozen=True, eq=False)
class Form:
    """How a table is written: what separates cells, what stands before decimals, whether a byte
    order mark says that it is UTF-8, and where in a text a formula could begin."""

    delimiter: str
    decimal_sign: str
    has_mark: bool
    formula: "re.Pattern[str]"


ISO = Form(",", ".", has_mark=False, formula=beginnings())
FRENCH = Form(";", ",", has_mark=True, formula=beginnings(more_cuts=","))


def opening(form: Form) -> bytes:
    """What stands before the first line."""
    return "\ufeff".encode() if form.has_mark else b""


def number(text: str, form: Form) -> str:
    """An exact amount, which is written with a dot, as the form writes it."""
    return text.replace(".", form.decimal_sign)


@lru_cache(maxsize=_KEPT_TEXTS)
def inert(text: str, form: Form = ISO) -> str:
    """The text with an apostrophe before each sign at which a formula could begin."""
    return form.formula.sub("'", text)


def line(cells: Iterable[str], form: Form = ISO) -> bytes:
    """A line of the table."""
    written: str = _writer(form).writerow(cells)
    return written.encode()


class _Passed:
    """A file that gives back what is written into it."""

    def write(self, text: str) -> str:
        return text


@cache
def _writer(form: Form) -> Any:
    return csv.writer(_Passed(), delimiter=form.delimiter)
