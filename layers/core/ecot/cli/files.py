"""Files that a person names: read whole, written whole or not at all."""

import os
import sys
from collections.abc import Iterable
from pathlib import Path

from ecot.errors import SettingsError


def read(file: Path) -> bytes:
    """The file. Raises SettingsError where it cannot be read."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise unusable(file, error) from None


def write(parts: Iterable[bytes], file: Path | None) -> None:
    """Writes the file, which is safely on the disk when this returns; without one, stdout part by
    part. Raises SettingsError where it cannot be written; what was there before is then kept."""
    if file is None:
        for part in parts:
            sys.stdout.buffer.write(part)
        return
    unfinished = file.with_name(f".{file.name}.{os.getpid()}.unfinished")
    try:
        with unfinished.open("wb") as opened:
            opened.writelines(parts)
            opened.flush()
            os.fsync(opened.fileno())
        unfinished.replace(file)
    except OSError as error:
        raise unusable(file, error) from None
    finally:
        unfinished.unlink(missing_ok=True)


def unusable(file: Path, error: OSError) -> SettingsError:
    """What is wrong with a file that somebody named."""
    return SettingsError(
        "{file}: {why}",
        remedy="Check the path and its permissions.",
        file=file,
        why=error.strerror or type(error).__name__,
    )
