"""Where settings and keys are kept: `ecot.toml` and `.env` of a folder, or the bucket and SSM of a
stack. Commands that change them do not ask which."""

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple, Protocol

from pydantic import SecretStr

from ecot.edge.cloud import SETTINGS, Contents, name_of, settings_of
from ecot.edge.deployed import SECRETS, Deployed
from ecot.errors import SettingsError
from ecot.jobs.known import providers
from ecot.jobs.place import Folder
from ecot.jobs.stacks import Text, parameters_of, texts_of
from ecot.settings import Settings, load_texts
from ecot.settings.dotenv import read_dotenv, with_variable


class Dated(NamedTuple):
    """A variable that holds something, and when that was last changed (UTC; None: nobody knows)."""

    variable: str
    changed_at: datetime | None


class Keeping(Protocol):
    """Settings and keys that can be changed."""

    @property
    def file(self) -> str:
        """How the settings file is called in sentences."""

    def text(self) -> str:
        """The settings file; nothing where there is none."""

    def read(self, text: str, secrets: Mapping[str, str]) -> Settings:
        """What the text comes to, with these secrets and none of those that are kept."""

    def write(self, text: str) -> None:
        """Puts the text in the place of what `text` gave. Raises EcotError where somebody else has
        changed it since."""

    def keep(self, variable: str, secret: SecretStr) -> None:
        """Keeps the secret, in the place of one that is there."""

    def kept(self) -> list[Dated]:
        """The variables that hold something, by name; never what."""

    def values(self, variables: Collection[str]) -> dict[str, str]:
        """What those of the variables hold that hold anything."""


class Here:
    """Those of a folder: `ecot.toml` (or the file of `config`) and `.env`. A variable of `environ`
    wins over the same one of `.env`, and cannot be changed from here."""

    def __init__(
        self, config: Path | None, dotenv: Path, environ: Mapping[str, str], home: Path, today: date
    ) -> None:
        named = environ.get("ECOT_CONFIG") or read_dotenv(dotenv).get("ECOT_CONFIG")
        self._path = config or Path(named or SETTINGS)
        self._dotenv, self._environ = dotenv, environ
        self._home, self._today = home, today
        self._read: bytes | None = None

    @property
    def file(self) -> str:
        return str(self._path)

    def text(self) -> str:
        self._read = self._path.read_bytes() if self._path.exists() else None
        return _decoded(self._read or b"", self.file)

    def read(self, text: str, secrets: Mapping[str, str]) -> Settings:
        return load_texts(
            body=text.encode(),
            name=self.file,
            home=str(self._home),
            values=secrets,
            providers=providers(),
            today=self._today,
        )

    def write(self, text: str) -> None:
        there = self._path.read_bytes() if self._path.exists() else None
        if there != self._read:
            raise SettingsError(
                "{file} was changed by somebody else meanwhile",
                remedy="Say it again; nothing was written.",
                file=self.file,
            )
        mode = self._path.stat().st_mode & 0o777 if self._path.exists() else 0o644
        _put(self._path, text, mode)
        self._read = text.encode()

    def keep(self, variable: str, secret: SecretStr) -> None:
        if self._environ.get(variable, "").strip():
            raise SettingsError(
                "{variable} is set in the environment, which wins over {file}",
                remedy="Take it out of the environment, or change it there.",
                variable=variable,
                file=self._dotenv,
            )
        read_dotenv(self._dotenv)  # one that cannot be read is not written over
        before = self._dotenv.read_text(encoding="utf-8-sig") if self._dotenv.exists() else ""
        _put(self._dotenv, with_variable(before, variable, secret.get_secret_value()), 0o600)

    def kept(self) -> list[Dated]:
        found = read_dotenv(self._dotenv)
        changed = self._dotenv.stat().st_mtime if found else 0.0
        at = datetime.fromtimestamp(changed, UTC)
        return [Dated(name, at) for name in sorted(found) if found[name].strip()]

    def values(self, variables: Collection[str]) -> dict[str, str]:
        found = self.all_values()
        return {name: found[name] for name in variables if found.get(name, "").strip()}

    def all_values(self) -> dict[str, str]:
        """Every variable of `.env` and of the environment."""
        return {**read_dotenv(self._dotenv), **self._environ}


class There:
    """Those of a deployed stack."""

    def __init__(self, deployed: Deployed, now: datetime) -> None:
        self._deployed, self._now = deployed, now
        self._read: Text | None = None

    @property
    def file(self) -> str:
        return name_of(self._deployed, SETTINGS)

    def text(self) -> str:
        with texts_of(self._deployed.bucket) as texts:
            self._read = texts.get(SETTINGS)
        return _decoded(self._read.body if self._read else b"", self.file)

    def read(self, text: str, secrets: Mapping[str, str]) -> Settings:
        found = {name: SecretStr(value) for name, value in secrets.items()}
        contents = Contents(Text(text.encode(), ""), None, found)
        return settings_of(self._deployed, contents, self._now)

    def write(self, text: str) -> None:
        with texts_of(self._deployed.bucket) as texts:
            self._read = texts.put(SETTINGS, text.encode(), self._read)

    def keep(self, variable: str, secret: SecretStr) -> None:
        with parameters_of(self._deployed.stack) as parameters:
            parameters.put(f"{SECRETS}/{variable}", secret)

    def kept(self) -> list[Dated]:
        with parameters_of(self._deployed.stack) as parameters:
            found = parameters.listed(SECRETS)
        return [Dated(one.name.removeprefix(f"{SECRETS}/"), one.changed_at) for one in found]

    def values(self, variables: Collection[str]) -> dict[str, str]:
        with parameters_of(self._deployed.stack) as parameters:
            found = parameters.read([f"{SECRETS}/{name}" for name in sorted(variables)])
        return {
            name.removeprefix(f"{SECRETS}/"): value.get_secret_value()
            for name, value in found.items()
        }


def _put(path: Path, text: str, mode: int) -> None:
    """Writes the file whole or not at all; where it is a link, the file that it leads to."""
    real = path.resolve()
    Folder(real.parent, mode=mode).put(real.name, text.encode())


def _decoded(body: bytes, file: str) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SettingsError(
            "{file} is not text in UTF-8", remedy="save it again as UTF-8", file=file
        ) from None
