"""Roll-ups: what a page's related rows come to, by Notion's functions."""

from collections.abc import Callable
from statistics import fmean, median
from typing import TYPE_CHECKING, Any

from ecot.sandbox.notion.dates import instant
from ecot.sandbox.notion.records import Json, Page, Property
from ecot.sandbox.notion.relations import related
from ecot.sandbox.notion.values import json_number

if TYPE_CHECKING:
    from ecot.sandbox.notion.workspace import Workspace

Numbers = list[float]
OF_NUMBERS: dict[str, Callable[[Numbers], float]] = {
    "average": fmean,
    "median": median,
    "min": min,
    "max": max,
    "range": lambda numbers: max(numbers) - min(numbers),
}
"""Of no number at all they are null (recorded for max)."""

OF_CELLS: dict[str, Callable[[list[Any]], float]] = {
    "count": len,
    "count_values": lambda cells: sum(map(_number_of_values, cells)),
    "empty": lambda cells: sum(map(_is_empty, cells)),
    "not_empty": lambda cells: sum(not _is_empty(each) for each in cells),
    "unique": lambda cells: len({repr(each) for each in cells if not _is_empty(each)}),
    "checked": lambda cells: sum(each is True for each in cells),
    "unchecked": lambda cells: sum(each is False for each in cells),
    "percent_empty": lambda cells: _share(sum(map(_is_empty, cells)), cells),
    "percent_not_empty": lambda cells: _share(sum(not _is_empty(x) for x in cells), cells),
    "percent_checked": lambda cells: _share(sum(each is True for each in cells), cells),
    "percent_unchecked": lambda cells: _share(sum(each is False for each in cells), cells),
}
OF_DATES = ("earliest_date", "latest_date", "date_range")
FUNCTIONS = ("sum", "show_original", *OF_NUMBERS, *OF_CELLS, *OF_DATES)
MOST_REFERENCES = 25
"""An answer bears no more of a relation (recorded), and computes with no more (documentation)."""


def rollup_value(world: "Workspace", page: Page, column: Property) -> Json:
    """The value with its function; of type "unsupported" where what it rolls up was deleted."""
    function = column.config["function"]
    relation = world.columns(page).get(column.config["relation"])
    if relation is None or relation.type != "relation":
        return {"type": "unsupported", "unsupported": {}, "function": function}
    rows = [world.pages_by_id[each] for each in related(world, page, relation)[:MOST_REFERENCES]]
    rolled = world.tables[relation.config["data_source_id"]].properties.get(
        column.config["property"]
    )
    if rolled is None:
        return {"type": "unsupported", "unsupported": {}, "function": function}
    if function == "show_original":
        return _originals(world, rows, rolled)
    if function in OF_DATES:
        return _of_dates(world, rows, rolled, function)
    cells = [world.plain(row, rolled) for row in rows]
    if function in OF_CELLS:
        return _number(float(OF_CELLS[function](cells)), function)
    numbers = [float(each) for each in cells if isinstance(each, int | float)]
    if function == "sum":
        return _number(float(sum(numbers)), function)
    return _number(float(OF_NUMBERS[function](numbers)) if numbers else None, function)


def _originals(world: "Workspace", rows: list[Page], rolled: Property) -> Json:
    values = [
        {"type": rolled.type, rolled.type: world.content(row, rolled)}
        for row in rows
        if not _is_empty(world.plain(row, rolled))
    ]
    return {"type": "array", "array": values, "function": "show_original"}


def _of_dates(world: "Workspace", rows: list[Page], rolled: Property, function: str) -> Json:
    """Of a span, the earliest is its start and the latest its end."""
    dates = [world.content(row, rolled) for row in rows]
    known = [each for each in dates if isinstance(each, dict) and "start" in each]
    if not known:
        return {"type": "date", "date": None, "function": function}
    first = min((each["start"] for each in known), key=instant)
    last = max((each["end"] or each["start"] for each in known), key=instant)
    start, end = {
        "earliest_date": (first, None),
        "latest_date": (last, None),
        "date_range": (first, last),
    }[function]
    shown = {"start": start, "end": end, "time_zone": None}
    return {"type": "date", "date": shown, "function": function}


def _number(number: float | None, function: str) -> Json:
    return {"type": "number", "number": json_number(number), "function": function}


def _is_empty(plain: Any) -> bool:
    return plain is None or plain in ("", ())


def _number_of_values(plain: Any) -> int:
    return len(plain) if isinstance(plain, tuple) else int(not _is_empty(plain))


def _share(part: int, whole: list[Any]) -> float:
    return part / len(whole) if whole else 0.0
