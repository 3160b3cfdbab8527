"""`ecot config`: the settings of this folder to a deployed stack, and back."""

import os
from pathlib import Path
from typing import Annotated

import typer
from pydantic import SecretStr

from ecot.cli import files
from ecot.cli.keeping import expect_yes, keeping_of, make_signing_key
from ecot.cli.options import examples, flag, valued
from ecot.cli.republishing import SETTINGS_LATER, publish_there
from ecot.cli.session import SECRETS, Session, home_here, settings_here
from ecot.cli.show import complain, out, tell
from ecot.cli.stack import needed_stack
from ecot.edge import pushing
from ecot.edge.cloud import SETTINGS, Contents, prices_in, settings_of
from ecot.edge.deployed import Deployed
from ecot.edge.keeping import Here, Keeping
from ecot.edge.pushing import Before
from ecot.errors import SettingsError
from ecot.jobs.place import has_ledger, place_at
from ecot.jobs.query import expected
from ecot.jobs.stacks import Text
from ecot.model.sentence import Sentence
from ecot.settings import Settings
from ecot.settings.prices import FILE as PRICES

PANEL = "Files"
File = Annotated[
    Path | None,
    valued("--file", "FILE", "The settings file (default: `ECOT_CONFIG`, else `./ecot.toml`)."),
]
Secrets = Annotated[bool, flag("--secrets", "Put the keys that the settings name into SSM too.")]
Yes = Annotated[bool, flag("--yes", "Do it without asking.")]
Force = Annotated[bool, flag("--force", "Replace files that are there.")]


def add_to(app: typer.Typer) -> None:
    """Adds the commands."""
    config = typer.Typer(help="The settings of a deployed Ecot.")
    of_push = examples("ecot config push --stack ecot", "ecot config push --stack ecot --secrets")
    config.command("push", epilog=of_push)(push)
    config.command("show", epilog=examples("ecot config show --stack ecot"))(show)
    config.command("pull", epilog=examples("ecot config pull --stack ecot --force"))(pull)
    app.add_typer(config, name="config", rich_help_panel=PANEL, no_args_is_help=True)


def push(file: File = None, is_with_secrets: Secrets = False, yes: Yes = False) -> None:
    """Bring the settings and prices of this folder to the stack; they hold from the next run on.

    What only variables say here is written down on the way: accounts of `.env`, databases of
    Notion, recipients. What the stack has and this folder has not is asked about before it goes.
    What has changed is on the site soon.
    """
    needed_stack()
    session = Session()
    deployed = _deployed(session)
    here = _here(file, session)
    text, values = _text(here, file, session)
    prices = _prices(here)
    settings = _checked(deployed, text, prices, session)
    before = pushing.there(deployed)
    is_changed = _tell_differences(session, before, text, prices, yes=yes)
    pushing.put(deployed, before, text.encode(), prices)
    make_signing_key(session)
    keeping = keeping_of(session)
    if is_with_secrets:
        _put_keys(session, keeping, pushing.keys_of(settings, values), yes=yes)
    if is_changed and before.settings is not None:
        publish_there(session, SETTINGS_LATER)  # a name or a figure that is private now is there
    _tell_lacking(session, keeping, settings)


def show() -> None:
    """Print the settings of the stack, as they are in its bucket."""
    needed_stack()
    session = Session()
    found = pushing.there(_deployed(session)).settings
    if found is None:
        raise _none(session)
    out().print(found.body.decode("utf-8", "replace"), markup=False, end="")


def pull(file: File = None, is_forced: Force = False) -> None:
    """Write the settings and prices of the stack into this folder; no keys."""
    needed_stack()
    session = Session()
    found = pushing.there(_deployed(session))
    if found.settings is None:
        raise _none(session)
    path = file or Path(SETTINGS)
    wanted = [(path, found.settings), (path.with_name(PRICES), found.prices)]
    texts = [(one, text) for one, text in wanted if text is not None]
    for one, text in texts:
        if one.exists() and one.read_bytes() != text.body and not is_forced:
            raise SettingsError(
                "{file} is already there and was left as it is",
                remedy="Say it with --force to replace it.",
                file=one,
            )
    for one, text in texts:
        files.write([text.body], one)
        tell(session.language.say("Written: {file}", file=one))


