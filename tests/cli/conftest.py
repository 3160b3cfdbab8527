"""A fresh folder for each test, a program to run in it, and a small company that was collected."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ecot.cli.app import run
from ecot.providers.suppliers import PROVIDERS
from ecot.sandbox.companies import large_company
from ecot.sandbox.openai import OpenAISite
from ecot.sandbox.server import LoopbackServer
from ecot.sandbox.truth import Truth

NOW = datetime(2026, 3, 4, 10, 30, tzinfo=UTC)
DAYS = ("--from", "2026-03-01", "--to", "2026-03-04")
DEVELOPERS_KEY = "sk-proj-canary0123456789abcdefghijklmnopqrst"
FOREIGN = (
    *("ECOT_", "LC_", "LANG", "AWS_", "SUPABASE_", "WEAVIATE_"),
    *("NOTION_", "RESEND_", "REPORT_", "COLLECT_"),
    *(variable for provider in PROVIDERS for variable in provider.variables),
    *(variable for provider in PROVIDERS for variable in provider.needs.values()),
)
CANARY = "sk-admin-canary0123456789abcdefghijklmnopqrs"


@dataclass(frozen=True)
class Done:
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document that stdout is."""
        return json.loads(self.out)


Ecot = Callable[..., Done]


@dataclass(frozen=True)
class House:
    """The company's OpenAI, its key, and a folder where it was collected."""

    server: LoopbackServer
    key: str
    folder: Path

    @property
    def settings(self) -> str:
        """An `ecot.toml` with its account."""
        return settings_text(self.server.url)


def settings_text(url: str, locale: str = "en-US") -> str:
    """An `ecot.toml` with one account, on the sandbox; a year of it would take long to read."""
    return (
        f'[report]\nlocale = "{locale}"\n\n[[account]]\nprovider = "openai"\nname = "maison"\n'
        f'base_url = "{url}/v1"\nsince = 2026-02-01\n'
    )


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh folder with nothing configured, on a fixed morning in UTC."""
    begin(tmp_path, monkeypatch)
    return tmp_path


@pytest.fixture
def ecot(here: Path, capsys: pytest.CaptureFixture[str]) -> Ecot:
    """The program, run in this process in the fresh folder."""

    def ran(*arguments: str) -> Done:
        capsys.readouterr()
        code = run(arguments)
        out, err = capsys.readouterr()
        return Done(code, out, err)

    return ran


@pytest.fixture
def short_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    """A demo of less time: two months and ten nights."""
    monkeypatch.setattr("ecot.jobs.demo.HISTORY_MONTHS", 0)
    monkeypatch.setattr("ecot.jobs.demo.NIGHTS", 10)


def begin(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the machine's own environment; the edge's clock stands."""
    monkeypatch.chdir(folder)
    for name in list(os.environ):
        if name.startswith(FOREIGN):
            monkeypatch.delenv(name)
    monkeypatch.setattr("ecot.cli.session.utc_now", lambda: NOW)


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Three days of a company, collected once for all tests that only ask."""
    company = large_company(projects=1, models=2, users=1)
    folder = tmp_path_factory.mktemp("house")
    with (
        LoopbackServer(OpenAISite(Truth(company, lambda: NOW))) as server,
        pytest.MonkeyPatch.context() as monkeypatch,
    ):
        found = House(server, company.organisations[0].admin_keys[0].value, folder)
        begin(folder, monkeypatch)
        settle(found, folder)
        assert run(["collect", *DAYS]) == 0
        monkeypatch.undo()
        yield found


def settle(house: House, folder: Path) -> None:
    """Writes the account's settings and its key."""
    (folder / "ecot.toml").write_text(house.settings, encoding="utf-8")
    (folder / ".env").write_text(f"OPENAI_ADMIN_KEY_MAISON={house.key}\n", encoding="utf-8")


@pytest.fixture
def collected(house: House, here: Path) -> Path:
    """The fresh folder, with what the company's collection came to."""
    shutil.copytree(house.folder, here, dirs_exist_ok=True)
    return here
