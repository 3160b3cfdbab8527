"""`ecot init`: a commented `ecot.toml` and `.env`, from a few questions; and the demo beside it."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from ecot.cli import options
from ecot.cli.files import unusable
from ecot.cli.options import examples
from ecot.cli.publishing import demo
from ecot.cli.questions import ask
from ecot.cli.show import tell
from ecot.cli.speech import spoken
from ecot.errors import SettingsError
from ecot.jobs.known import providers
from ecot.settings.dotenv import read_dotenv
from ecot.settings.scaffold import Answers, dotenv_text, settings_text

PANEL = "Begin"
Force = Annotated[bool, options.flag("--force", "Replace an `ecot.toml` that is there.")]
SETTINGS, SECRETS = Path("ecot.toml"), Path(".env")


def add_to(app: typer.Typer) -> None:
    """Adds the commands."""
    of_init = examples("ecot init", "ecot init --force")
    app.command("init", rich_help_panel=PANEL, epilog=of_init)(init)
    app.command("demo", rich_help_panel=PANEL, epilog=examples("ecot demo --open"))(demo)


def init(
    force: Force = False,
) -> None:
    """Write a commented `ecot.toml` and `.env` in this folder, from a few questions.

    In a pipe nothing is asked: the files then hold examples to fill in. An `.env` that is there is
    never replaced; keys are added to it.
    """
    language = spoken()
    if SETTINGS.exists() and not force:
        raise SettingsError(
            "{file} is already there and was left as it is",
            remedy="Edit it, or say `ecot init --force` to replace it.",
            file=SETTINGS,
        )
    known = read_dotenv(SECRETS)
    is_asking = sys.stdin.isatty() and sys.stderr.isatty()
    answers = ask(language, known) if is_asking else Answers(locale=language.locale)
    try:
        SETTINGS.write_text(settings_text(answers), encoding="utf-8")
        _write_secrets(answers, known)
    except OSError as error:
        raise unusable(Path(error.filename or SETTINGS), error) from None
    say = language.say
    tell(say("Written: {settings} and {secrets}", settings=SETTINGS, secrets=SECRETS))
    tell(say("Next: `ecot doctor` tries the keys, `ecot run` collects."))


def _write_secrets(answers: Answers, known: dict[str, str]) -> None:
    """Adds what `.env` does not have yet, so that nobody else on the machine can read it, from its
    first byte on."""
    new = tuple(key for key in answers.keys if key.variable not in known)
    is_there = SECRETS.exists()
    if is_there and not new:
        return
    wanted: dict[str, str] = {}
    for one in providers():
        wanted[one.variables[0]] = f"{one.title}: {one.facts.key}"
        wanted |= dict.fromkeys(one.needs.values(), f"{one.title}: needed beside the key.")
    text = dotenv_text(answers.model_copy(update={"keys": new}), wanted)
    descriptor = os.open(SECRETS, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "a", encoding="utf-8") as file:
        SECRETS.chmod(0o600)
        file.write(f"\n{text}" if is_there else text)
