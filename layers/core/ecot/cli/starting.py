"""`ecot init`: a commented `ecot.toml` and `.env` from a few questions."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, TypeVar, get_args
from zoneinfo import ZoneInfo

import typer
from pydantic import SecretStr

from ecot.cli.session import currency_of, spoken_language
from ecot.cli.show import complain, err
from ecot.errors import SettingsError
from ecot.jobs.known import providers
from ecot.language import Language
from ecot.settings.environment import variables_for
from ecot.settings.scaffold import Answers, Key, dotenv_text, settings_text
from ecot.settings.values import LocaleName

SETTINGS, SECRETS = Path("ecot.toml"), Path(".env")
_T = TypeVar("_T")


def add_to(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("init")(init)


def init(
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there.")] = False,
) -> None:
    """Write a commented `ecot.toml` and `.env` in this folder, from a few questions.

    In a pipe nothing is asked: the files then hold examples to fill in. Example: `ecot init`
    """
    language = spoken_language()
    for file in (SETTINGS, SECRETS):
        if file.exists() and not force:
            raise SettingsError(
                "{file} is already there and was left as it is",
                remedy="Edit it, or say `ecot init --force` to replace it.",
                file=file,
            )
    is_asking = sys.stdin.isatty() and sys.stderr.isatty()
    answers = _ask(language) if is_asking else Answers(locale=language.locale)
    SETTINGS.write_text(settings_text(answers), encoding="utf-8")
    _write_secrets(dotenv_text(answers))
    say = language.say
    err().print(say("Written: {settings} and {secrets}", settings=SETTINGS, secrets=SECRETS))
    err().print(say("Next: `ecot doctor` tries the keys, `ecot run` collects."))


def _ask(language: Language) -> Answers:
    say = language.say
    locales = " / ".join(get_args(LocaleName))
    return Answers(
        locale=_asked(language, f"{say('Language')} ({locales})", language.locale, _locale),
        currency=_asked(language, say("Currency of the report"), "USD", currency_of),
        timezone=_asked(language, say("Time zone"), "Europe/Zurich", _zone),
        keys=tuple(_keys(language)),
    )


def _keys(language: Language) -> Iterator[Key]:
    """A key for each provider that the person has an account with."""
    for provider in providers():
        question = language.say(
            "A name for your {provider} account (empty: none)", provider=provider.title
        )
        name = typer.prompt(question, default="", show_default=False, err=True).strip()
        if name:
            variable = variables_for(provider, name)[0]
            secret = typer.prompt(
                language.say("Its key, for {variable} (not shown; empty: later)", variable=variable),
                default="",
                show_default=False,
                hide_input=True,
                err=True,
            )
            key = SecretStr(secret.strip()) if secret.strip() else None
            yield Key(provider=provider.name, name=name, variable=variable, secret=key)


def _asked(language: Language, question: str, default: str, read: Callable[[str], _T]) -> _T:
    """Asks until the answer can be read."""
    while True:
        try:
            return read(typer.prompt(question, default=default, err=True).strip())
        except SettingsError as error:
            complain(language, error)


def _locale(text: str) -> LocaleName:
    for known in get_args(LocaleName):
        if text.lower() == known.lower():
            found: LocaleName = known
            return found
    raise SettingsError("{text} is not one of the languages", text=text)


def _zone(text: str) -> str:
    try:
        return ZoneInfo(text).key
    except (KeyError, ValueError, OSError):
        raise SettingsError(
            "{text} is not a time zone", remedy="Write it as Europe/Zurich.", text=text
        ) from None


def _write_secrets(text: str) -> None:
    """Writes `.env` so that nobody else on the machine can read it, from its first byte on."""
    descriptor = os.open(SECRETS, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        SECRETS.chmod(0o600)
        file.write(text)
