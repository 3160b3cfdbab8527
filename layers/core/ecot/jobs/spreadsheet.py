"""Tables for spreadsheets, as CSV: how a country's Excel separates cells and writes decimals, and
no text that it would run as a formula."""

import csv
import io
import re
from collections.abc import Iterable
from typing import NamedTuple

from ecot.model.formulas import beginnings


class Form(NamedTuple):
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


def inert(text: str, form: Form = ISO) -> str:
    """The text with an apostrophe before each sign at which a formula could begin."""
    return form.formula.sub("'", text)


def line(cells: Iterable[str], form: Form = ISO) -> bytes:
    """A line of the table."""
    written = io.StringIO()
    csv.writer(written, delimiter=form.delimiter).writerow(cells)
    return written.getvalue().encode()
