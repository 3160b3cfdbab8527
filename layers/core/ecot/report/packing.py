"""Cubes as columns of text in a page: small once compressed, and exact.

The places of a cube are a table, and its rows refer to them; each value is a decimal in its own
digits, parted from the next by a comma. Where one is empty nothing is known, or there is none.
"""

import json
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from ecot.analysis.groups import By
from ecot.model.money import text
from ecot.model.period import DAY, Month
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
    """The cube as JSON: its rows in order of point and place, of each point how many there are, of
    each row how many places it is after the one before."""
    numbers = {by: {entry: at for at, entry in enumerate(names[by])} for by in names}
    numbered = sorted((_numbers(place, one, numbers), place) for place in places_of(one))
    at = {place: number for number, (_, place) in enumerate(numbered)}
    rows = sorted(one.rows, key=lambda row: (row[0], at[row[1]]))
    steps = (after - before for before, after in pairwise([0, *(at[place] for _, place in rows)]))
    columns = sorted({name for sums in one.rows.values() for name in sums})
    return {
        "kind": one.kind,
        "grain": one.grain,
        "first": str(one.first),
        "places": {
            by: _joined(None if known[at] < 0 else known[at] for known, _ in numbered)
            for at, by in enumerate((*DIMENSIONS[one.kind], "activity"))
        },
        "counts": _joined(_counts(one)),
        "steps": _joined(steps),
        "columns": {
            name: _joined(text(amount) if (amount := one.rows[row].get(name)) is not None else None
                          for row in rows)
            for name in columns
        },
    }  # fmt: skip


def _joined(values: Iterable[object]) -> str:
    return ",".join("" if value is None else str(value) for value in values)


def _numbers(
    place: Place, one: Cube, numbers: Mapping[By, Mapping[Entry, int]]
) -> tuple[int, ...]:
    """The place as numbers of its names; -1 where it has none."""
    entries = zip(DIMENSIONS[one.kind], place.entries, strict=True)
    known = (-1 if entry is None else numbers[by][entry] for by, entry in entries)
    return (*known, 1 if place.activity else -1)


def _counts(one: Cube) -> Iterator[int]:
    """How many rows each point has, from the first that the cube holds to the last with any."""
    counts = Counter(point for point, _ in one.rows)
    point, last = one.first, max(counts, default=date.min)
    while point <= last:
        yield counts[point]
        point = point + DAY if one.grain == "day" else Month.of(point).after


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
                found[column] = max(found.get(column, 0), -int(amount.as_tuple().exponent))
    return dict(sorted(found.items()))
