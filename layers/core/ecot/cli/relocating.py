"""`ecot move`: the whole ledger to another place, or a copy of it back to how it was."""

from pathlib import Path
from typing import Annotated

import typer

from ecot.cli import options
from ecot.cli.options import examples, valued
from ecot.cli.session import Session, opened
from ecot.cli.show import print_json, progress, tell
from ecot.cli.stack import deployed_as
from ecot.errors import SettingsError
from ecot.jobs.go_back import go_back
from ecot.jobs.move import move as move_job
from ecot.jobs.place import has_ledger, is_inside, shares

PANEL = "Files"

Target = Annotated[
    str | None, valued("--to", "PLACE", "An empty place: a folder, or `dynamodb:TABLE@BUCKET`.")
]
ToStack = Annotated[
    str | None, valued("--to-stack", "NAME", "The deployed ledger NAME, while it is still empty.")
]
Origin = Annotated[
    str | None, valued("--from", "PLACE", "Where the ledger is (default: `ECOT_HOME`).")
]
CopyName = Annotated[
    str | None,
    valued("--copy", "NAME", "Put this copy there instead, made before a migration (`schema-1`)."),
]


def add_to(app: typer.Typer) -> None:
    """Adds the command."""
    of_move = examples(
        "ecot move --to /srv/ecot",
        "ecot move --to-stack ecot",
        "ecot move --from /srv/ecot --to .ecot --json",
        "ecot move --copy schema-1 --to before",
    )
    app.command("move", rich_help_panel=PANEL, epilog=of_move)(move)


def move(
    target: Target = None,
    stack_name: ToStack = None,
    origin: Origin = None,
    copy: CopyName = None,
    json: options.Json = False,
    config: options.Config = None,
) -> None:
    """Copy the whole ledger, with its kept answers, to another place, and compare the two.

    The source stays as it is. What was cut off goes on when the same is said again.
    """
    if (target is None) == (stack_name is None):
        raise SettingsError(
            "Say where the ledger is to go", remedy="Either --to PLACE or --to-stack NAME."
        )
    session = Session(config)
    source = origin or str(session.settings.home)
    target = target or deployed_as(stack_name or "").address
    _refuse_same(source, target)
    if not has_ledger(source):
        raise SettingsError(
            "There is no ledger in {place}",
            remedy="Say with --from where the ledger is; nothing was moved.",
            place=source,
        )
    if copy is None:
        _move(session, source, target, stack_name, json=json)
    else:
        _go_back(session, source, copy, target, json=json)


def _move(
    session: Session, source: str, target: str, stack_name: str | None, *, json: bool
) -> None:
    with progress() as told:
        moved = move_job(opened(source), opened(target), told)
    if json:
        print_json({"from": source, "to": target, "moved": moved})
    say, count = session.language.say, session.language.count
    tell(
        say(
            "{items} and {files} are in {place}, compared to the last byte.",
            items=count("{count} item", "{count} items", moved.items),
            files=count("{count} file", "{count} files", moved.files),
            place=target,
        )
    )
    if stack_name is None:
        text = "Collect into one of the two only: ECOT_HOME={place} chooses the new one."
        tell(say(text, place=target))
    else:
        text = (
            "Collect there only, as its schedule does; from here with `ecot run --stack {stack}`."
        )
        tell(say(text, stack=stack_name))
        text = "Its settings and keys: `ecot config push --stack {stack} --secrets`."
        tell(say(text, stack=stack_name))


def _go_back(session: Session, source: str, copy: str, target: str, *, json: bool) -> None:
    with progress() as told:
        manifest = go_back(opened(source).files, copy, opened(target), told)
    if json:
        copied = {"name": copy, "schema": manifest.schema, "items": manifest.items}
        print_json(
            {"from": source, "to": target, "copy": {**copied, "items_digest": manifest.digest}}
        )
    tell(
        session.language.say(
            "The copy {name} is in {place}, as it was: for the Ecot that knows schema {schema}.",
            name=copy,
            place=target,
            schema=manifest.schema,
        )
    )


def _refuse_same(source: str, target: str) -> None:
    if Path(source).resolve() == Path(target).resolve():
        raise SettingsError(
            "{place} is where the ledger is already",
            remedy="Give another place with --to.",
            place=target,
        )
    if shares(source, target):
        raise SettingsError(
            "{place} has the table or the files of the ledger that is to move",
            remedy="Give another table with --to, and another bucket or prefix.",
            place=target,
        )
    _refuse_nested(source, target)


def _refuse_nested(source: str, target: str) -> None:
    if is_inside(source, target):
        raise SettingsError(
            "{place} is inside the ledger that is to move",
            remedy="Give another place with --to.",
            place=target,
        )
    if is_inside(target, source):
        raise SettingsError(
            "The ledger that is to move is among the files of {place}",
            remedy="Give another place with --to.",
            place=target,
        )
