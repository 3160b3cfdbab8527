"""Settings: `ecot.toml`, `.env` and the environment, read once into one frozen, validated value.

Only edges call `load` or `load_texts`; everything else is handed values. docs/settings.md describes
every key and variable.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from ecot.providers.contract import Provider
from ecot.providers.supabase_auth import Project
from ecot.settings.dotenv import read_dotenv
from ecot.settings.environment import (
    accounts_of_environment,
    plans_of_environment,
    tokens_of_environment,
)
from ecot.settings.file import SettingsFile, parse_toml, read_toml
from ecot.settings.prices import load_prices
from ecot.settings.values import (
    SHORTEST_TOKEN,
    Account,
    Badge,
    Budget,
    Mail,
    Notion,
    Plan,
    Rate,
    Report,
    SecretToken,
    Settings,
    Share,
)

__all__ = [
    "DEFAULT_HOME",
    "SHORTEST_TOKEN",
    "Account",
    "Badge",
    "Budget",
    "Mail",
    "Notion",
    "Plan",
    "Project",
    "Rate",
    "Report",
    "SecretToken",
    "Settings",
    "Share",
    "load",
    "load_prices",
    "load_texts",
]

DEFAULT_FILE = "ecot.toml"
DEFAULT_HOME = ".ecot"


def load(
    *,
    environ: Mapping[str, str],
    providers: Sequence[Provider],
    today: date,
    config: Path | None = None,
    dotenv: Path | None = None,
) -> Settings:
    """The settings in force. Raises SettingsError for the first thing that is wrong.

    `config` is what `--config` says; without it ECOT_CONFIG, else `./ecot.toml` where it exists.
    A variable of the environment wins over the same one in the file `dotenv`; an empty one counts
    as absent. `today` (UTC) dates the monthly costs of earlier systems, which have no date; no
    account begins after it.
    """
    values = _set({**read_dotenv(dotenv), **environ})
    path = _config_path(config, values)
    document = read_toml(path) if path else {}
    return _settings(
        values, document, path, Path(values.get("ECOT_HOME", DEFAULT_HOME)), providers, today
    )


def load_texts(
    *,
    body: bytes | None,
    name: str,
    home: str,
    values: Mapping[str, str],
    providers: Sequence[Provider],
    today: date,
) -> Settings:
    """The settings that the `body` of a file called `name` and the variables `values` come to, for
    the ledger at the address `home`; a body of None is a file that is not there. Raises
    SettingsError for the first thing that is wrong."""
    document = {} if body is None else parse_toml(body, name)
    path = None if body is None else Path(name)
    return _settings(_set(values), document, path, Path(home), providers, today)


def _set(values: Mapping[str, str]) -> dict[str, str]:
    """An empty variable counts as absent."""
    return {name: value.strip() for name, value in values.items() if value.strip()}


def _settings(
    values: Mapping[str, str],
    document: Mapping[str, Any],
    path: Path | None,
    home: Path,
    providers: Sequence[Provider],
    today: date,
) -> Settings:
    file = SettingsFile(str(path), document, providers, today)
    accounts = file.accounts(values)
    plans = file.plans()
    return Settings(
        file=path,
        home=home,
        report=file.report(),
        accounts=(*accounts, *accounts_of_environment(values, providers, accounts)),
        plans=(*plans, *plans_of_environment(values, providers, plans, today)),
        rates=file.rates(),
        budgets=file.budgets(),
        people=file.names_people(),
        project=file.project(values),
        share=file.share(),
        notion=file.notion(values),
        mail=file.mail(values),
        tokens=tuple(tokens_of_environment(values)),
    )


def _config_path(config: Path | None, values: Mapping[str, str]) -> Path | None:
    """The file that somebody named, or the default one where it exists."""
    if config is not None:
        return config
    if "ECOT_CONFIG" in values:
        return Path(values["ECOT_CONFIG"])
    default = Path(DEFAULT_FILE)
    return default if default.exists() else None
