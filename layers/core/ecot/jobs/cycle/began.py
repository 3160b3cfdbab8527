"""When the ledger began: a mark that its first run leaves, so that no mail tells of months before.

A ledger that is older than the mark began with the first outcome that it remembers.
"""

from datetime import UTC, date, datetime

from ecot.errors import Conflict
from ecot.store.packs import damaged
from ecot.store.protocol import Key, Store
from ecot.store.records import all_outcomes

_KEY = Key("cycle", "began")


def began(store: Store, now: datetime) -> date:
    """The UTC day on which the ledger began, which is `now` unless it is known: one read, but the
    first time. Of two runs that are the first at once, one says it."""
    if (known := _read(store)) is not None:
        return known
    first = min((outcome.at for outcome in all_outcomes(store)), default=now)
    day = min(first, now).astimezone(UTC).date()
    try:
        store.put(_KEY, day.isoformat().encode(), if_version=0)
    except Conflict:
        return _read(store) or day
    return day


def _read(store: Store) -> date | None:
    item = store.get([_KEY]).get(_KEY)
    if item is None:
        return None
    try:
        return date.fromisoformat(item.body.decode("ascii"))
    except ValueError:
        raise damaged(item.key) from None
