"""What a page of the explorer holds: months complete, and of the rest as much as it may weigh.

A page stays under 150 kB for three years of fifteen services and ten models, compressed and with
everything in it, and under 40 kB for a small company. Months by service are always whole, if need
be with less quantities; then come, each from the newest back, months by person, days by service (a
week of them in any case) and days by person. The page of one month has its days by service whole,
and people where no other has.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from datetime import date

import msgspec

from ecot.model.cube import CubeKind
from ecot.model.figure import Figure
from ecot.model.period import Month, Period
from ecot.report.columns import Cube, Grain, cube
from ecot.report.packing import weight

SMALL = 11_500  # bytes, compressed: all cubes of a small company
LARGE = 40_000  # what must be there weighs more in a large one; details are then a quarter of it
MONTHS = 90_000  # of all months by service; beyond it they have less quantities
WEEK = 7  # days by service that are always there

Days = Callable[[Month, CubeKind], Sequence[Figure]]


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """Where cubes come from: figures of all months, each the sum of one, and a way to the days.
    `after` is the first day that has not begun; `shared` as in analysis/groups.py."""

    months: tuple[Month, ...]
    after: date
    currency: str
    by_service: Sequence[Figure]
    by_person: Sequence[Figure]
    days: Days
    shared: frozenset[str] = frozenset()

    def cube(self, figures: Iterable[Figure], kind: CubeKind, grain: Grain, first: date) -> Cube:
        """The figures as a cube that begins on that day."""
        return cube(figures, kind, grain, first, self.currency, self.shared)


def cubes_of_history(source: Source) -> tuple[Cube, ...]:
    """The four of the whole history."""
    firsts = [month.first for month in source.months]
    services = _within(source.cube(source.by_service, "service", "month", firsts[0]), MONTHS)
    persons = source.cube(source.by_person, "person", "month", firsts[0])
    room = _room(services)
    persons = _newest(persons, firsts, room * 2 // 3)
    days = _newest_days(source, "service", (room - weight(persons)) * 2 // 3, WEEK)
    return services, persons, days, _newest_days(source, "person", room - _weight(persons, days))


def cubes_of_month(source: Source, month: Month, *, persons: bool) -> tuple[Cube, ...]:
    """The four of one month: its days by service are whole, which makes the month by service
    needless; so is the month by person where `persons` has to be told."""
    figures = source.days(month, "service"), source.days(month, "person")
    by_service = source.cube(figures[0], "service", "day", month.first)
    by_person = source.cube(figures[1], "person", "day", month.first)
    told = figures[1] if persons else ()
    of_persons = source.cube(told, "person", "month", month.first if persons else month.after)
    needless = source.cube((), "service", "month", month.after)
    days = _newest(by_person, month.days(), _room(by_service, of_persons))
    return needless, of_persons, by_service, days


def _within(whole: Cube, room: int) -> Cube:
    """The cube with as many quantities as there is room for; its costs in any case."""
    while whole.quantities and weight(whole) > room:
        whole = whole.with_quantities(whole.quantities - 1)
    return whole


def _room(*whole: Cube) -> int:
    """The bytes that details may weigh beside cubes that must be there."""
    must = _weight(*whole)
    return must // 4 if must > LARGE else SMALL - must


def _weight(*cubes: Cube) -> int:
    return sum(map(weight, cubes))


def held_by_day(cubes: Iterable[Cube]) -> date:
    """The day from which on everything is held by day."""
    return max(one.first for one in cubes if one.grain == "day")


def holds_persons(cubes: Iterable[Cube], month: Month) -> bool:
    """Whether the month by person is among them."""
    return any(
        one.kind == "person" and one.grain == "month" and one.first <= month.first for one in cubes
    )


def _newest(whole: Cube, points: Sequence[date], room: int, least: int = 0) -> Cube:
    """As much of the cube, from the newest point back, as weighs no more than `room`; the `least`
    newest points in any case."""
    at = bisect_left(points, True, key=lambda point: weight(whole.since(point)) <= room)
    at = min(at, max(len(points) - least, 0))
    return whole.since(points[at] if at < len(points) else Month.of(points[-1]).after)


def _newest_days(source: Source, kind: CubeKind, room: int, least: int = 0) -> Cube:
    """Days are read month by month, as long as there is room for the whole of one."""
    after = min(source.months[-1].after, source.after)
    whole = source.cube((), kind, "day", after)
    for month in reversed(source.months):
        found = source.cube(source.days(month, kind), kind, "day", month.first)
        rows = {**found.rows, **whole.rows}
        whole = Cube(kind, "day", month.first, found.quantities, rows)
        days = list(Period.of_days(month.first, after).days())
        if weight(whole) > room and len(days) >= least:
            return _newest(whole, days, room, least)
    return whole
