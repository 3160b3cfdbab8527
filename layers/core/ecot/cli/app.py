"""The program: its commands, and what becomes of errors and of a person's Ctrl-C.

Exit code 0 done, 1 an account failed or a check did not hold, 2 wrong usage or settings; as of any
program of a shell, 130 when a person stopped it and 141 when nobody reads on.
"""

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Annotated

import typer

from ecot import __version__
from ecot.cli import (
    asking,
    balances,
    bills,
    checking,
    collecting,
    comparing,
    config,
    connecting,
    links,
    months,
    moving,
    notion,
    publishing,
    rates,
    relocating,
    revenue,
    secrets,
    sending,
    serving,
    stack,
    starting,
    tokens,
)
from ecot.cli.misuse import misuse
from ecot.cli.options import flag
from ecot.cli.session import close_all
from ecot.cli.show import complain, out, print_json, sentences, tell
from ecot.cli.speech import speak, spoken
from ecot.errors import EcotError, SettingsError
from ecot.model.sentence import Sentence

STOPPED, NOT_READ = 130, 141
HELP = """One honest ledger of what AI, infrastructure and developer tools cost, and where each
figure comes from. What is not known is never shown as zero.

New here? `ecot demo` shows it all over a made-up company; `ecot init` sets up your own accounts."""

app = typer.Typer(
    name="ecot",
    help=HELP,
    rich_markup_mode="markdown",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
PARTS = (
    *(starting, connecting, collecting, checking, asking, comparing, balances, months, rates),
    *(revenue, publishing, sending, links, bills, notion, serving, tokens, moving, relocating),
    *(config, secrets),
)
for part in PARTS:
    part.add_to(app)
stack.give_all(app)


def _tell_version(is_asked: bool) -> None:
    if is_asked:
        out().print(f"ecot {__version__}")
        raise typer.Exit


@app.callback()
def common(
    version: Annotated[
        bool, flag("--version", "Show the version and exit.", callback=_tell_version)
    ] = False,
) -> None:
    """What stands before the command."""


def main() -> None:
    """Runs the program and ends the process with its exit code."""
    code = run(sys.argv[1:])
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nothing left to complain
        code = NOT_READ
    except OSError as error:
        code = _failed((), 1, *_unusable(error))
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)


def run(arguments: Sequence[str]) -> int:
    """Runs one command and returns its exit code."""
    speak(None)
    stack.choose(None)
    try:
        code = app(list(arguments), prog_name="ecot", standalone_mode=False)
    except EcotError as error:
        code = 2 if isinstance(error, SettingsError) else 1
        return _failed(arguments, code, *sentences(error))
    except typer.TyperException as error:
        return _misused(arguments, error)
    except SystemExit as end:  # typer and rich end the process when nobody reads on
        return NOT_READ if isinstance(end.__context__, BrokenPipeError) else int(end.code or 0)
    except OSError as error:
        return _failed(arguments, 1, *_unusable(error))
    except (KeyboardInterrupt, typer.Abort):
        code = STOPPED
    finally:
        close_all()
    if code == STOPPED:
        tell(spoken().say("Stopped. What was finished is kept."))
    return int(code or 0)


def _misused(arguments: Sequence[str], error: typer.TyperException) -> int:
    """An unknown command or option. Help that was shown because
    nothing was asked for has none."""
    message = error.format_message().replace("Value error, ", "")
    if not message:
        return error.exit_code
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "ecot"
    remedy = Sentence("`{command} --help` shows what can be said.", {"command": command})
    return _failed(arguments, error.exit_code, misuse(message), remedy)


def _unusable(error: OSError) -> tuple[Sentence, Sentence]:
    why = error.strerror or type(error).__name__
    if error.filename is None:
        return (
            Sentence("What is read or written here cannot be: {why}", {"why": why}),
            Sentence("Check where it comes from or goes to, and the room on the disk."),
        )
    return (
        Sentence("{file} cannot be used: {why}", {"file": str(error.filename), "why": why}),
        Sentence("Check the path, its permissions and the room on the disk."),
    )


def _failed(arguments: Sequence[str], code: int, problem: Sentence, remedy: Sentence | None) -> int:
    """Says what is wrong; to a script, in the one document that it waits for."""
    language = spoken()
    complain(language, problem, remedy)
    if "--json" in arguments:
        message = language.sentence(problem)
        advice = language.sentence(remedy) if remedy else None
        with suppress(OSError):  # it may be stdout that takes nothing: stderr has been told
            print_json({"error": {"message": message, "remedy": advice}})
    return code
