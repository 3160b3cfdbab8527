"""`--stack NAME`, on every command: the deployed ledger and settings in the place of those here."""

import inspect
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from functools import wraps
from typing import Annotated, Any

import typer

from ecot.cli.options import valued
from ecot.edge.deployed import Deployed
from ecot.errors import SettingsError
from ecot.jobs.stacks import facts_of

ALONE = ("init", "demo", "serve")
"""The commands that are about this folder and nothing else."""

Stack = Annotated[
    str | None, valued("--stack", "NAME", "The deployed ledger NAME in the place of the one here.")
]
_chosen: ContextVar[str | None] = ContextVar("stack", default=None)


def choose(stack: str | None) -> None:
    """What `--stack` says, for the command that begins."""
    _chosen.set(stack)


def chosen_stack() -> str | None:
    """The name of the stack that was asked for; None is the ledger here."""
    return _chosen.get()


def needed_stack() -> str:
    """The same where there is no other way. Raises SettingsError where none was named."""
    if (stack := chosen_stack()) is None:
        raise SettingsError(
            "This command is about a deployed Ecot",
            remedy="Say which one with --stack NAME.",
        )
    return stack


def deployed_as(stack: str) -> Deployed:
    """The stack of this name, as CloudFormation knows it, with the person's own credentials. Raises
    SettingsError where there is none."""
    found = facts_of(stack)
    return Deployed(stack=stack, table=found.table, bucket=found.bucket, url=found.url)


def give_all(app: typer.Typer) -> None:
    """Gives every command of the program the option."""
    for command in _commands(app):
        command.callback = _taking(command.callback, is_alone=command.name in ALONE)


def _commands(app: typer.Typer) -> Iterator[Any]:
    yield from app.registered_commands
    for group in app.registered_groups:
        if group.typer_instance is not None:
            yield from _commands(group.typer_instance)


def _taking(command: Callable[..., None], *, is_alone: bool) -> Callable[..., None]:
    """The command with one more option, which it need not know."""

    @wraps(command)
    def called(*arguments: Any, stack: str | None = None, **options: Any) -> None:
        if stack is not None and is_alone:
            raise SettingsError(
                "This command is about this folder, and no stack",
                remedy="Leave --stack out.",
            )
        choose(stack)
        command(*arguments, **options)

    own = inspect.signature(command)
    option = inspect.Parameter(
        "stack", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=Stack
    )
    called.__signature__ = own.replace(  # type: ignore[attr-defined]
        parameters=[*own.parameters.values(), option]
    )
    return called
