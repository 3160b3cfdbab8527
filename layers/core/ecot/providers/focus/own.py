"""FOCUS rows of our own: the columns that `ecot export` adds to those of FOCUS, and their way back.

`x_` is how FOCUS marks columns of nobody else's. What FOCUS wants filled in and the ledger does not
know is filled in and named in `x_Filled`: such a cell is no statement, and is not read back.
"""

import re
from collections.abc import Mapping
from typing import Any, get_args

from ecot.model.formulas import beginnings, hidden
from ecot.model.rows import Basis, Category
from ecot.providers.focus.columns import CARRIED, COLUMN_TAG, object_texts
from ecot.providers.focus.lines import Line

FORMAT = "x_EcotFormat"  # a row that has it is ours, and its other columns mean what they say here
VERSION = "1"
FILLED = "x_Filled"
ACCOUNT = "x_Account"
SPREAD = "x_Spread"  # x_SpreadStart and x_SpreadEnd: the period that the day is a part of
BILL_NUMBER = "x_BillNumber"
TEXTS = {
    "x_Basis": "basis",
    "x_Category": "category",
    "x_Model": "model",
    "x_ApiKeyId": "api_key_id",
    "x_User": "user",
    "x_PriceList": "price_list",
}
# What the file tells its reader, and what an import finds out for itself.
_TOLD = ("x_Feed", "x_FirstRead")
COLUMNS = (
    *(FORMAT, ACCOUNT, "x_Feed", *TEXTS),
    *(f"{SPREAD}Start", f"{SPREAD}End", BILL_NUMBER, "x_FirstRead", FILLED),
)
_CARRIED = CARRIED | (set(COLUMNS) - {BILL_NUMBER})
_KNOWN = {"x_Basis": set(get_args(Basis)) - {"unknown"}, "x_Category": set(get_args(Category))}
_PROVIDER = re.compile(r"[a-z0-9][a-z0-9-]*/.+", re.DOTALL)

_FORMULA, _HIDDEN_FORMULA = beginnings(), hidden()
_NOTHING = re.compile(r"'*\s*(?:null)?\s*", re.IGNORECASE)


def inert(text: str) -> str:
    """The text as a cell that no spreadsheet runs, and no reader takes for an absent one."""
    return f"'{text}" if _NOTHING.fullmatch(text) else _FORMULA.sub("'", text)


def as_it_was(cell: str) -> str:
    """The text that `inert` made the cell of."""
    if cell.startswith("'") and _NOTHING.fullmatch(cell):
        return cell[1:]
    return _HIDDEN_FORMULA.sub("", cell)


def restored(line: Line) -> Line:
    """A line of ours without what was filled in, its texts as they were; any other as it is."""
    if FORMAT not in line.cells:
        return line
    filled = line.cells.get(FILLED, "").split()
    cells = {name: as_it_was(text) for name, text in line.cells.items() if name not in filled}
    return line._replace(cells=cells)


def wrong_column(line: Line) -> str | None:
    """The column of ours that says something we do not understand."""
    if line.cells[FORMAT] != VERSION:
        return FORMAT
    if not _PROVIDER.fullmatch(line.cells.get(ACCOUNT, "")):
        return ACCOUNT
    unknown = (name for name, known in _KNOWN.items() if line.cells.get(name) not in known)
    return next(unknown, None)


def fields(line: Line) -> dict[str, Any]:
    """What the columns of ours say of the charge."""
    found = {field: line.cells.get(column) for column, field in TEXTS.items()}
    return found | {"tags": _tags(line.cells)}


def _tags(cells: Mapping[str, str]) -> dict[str, str]:
    """The tags: as they were, some of them in the columns of FOCUS that they came from."""
    others = {f"{COLUMN_TAG}{name}": cells[name] for name in cells if name not in _CARRIED}
    return others | object_texts(cells.get("Tags", "{}"))
