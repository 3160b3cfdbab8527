"""The plan price that a supplier does not tell: unknown, until the settings know it (rule 17).

It is then not written, and taken back from the days of months that are not closed.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from ecot.jobs.priced import is_paid_by_price
from ecot.jobs.round import Round, Source
from ecot.ledger.reading import Reading
from ecot.model.head import Head
from ecot.model.rows import AnyRow, Charge, Name
from ecot.store.documents import read_document
from ecot.store.protocol import Store


def is_superseded(source: Source, row: AnyRow | Name, round_: Round) -> bool:
    """Whether it is the provider's own plan price, and on its day a plan of the settings pays, or
    the user's own price of what the plan is for."""
    if not isinstance(row, Charge) or row.charge_category != "Purchase":
        return False
    return source.has_plan(row.day) or is_paid_by_price(source, round_, row.day)


def taken_back(
    source: Source, stream: str, heads: Iterable[Head], round_: Round, store: Store
) -> Iterator[Reading]:
    """The days before today that still hold such a price, without it. Only days with a cost that
    nobody knows are looked at: of others nothing is read."""
    for head in heads:
        for day, name in _suspects(head, round_.today):
            document = read_document(store, head.account, day, name)
            rows = document.feeds.get(stream, ())
            kept = [row for row in rows if not is_superseded(source, row, round_)]
            if len(kept) < len(rows):
                yield Reading(
                    feed=stream,
                    days=(day,),
                    rows={day: tuple(kept)} if kept else {},
                    evidence={day: document.evidence.get(stream, ())},
                    read_at=round_.now(),
                    is_certain=True,
                    settles=False,
                )


def _suspects(head: Head, today: date) -> Sequence[tuple[date, str]]:
    if head.closed_at is not None:
        return ()
    days = {cell.day for cell in head.cells if cell.unpriced and cell.day < today}
    return [(day, name) for day, name in head.documents() if day in days]
