"""`ecot import`, `export`, `reset`: figures into the ledger and out of it."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ecot.cli import options
from ecot.cli.files import read, write
from ecot.cli.options import examples
from ecot.cli.rates import import_ecb
from ecot.cli.republishing import publish_there
from ecot.cli.session import Session
from ecot.cli.show import print_json, progress, tell, tell_outcome
from ecot.edge.documents import import_document
from ecot.errors import SettingsError
from ecot.jobs.dump import read_dump, write_dump
from ecot.jobs.export import write_csv
from ecot.jobs.focus_export import unpriced, write_focus
from ecot.jobs.imports import import_focus
from ecot.jobs.query import Question
from ecot.jobs.restore import reset as reset_job
from ecot.jobs.restore import restore
from ecot.jobs.round import run_id
from ecot.jobs.written import account_of
from ecot.model.period import DAY, Month
from ecot.report.spreadsheet import FRENCH, ISO

PANEL = "Files"
_CALENDAR = date(1970, 1, 1)

FilePaths = Annotated[
    list[Path],
    typer.Argument(metavar="FILE", help="One file or several.", exists=True, dir_okay=False),
]
Into = Annotated[
    str | None,
    options.valued("--account", "PROVIDER/NAME", "Where everything goes (default: as billed)."),
]
Replace = Annotated[bool, options.flag("--replace", "Put the files in the place of what is there.")]
Exported = Annotated[
    Path,
    typer.Argument(
        metavar="FILE", help="What `ecot export` wrote as JSON.", exists=True, dir_okay=False
    ),
]
OutFile = Annotated[Path | None, options.valued("--out", "FILE", "The file (default: stdout).")]
KeptIn = Annotated[
    Path | None, options.valued("--out", "FILE", "Where the export goes (default: in `ECOT_HOME`).")
]
Yes = Annotated[bool, options.flag("--yes", "Do it; without it nothing happens.")]


class Format(StrEnum):
    """What can be written."""

    json = "json"
    csv = "csv"
    csv_fr = "csv-fr"
    focus = "focus"


_FORMS = {Format.csv: ISO, Format.csv_fr: FRENCH}
As = Annotated[
    Format,
    options.valued(
        "--format",
        "|".join(Format),
        "`json` can be imported again, `csv` is read (`csv-fr` by a French Excel), `focus` is for "
        "other programs.",
    ),
]


def add_to(app: typer.Typer) -> None:
    """Adds the commands."""
    of_export = examples(
        "ecot export --format json --out ledger.json",
        "ecot export --format csv --from 2026-01-01 --to 2026-02-01",
        "ecot export --format focus --from 2026-01-01 --to 2026-02-01 --out january.focus.csv",
    )
    app.command("export", rich_help_panel=PANEL, epilog=of_export)(export)
    app.command("reset", rich_help_panel=PANEL, epilog=examples("ecot reset --yes"))(reset)
    imports = typer.Typer(help="Put charges, usage and exchange rates from files into the ledger.")
    of_focus = examples(
        "ecot import focus costs.csv", "ecot import focus may.csv.gz june.csv.gz --account aws/main"
    )
    imports.command("focus", epilog=of_focus)(import_focus_files)
    of_ecb = examples("ecot import ecb eurofxref-hist.xml")
    imports.command("ecb", epilog=of_ecb)(import_ecb)
    imports.command("json", epilog=examples("ecot import json ledger.json"))(import_json)
    app.add_typer(imports, name="import", rich_help_panel=PANEL, no_args_is_help=True)


def import_focus_files(
    files: FilePaths,
    account: Into = None,
    is_replacing: Replace = False,
    json: options.Json = False,
    config: options.Config = None,
) -> None:
    """Import FOCUS files (1.0 to 1.4; CSV, JSONL, either of them .gz) as one answer.

    Importing the same files again changes nothing.
    """
    session = Session(config)
    if account is not None:
        account = account_of(account)
    with progress() as told:
        outcomes = import_focus(
            session.place,
            files,
            session.round(told=told),
            account=account,
            is_replacing=is_replacing,
        )
    for outcome in outcomes:
        tell_outcome(session.language, outcome)
    if json:
        print_json(import_document(outcomes, session.language))
    publish_there(session)


def import_json(file: Exported, config: options.Config = None) -> None:
    """Put an exported ledger back; the result is identical.

    Nothing is ever overwritten: where a month is there and differs, nothing is imported.
    """
    session = Session(config)
    months = restore(session.place, read_dump(read(file), file.name), file.name)
    tell(session.language.say("{count} months of accounts imported", count=months))
    publish_there(session)


def export(
    form: As,
    first: options.From = None,
    after: options.To = None,
    file: OutFile = None,
    config: options.Config = None,
) -> None:
    """Write the ledger: all of it as JSON, its rows as CSV, or what counts in its totals as FOCUS.

    JSON holds whole months and everything that `ecot import json` needs to make the same ledger.
    """
    session = Session(config)
    span = options.span_of(None, first, after, session.today)
    write(_exported(session, form, span), file)
    if form is Format.focus:
        _tell_left_out(session, _question(session, span))


def reset(yes: Yes = False, file: KeptIn = None, config: options.Config = None) -> None:
    """Export the whole ledger, then empty it."""
    session = Session(config)
    if not yes:
        raise SettingsError(
            "Nothing was done: this empties the ledger in {home}",
            remedy="Say `ecot reset --yes` if that is meant; it exports everything first.",
            home=session.settings.home,
        )
    kept = file or session.folder / f"before-reset-{run_id(session.now())}.json"
    write(write_dump(session.place, people=session.settings.people), kept)
    reset_job(session.place)
    tell(session.language.say("The ledger is empty; what it held is in {file}", file=kept))
    publish_there(session)


def _exported(session: Session, form: Format, span: tuple[date, date] | None) -> Iterable[bytes]:
    if form is Format.focus:
        return write_focus(session.place, _question(session, span))
    if form in _FORMS:
        return write_csv(session.place, _question(session, span), _FORMS[form])
    if span is None:
        return write_dump(session.place, people=session.settings.people)
    months = Month.of(span[0]), Month.of(span[1] - DAY)
    return write_dump(session.place, *months, people=session.settings.people)


def _question(session: Session, span: tuple[date, date] | None) -> Question:
    return session.question(span or (_CALENDAR, session.today + DAY))


def _tell_left_out(session: Session, question: Question) -> None:
    """What a FOCUS file cannot say: that a cost is not known."""
    if count := unpriced(session.place.store, question):
        told = session.language.count(
            "{count} charge of unknown cost is not in the file: FOCUS allows no empty cost",
            "{count} charges of unknown cost are not in the file: FOCUS allows no empty cost",
            count,
        )
        tell(told)
