"""What typer says of a command that it does not understand, as sentences that have French words."""

import re

from ecot.model.sentence import Sentence

_SAID = (  # typer's own words, their places open; of two that fit the longer comes first
    Sentence("Missing option '{name}'. Choose from:{known}"),
    Sentence("Missing option '{name}'."),
    Sentence("Missing argument '{name}'."),
    Sentence("No such command '{name}'. Did you mean {meant}?"),
    Sentence("No such command '{name}'."),
    Sentence("No such option: {name} (Possible options: {meant})"),
    Sentence("No such option: {name}"),
    Sentence("Option '{name}' requires an argument."),
    Sentence("Got unexpected extra argument(s) ({text})"),
    Sentence("Invalid value for '{name}': '{text}' is not one of {known}."),
    Sentence("Invalid value for '{name}': file '{text}' does not exist."),
    Sentence("Invalid value for '{name}': file '{text}' is a directory."),
)


def misuse(message: str) -> Sentence:
    """Typer's message; one that is not foreseen here stays English."""
    for said in _SAID:
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+)", re.escape(said.text))
        if found := re.fullmatch(pattern, message, re.DOTALL):
            return Sentence(said.text, found.groupdict())
    return Sentence(message)
