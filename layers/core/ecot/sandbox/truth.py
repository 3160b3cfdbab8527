"""What is true of the made-up company at a moment: its costs and its usage, as plain rows.

The running day holds the hours that have passed. Of every day the last hours arrive only
`lateness` after its end. A restated day has other amounts from the restatement on; usage stays.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache

from ecot.sandbox.activity import MINUTES_A_DAY, Activity, activities
from ecot.sandbox.billing import CostRow, Restatement, billed, multiplied, setting
from ecot.sandbox.company import Company, Organisation
from ecot.sandbox.measures import Dimension, published

LATENESS = timedelta(hours=5)
LATE_HOURS = 4
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class UsageRow:
    """Usage of a period at the finest grain: every dimension of its kind, and its measures."""

    dimensions: Mapping[str, Dimension]
    measures: Mapping[str, int]


class Truth:
    """A company's costs and usage as they stand at `now()`, an injectable aware clock."""

    def __init__(
        self, company: Company, now: Callable[[], datetime], lateness: timedelta = LATENESS
    ) -> None:
        self.company = company
        self.now = now
        self.lateness = lateness
        self._lock = threading.Lock()
        self._restated: dict[tuple[str, date], tuple[Restatement, ...]] = {}
        self._whole_day = lru_cache(maxsize=1024)(self._activities)

    def costs(self, organisation: Organisation, day: date) -> list[CostRow]:
        """The rows of a UTC day, one for each project, line item and key; empty if none."""
        minutes = self.known_minutes(day)
        if not minutes:
            return []
        rows = billed(self._whole_day(organisation.id, day), minutes)
        with self._lock:
            restatements = self._restated.get((organisation.id, day), ())
        for change in restatements:
            rows = change(rows)
        return rows

    def usage(self, organisation: Organisation, kind: str, day: date) -> list[UsageRow]:
        """The usage rows of a UTC day; `kind` is the last part of the usage path."""
        return self.usage_between(organisation, kind, day, 0, MINUTES_A_DAY)

    def usage_between(
        self, organisation: Organisation, kind: str, day: date, start: int, end: int
    ) -> list[UsageRow]:
        """The usage rows of a part of a UTC day, from minute `start` to before minute `end`."""
        known = self.known_minutes(day)
        if known <= start:
            return []
        day_long = self._whole_day(organisation.id, day)
        rows = (
            published(activity, activity.between(start, min(end, known)))
            for activity in day_long
            if activity.product.kind == kind
        )
        return [UsageRow(dimensions, used) for dimensions, used in rows if any(used.values())]

    def known_minutes(self, day: date) -> int:
        """How many minutes of this UTC day are known now: whole hours, all 1440 once settled."""
        start = datetime.combine(day, time(), UTC)
        now = self.now()
        hours = max(0, min(24, (now - start) // timedelta(hours=1)))
        late = now < start + DAY + self.lateness
        return 60 * (min(hours, 24 - LATE_HOURS) if late else hours)

    def restate(
        self,
        organisation: Organisation,
        day: date,
        factor: Decimal | None = None,
        amounts: Mapping[str, Decimal] | None = None,
        project: str | None = None,
    ) -> None:
        """Change a day's money from now on: multiply every amount, or set line items' totals.

        With `project` (an id) only its rows change. A line item that the day did not have becomes
        a new row, which is how a credit (a negative amount) arrives.
        """
        if factor is not None:
            self._change(organisation, day, lambda rows: multiplied(rows, factor, project))
        for line_item, amount in (amounts or {}).items():
            self._change(organisation, day, setting(line_item, amount, project))

    def withdraw(self, organisation: Organisation, day: date, line_item: str | None = None) -> None:
        """From now on the day has no rows of this line item, or none at all."""
        self._change(
            organisation,
            day,
            lambda rows: [row for row in rows if line_item and row.line_item != line_item],
        )

    def _change(self, organisation: Organisation, day: date, change: Restatement) -> None:
        key = (organisation.id, day)
        with self._lock:
            self._restated[key] = (*self._restated.get(key, ()), change)

    def _activities(self, organisation_id: str, day: date) -> tuple[Activity, ...]:
        organisation = self.company.organisation(organisation_id)
        return tuple(activities(self.company, organisation, day))
