"""What a supplier's snapshots say of money, where the settings know better who pays (rule 17).

A plan of the settings stands in the place of the plan price that the supplier does not tell; the
user's own price of what was used stands in the place of that and of what goes beyond the plan.
Either is then not written, and taken back from the days of months that are not closed. There, too,
usage that had no price when it was read is priced as soon as it has one.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from ecot.jobs.priced import is_paid_by_price, priced
from ecot.jobs.round import Round, Source
from ecot.ledger.reading import Reading
from ecot.model.answer import Parsed
from ecot.model.cells import Cell
from ecot.model.head import Head
from ecot.model.rows import AnyRow, Charge, Name, merged
from ecot.store.documents import read_document
from ecot.store.protocol import Store


def is_superseded(source: Source, row: AnyRow | Name, round_: Round) -> bool:
    """Whether the row of a snapshot is money that something of the settings pays on its day."""
    if not isinstance(row, Charge):
        return False
    is_price = row.charge_category == "Purchase"
    return is_paid_by_price(source, round_, row.day) or (is_price and source.has_plan(row.day))


def taken_back(
    source: Source, stream: str, heads: Iterable[Head], round_: Round, store: Store
) -> Iterator[Reading]:
    """The days before today that still hold such money, without it. Nothing is read of days whose
    costs say that they hold none; where the snapshot is priced, every day of an open month is."""
    for head in heads:
        for day, name in _suspects(source, stream, head, round_):
            document = read_document(store, head.account, day, name)
            rows = document.feeds.get(stream, ())
            kept = _as_paid_now(source, stream, rows, round_)
            if kept != rows:
                yield Reading(
                    feed=stream,
                    days=(day,),
                    rows={day: kept} if kept else {},
                    evidence={day: document.evidence.get(stream, ())},
                    read_at=round_.now(),
                    is_certain=True,
                    settles=False,
                )


def _as_paid_now(
    source: Source, stream: str, rows: Sequence[AnyRow], round_: Round
) -> tuple[AnyRow, ...]:
    """The rows of an earlier snapshot, less money that is superseded; what its usage costs is
    worked out anew, for somebody may have written a price since."""
    kept = [row for row in rows if not is_superseded(source, row, round_)]
    if stream in source.provider.estimated:
        stated = (Parsed("", row) for row in kept if not isinstance(row, Charge))
        again = (row for _, row in priced(source, stream, stated, round_))
        kept = [row for row in again if not isinstance(row, Name)]
    return tuple(merged(kept))


def _suspects(source: Source, stream: str, head: Head, round_: Round) -> Sequence[tuple[date, str]]:
    """The days of an open month on which something of the settings pays, with a cost that nobody
    knows, or that a price now stands for. What is priced may cost anything else by now: a price, a
    later one, or a plan may have come or gone."""
    if head.closed_at is not None:
        return ()
    named = [(day, name) for day, name in head.documents() if day < round_.today]
    if stream in source.provider.estimated:
        return named
    days = {cell.day for cell in head.cells if _is_suspect(source, cell, round_)}
    return [(day, name) for day, name in named if day in days]


def _is_suspect(source: Source, cell: Cell, round_: Round) -> bool:
    if is_paid_by_price(source, round_, cell.day):
        return cell.unpriced > 0 or cell.basis == "billed"
    has_own = round_.prices.has_own(source.provider.name, cell.day)
    return cell.unpriced > 0 and (has_own or source.has_plan(cell.day))
