"""`ecot secrets`: which keys are kept since when, and another one in the place of an old one."""

from typing import Annotated

import typer

from ecot.cli import options
from ecot.cli.connecting import check_key, no_key, tell_kept, try_accounts, try_sink
from ecot.cli.keeping import asked_key, expect_yes, keeping_of
from ecot.cli.options import examples, flag
from ecot.cli.session import Session
from ecot.cli.show import print_json, print_table, tell
from ecot.edge.deployed import SIGNING_KEY
from ecot.edge.keeping import Keeping
from ecot.edge.signing_key import renew_for, renew_in
from ecot.errors import SettingsError
from ecot.jobs.known import provider
from ecot.settings import Account, Settings

PANEL = "Files"
Which = Annotated[
    str,
    typer.Argument(
        metavar="VARIABLE|PROVIDER/NAME", help="A variable, an account, or `signing-key`."
    ),
]
Yes = Annotated[bool, flag("--yes", "Do it without asking.")]


def add_to(app: typer.Typer) -> None:
    """Adds the commands."""
    secrets = typer.Typer(help="The keys that are kept: names and dates, never what they are.")
    of_list = examples("ecot secrets list", "ecot secrets list --stack ecot --json")
    secrets.command("list", epilog=of_list)(list_secrets)
    of_rotate = examples(
        "ecot secrets rotate openai/edugami --stack ecot",
        "ecot secrets rotate NOTION_API_KEY",
        "ecot secrets rotate signing-key --stack ecot",
    )
    secrets.command("rotate", epilog=of_rotate)(rotate)
    app.add_typer(secrets, name="secrets", rich_help_panel=PANEL, no_args_is_help=True)


def list_secrets(json: options.Json = False, config: options.Config = None) -> None:
    """List the variables that hold something, since when, and what for."""
    session = Session(config)
    keeping = keeping_of(session, config)
    uses = _uses(_with_names(session, keeping))
    lines = [(one, uses.get(one.variable, [])) for one in keeping.kept()]
    if json:
        print_json(
            {
                "secrets": [
                    {"variable": one.variable, "changed_at": one.changed_at, "for": used}
                    for one, used in lines
                ]
            }
        )
        return
    language = session.language
    if not lines:
        tell(language.say("No key is kept: `ecot connect PROVIDER` asks for one and keeps it."))
        return
    headings = [language.say("Variable"), language.say("Changed"), language.say("Used by")]
    print_table(
        headings,
        (
            [
                one.variable,
                language.moment(one.changed_at) if one.changed_at else "—",
                ", ".join(used) or "—",
            ]
            for one, used in lines
        ),
    )


def rotate(which: Which, yes: Yes = False, config: options.Config = None) -> None:
    """Put another key in the place of one, once it was tried; then revoke the old one.

    A new `signing-key` makes every sign-in and every link of a mail void.
    """
    session = Session(config)
    if which == SIGNING_KEY:
        _rotate_signing_key(session, yes=yes)
        return
    keeping = keeping_of(session, config)
    settings = _with_names(session, keeping)
    variable = _variable(settings, keeping, which)
    say = session.language.say
    secret = asked_key(say("The new key, for {variable} (not shown)", variable=variable))
    value = secret.get_secret_value()
    if not value:
        raise no_key()
    if value == keeping.values([variable]).get(variable):
        raise SettingsError(
            "This is the key that is kept already",
            remedy="Make another one where this one was made, and give that.",
        )
    used = [one for one in settings.accounts if one.secret_name == variable]
    check_key(session, variable, secret, provider(used[0].provider) if used else None)
    _try(session, keeping, settings, variable, value)
    keeping.keep(variable, secret)
    tell_kept(session, variable)
    for name in dict.fromkeys(one.provider for one in used):
        tell(say("Now revoke the old key at {provider}.", provider=provider(name).title))
    if not used:
        tell(say("Now revoke the old key where it was made."))


def _with_names(session: Session, keeping: Keeping) -> Settings:
    """The settings with the variables that really hold the keys, of several that may."""
    if session.deployed is None:
        return session.settings
    names = {one.variable: f"not-read:{one.variable}" for one in keeping.kept()}
    return keeping.read(keeping.text(), names)


def _uses(settings: Settings) -> dict[str, list[str]]:
    """What each variable is for."""
    found: dict[str, list[str]] = {}
    for account in settings.accounts:
        found.setdefault(account.secret_name, []).append(account.key)
    found.setdefault(settings.notion.secret_name, []).append("notion")
    found.setdefault(settings.mail.secret_name, []).append("resend")
    if settings.project is not None:
        found.setdefault(settings.project.secret_name, []).append("people")
    return found


def _variable(settings: Settings, keeping: Keeping, which: str) -> str:
    """The variable that is meant. Raises SettingsError for one that holds nothing."""
    named = {one.key: one.secret_name for one in settings.accounts}
    sinks = {"notion": settings.notion.secret_name, "resend": settings.mail.secret_name}
    variable = named.get(which) or sinks.get(which) or which
    kept = [one.variable for one in keeping.kept()]
    if variable not in kept:
        raise SettingsError(
            "No key is kept under {variable}",
            remedy="`ecot secrets list` shows what is kept; `ecot connect` keeps a first one.",
            variable=variable,
        )
    return variable


def _try(session: Session, keeping: Keeping, settings: Settings, variable: str, value: str) -> None:
    """Tries the new key with everything that uses it. Raises where one does not take it."""
    tried = keeping.read(keeping.text(), {variable: value})
    keys = {one.key for one in settings.accounts if one.secret_name == variable and one.active}
    accounts = [one for one in tried.accounts if one.key in keys and one.secret is not None]
    try_accounts(session, _with_options(accounts, settings))
    for name, kept in (("notion", tried.notion), ("resend", tried.mail)):
        if kept.secret_name == variable and kept.secret is not None:
            try_sink(session, name, kept.secret)


def _with_options(accounts: list[Account], settings: Settings) -> list[Account]:
    """The accounts with the new key, and with what they need beside it, which may be variables."""
    known = {one.key: one for one in settings.accounts}
    return [known[one.key].model_copy(update={"secret": one.secret}) for one in accounts]


def _rotate_signing_key(session: Session, *, yes: bool) -> None:
    say = session.language.say
    question = say("Make every sign-in and every link of earlier mails void?")
    expect_yes(question, yes=yes)
    if session.deployed is None:
        renew_in(session.folder)
    else:
        renew_for(session.deployed)
    tell(say("There is another key to sign with; sign-ins and links of before are void."))
