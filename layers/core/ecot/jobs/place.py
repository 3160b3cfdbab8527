"""Opening a ledger, and the site beside it, in a folder."""

from pathlib import Path

from ecot.store.folder import Folder as Folder
from ecot.store.heads import all_heads
from ecot.store.protocol import Place as Place
from ecot.store.schema import check_schema
from ecot.store.sqlite import SqliteStore

LEDGER = "ledger.sqlite"
SITE = "site"


def open_place(home: Path) -> Place:
    """The ledger in `home`, created where there is none. Raises LedgerError for one that is not
    ours or that a later Ecot wrote."""
    store = SqliteStore(home / LEDGER)
    check_schema(store)
    return Place(store, Folder(home, mode=0o600))


def open_site(home: Path) -> Folder:
    """Where the report is rendered."""
    return Folder(home / SITE)


def is_empty(place: Place) -> bool:
    """Whether the ledger holds no figure at all."""
    return next(all_heads(place.store), None) is None
