"""Figures merged for the explorer: sums by place and point of time, told apart as it can ask."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple

import msgspec

from ecot.analysis.groups import By, Owner, key_of, owner_of
from ecot.model.cube import CubeKind
from ecot.model.figure import Figure
from ecot.model.money import total
from ecot.model.period import Month
from ecot.report.quantities import MOST
from ecot.report.words import QUANTITIES

Grain = Literal["month", "day"]
# As the ledger's own cubes, none has models beside people and their keys.
DIMENSIONS: Mapping[CubeKind, tuple[By, ...]] = {
    "service": ("account", "sub_account", "service", "model", "category"),
    "person": ("account", "sub_account", "service", "user", "api_key", "category"),
}
COSTS = ("billed", "estimated", "entered")
KEPT: Mapping[Grain, int] = {"month": MOST, "day": 1}  # quantities of a row: they weigh most
APART, QUANTITY = "in ", "of "  # what the columns of other currencies, and of quantities, begin by


class Entry(NamedTuple):
    """What a figure is called in one dimension, and whose that name is."""

    key: str
    owner: Owner


class Place(NamedTuple):
    """What a row is about; `activity` is what people did, which costs nothing."""

    entries: tuple[Entry | None, ...]
    activity: bool


class Cube(msgspec.Struct, frozen=True):
    """Sums by place and point: the day, or the first one of the month. It holds everything from
    the day `first` on, and `quantities` of each row."""

    kind: CubeKind
    grain: Grain
    first: date
    quantities: int
    rows: Mapping[tuple[date, Place], Mapping[str, Decimal]]

    def since(self, first: date) -> "Cube":
        """What it has from that day on."""
        rows = {key: sums for key, sums in self.rows.items() if key[0] >= first}
        return Cube(self.kind, self.grain, first, self.quantities, rows)

    def with_quantities(self, most: int) -> "Cube":
        """The same with less of them."""
        rows = {key: _telling(sums, most) for key, sums in self.rows.items()}
        return Cube(self.kind, self.grain, self.first, most, rows)


def cube(
    figures: Iterable[Figure],
    kind: CubeKind,
    grain: Grain,
    first: date,
    currency: str,
    shared: Collection[str] = (),
) -> Cube:
    """The figures that count, merged where everything that the kind tells apart is equal. What tax
    is, and what details another's charges, is left out (ledger rules 12 and 15)."""
    found: dict[tuple[date, Place], dict[str, list[Decimal]]] = {}
    places: dict[tuple[object, ...], Place] = {}
    for figure in figures:
        cell = figure.cell
        if cell.role != "counted" or cell.tax or cell.day < first:
            continue
        point = Month.of(cell.day).first if grain == "month" else cell.day
        known = _told_apart(figure)
        if (place := places.get(known)) is None:
            place = places[known] = _place(figure, kind, shared)
        columns = found.setdefault((point, place), {})
        for name, amount in _values(figure, currency):
            columns.setdefault(name, []).append(amount)
    rows = {
        key: _telling({name: total(amounts) for name, amounts in columns.items()}, KEPT[grain])
        for key, columns in found.items()
    }
    return Cube(kind, grain, first, KEPT[grain], rows)


def _told_apart(figure: Figure) -> tuple[object, ...]:
    cell = figure.cell
    keys = cell.sub_account_id, cell.service, cell.model, cell.user, cell.api_key_id
    return (figure.account, *keys, cell.category, cell.activity)


def _place(figure: Figure, kind: CubeKind, shared: Collection[str]) -> Place:
    return Place(tuple(_entry(figure, by, shared) for by in DIMENSIONS[kind]), figure.cell.activity)


def _entry(figure: Figure, by: By, shared: Collection[str]) -> Entry | None:
    key = key_of(figure, by)
    return None if key is None else Entry(key, owner_of(figure, by, shared))


def _values(figure: Figure, currency: str) -> Iterator[tuple[str, Decimal]]:
    """Each column that the figure has a value in."""
    cell = figure.cell
    if figure.is_replaced:
        yield "replaced", Decimal(1)
    elif cell.basis:
        if (cost := figure.cost(currency)) is not None:
            yield cell.basis, cost
        elif cell.cost is not None:
            yield f"{APART}{cell.currency}", cell.cost
        if cell.unpriced:
            yield "unknown", Decimal(cell.unpriced)
    for name, amount in cell.quantities.items():
        yield f"{QUANTITY}{name}", amount


def _telling(sums: Mapping[str, Decimal], most: int) -> dict[str, Decimal]:
    """The sums, and of the quantities the `most` telling. One that so many better ones of its own
    row stand before is not among the first of any group either, so that these are always whole."""
    stated = {name[len(QUANTITY) :] for name in sums if name.startswith(QUANTITY) and sums[name]}
    known = [name for name in QUANTITIES if name in stated]
    kept = {f"{QUANTITY}{name}" for name in (known or sorted(stated))[:most]}
    return {name: sums[name] for name in sums if not name.startswith(QUANTITY) or name in kept}
