"""The demo's company behind the interface: two months of it, collected once for all tests."""

import asyncio
import shutil
from pathlib import Path

import pytest

from ecot.jobs.demo import run_demo
from ecot.jobs.round import nothing_to_tell
from tests.api.asking import NOW, Interface
from tests.canary import Canary, canary
from tests.once import alone_with, shared_folder

__all__ = ["canary"]  # a fixture, found by its name


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of its ledger; nobody writes to it."""
    folder = shared_folder(tmp_path_factory) / "company-of-the-interface"
    with alone_with(folder) as is_there, pytest.MonkeyPatch.context() as patched:
        if not is_there:
            patched.setattr("ecot.jobs.demo.HISTORY_MONTHS", 0)
            patched.setattr("ecot.jobs.demo.NIGHTS", 3)
            place, _ = asyncio.run(run_demo(folder, NOW, nothing_to_tell, "USD"))
            place.store.close()
    return folder


@pytest.fixture
def lumen(company: Path, tmp_path: Path, canary: Canary) -> Interface:
    """The company's own copy for one test."""
    home = tmp_path / "lumen"
    shutil.copytree(company, home)
    return Interface(home, canary)


@pytest.fixture
def empty(tmp_path: Path, canary: Canary) -> Interface:
    """A ledger that holds nothing."""
    return Interface(tmp_path / "home", canary)
