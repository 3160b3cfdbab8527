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

URL = "https://laptop.lumen.example/couts"


@dataclass
class Laptop:
    """A folder with settings and keys, and the program in it."""

    folder: Path
    sinks: Sinks
    monkeypatch: pytest.MonkeyPatch

    def settle(self, company: Company, people_key: bytes) -> None:
        """Writes the settings and the keys, and the key that pseudonyms are made with: the same
        people have the same ones only where that is the same, as after `ecot move`."""
        begin(self.folder, self.monkeypatch)
        (self.folder / "ecot.toml").write_text(company.settings(self.sinks, URL), "utf-8")
        secrets = {**company.secrets, **SINK_SECRETS}
        lines = [f"{name}={value}\n" for name, value in secrets.items()]
        (self.folder / ".env").write_text("".join(lines), "utf-8")
        key = self.folder / ".ecot" / "people" / "key"
        key.parent.mkdir(parents=True)
        key.write_bytes(people_key)

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
