"""The key that signs cookies and links: 32 random bytes, in SSM or in a file of the owner's alone.

A function only reads it. The command line makes it where it is missing, and makes another one when
all cookies and links are to be void.
"""

import os
import secrets
from base64 import b64decode, b64encode
from contextlib import suppress
from pathlib import Path

from pydantic import SecretStr

from ecot.edge.deployed import SIGNING_KEY, Deployed
from ecot.errors import Conflict, SettingsError
from ecot.jobs.stacks import parameters_of

BYTES = 32


def key_in(folder: Path) -> bytes:
    """The laptop's key, made where there is none yet: the file `signing-key` in the folder, which
    only its owner may read. Raises SettingsError for one that is damaged."""
    file = folder / SIGNING_KEY
    with suppress(FileExistsError):
        _create(file)
    return _decoded(file.read_text(encoding="ascii", errors="replace"), str(file))


def renew_in(folder: Path) -> None:
    """Another key for the laptop: what the old one signed is void."""
    (folder / SIGNING_KEY).unlink(missing_ok=True)
    key_in(folder)


def key_of(deployed: Deployed) -> bytes:
    """The key of a deployed stack. Raises SettingsError where there is none yet."""
    with parameters_of(deployed.stack) as parameters:
        found = parameters.read([SIGNING_KEY]).get(SIGNING_KEY)
    if found is None:
        raise SettingsError(
            "The stack {stack} has no key to sign with yet",
            remedy="`ecot tokens new report --stack {stack}` makes it, and a token.",
            stack=deployed.stack,
        )
    return _decoded(found.get_secret_value(), f"ssm:/ecot/{deployed.stack}/{SIGNING_KEY}")


def has_key(deployed: Deployed) -> bool:
    """Whether the stack has a key to sign with."""
    with parameters_of(deployed.stack) as parameters:
        return SIGNING_KEY in parameters.read([SIGNING_KEY])


def make_for(deployed: Deployed) -> bool:
    """Makes the stack's key where there is none. Whether it did."""
    if has_key(deployed):
        return False
    with parameters_of(deployed.stack) as parameters:
        try:
            parameters.put(SIGNING_KEY, SecretStr(_drawn()), is_new=True)
        except Conflict:
            return False  # somebody else has just made it
    return True


def renew_for(deployed: Deployed) -> None:
    """Another key for the stack: what the old one signed is void, at the latest in a minute."""
    with parameters_of(deployed.stack) as parameters:
        parameters.put(SIGNING_KEY, SecretStr(_drawn()))


def _create(file: Path) -> None:
    """Raises FileExistsError where there is one. It is whole from the moment that it is there."""
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(f".{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as opened:
            opened.write(_drawn())
        os.link(new, file)
    finally:
        new.unlink()


def _drawn() -> str:
    return b64encode(secrets.token_bytes(BYTES)).decode("ascii")


def _decoded(text: str, where: str) -> bytes:
    try:
        key = b64decode(text.strip(), validate=True)
    except ValueError:
        key = b""
    if len(key) != BYTES:
        raise SettingsError(
            "{where} is no key to sign with",
            remedy="Make another one with `ecot secrets rotate signing-key`: links and sign-ins "
            "of before are then void.",
            where=where,
        )
    return key
