"""The language that this process speaks: the settings' once they are read, before that the
terminal's."""

import os
from contextvars import ContextVar

from ecot.language import Language

_chosen: ContextVar[Language | None] = ContextVar("language", default=None)


def spoken() -> Language:
    """French where LC_ALL, LC_MESSAGES or LANG say so, else English, until `speak` was called."""
    if chosen := _chosen.get():
        return chosen
    variables = (os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    wanted = next((value for value in variables if value), "")
    return Language(locale="fr-FR" if wanted.lower().startswith("fr") else "en-US")


def speak(language: Language | None) -> None:
    """What is spoken from now on; None is the terminal's language again."""
    _chosen.set(language)
