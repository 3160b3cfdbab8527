"""The ledger's schema version: a newer ledger is refused, never half understood."""

from ecot.errors import LedgerError
from ecot.store.protocol import Key, Store

VERSION = 1
_KEY = Key("ledger", "schema")


def check_schema(store: Store) -> None:
    """Marks a new ledger with our version. Raises LedgerError for one that a later Ecot wrote."""
    item = store.get([_KEY]).get(_KEY)
    if item is None:
        store.put(_KEY, str(VERSION).encode())
    elif item.body != str(VERSION).encode():
        raise LedgerError(
            "This ledger has schema version {found}, and this Ecot knows version {known}",
            remedy="Install the newer Ecot that wrote it; nothing was changed.",
            found=item.body.decode(errors="replace"),
            known=VERSION,
        )
