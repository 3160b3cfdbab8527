"""What is made once for all tests of a run, also for those that run beside each other."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def shared_folder(factory: pytest.TempPathFactory) -> Path:
    """The folder of the whole run: pytest-xdist gives each of its processes one inside it."""
    own = factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@contextmanager
def alone_with(folder: Path) -> Iterator[bool]:
    """Holds everybody else off the folder, which it makes; says whether somebody has been there and
    left it whole."""
    folder.mkdir(exist_ok=True)
    whole = folder / "whole"
    with (folder.parent / f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield whole.exists()
        whole.touch()
