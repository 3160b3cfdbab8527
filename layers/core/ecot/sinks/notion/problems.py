"""What can be wrong with a property of the databases, and how that is said."""

from collections.abc import Mapping
from typing import Literal

from ecot.sinks.notion.names import Property
from ecot.sinks.notion.schema import Column, composed, fits

Problem = Literal["missing", "renamed", "retyped", "elsewhere", "taken", "one_sided", "lost"]


def problem_of(
    wanted: Property, column: Column | None, taken: set[str], services: str | None
) -> Problem | None:
    """What is wrong with the column that a property was found to be; None where nothing is. `taken`
    are all names of the table, and `services` the table that a relation has to lead to."""
    if column is None:
        return "taken" if wanted.name in taken else "missing"
    if column.kind not in wanted.accepted:
        return "retyped"
    if not fits(column, wanted, services):
        return "elsewhere"
    if not column.is_whole:
        return "lost"
    known = {wanted.name, *wanted.also}
    is_named = composed(column.name) in known or wanted.kind == "title"
    return None if is_named else "renamed"


TOLD: Mapping[Problem, tuple[str, str]] = {
    "missing": (
        "{where}: the property {property} is missing",
        "`ecot notion check --add` adds it; no row changes.",
    ),
    "renamed": ("{where}: the property {property} is called {actual} there, and is used", ""),
    "retyped": (
        "{where}: the property {actual} is of the type {kind}; {wanted} is needed for {property}",
        "Change its type back in Notion, or give it another name and add {property} again.",
    ),
    "elsewhere": (
        "{where}: the relation {actual} does not lead to the database of the services",
        "Give it another name in Notion and add {property} again.",
    ),
    "taken": (
        "{where}: the property {property} is missing, and another one has its name",
        "Give that one another name in Notion and add {property} again.",
    ),
    "lost": (
        "{where}: the roll-up {actual} has lost the property that it sums up, or its relation",
        "`ecot notion check --add` restores it as soon as both are there.",
    ),
    "one_sided": (
        "{where}: the relation is seen from the usages alone, so that nothing is summed up here",
        "Let the relation Service of the usages show on this database too, in Notion.",
    ),
}


def values_of(where: str, wanted: Property, column: Column | None) -> dict[str, str]:
    """What fills the places of every sentence above."""
    return {
        "where": where,
        "property": wanted.name,
        "actual": column.name if column else wanted.name,
        "kind": column.kind if column else "",
        "wanted": wanted.kind,
    }
