"""The same program on a laptop: `ecot run --send` in a folder of its own."""

from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from pathlib import Path

import pytest

from ecot.cli.app import run
from tests.cli.conftest import Done, begin
from tests.cloud.company import SINK_SECRETS, Company, Sinks

URL = "https://laptop.lumen.example"


@dataclass
class Laptop:
    """A folder with settings and keys, and the program in it."""

    folder: Path
    sinks: Sinks
    monkeypatch: pytest.MonkeyPatch

    def settle(self, company: Company, people_key: bytes, signing_key: str) -> None:
        """Writes the settings and the keys, also those of pseudonyms and of links: the same people
        have the same pseudonyms only where that one is the same, as after `ecot move`."""
        begin(self.folder, self.monkeypatch)
        (self.folder / "ecot.toml").write_text(company.settings(self.sinks, f"{URL}/site"), "utf-8")
        secrets = {**company.secrets, **SINK_SECRETS}
        lines = [f"{name}={value}\n" for name, value in secrets.items()]
        (self.folder / ".env").write_text("".join(lines), "utf-8")
        home = self.folder / ".ecot"
        (home / "people").mkdir(parents=True)
        (home / "people" / "key").write_bytes(people_key)
        (home / "signing-key").write_text(signing_key, "ascii")

    def ecot(self, now: datetime, *arguments: str) -> Done:
        """Runs a command at that moment."""
        self.monkeypatch.setattr("ecot.cli.session.utc_now", lambda: now)
        with redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()) as err:
            code = run(arguments)
        return Done(code, out.getvalue(), err.getvalue())

    @property
    def site(self) -> dict[str, bytes]:
        """Every file of the report, by its name."""
        folder = self.folder / ".ecot" / "site"
        found = (path for path in folder.rglob("*") if path.is_file())
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}
