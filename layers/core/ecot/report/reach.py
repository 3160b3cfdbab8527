"""What a page of the explorer holds: months complete, and of the rest as much as it may weigh.

A page stays under 150 kB for three years of fifteen services and ten models, compressed and with
everything in it, and under 40 kB for a small company. Months by service are always whole; then
come, each from the newest back, months by person, days by service and days by person.
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

SMALL = 16_000  # bytes, compressed: all cubes of a company of which the rest is still less
DETAILS_PART = 4  # else details are this part of what the months by service weigh
MONTH_DETAILS = 40_000  # of the page of one month: its days by person, beside those by service

Days = Callable[[Month, CubeKind], Sequence[Figure]]


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """Where cubes come from: figures of all months, each the sum of one, and a way to the days.
    `shared` as in analysis/groups.py."""

    months: tuple[Month, ...]
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
    first = source.months[0].first
    services = source.cube(source.by_service, "service", "month", first)
    persons = source.cube(source.by_person, "person", "month", first)
    whole = weight(services)
    room = max(SMALL - whole, whole // DETAILS_PART)
    persons = _newest(persons, [month.first for month in source.months], room // 3)
    days = _newest_days(source, "service", room // 2)
    left = room - weight(persons) - weight(days)
    return services, persons, days, _newest_days(source, "person", left)


def cubes_of_month(source: Source, month: Month) -> tuple[Cube, ...]:
    """The four of one month: all but its days by person are whole."""
    services, persons = (source.days(month, kind) for kind in ("service", "person"))
    by_day = source.cube(persons, "person", "day", month.first)
    return (
        source.cube(services, "service", "month", month.first),
        source.cube(persons, "person", "month", month.first),
        source.cube(services, "service", "day", month.first),
        _newest(by_day, month.days(), MONTH_DETAILS),
    )


def held_by_day(cubes: Iterable[Cube]) -> date:
    """The day from which on everything is held by day."""
    return max(one.first for one in cubes if one.grain == "day")


def _newest(whole: Cube, points: Sequence[date], room: int) -> Cube:
    """As much of the cube, from the newest point back, as weighs no more than `room`; nothing of it
    where not even that does."""
    at = bisect_left(points, True, key=lambda point: weight(whole.since(point)) <= room)
    return whole.since(points[at] if at < len(points) else Month.of(points[-1]).after)


def _newest_days(source: Source, kind: CubeKind, room: int) -> Cube:
    """Days are read month by month, as long as there is room for the whole of one."""
    whole = source.cube((), kind, "day", source.months[-1].after)
    for month in reversed(source.months):
        found = source.cube(source.days(month, kind), kind, "day", month.first)
        whole = Cube(kind, "day", month.first, {**found.rows, **whole.rows})
        if weight(whole) > room:
            days = Period.of_days(month.first, source.months[-1].after).days()
            return _newest(whole, list(days), room)
    return whole
