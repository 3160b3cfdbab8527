"""Which settings and keys a command changes, and how it asks for a key."""

import os
import sys
from pathlib import Path

import typer
from pydantic import SecretStr

from ecot.cli.session import SECRETS, Session, home_here
from ecot.cli.show import tell
from ecot.edge.keeping import Here, Keeping, There
from ecot.edge.signing_key import make_for
from ecot.errors import SettingsError


def keeping_of(session: Session, config: Path | None = None) -> Keeping:
    """Those of the stack that was named, else those of this folder."""
    if session.deployed is not None:
        return There(session.deployed, session.now())
    return Here(config, SECRETS, os.environ, home_here(), session.today)


def make_signing_key(session: Session) -> None:
    """Makes the key of the stack that was named, where it has none yet: nobody signs in without.
    The one of this folder is made when it is read."""
    if session.deployed is not None and make_for(session.deployed):
        tell(session.language.say("The key that signs cookies and links was made."))


def is_at_a_terminal() -> bool:
    """Whether a person can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def asked_key(question: str) -> SecretStr:
    """The key that a person types, which is not shown; in a pipe its first line."""
    if is_at_a_terminal():
        text = typer.prompt(question, default="", show_default=False, hide_input=True, err=True)
    else:
        text = sys.stdin.readline()
    return SecretStr(text.strip())


def expect_yes(question: str, *, yes: bool) -> None:
    """Goes on where a person says yes, or has said so with --yes; else raises SettingsError."""
    if yes or (is_at_a_terminal() and typer.confirm(question, default=False, err=True)):
        return
    raise SettingsError(
        "Nothing was done, for nobody said yes",
        remedy="Say it again with --yes if that is meant.",
    )
