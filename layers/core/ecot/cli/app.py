"""The program: its commands, and what becomes of errors and of a person's Ctrl-C.

Exit code 0 done, 1 an account failed or a check did not hold, 2 wrong usage or settings.
"""

import sys

import typer

from ecot.cli import asking, collecting, moving, publishing, starting
from ecot.cli.session import spoken_language
from ecot.cli.show import complain
from ecot.errors import EcotError, SettingsError

HELP = """One honest ledger of what AI, infrastructure and developer tools cost, and where each
figure comes from. What is not known is never shown as zero."""

app = typer.Typer(
    name="ecot",
    help=HELP,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for part in (starting, collecting, asking, publishing, moving):
    part.add_to(app)


def main(arguments: list[str] | None = None) -> None:
    """Runs the program and ends the process with its exit code."""
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: list[str]) -> int:
    """Runs one command and returns its exit code."""
    try:
        app(arguments, standalone_mode=True)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    except EcotError as error:
        complain(spoken_language(), error)
        return 2 if isinstance(error, SettingsError) else 1
    except KeyboardInterrupt:
        return 130
    return 0
