"""The mark of a ledger that is made up, the demo's: it goes wherever the ledger goes."""

from ecot.store.protocol import Key, Store

KEY = Key("ledger", "demo")


def is_made_up(store: Store) -> bool:
    """Whether the ledger is of a company that does not exist. A query, which a publication asks
    once (store/once.py), though each of its files says so."""
    return any(item.key == KEY for item in store.query(KEY.partition))


def mark_made_up(store: Store) -> None:
    """Marks it so, until it is emptied."""
    store.put(KEY, b"demo")
