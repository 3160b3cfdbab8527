"""The monthly head: the commit point of one account's month.

It points from each day to the document that holds it, says how far each feed of the day was read,
and carries the month's costs by day. Whoever moves it has committed; whoever loses the race for it
has changed nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Literal

import msgspec

from ecot.model.cells import Cell
from ecot.model.period import Month

MonthState = Literal["open", "provisional", "closed"]

# How far one feed of one day was read.
UNREAD = "-"
RUNNING = "p"  # read while the day was still going on
READ = "r"  # read after the day's end, before the provider's known lateness had passed
SETTLED = "s"  # read after that: a later change is a restatement
DOUBTED = "e"  # had rows and came back empty once; kept until the next run says the same
DOUBTED_SETTLED = "E"  # the same, of a day that was settled
COMPLETE = frozenset({READ, SETTLED})
WAS_SETTLED = frozenset({SETTLED, DOUBTED_SETTLED})


class DayPointer(msgspec.Struct, frozen=True, array_like=True):
    """Where a day's rows are (None: the day has none) and one mark a feed of the head."""

    document: str | None
    marks: str


class Head(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One account's month. `days` is keyed by the two digits of the day.

    `cells` are the costs by day; `service_cube` and `person_cube` name the month's cubes;
    `restated` names the restatement records that took effect; `plans` is the stamp of the plans
    written into the month.
    """

    account: str
    month: Month
    feeds: tuple[str, ...] = ()
    days: Mapping[str, DayPointer] = {}
    cells: tuple[Cell, ...] = ()
    service_cube: str | None = None
    person_cube: str | None = None
    restated: tuple[str, ...] = ()
    plans: str = ""
    closed_at: datetime | None = None
    reread_at: datetime | None = None

    def pointer(self, day: date) -> DayPointer:
        """The day's pointer; a day never met is unread in every feed."""
        known = self.days.get(f"{day.day:02}", DayPointer(None, ""))
        return DayPointer(known.document, known.marks.ljust(len(self.feeds), UNREAD))

    def mark(self, day: date, feed: str) -> str:
        """How far the feed of the day was read."""
        if feed not in self.feeds:
            return UNREAD
        return self.pointer(day).marks[self.feeds.index(feed)]

    def is_complete(self, day: date, feeds: Iterable[str]) -> bool:
        """Whether each of the feeds was read after the day's end, and is not in doubt."""
        return all(self.mark(day, feed) in COMPLETE for feed in feeds)

    def was_read(self, day: date, feeds: Iterable[str]) -> bool:
        """Whether each of the feeds was read after the day's end, even if it is in doubt now."""
        return not any(self.mark(day, feed) in (UNREAD, RUNNING) for feed in feeds)

    def doubted(self) -> list[date]:
        """The days that had rows, came back empty once, and wait for the next run to say so."""
        return [
            self.month.first.replace(day=int(digits))
            for digits, pointer in sorted(self.days.items())
            if {DOUBTED, DOUBTED_SETTLED} & set(pointer.marks)
        ]

    def billed_in(self) -> set[Month]:
        """The months of the billing days of charges that are billed outside their own day."""
        return {Month.of(cell.billed_on) for cell in self.cells if cell.billed_on is not None}

    def documents(self) -> Iterator[tuple[date, str]]:
        """The days that have rows, with the name of each one's document."""
        for digits, pointer in sorted(self.days.items()):
            if pointer.document is not None:
                yield self.month.first.replace(day=int(digits)), pointer.document

    def state(self, today: date) -> MonthState:
        """Open while the month runs, provisional until it is closed."""
        if self.closed_at is not None:
            return "closed"
        return "open" if today < self.month.after else "provisional"
