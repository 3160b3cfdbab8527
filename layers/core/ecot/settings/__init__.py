"""Settings: `ecot.toml`, `.env` and the environment, read once into one frozen, validated value.

Only `functions` and `cli` call `load`; everything else is handed values. docs/settings.md describes
every key and variable.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from ecot.providers.contract import Provider
from ecot.providers.supabase_auth import Project
from ecot.settings.dotenv import read_dotenv
from ecot.settings.environment import accounts_of_environment, plans_of_environment
from ecot.settings.file import SettingsFile, read_toml
from ecot.settings.prices import load_prices
from ecot.settings.values import Account, Badge, Mail, Notion, Plan, Rate, Report, Settings, Share

__all__ = [
    "DEFAULT_HOME",
    "Account",
    "Badge",
    "Mail",
    "Notion",
    "Plan",
    "Project",
    "Rate",
    "Report",
    "Settings",
    "Share",
    "load",
    "load_prices",
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
    values = {**read_dotenv(dotenv), **environ}
    values = {name: value.strip() for name, value in values.items() if value.strip()}
    path = _config_path(config, values)
    file = SettingsFile(str(path), read_toml(path) if path else {}, providers, today)
    accounts = file.accounts(values)
    plans = file.plans()
    return Settings(
        file=path,
        home=Path(values.get("ECOT_HOME", DEFAULT_HOME)),
        report=file.report(),
        accounts=(*accounts, *accounts_of_environment(values, providers, accounts)),
        plans=(*plans, *plans_of_environment(values, providers, plans, today)),
        rates=file.rates(),
        people=file.names_people(),
        project=file.project(values),
        share=file.share(),
        notion=file.notion(values),
        mail=file.mail(values),
    )


def _config_path(config: Path | None, values: Mapping[str, str]) -> Path | None:
    """The file that somebody named, or the default one where it exists."""
    if config is not None:
        return config
    if "ECOT_CONFIG" in values:
        return Path(values["ECOT_CONFIG"])
    default = Path(DEFAULT_FILE)
    return default if default.exists() else None
