"""Showing: JSON on stdout for scripts, tables for people, everything else on stderr."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from shutil import copyfileobj
from tempfile import SpooledTemporaryFile
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
STATES = {
    "ok": Sentence("up to date"),
    "partial": Sentence("partly read"),
    "failed": Sentence("failed"),
    "not_configured": Sentence("not configured"),
    "no_data": Sentence("nothing there yet"),
}
_IN_MEMORY = 8_000_000  # characters of a document, before a temporary file is used
_UNFOLDED = 100_000  # columns: wider than any line, so that `grep` and `awk` see rows whole


def out() -> Console:
    """Where results go. Tables fold on a terminal, and nowhere else."""
    width = None if sys.stdout.isatty() else _UNFOLDED
    return Console(highlight=False, soft_wrap=True, width=width)


def err() -> Console:
    """Where everything else goes."""
    return Console(stderr=True, highlight=False, soft_wrap=True)


def tell_nothing(language: Language, days: str, what: str | None) -> None:
    """That the ledger holds nothing for these days, of the account or provider that alone was asked
    about: its name may be misspelt."""
    if what is None:
        tell(language.say("The ledger holds nothing for {days}.", days=days))
    else:
        tell(language.say("The ledger holds nothing of {what} for {days}.", what=what, days=days))


def tell(text: str) -> None:
    """A line for the person, beside the results."""
    err().print(text, markup=False)


def print_json(value: Any) -> None:
    """One JSON document; amounts as text with all their digits, dates as ISO 8601."""
    sys.stdout.write(msgspec.json.format(plain_json(value)).decode() + "\n")


def print_json_list(values: Iterable[Any]) -> None:
    """One JSON document, one value a line, of any length in little memory. It is printed once it is
    whole: an error half-way leaves stdout to the error."""
    with SpooledTemporaryFile(_IN_MEMORY, "w+", encoding="utf-8") as whole:
        for number, part in enumerate(map(plain_json, values)):
            whole.write((",\n" if number else "") + part.decode())
        whole.seek(0)
        sys.stdout.write("[\n")
        copyfileobj(whole, sys.stdout)
        sys.stdout.write("\n]\n")


def print_table(headings: Sequence[str], lines: Iterable[Sequence[str]], right: int = 0) -> None:
    """A table whose last `right` columns are numbers, which never fold."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for number, heading in enumerate(headings, start=1):
        if number > len(headings) - right:
            table.add_column(heading, justify="right", no_wrap=True)
        else:
            table.add_column(heading, overflow="fold")
    for line in lines:
        table.add_row(*map(escape, line))
    console = out()
    with console.capture() as captured:
        console.print(table)
    for line in captured.get().splitlines():
        sys.stdout.write(line.rstrip() + "\n")


def complain(
    language: Language, problem: Sentence, remedy: Sentence | None = None, mark: str = "✗"
) -> None:
    """What is wrong, and below it what to do."""
    tell(f"{mark} {language.sentence(problem)}")
    if remedy:
        tell(f"  → {language.sentence(remedy)}")


def sentences(error: EcotError) -> tuple[Sentence, Sentence | None]:
    """What the error says, and its remedy."""
    remedy = Sentence(error.remedy, error.values) if error.remedy else None
    return Sentence(error.text, error.values), remedy


def tell_outcome(language: Language, outcome: Outcome) -> None:
    """One line an account, and what to do where something is to be done."""
    mark, message = MARKS[outcome.state], outcome.message
    is_said = message and outcome.state in ("failed", "not_configured")
    if message and is_said and "{account}" in message.text:
        complain(language, message, outcome.remedy, mark)
        return
    parts = [language.sentence(STATES[outcome.state]), *_counts(language, outcome)]
    tell(f"{mark} {outcome.account}  {', '.join(parts)}")
    if message:
        complain(language, message, outcome.remedy, " ")


def _counts(language: Language, outcome: Outcome) -> Iterator[str]:
    if outcome.charges or outcome.usages:
        yield language.say(
            "{charges} charges, {usages} usages",
            charges=language.number(outcome.charges),
            usages=language.number(outcome.usages),
        )
    if outcome.revenues:
        yield language.count(
            "{count} figure of revenue", "{count} figures of revenue", outcome.revenues
        )
    if outcome.restatements:
        number = len(outcome.restatements)
        yield language.count("{count} figure restated", "{count} figures restated", number)


@contextmanager
def progress() -> Iterator[Callable[[str, str], None]]:
    """A listener that shows on a terminal what each account is doing, and is silent in a pipe."""
    if not sys.stderr.isatty():
        yield lambda account, step: None  # noqa: ARG005 - nobody watches
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    shown = Progress(*columns, console=err(), transient=True)
    with ExitStack() as at_the_end:
        tasks: dict[str, Any] = {}

        def told(account: str, step: str) -> None:
            if not tasks:
                at_the_end.enter_context(shown)
            if account not in tasks:
                tasks[account] = shown.add_task(account, total=None)
            shown.update(tasks[account], description=escape(f"{account}  {step}"))

        yield told
