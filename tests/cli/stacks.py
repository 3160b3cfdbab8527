"""A deployed stack on moto for the command line, with a Lambda that takes events."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from ecot.cli.app import run
from ecot.sandbox.server import LoopbackServer
from tests.cli.conftest import House, begin
from tests.cloud.functions import Functions
from tests.cloud.stacks import Stack, made_stack
from tests.store import servers
from tests.store.backends import REGION, name_of, open_place_on


class Cloud(NamedTuple):
    """The stack, and what its functions were handed."""

    stack: Stack
    functions: Functions

    @property
    def name(self) -> str:
        """The stack's."""
        return self.stack.name


@pytest.fixture
def functions(here: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Functions]:
    """The functions of every stack; the settings of boto3 lead to them and to moto, and nowhere
    else."""
    found = Functions()
    with LoopbackServer(found) as server:
        lead_to_moto(here, monkeypatch)
        monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", server.url)
        yield found


@pytest.fixture
def cloud(functions: Functions, tmp_path: Path) -> Cloud:
    """An empty stack."""
    open_place_on("moto", tmp_path).store.close()
    return Cloud(made_stack(name_of(tmp_path)), functions)


@pytest.fixture(scope="session")
def moved_once(house: House, tmp_path_factory: pytest.TempPathFactory) -> Stack:
    """A stack with the company's ledger, settings and key, for tests that only ask."""
    folder = tmp_path_factory.mktemp("moved")
    shutil.copytree(house.folder, folder, dirs_exist_ok=True)
    with pytest.MonkeyPatch.context() as monkeypatch:
        begin(folder, monkeypatch)
        lead_to_moto(folder, monkeypatch)
        open_place_on("moto", folder).store.close()
        stack = made_stack(name_of(folder))
        assert run(["move", "--to-stack", stack.name]) == 0
        assert run(["config", "push", "--stack", stack.name, "--secrets", "--yes"]) == 0
    return stack


@pytest.fixture
def moved(collected: Path, functions: Functions, moved_once: Stack) -> Cloud:
    """The folder here with the company's ledger, and the stack with the same."""
    return Cloud(moved_once, functions)


def lead_to_moto(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What boto3 finds on the machine."""
    for name, value in {
        "AWS_ENDPOINT_URL": servers.moto(),
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": str(folder / "no-config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(folder / "no-credentials"),
    }.items():
        monkeypatch.setenv(name, value)
