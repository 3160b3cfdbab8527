"""The ledger's mark: the schema of its items, and what is still being done to them.

`2` is a whole ledger of schema 2. `1 copied NAME` is one of schema 1 that is being migrated, with
its copy under NAME; `2 filling ID` is a place that the ledger ID is being moved into.
"""

import re
from typing import NamedTuple

from ecot.errors import LedgerError
from ecot.store.protocol import Key, Store

VERSION = 2
KEY = Key("ledger", "schema")
COPIED, FILLING = "copied", "filling"
_TEXT = re.compile(r"([1-9][0-9]{0,8})(?: (copied|filling) ([!-~]+))?")


class Mark(NamedTuple):
    """The schema, and for a ledger in between (`state`) the `name` of its copy or of its source."""

    version: int
    state: str = ""
    name: str = ""

    def __str__(self) -> str:
        return " ".join(part for part in (str(self.version), self.state, self.name) if part)


class Marked(NamedTuple):
    """A mark and the version under which the store has it (None and 0: a ledger not yet begun)."""

    mark: Mark | None
    version: int


def read_mark(store: Store) -> Marked:
    """How the ledger is marked: one read. Raises LedgerError for a mark that only a later Ecot
    can have written."""
    item = store.get([KEY]).get(KEY)
    if item is None:
        return Marked(None, 0)
    text = item.body.decode(errors="replace")
    if not (found := _TEXT.fullmatch(text)):
        raise unknown(text)
    return Marked(Mark(int(found[1]), found[2] or "", found[3] or ""), item.version)


def put_mark(store: Store, mark: Mark, version: int) -> None:
    """Marks the ledger. Raises Conflict where somebody else has marked it since `version`."""
    store.put(KEY, str(mark).encode(), if_version=version)


def unknown(found: object) -> LedgerError:
    """A later Ecot wrote it: never half understood."""
    return LedgerError(
        "This ledger has schema version {found}, and this Ecot knows version {known}",
        remedy="Install the newer Ecot that wrote it; nothing was changed.",
        found=found,
        known=VERSION,
    )
