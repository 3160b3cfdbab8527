"""Cubes as columns of text in a page: small once compressed, and exact.

The rows of a cube stand place by place, each with its points in order, because values of one place
compress best beside each other. Each value is a decimal in its own digits, parted from the next by
a comma. Where one is empty nothing is known, or there is none.
"""

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise
from operator import itemgetter
from typing import Any

from ecot.analysis.groups import By
from ecot.model.money import text
from ecot.report.columns import COSTS, DIMENSIONS, Cube, Entry, Place

Names = Mapping[By, Sequence[Entry]]


def names_of(cubes: Iterable[Cube]) -> Names:
    """Every name that the cubes have, by dimension, in order."""
    found: dict[By, set[Entry]] = {by: set() for one in DIMENSIONS.values() for by in one}
    for one in cubes:
        for place in places_of(one):
            for by, entry in zip(DIMENSIONS[one.kind], place.entries, strict=True):
                if entry is not None:
                    found[by].add(entry)
    return {by: sorted(entries, key=_in_order) for by, entries in found.items()}


def places_of(one: Cube) -> set[Place]:
    """Everything that the cube has rows about."""
    return {place for _, place in one.rows}


def _in_order(entry: Entry) -> tuple[str, ...]:
    return entry.key, entry.owner.provider or "", entry.owner.account or ""


def packed(one: Cube, names: Names) -> dict[str, Any]:
    """The cube as JSON: of each place how many rows it has; of each row how many points it is after
    the one before of its place, the first after the cube's own first."""
    numbers = {by: {entry: at for at, entry in enumerate(names[by])} for by in names}
    numbered = sorted((_numbers(place, one, numbers), place) for place in places_of(one))
    rows = _rows(one)
    order = [(point, place) for _, place in numbered for point in rows[place]]
    columns = sorted({name for sums in one.rows.values() for name in sums})
    return {
        "kind": one.kind,
        "grain": one.grain,
        "first": str(one.first),
        "quantities": one.quantities,
        "places": {
            by: _joined(None if known[at] < 0 else known[at] for known, _ in numbered)
            for at, by in enumerate((*DIMENSIONS[one.kind], "activity"))
        },
        "counts": _joined(len(rows[place]) for _, place in numbered),
        "steps": _joined(step for _, place in numbered for step in _steps(one, rows[place])),
        "columns": {name: _column(one, order, name) for name in columns},
    }


def _rows(one: Cube) -> dict[Place, list[date]]:
    """The points of each place, in order."""
    found: dict[Place, list[date]] = {}
    for point, place in sorted(one.rows, key=itemgetter(0)):
        found.setdefault(place, []).append(point)
    return found


def _steps(one: Cube, points: Iterable[date]) -> Iterator[int]:
    numbers = [_number(one, point) for point in points]
    return (after - before for before, after in pairwise([_number(one, one.first), *numbers]))


def _number(one: Cube, point: date) -> int:
    return point.toordinal() if one.grain == "day" else point.year * 12 + point.month


def _column(one: Cube, order: Iterable[tuple[date, Place]], name: str) -> str:
    values = (one.rows[row].get(name) for row in order)
    return _joined(None if value is None else plain(value) for value in values)


def plain(amount: Decimal) -> str:
    """The amount without zeros at its end, which say nothing about its value."""
    whole, point, part = text(amount).partition(".")
    return (whole + point + part.rstrip("0")).rstrip(".") if point else whole


def _joined(values: Iterable[object]) -> str:
    return ",".join("" if value is None else str(value) for value in values)


def _numbers(place: Place, one: Cube, numbers: Mapping[By, Mapping[Entry, int]]) -> tuple[int, ...]:
    """The place as numbers of its names; -1 where it has none."""
    entries = zip(DIMENSIONS[one.kind], place.entries, strict=True)
    known = (-1 if entry is None else numbers[by][entry] for by, entry in entries)
    return (*known, 1 if place.activity else -1)


def weight(one: Cube) -> int:
    """How many bytes the cube adds to a page, compressed."""
    return len(zlib.compress(json.dumps(packed(one, names_of([one]))).encode()))


def decimals(cubes: Iterable[Cube]) -> dict[str, int]:
    """The most decimals of each column. All costs have the same, for they are added to each
    other."""
    found: dict[str, int] = {}
    for one in cubes:
        for sums in one.rows.values():
            for name, amount in sums.items():
                column = "cost" if name in COSTS else name
                found[column] = max(found.get(column, 0), len(plain(amount).partition(".")[2]))
    return dict(sorted(found.items()))
