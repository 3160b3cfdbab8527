"""What every store refuses, in the same words: the limits of the strictest one hold for all, so
that a ledger in one of them fits into any other."""

from ecot.errors import Conflict, LedgerError
from ecot.store.protocol import Key

PARTITION_BYTES = 2048
SORT_BYTES = 1024
BODY_BYTES = 350_000  # DynamoDB takes 400 KB with keys and names; its imitations take a little less
_SHOWN = 80


def check_key(key: Key) -> None:
    """Raises LedgerError for a key that some store could not hold."""
    if not (_is_storable(key.partition, PARTITION_BYTES) and _is_storable(key.sort, SORT_BYTES)):
        raise LedgerError(
            "A key of the ledger is empty, too long or not text: {key}",
            remedy="Give the account a shorter name, of ordinary letters.",
            key=repr(tuple(key))[:_SHOWN],
        )


def check_bounds(partition: str, first: str, before: str | None) -> None:
    """Raises LedgerError for a query that some store could not answer; its bounds may be empty."""
    for bound in (first, before):
        check_key(Key(partition, bound or "any"))


def check_write(key: Key, body: bytes) -> None:
    """Raises LedgerError for an item that some store could not hold."""
    check_key(key)
    if len(body) > BODY_BYTES:
        raise LedgerError(
            "{partition} {sort} would hold {size} bytes, and an item of the ledger holds {most}",
            remedy="Nothing of it was written. Report this: Ecot should have cut it into parts.",
            partition=key.partition,
            sort=key.sort,
            size=len(body),
            most=BODY_BYTES,
        )


def conflict(key: Key) -> Conflict:
    """The item no longer has the version that was named."""
    return Conflict(
        "{partition} {sort} was written by somebody else meanwhile",
        partition=key.partition,
        sort=key.sort,
    )


def _is_storable(text: str, most: int) -> bool:
    try:
        size = len(text.encode())
    except UnicodeEncodeError:  # half of a surrogate pair
        return False
    return 0 < size <= most and "\0" not in text
