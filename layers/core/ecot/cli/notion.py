"""`ecot notion`: the two databases in Notion, made, looked at and kept up to date."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from ecot.cli import options
from ecot.cli.files import unusable
from ecot.cli.keeping import keeping_of
from ecot.cli.notion_told import (
    examined_document,
    sync_document,
    tell_examined,
    tell_notices,
    tell_sync,
)
from ecot.cli.options import examples
from ecot.cli.session import Session
from ecot.cli.show import out, print_json, progress, tell
from ecot.edge.cloud import of_publishing
from ecot.edge.keeping import Keeping
from ecot.errors import SettingsError
from ecot.jobs.notion.databases import Made, examine, make, put_together
from ecot.jobs.notion.kept import NotionSync
from ecot.jobs.notion.scope import Asked
from ecot.jobs.notion.sync import sync as sync_job
from ecot.jobs.written import begun_month
from ecot.settings.addresses import notion_id
from ecot.settings.dotenv import read_dotenv
from ecot.settings.editing import with_key
from ecot.settings.environment import DATABASES

PANEL = "Collect"
SECRETS = Path(".env")

Page = Annotated[
    str, typer.Argument(metavar="PAGE", help="The link of a page that the integration may edit.")
]
Write = Annotated[
    bool, options.flag("--write", "Write the ids of the databases to `.env` without asking.")
]
Add = Annotated[bool, options.flag("--add", "Add the properties that are missing.")]
Merge = Annotated[
    bool, options.flag("--merge", "Put rows that are there a second time into Notion's trash.")
]
Yes = Annotated[bool, options.flag("--yes", "Do it without asking.")]
Since = Annotated[
    str | None, options.valued("--since", "MONTH", "Every month from this one on (UTC).")
]


def add_to(app: typer.Typer) -> None:
    """Adds the commands."""
    notion = typer.Typer(help="Keep two databases of Notion as the ledger is.")
    of_setup = examples(
        "ecot notion setup https://www.notion.so/Costs-0123456789abcdef0123456789abcdef"
    )
    notion.command("setup", epilog=of_setup)(setup)
    of_check = examples("ecot notion check", "ecot notion check --add", "ecot notion check --merge")
    notion.command("check", epilog=of_check)(check)
    of_sync = examples(
        "ecot notion sync", "ecot notion sync --since 2026-01", "ecot notion sync --month 2026-10"
    )
    notion.command("sync", epilog=of_sync)(sync)
    app.add_typer(notion, name="notion", rich_help_panel=PANEL, no_args_is_help=True)


def setup(page: Page, is_writing: Write = False, config: options.Config = None) -> None:
    """Make both databases under a page of Notion, related both ways, and print their ids.

    The page has to be shared with the integration (in its menu: Connections). What was cut off goes
    on when the same is said again: there is only ever one pair under a page.
    """
    session = Session(config, wanted=of_publishing)
    _refuse_second_pair(session)
    with progress() as told:
        told("notion", session.language.say("making the databases"))
        made = make(session.notion(), session.clocks(), _page(page), session.currency)
    out().print("\n".join(_lines(made, is_there=session.deployed is not None)), markup=False)
    say = session.language.say
    keeping = None if session.deployed is None else keeping_of(session)
    file = SECRETS if keeping is None else keeping.file
    if is_writing or _confirmed(say("Write these ids to {file}?", file=file)):
        if keeping is None:
            _write(made)
        else:
            _write_there(keeping, made)
        tell(say("Written: {file}", file=file))
        tell(say("Next: `ecot notion sync` fills them."))
    else:
        tell(say("Put these lines into {file}, then say `ecot notion sync`.", file=file))


def check(
    is_adding: Add = False,
    is_merging: Merge = False,
    yes: Yes = False,
    json: options.Json = False,
    config: options.Config = None,
) -> None:
    """Say what is missing in the databases, renamed or of another type, and which rows are twice.

    The exit code is 1 where something is missing. Nothing of yours is changed: `--add` only adds,
    `--merge` asks first, and what it puts into the trash can be restored there.
    """
    session = Session(config, wanted=of_publishing)
    access, clocks, language = session.notion(), session.clocks(), session.language
    with progress() as told:
        told("notion", language.say("reading"))
        found = examine(access, clocks, session.currency, is_adding=is_adding)
    if is_merging and found.doubles:
        _merge(session, len(found.doubles), yes=yes)
        found = examine(access, clocks, session.currency)
    tell_examined(language, found)
    if json:
        print_json(examined_document(found, language))
    raise typer.Exit(int(bool(found.problems)))


def sync(
    month: options.OfMonth = None,
    since: Since = None,
    json: options.Json = False,
    config: options.Config = None,
) -> None:
    """Make the databases say what the ledger says, and rows typed there bills of the ledger.

    By itself it looks at this month, the one before, and those of earlier syncs whose figures have
    changed. A free workspace has room for 1,000 blocks, for good: ask for more months with care.
    """
    session = Session(config, wanted=of_publishing)
    asked = _asked(session, month, since)
    with progress() as told:
        done = sync_job(
            session.place,
            session.edition(),
            session.notion(),
            session.clocks(),
            asked,
            categories=session.categories(),
            told=told,
        )
    if done.state == "not_configured" and done.message is not None:
        raise _not_configured(done)
    tell_sync(session.language, done)
    if json:
        print_json(sync_document(done, session.language))
    raise typer.Exit(int(done.state != "ok"))


def _not_configured(done: NotionSync) -> SettingsError:
    problem, remedy = done.message, done.remedy
    values = dict(problem.values if problem else {}) | dict(remedy.values if remedy else {})
    text = problem.text if problem else ""
    return SettingsError(text, remedy=remedy.text if remedy else "", **values)


def _asked(session: Session, month: str | None, since: str | None) -> Asked:
    if month and since:
        raise SettingsError("Say either --month or --since")
    return Asked(
        month=begun_month(month, session.today) if month else None,
        since=begun_month(since, session.today) if since else None,
    )


def _page(text: str) -> str:
    try:
        return notion_id(text)
    except ValueError:
        raise SettingsError(
            "{page} is no link of a page in Notion",
            remedy="Open the page, choose Copy link in its menu, and give that.",
            page=text,
        ) from None


def _refuse_second_pair(session: Session) -> None:
    notion = session.settings.notion
    if notion.services and notion.usages:
        raise SettingsError(
            "The settings name a pair of databases already",
            remedy="`ecot notion check` looks at it. For another pair, take {names} out of .env, "
            "and services and usages out of [notion].",
            names=", ".join(DATABASES.values()),
        )


def _lines(made: Made, *, is_there: bool = False) -> list[str]:
    """What to write into `.env`, or into the settings of a stack."""
    if is_there:
        return ["[notion]", f'services = "{made.services}"', f'usages = "{made.usages}"']
    return [f"{DATABASES['services']}={made.services}", f"{DATABASES['usages']}={made.usages}"]


def _confirmed(question: str) -> bool:
    """Whether a person says yes; in a pipe nobody is asked."""
    is_asking = sys.stdin.isatty() and sys.stderr.isatty()
    return is_asking and typer.confirm(question, default=True, err=True)


def _write(made: Made) -> None:
    """Adds the two lines to `.env`, which nobody else on the machine can read."""
    known = read_dotenv(SECRETS)
    if taken := [name for name in DATABASES.values() if name in known]:
        raise SettingsError(
            "{file} has {names} already, and was left as it is",
            remedy="Put the two lines there yourself.",
            file=SECRETS,
            names=", ".join(taken),
        )
    try:
        descriptor = os.open(SECRETS, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "a+", encoding="utf-8") as file:
            SECRETS.chmod(0o600)
            file.seek(0)
            before = file.read()
            is_cut = bool(before) and not before.endswith("\n")
            file.write("\n" * is_cut + "\n".join([*_lines(made), ""]))
    except OSError as error:
        raise unusable(SECRETS, error) from None


def _write_there(keeping: Keeping, made: Made) -> None:
    """Into the settings of the stack, which has no variables."""
    text = with_key(keeping.text(), "notion", "services", made.services, keeping.file)
    keeping.write(with_key(text, "notion", "usages", made.usages, keeping.file))


def _merge(session: Session, count: int, *, yes: bool) -> None:
    say, language = session.language.say, session.language
    question = say("Put the second ones of {count} rows into the trash of Notion?", count=count)
    if not (yes or _confirmed(question)):
        raise SettingsError(
            "Nothing was done: --merge puts rows into the trash of Notion",
            remedy="Say `ecot notion check --merge --yes` if that is meant.",
        )
    trashed, notices = put_together(session.notion(), session.clocks())
    tell(language.count("{count} row is in the trash now", "{count} rows are in the trash now",
                        trashed))  # fmt: skip
    tell_notices(language, notices)
