"""`ecot import`, `export`, `reset`: figures into the ledger and out of it."""

import sys
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ecot.cli import options
from ecot.cli.session import Session
from ecot.cli.show import err, print_json, progress, tell_outcome
from ecot.errors import SettingsError
from ecot.jobs.dump import read_dump, write_dump
from ecot.jobs.export import write_csv
from ecot.jobs.imports import import_focus
from ecot.jobs.restore import reset as reset_job
from ecot.jobs.restore import restore
from ecot.model.period import DAY, Month

FilePaths = Annotated[list[Path], typer.Argument(help="One file or several.", exists=True)]


def add_to(app: typer.Typer) -> None:
    """Adds the commands."""
    imports = typer.Typer(help="Put charges and usage from files into the ledger.")
    imports.command("focus")(import_focus_files)
    imports.command("json")(import_json)
    app.add_typer(imports, name="import", no_args_is_help=True)
    app.command("export")(export)
    app.command("reset")(reset)


def import_focus_files(
    files: FilePaths,
    account: Annotated[
        str | None,
        typer.Option("--account", help="Where everything goes: PROVIDER/NAME (default: as billed)."),
    ] = None,
    is_replacing: Annotated[
        bool, typer.Option("--replace", help="Put the files in the place of what is there.")
    ] = False,
    json: options.Json = False,
    config: options.Config = None,
) -> None:
    """Import FOCUS files (1.0 to 1.4; CSV, JSONL, either of them .gz) as one answer.

    Examples: `ecot import focus costs.csv`, `ecot import focus may/*.gz --account aws/main`
    """
    session = Session(config)
    if account is not None and not all(account.partition("/")):
        raise SettingsError(
            "{account} names no provider and account",
            remedy="Write it as PROVIDER/NAME, such as aws/main.",
            account=account,
        )
    with progress() as told:
        outcomes = import_focus(
            session.place,
            files,
            session.round(told=told),
            account=account,
            is_replacing=is_replacing,
        )
    if json:
        print_json({"outcomes": outcomes})
    for outcome in outcomes:
        tell_outcome(session.language, outcome)


def import_json(
    file: Annotated[Path, typer.Argument(help="What `ecot export --format json` wrote.", exists=True)],
    config: options.Config = None,
) -> None:
    """Put an exported ledger back; the result is identical. Example: `ecot import json ledger.json`"""
    session = Session(config)
    months = restore(session.place, read_dump(_read(file), file.name), file.name)
    err().print(session.language.say("{count} months of accounts imported", count=months))


class Format(StrEnum):
    """What can be written."""

    json = "json"
    csv = "csv"


def export(
    form: Annotated[Format, typer.Option("--format", help="json can be imported again.")],
    first: options.From = None,
    after: options.To = None,
    file: Annotated[Path | None, typer.Option("--out", help="The file (default: stdout).")] = None,
    config: options.Config = None,
) -> None:
    """Write the ledger: all of it as JSON, or its rows as CSV.

    JSON holds whole months. Examples: `ecot export --format json --out ledger.json`,
    `ecot export --format csv --from 2026-01-01 --to 2026-02-01`
    """
    session = Session(config)
    _write(_exported(session, form, options.span_of(None, first, after)), file)


def reset(
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without it nothing happens.")] = False,
    file: Annotated[
        Path | None, typer.Option("--out", help="Where the export goes (default: ECOT_HOME).")
    ] = None,
    config: options.Config = None,
) -> None:
    """Export the whole ledger, then empty it. Example: `ecot reset --yes`"""
    session = Session(config)
    if not yes:
        raise SettingsError(
            "Nothing was done: this empties the ledger in {home}",
            remedy="Say `ecot reset --yes` if that is meant; it exports everything first.",
            home=session.settings.home,
        )
    stamp = session.now().strftime("%Y%m%dT%H%M%SZ")
    kept = file or session.settings.home / f"before-reset-{stamp}.json"
    _write(write_dump(session.place), kept)
    reset_job(session.place)
    err().print(session.language.say("The ledger is empty; what it held is in {file}", file=kept))


def _exported(
    session: Session, form: Format, span: tuple[date, date] | None
) -> Iterable[bytes]:
    if form is Format.csv:
        return write_csv(session.place, session.question(span or (date.min, date.max), None, None))
    if span is None:
        return write_dump(session.place)
    return write_dump(session.place, Month.of(span[0]), Month.of(span[1] - DAY))


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise _unusable(file, error) from None


def _write(parts: Iterable[bytes], file: Path | None) -> None:
    """Writes a file whole or not at all; stdout part by part."""
    if file is None:
        for part in parts:
            sys.stdout.buffer.write(part)
        return
    unfinished = file.with_name(f".{file.name}.unfinished")
    try:
        with unfinished.open("wb") as opened:
            opened.writelines(parts)
        unfinished.replace(file)
    except OSError as error:
        raise _unusable(file, error) from None


def _unusable(file: Path, error: OSError) -> SettingsError:
    return SettingsError(
        "{file}: {why}",
        remedy="Check the path and its permissions.",
        file=file,
        why=error.strerror or type(error).__name__,
    )
