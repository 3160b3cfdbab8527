"""A reading: what one feed said about some whole days, ready to replace what the ledger has."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from itertools import groupby

import msgspec

from ecot.model.answer import Parsed
from ecot.model.money import spread
from ecot.model.period import DAY, Month, Period
from ecot.model.rows import AnyRow, Charge, Name, merged


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """One feed's complete answer for `days` of one month.

    `rows` holds merged rows by day; a day of `days` without rows was read and has none. `evidence`
    names the kept answers that stated the rows of a day, `pages` all answers of the reading (which
    is what states that a day has no rows). `is_certain` says that an empty day needs
    no second opinion: a plan that ended is not a provider having a bad night. `settles` says that
    its days are final once they are over; what a counter grew by between two snapshots is cut anew
    by a later snapshot of the day, and nobody has restated anything. One that `tells` nothing
    leaves its days unread: what they cost was told, and not kept, since a plan pays for it.
    """

    feed: str
    days: tuple[date, ...]
    rows: Mapping[date, tuple[AnyRow, ...]]
    read_at: datetime
    evidence: Mapping[date, tuple[str, ...]] = {}
    pages: tuple[str, ...] = ()
    is_certain: bool = False
    settles: bool = True
    tells: bool = True


def reading(
    feed: str,
    days: Iterable[date],
    parsed_by_evidence: Mapping[str, Iterable[Parsed]],
    *,
    read_at: datetime,
    is_certain: bool = False,
    settles: bool = True,
) -> Reading:
    """The rows of a feed's pages (by the name of the page's evidence), spread, cut into days and
    merged. Rows outside `days` are left out: their days were not asked for, or not whole."""
    wanted = tuple(days)
    rows: dict[date, list[AnyRow]] = {day: [] for day in wanted}
    evidence: dict[date, dict[str, None]] = {day: {} for day in wanted}
    for name, parsed in parsed_by_evidence.items():
        for _, row in parsed:
            for part in by_day(row) if not isinstance(row, Name) else ():
                if part.day in rows:
                    rows[part.day].append(part)
                    evidence[part.day][name] = None
    return Reading(
        feed=feed,
        days=wanted,
        rows={day: tuple(merged(of_day)) for day, of_day in rows.items() if of_day},
        evidence={day: tuple(names) for day, names in evidence.items() if names},
        pages=tuple(parsed_by_evidence),
        read_at=read_at,
        is_certain=is_certain,
        settles=settles,
    )


def beside(one: Reading, day: date, rows: Iterable[AnyRow], evidence: Iterable[str]) -> Reading:
    """The reading with further rows of one of its days, which the day keeps, and their answers."""
    both = merged([*one.rows.get(day, ()), *rows])
    names = dict.fromkeys([*one.evidence.get(day, ()), *evidence])
    if not both:
        return one
    return msgspec.structs.replace(
        one,
        rows={**one.rows, day: tuple(both)},
        evidence={**one.evidence, day: tuple(names)},
    )


def by_month(whole: Reading) -> dict[Month, Reading]:
    """The reading cut into its months; rows and evidence of other days are simply not in it."""
    return {
        month: msgspec.structs.replace(
            whole,
            days=(days := tuple(of_month)),
            rows={day: whole.rows[day] for day in days if day in whole.rows},
            evidence={day: whole.evidence[day] for day in days if day in whole.evidence},
        )
        for month, of_month in groupby(whole.days, Month.of)
    }


def by_day(row: AnyRow) -> list[AnyRow]:
    """The row itself, or, where it is a charge for more than a day, its part on each UTC day.

    Parts are in proportion to the time on each day and add up to the charge exactly: the cost, the
    quantities and every auxiliary cost (ledger rule 18).
    """
    period = row.charge_period
    if not isinstance(row, Charge) or period.end - period.start <= DAY:
        return [row]
    pieces = [_overlap(period, Period.of_day(day)) for day in period.days()]
    weights = [int((piece.end - piece.start).total_seconds()) for piece in pieces]
    measures = {
        name: spread(value, weights)
        for name in _SPREAD
        if (value := getattr(row, name)) is not None
    }
    return [
        msgspec.structs.replace(
            row,
            charge_period=piece,
            spread_from=period,
            **{name: parts[place] for name, parts in measures.items()},
        )
        for place, piece in enumerate(pieces)
    ]


_SPREAD = (
    "billed_cost",
    "list_cost",
    "effective_cost",
    "contracted_cost",
    "consumed_quantity",
    "pricing_quantity",
)


def _overlap(one: Period, other: Period) -> Period:
    return Period(max(one.start, other.start), min(one.end, other.end))
