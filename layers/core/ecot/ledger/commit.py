"""Moving a head: its pointers, costs, cubes and restatements after some days have changed."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

import msgspec

from ecot.ledger.replace import DayChange
from ecot.model.cells import Cell, condensed
from ecot.model.cube import DIMENSIONS, Cube, CubeKind
from ecot.model.document import Document
from ecot.model.head import Head


class Anew(NamedTuple):
    """A head as its documents make it, and the cubes that it names."""

    head: Head
    cubes: tuple[Cube, ...]


def cut_anew(head: Head, documents: Iterable[Document]) -> Anew:
    """The head with its costs by day and its cubes cut from all of its documents, which come in
    order of day; one of them is in memory at a time."""
    by_day: list[Cell] = []
    cut: dict[CubeKind, list[Cell]] = {kind: [] for kind in DIMENSIONS}
    for document in documents:
        by_day += _cells(document, None)
        for kind, cells in cut.items():
            cells.extend(_cells(document, kind))
    cubes = {
        kind: Cube(account=head.account, month=head.month, kind=kind, cells=tuple(cells))
        for kind, cells in cut.items()
    }
    new = msgspec.structs.replace(
        head,
        cells=tuple(by_day),
        service_cube=_cube_name(cubes["service"], None),
        person_cube=_cube_name(cubes["person"], None),
    )
    return Anew(new, tuple(cube for cube in cubes.values() if cube.cells))


def moved(
    head: Head,
    changes: Sequence[DayChange],
    service: Cube | None,
    person: Cube | None,
    *,
    plans: str | None = None,
) -> Head:
    """The head after the changes; the cubes and the plans' stamp are the month's after them
    (None: as they were)."""
    pointers = {f"{change.day.day:02}": change.pointer for change in changes}
    restated = tuple(change.restatement.id for change in changes if change.restatement)
    return msgspec.structs.replace(
        head,
        days=dict(sorted({**head.days, **pointers}.items())),
        cells=recut(head.cells, changes, None),
        service_cube=_cube_name(service, head.service_cube),
        person_cube=_cube_name(person, head.person_cube),
        restated=(*head.restated, *restated),
        plans=head.plans if plans is None else plans,
    )


def _cube_name(cube: Cube | None, before: str | None) -> str | None:
    if cube is None:
        return before
    return cube.name if cube.cells else None


def recut_cube(head: Head, old: Cube | None, changes: Sequence[DayChange], kind: CubeKind) -> Cube:
    """The month's cube with the changed days cut anew."""
    cells = recut(old.cells if old else (), changes, kind)
    return Cube(account=head.account, month=head.month, kind=kind, cells=cells)


def recut(
    cells: Sequence[Cell], changes: Sequence[DayChange], kind: CubeKind | None
) -> tuple[Cell, ...]:
    """The cells with those of changed days replaced. No kind means costs by day, as heads hold."""
    by_day: dict[date, list[Cell]] = {}
    for cell in cells:
        by_day.setdefault(cell.day, []).append(cell)
    by_day |= {change.day: _cut(change, kind) for change in changes if change.is_changed}
    return tuple(cell for day in sorted(by_day) for cell in by_day[day])


def _cut(change: DayChange, kind: CubeKind | None) -> list[Cell]:
    return [] if change.document is None else _cells(change.document, kind)


def _cells(document: Document, kind: CubeKind | None) -> list[Cell]:
    if kind is None:
        return condensed(document.charges())
    return condensed(document.rows(), DIMENSIONS[kind])
