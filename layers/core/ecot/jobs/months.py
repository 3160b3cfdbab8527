"""Closing months that nobody writes any more: those of plans and of imported files."""

from datetime import timedelta

from ecot.jobs.commit import Writing, commit_month
from ecot.jobs.round import Round
from ecot.ledger.months import begun
from ecot.model.period import Month
from ecot.store.heads import query_heads
from ecot.store.protocol import Place
from ecot.store.records import read_standing

_LOOKED_BACK = 12  # months


def close_months(place: Place, round_: Round) -> None:
    """Closes every month of the last year that is due and complete."""
    this_month = Month.of(round_.today)
    heads = query_heads(place.store, this_month.shifted(-_LOOKED_BACK), this_month.previous())
    for head in [head for head in heads if head.closed_at is None]:
        progress = read_standing(place.store, head.account).progress
        writing = Writing(
            run=round_.run,
            today=round_.today,
            now=round_.now(),
            progress=progress or begun(head.account, (), head.month.first),
            lateness=timedelta(0),
        )
        commit_month(place, head.month, [], {}, writing)
