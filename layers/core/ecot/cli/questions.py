"""The questions of `ecot init`, each asked until its answer can be used."""

import os
from collections.abc import Callable, Collection, Iterator
from functools import partial
from pathlib import Path
from typing import TypeVar, get_args
from zoneinfo import ZoneInfo

import typer
from pydantic import SecretStr

from ecot.cli.show import complain, sentences, tell
from ecot.errors import SettingsError
from ecot.jobs.known import providers
from ecot.jobs.written import currency_of
from ecot.language import Language
from ecot.model.sentence import Sentence
from ecot.settings.entries import NAME
from ecot.settings.environment import variables_for
from ecot.settings.scaffold import Answers, Key
from ecot.settings.values import LocaleName

_T = TypeVar("_T")


def ask(language: Language, known: Collection[str]) -> Answers:
    """Asks everything. `known` are the variables that `.env` has already."""
    say = language.say
    locales = " / ".join(get_args(LocaleName))
    return Answers(
        locale=_asked(language, f"{say('Language')} ({locales})", language.locale, _locale),
        currency=_asked(language, say("Currency of the report"), "USD", currency_of),
        timezone=_asked(language, say("Time zone"), machine_zone(), _zone),
        keys=tuple(_keys(language, known)),
    )


def machine_zone(localtime: Path = Path("/etc/localtime")) -> str:
    """The time zone that this machine is in, as far as it says; else UTC."""
    _, _, linked = str(localtime.resolve()).partition("/zoneinfo/")
    for name in (os.environ.get("TZ", "").lstrip(":"), linked):
        try:
            return _zone(name)
        except SettingsError:
            continue
    return "UTC"


def _keys(language: Language, known: Collection[str]) -> Iterator[Key]:
    """Keys for each provider that the person has accounts with; three organisations are three."""
    taken: set[str] = set()
    tell(
        language.say("Your accounts, supplier by supplier. Enter skips those that you do not use.")
    )
    for provider in providers():
        question = language.say(
            "A name for your {provider} account (empty: none)", provider=provider.title
        )
        variables = partial(variables_for, provider)
        while name := _asked(language, question, "", partial(_name, variables, taken)):
            variable = variables(name)[0]
            taken.add(variable)
            secret = None
            if variable not in known:
                tell(f"  {language.say(provider.facts.key)}")
                secret = _secret(language, variable, provider.recognise)
            yield Key(provider=provider.name, name=name, variable=variable, secret=secret)
            question = language.say(
                "A name for another {provider} account (empty: none)", provider=provider.title
            )


def _secret(
    language: Language, variable: str, recognise: Callable[[str], str | None]
) -> SecretStr | None:
    question = language.say("Its key, for {variable} (not shown; empty: later)", variable=variable)
    while text := typer.prompt(
        question, default="", show_default=False, hide_input=True, err=True
    ).strip():
        remedy = recognise(text)
        if remedy is None:
            return SecretStr(text)
        complain(
            language,
            Sentence("The key is not of the kind that is needed."),
            Sentence(remedy),
        )
    return None


def _asked(language: Language, question: str, default: str, read: Callable[[str], _T]) -> _T:
    """Asks until the answer can be read."""
    while True:
        text = typer.prompt(question, default=default, show_default=bool(default), err=True)
        try:
            return read(text.strip())
        except SettingsError as error:
            complain(language, *sentences(error))


def _name(variables: Callable[[str], list[str]], taken: Collection[str], text: str) -> str:
    """The name of a new account, or nothing."""
    if text and not NAME.fullmatch(text):
        raise SettingsError(
            "{text} is no name of an account",
            remedy="use letters, digits, hyphens, dots and underscores, 64 at most, a letter or "
            "digit first",
            text=text,
        )
    if text and variables(text)[0] in taken:
        raise SettingsError("{text} is already an account; give it another name", text=text)
    return text


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
