"""The key that pseudonyms are made with: a file of the ledger, and no part of an export."""

from secrets import token_bytes

from ecot.store.protocol import Files

FOLDER = "people/"
_FILE = f"{FOLDER}key"


def people_key(files: Files) -> bytes:
    """The ledger's key; a new one where there is none yet. Of two that are made at once, one
    stays."""
    if (known := files.get(_FILE)) is not None:
        return known
    files.put(_FILE, token_bytes(32))
    return files.get(_FILE) or people_key(files)
