"""Closing months that nobody writes any more: those of plans and of imported files."""

from ecot.jobs.commit import commit_month, writing_of
from ecot.jobs.round import Round
from ecot.model.period import Month
from ecot.store.heads import query_heads
from ecot.store.protocol import Place

_LOOKED_BACK = 12  # months


def close_months(place: Place, round_: Round) -> None:
    """Closes every month of the last year that is due and complete."""
    this_month = Month.of(round_.today)
    heads = query_heads(place.store, this_month.shifted(-_LOOKED_BACK), this_month.previous())
    for head in [head for head in heads if head.closed_at is None]:
        commit_month(place, head.month, [], {}, writing_of(place.store, head.account, round_))
