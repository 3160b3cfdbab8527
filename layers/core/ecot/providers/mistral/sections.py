"""Where Mistral's rows stand in an answer, and which month and day they are about.

Sections are not known by name, since a new one may hold money (specification, 2026-08-21).
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from ecot.model.period import Month, Period
from ecot.providers.reading import Node

Path = tuple[str, ...]


def expect_usage(document: Node) -> None:
    """Refuse what is no answer about usage: it would pass for a month without any."""
    for name in ("start_date", "completion"):
        document[name]
    legacy = document.get("vibe_usage")  # "Legacy … Always 0" (specification, 2026-08-21)
    if legacy is not None and legacy.amount() != 0:
        legacy.refuse("{source}: {place} was always 0 and is {part}, which may be money")


def lists(part: Node, path: Path = ()) -> Iterator[tuple[Path, Node]]:
    """Every list of an answer but the prices, and the names that lead to it. A list of mere texts
    holds no money."""
    for name in part.value:
        found = part.get(name)
        if found is None or (*path, name) == ("prices",):
            continue
        if isinstance(found.value, dict):
            yield from lists(found, (*path, name))
        elif isinstance(found.value, list) and not _are_texts(found.value):
            yield (*path, name), found


def _are_texts(entries: Sequence[object]) -> bool:
    return all(isinstance(entry, str) for entry in entries)


def service_of(path: Path) -> str:
    """ "vibe_code.completion": the section, without the model and the group that end the path."""
    return ".".join(name for name in path[:-2] if name != "models") or path[0]


def month_of(document: Node) -> Month:
    """The calendar month that an answer is about."""
    return Month.of(_day(document["start_date"]))


def day_of(row: Node, document: Node) -> Period:
    """The row's day. One of another month would be left out without a word: it is refused."""
    day = _day(row["timestamp"])
    if Month.of(day) != month_of(document):
        row.refuse("{source}: {place} is not about the month of its answer: {part}")
    return Period.of_day(day)


def _day(stated: Node) -> date:
    """A day, or the UTC moment at which it begins or ends."""
    try:
        moment = datetime.fromisoformat(stated.text())
    except ValueError:
        return stated.refuse("{source}: {place} is no date: {part}")
    if moment.utcoffset() not in (None, timedelta(0)):
        stated.refuse("{source}: {place} is not in UTC: {part}")
    return moment.date()
