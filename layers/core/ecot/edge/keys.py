"""The key that signs cookies and links, on this machine: a file that nobody else may read."""

import os
import secrets
from pathlib import Path

from ecot.errors import SettingsError

SIGNING_KEY = "signing-key"
_BYTES = 32


def signing_key(folder: Path) -> bytes:
    """The key in the folder, made where there is none. Raises SettingsError where the file holds
    none."""
    path = folder / SIGNING_KEY
    if not path.exists():
        _make(path)
    key = path.read_bytes()
    if len(key) != _BYTES:
        raise SettingsError(
            "{file} is no key",
            remedy="Delete it: a new one is made, and everybody signs in again.",
            file=path,
        )
    return key


def _make(path: Path) -> None:
    """Whole or not at all; where two make one at the same time, the first one's stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{SIGNING_KEY}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(_BYTES))
        os.link(draft, path)
    except FileExistsError:
        return  # somebody else was faster
    finally:
        draft.unlink()
