"""The command line: `ecot`, also `python -m ecot`. Arguments in, jobs called, words out."""

import sys

_STOPPED = 130


def main() -> None:
    """Runs the program. A person may stop it while it is still being loaded."""
    try:
        from ecot.cli.app import main as run
    except KeyboardInterrupt:
        sys.exit(_STOPPED)
    run()
