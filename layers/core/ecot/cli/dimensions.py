"""`--by`: one dimension, or several with commas between them."""

from typing import get_args

import typer

from ecot.cli import options
from ecot.jobs.query import By

ALL: tuple[By, ...] = get_args(By)


def dimensions_of(text: str) -> tuple[By, ...]:
    """`sub_account,model,day`: each once, in the order in which they become columns."""
    known: dict[str, By] = {by: by for by in ALL}
    words = [word.strip() for word in text.split(",")]
    for word in words:
        if word not in known:
            choices = ", ".join(map(repr, ALL))
            raise typer.BadParameter(f"{word!r} is not one of {choices}.")
    return tuple(dict.fromkeys(known[word] for word in words))


def _checked(text: str) -> str:
    """Wrong usage is told by the one who knows the command: typer."""
    dimensions_of(text)
    return text


OPTION = options.valued(
    "--by",
    "DIMENSION[,…]",
    f"One line for each {', '.join(ALL)}; several with commas: sub_account,model,day.",
    _checked,
)
