"""From schema 1 to 2: what is derived from documents is cut anew, head by head.

Cells of schema 2 say on which day a charge is billed and what was given back, and people's cubes
know services. The documents hold all of that already, and stay as they are.
"""

from ecot.errors import Conflict
from ecot.jobs.round import Told
from ecot.ledger.commit import Anew, cut_anew
from ecot.model.head import Head
from ecot.model.period import Month
from ecot.store.documents import put_cube, read_document
from ecot.store.heads import all_heads, encoded, put_head, read_heads
from ecot.store.protocol import Place, Store

_TRIES = 20  # each lost race means that somebody else moved the head, so this ends


def recut(place: Place, told: Told) -> None:
    """Cuts every head's costs and cubes anew. A head that is right already is not written."""
    for head in all_heads(place.store):
        told(head.account, str(head.month))
        _recut_month(place.store, head.account, head.month)


def check_documents(place: Place, told: Told) -> None:
    """Raises LedgerError where a head cannot be cut anew: before anything is changed."""
    for head in all_heads(place.store):
        told(head.account, str(head.month))
        _anew(place.store, head)


def _recut_month(store: Store, account: str, month: Month) -> None:
    for _ in range(_TRIES):
        held = read_heads(store, account, [month])[month]
        anew = _anew(store, held.head)
        if encoded(anew.head) == encoded(held.head):
            return
        for cube in anew.cubes:
            put_cube(store, cube)
        try:
            put_head(store, anew.head, held.version)
        except Conflict:
            continue
        return
    raise Conflict(
        "{account}: somebody else keeps writing {month}",
        remedy="Wait until the other collection has ended, then collect again.",
        account=account,
        month=month,
    )


def _anew(store: Store, head: Head) -> Anew:
    documents = (read_document(store, head.account, *named) for named in head.documents())
    return cut_anew(head, documents)
