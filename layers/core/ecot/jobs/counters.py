"""Looking back from a counter of money owed to its snapshots before, and at what the days since
hold already: snapshots, and what an earlier run of the day found to be owed."""

from collections.abc import Mapping, Sequence, Set
from datetime import date
from typing import NamedTuple

from ecot.ledger.accruals import accruing, counter, counter_of
from ecot.model.head import UNREAD, Head
from ecot.model.period import Month
from ecot.model.rows import AnyRow, Balance, Charge
from ecot.store.documents import read_document
from ecot.store.heads import read_heads
from ecot.store.protocol import Store

Counter = tuple[str | None, ...]


class Past(NamedTuple):
    """The latest snapshots before today of the `wanted` counters and others, and what each day
    since holds of the stream: its rows, and the answers that state them. It `is_overtaken` where a
    snapshot of a later day is there already: a clock went back, or two machines disagree."""

    wanted: Set[Counter]
    counters: Mapping[Counter, Balance]
    days: Mapping[date, tuple[Sequence[AnyRow], Sequence[str]]]
    is_overtaken: bool = False

    def outdated(self) -> list[date]:
        """The days with a part of what is worked out anew."""
        return [day for day, (rows, _) in self.days.items() if any(map(self._is_outdated, rows))]

    def kept(self, day: date) -> tuple[list[AnyRow], Sequence[str]]:
        """What the day keeps beside what has become owed: snapshots are never removed."""
        rows, names = self.days[day]
        return [row for row in rows if not self._is_outdated(row)], names

    def _is_outdated(self, row: AnyRow) -> bool:
        """Whether it is what a counter had grown by until a day after its latest snapshot: the
        last snapshot of that day, which counts, said something else."""
        if not isinstance(row, Charge) or counter_of(row) not in self.wanted:
            return False
        last = self.counters.get(counter_of(row))
        period = row.spread_from or row.charge_period
        return last is None or period.last > last.day


def look_back(
    store: Store, account: str, stream: str, counters: Sequence[Balance], today: date
) -> Past:
    """Looks back to the latest snapshot of each of the counters, at most to the beginning of the
    month before, or of a cycle that began earlier."""
    wanted = {counter(one) for one in counters}
    starts = [one.cycle.start.date() for one in counters if one.cycle is not None]
    month = Month.of(today)
    first = min([month.previous().first, *starts])
    found: dict[Counter, Balance] = {}
    days: dict[date, tuple[Sequence[AnyRow], Sequence[str]]] = {}
    near = [month.previous(), month, month.next()]
    heads = dict(read_heads(store, account, near)) if wanted else {}
    if any(day > today for held in heads.values() for day, _ in _days_with(held.head, stream)):
        return Past(wanted, found, days, is_overtaken=True)
    while wanted - found.keys() and month.after > first:
        held = heads.get(month) or read_heads(store, account, [month])[month]
        earlier = [one for one in _days_with(held.head, stream) if one[0] < today]
        for day, name in reversed(earlier):
            if not wanted - found.keys():
                break
            document = read_document(store, account, day, name)
            rows = document.feeds.get(stream, ())
            days[day] = (rows, document.evidence.get(stream, ()))
            found = {counter(one): one for one in accruing(rows)} | found
        month = month.previous()
    return Past(wanted, found, days)


def _days_with(head: Head, stream: str) -> list[tuple[date, str]]:
    return [(day, name) for day, name in head.documents() if head.mark(day, stream) != UNREAD]
