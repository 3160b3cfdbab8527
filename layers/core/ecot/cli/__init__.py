"""The command line: `ecot`, also `python -m ecot`. Arguments in, jobs called, words out."""

from ecot.cli.app import main

__all__ = ["main"]