def _deployed(session: Session) -> Deployed:
    if session.deployed is None:
        raise SettingsError(
            "This command is about a deployed Ecot",
            remedy="Say which one with --stack NAME.",
        )
    return session.deployed


def _none(session: Session) -> SettingsError:
    return SettingsError(
        "The stack {stack} has no settings yet",
        remedy="`ecot config push --stack {stack}` brings those of this folder.",
        stack=_deployed(session).stack,
    )


def _here(file: Path | None, session: Session) -> Here:
    return Here(file, SECRETS, os.environ, home_here(), session.today)


def _text(here: Here, file: Path | None, session: Session) -> tuple[str, dict[str, str]]:
    """The settings as the stack needs them, and the variables that are set here."""
    full = settings_here(file)
    text = here.text()
    bare = here.read(text, {})
    left_out = _left_out(full, here)
    for key in sorted(left_out):
        complain(
            session.language,
            Sentence("{account} is left out: its key is only in the environment", {"account": key}),
            Sentence("Name it in {file}, or `ecot connect` it there.", {"file": here.file}),
            mark="·",
        )
    accounts = tuple(one for one in full.accounts if one.key not in left_out)
    full = full.model_copy(update={"accounts": accounts})
    return pushing.settled_text(text, bare, full, here.file), here.all_values()


def _left_out(full: Settings, here: Here) -> set[str]:
    """Accounts of keys that merely happen to be there: neither in `.env`, nor ever collected."""
    found = [one for one in full.accounts if one.origin == "environment"]
    written, home = {one.variable for one in here.kept()}, str(full.home)
    known: frozenset[str] = frozenset()
    if found and has_ledger(home):
        place = place_at(home)
        try:
            known = frozenset(expected(place.store))
        finally:
            place.store.close()
    return {one.key for one in found if one.secret_name not in written and one.key not in known}


def _prices(here: Here) -> bytes:
    path = Path(here.file).with_name(PRICES)
    return path.read_bytes() if path.exists() else b""


def _checked(deployed: Deployed, text: str, prices: bytes, session: Session) -> Settings:
    """The settings as the stack will read them. Raises SettingsError for the first thing that is
    wrong: then nothing was written."""
    contents = Contents(Text(text.encode(), ""), Text(prices, ""), {})
    prices_in(deployed, contents)
    return settings_of(deployed, contents, session.now())


def _tell_differences(
    session: Session, before: Before, text: str, prices: bytes, *, yes: bool
) -> bool:
    """Tells what changes, and whether anything does. What goes is asked about."""
    say = session.language.say
    found = [
        *pushing.differences(before.settings, text.encode()),
        *pushing.differences(before.prices, prices),
    ]
    for one in found:
        tell(f"{one.sign} {one.path}")
    if not found:
        tell(say("The stack has these settings already."))
    if any(one.sign == "-" for one in found):
        expect_yes(say("Take out what begins with a minus?"), yes=yes)
    return bool(found)


def _put_keys(session: Session, keeping: Keeping, keys: dict[str, str], *, yes: bool) -> None:
    """Puts the keys into SSM once somebody has agreed to their names."""
    say = session.language.say
    for name in keys:
        tell(f"  {name}")
    if not keys:
        tell(say("None of the keys that the settings name is set here."))
        return
    stack = _deployed(session).stack
    expect_yes(say("Put these keys into SSM for {stack}?", stack=stack), yes=yes)
    for name, value in keys.items():
        keeping.keep(name, SecretStr(value))
    tell(session.language.count("{count} key is in SSM.", "{count} keys are in SSM.", len(keys)))


def _tell_lacking(session: Session, keeping: Keeping, settings: Settings) -> None:
    """The accounts that will not be collected for want of a key."""
    stack = _deployed(session).stack
    for variable in pushing.lacking(settings, [one.variable for one in keeping.kept()]):
        complain(
            session.language,
            Sentence("{name} is not set", {"name": variable}),
            Sentence(
                "`ecot config push --stack {stack} --secrets` puts it there, or "
                "`ecot connect PROVIDER --stack {stack}`.",
                {"stack": stack},
            ),
            mark="·",
        )
