"""Opening a ledger, and the site beside it, in a folder."""

from collections.abc import Callable
from pathlib import Path

from ecot.jobs.migrate import prepare
from ecot.jobs.round import nothing_to_tell
from ecot.store.folder import Folder as Folder
from ecot.store.heads import all_heads
from ecot.store.protocol import Place as Place
from ecot.store.sqlite import SqliteStore

LEDGER = "ledger.sqlite"
SITE = "site"


def place_at(text: str) -> Place:
    """The place that a person names, as it is: nothing is read, marked or migrated."""
    home = Path(text)
    return Place(SqliteStore(home / LEDGER), Folder(home, mode=0o600))


def has_ledger(text: str) -> bool:
    """Whether a ledger was ever begun there; looking makes none."""
    return (Path(text) / LEDGER).exists()


def open_place(home: Path, told: Callable[[str, str], None] = nothing_to_tell) -> Place:
    """The ledger in `home`, created where there is none and migrated where it is older. Raises
    LedgerError for one that is not ours, not all there yet, or written by a later Ecot."""
    place = place_at(str(home))
    try:
        prepare(place, told)
    except BaseException:
        place.store.close()
        raise
    return place


def open_site(home: Path) -> Folder:
    """Where the report is rendered."""
    return Folder(home / SITE)


def is_empty(place: Place) -> bool:
    """Whether the ledger holds no figure at all."""
    return next(all_heads(place.store), None) is None
