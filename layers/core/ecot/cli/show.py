"""Showing: JSON on stdout for scripts, tables for people, everything else on stderr."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from ecot.errors import EcotError
from ecot.jobs.plain_json import plain_json
from ecot.language import Language
from ecot.model.outcome import Outcome
from ecot.model.sentence import Sentence

MARKS = {"ok": "✓", "no_data": "✓", "partial": "~", "failed": "✗", "not_configured": "·"}


def out() -> Console:
    """Where results go."""
    return Console(highlight=False, soft_wrap=True)


def err() -> Console:
    """Where everything else goes."""
    return Console(stderr=True, highlight=False, soft_wrap=True)


def print_json(value: Any) -> None:
    """One JSON document; amounts as text with all their digits, dates as ISO 8601."""
    sys.stdout.write(msgspec.json.format(plain_json(value)).decode() + "\n")


def print_json_list(values: Iterable[Any]) -> None:
    """One JSON document that is written while it is made."""
    sys.stdout.write("[")
    for number, value in enumerate(values):
        sys.stdout.write((",\n" if number else "\n") + plain_json(value).decode())
    sys.stdout.write("\n]\n")


def print_table(headings: list[str], lines: Iterable[list[str]], right: int) -> None:
    """A table whose last `right` columns are numbers."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for number, heading in enumerate(headings):
        is_number = number >= len(headings) - right
        table.add_column(heading, justify="right" if is_number else "left", overflow="fold")
    for line in lines:
        table.add_row(*map(escape, line))
    out().print(table)


def complain(language: Language, error: EcotError) -> None:
    """The error's sentence and its remedy."""
    _say_both(
        language,
        "✗",
        Sentence(error.text, error.values),
        Sentence(error.remedy, error.values) if error.remedy else None,
    )


def tell_outcome(language: Language, outcome: Outcome) -> None:
    """One line an account, and what to do where something is to be done."""
    state = language.sentence(STATES[outcome.state])
    counts = language.say(
        "{charges} charges, {usages} usages",
        charges=language.number(outcome.charges),
        usages=language.number(outcome.usages),
    )
    line = f"{MARKS[outcome.state]} {outcome.account}  {state}"
    if outcome.restatements:
        number = language.number(len(outcome.restatements))
        counts += ", " + language.say("{count} figures restated", count=number)
    err().print(escape(f"{line}, {counts}" if outcome.charges or outcome.usages else line))
    if outcome.message:
        _say_both(language, " ", outcome.message, outcome.remedy)


STATES = {
    "ok": Sentence("up to date"),
    "partial": Sentence("partly read"),
    "failed": Sentence("failed"),
    "not_configured": Sentence("not configured"),
    "no_data": Sentence("nothing there yet"),
}


def _say_both(language: Language, mark: str, message: Sentence, remedy: Sentence | None) -> None:
    err().print(escape(f"{mark} {language.sentence(message)}"))
    if remedy:
        err().print(escape(f"  → {language.sentence(remedy)}"))


@contextmanager
def progress() -> Iterator[Any]:
    """A listener that shows on a terminal what each account is doing, and is silent in a pipe."""
    console = err()
    if not console.is_terminal:
        yield lambda account, step: None
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as shown:
        tasks: dict[str, Any] = {}

        def told(account: str, step: str) -> None:
            if account not in tasks:
                tasks[account] = shown.add_task(account, total=None)
            shown.update(tasks[account], description=escape(f"{account}  {step}"))

        yield told
