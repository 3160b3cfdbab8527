"""The options that many commands share, each with one name and one meaning."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from ecot.errors import SettingsError
from ecot.jobs.written import begun, begun_month, day_of
from ecot.model.period import DAY


def flag(name: str, text: str, callback: Callable[[bool], None] | None = None) -> Any:
    """An option without a value."""
    eager = callback is not None
    return typer.Option(name, help=text, metavar="", callback=callback, is_eager=eager)


def valued(name: str, metavar: str, text: str, callback: Callable[[str], str] | None = None) -> Any:
    """An option with a value."""
    return typer.Option(name, help=text, metavar=metavar, callback=callback)


def examples(*commands: str) -> str:
    """The end of a command's help: commands to copy."""
    return "**Examples**\n\n" + "\n".join(f"- `{command}`" for command in commands)


Config = Annotated[
    Path | None,
    valued("--config", "FILE", "The settings file (default: `ECOT_CONFIG`, else `./ecot.toml`)."),
]
Json = Annotated[bool, flag("--json", "Print exactly one JSON document on stdout.")]
Verbose = Annotated[bool, flag("--verbose", "Say why anything was skipped.")]
Currency = Annotated[
    str | None, valued("--currency", "CODE", "What totals are shown in (default: settings).")
]
Provider = Annotated[str | None, valued("--provider", "NAME", "Only this provider.")]
Account = Annotated[str | None, valued("--account", "PROVIDER/NAME", "Only this account.")]
OfMonth = Annotated[str | None, valued("--month", "MONTH", "A month, such as 2026-01 (UTC).")]
From = Annotated[str | None, valued("--from", "DAY", "The first day, such as 2026-01-01 (UTC).")]
To = Annotated[
    str | None, valued("--to", "DAY", "The day after the last one (default: up to today).")
]


def span_of(
    month: str | None, first: str | None, after: str | None, today: date
) -> tuple[date, date] | None:
    """The days `[first, after)` that the options ask for, of which at least the first has begun;
    None where they ask for none. Without an end, today is the last."""
    if month and (first or after):
        raise SettingsError("Say either --month, or --from and --to")
    if month:
        chosen = begun_month(month, today)
        return chosen.first, chosen.after
    if first is None and after is None:
        return None
    if first is None:
        raise SettingsError("--to needs --from", remedy="Add --from 2026-01-01.")
    start = begun(day_of(first), today)
    end = day_of(after) if after else today + DAY
    if start >= end:
        raise SettingsError(
            "--from {first} is not before --to {after}",
            remedy="--to is the day after the last one.",
            first=start,
            after=end,
        )
    return start, end
