"""The options that many commands share, each with one name and one meaning."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from ecot.errors import SettingsError
from ecot.model.period import DAY, Month

Config = Annotated[
    Path | None,
    typer.Option("--config", help="The settings file (default: ECOT_CONFIG, else ./ecot.toml)."),
]
Json = Annotated[bool, typer.Option("--json", help="Print exactly one JSON document on stdout.")]
Verbose = Annotated[bool, typer.Option("--verbose", help="Say why anything was skipped.")]
Currency = Annotated[
    str | None, typer.Option("--currency", help="ISO code to show totals in (default: settings).")
]
Provider = Annotated[str | None, typer.Option("--provider", help="Only this provider.")]
Account = Annotated[str | None, typer.Option("--account", help="Only this account: PROVIDER/NAME.")]
OfMonth = Annotated[str | None, typer.Option("--month", help="A month, such as 2026-01 (UTC).")]
From = Annotated[str | None, typer.Option("--from", help="The first day, such as 2026-01-01.")]
To = Annotated[str | None, typer.Option("--to", help="The day after the last one.")]


def month_of(text: str) -> Month:
    """The month that a person wrote."""
    try:
        return Month.parse(text)
    except ValueError:
        raise SettingsError(
            "{text} is not a month", remedy="Write it as 2026-01.", text=text
        ) from None


def day_of(text: str) -> date:
    """The day that a person wrote."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise SettingsError(
            "{text} is not a day", remedy="Write it as 2026-01-31.", text=text
        ) from None


def span_of(month: str | None, first: str | None, after: str | None) -> tuple[date, date] | None:
    """The days `[first, after)` that the options ask for; None where they ask for none."""
    if month and (first or after):
        raise SettingsError("Say either --month, or --from and --to")
    if month:
        chosen = month_of(month)
        return chosen.first, chosen.after
    if first is None and after is None:
        return None
    if first is None:
        raise SettingsError("--to needs --from", remedy="Add --from 2026-01-01.")
    start, end = day_of(first), day_of(after) if after else None
    if end is not None and start >= end:
        raise SettingsError(
            "--from {first} is not before --to {after}",
            remedy="--to is the day after the last one.",
            first=start,
            after=end,
        )
    return start, end or date.max - DAY


def not_yet(first: date) -> SettingsError:
    """Days that have not begun cannot be asked for."""
    return SettingsError(
        "{first} is in the future", remedy="Days are UTC; ask for one that has begun.", first=first
    )
