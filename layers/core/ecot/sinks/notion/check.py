"""What is missing, renamed or of another kind in the two databases, and how it is added.

Nothing of the user's is ever deleted or made into another kind: what is there under a name is left
as it is, and only what has no name there is added.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

import msgspec

from ecot.errors import SinkRefused
from ecot.model.sentence import Sentence
from ecot.sinks.notion.definitions import ROLL_UPS, definition, relation_to, roll_ups
from ecot.sinks.notion.errors import Uncertain
from ecot.sinks.notion.link import Link
from ecot.sinks.notion.names import (
    EARLIER_ONLY,
    SERVICES,
    SERVICES_TITLE,
    USAGES_TITLE,
    Property,
    usages,
)
from ecot.sinks.notion.schema import (
    Column,
    Ids,
    Schema,
    composed,
    fits,
    located,
    loosely,
    read,
    resolve,
    table_of,
    undashed,
)

Problem = Literal["missing", "renamed", "retyped", "elsewhere", "taken"]
Where = Literal["Services", "Usages"]


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One property that is not as ours: in which database, which (our name, and its French one),
    and what about it. A `renamed` one works as it is; every other is left out of a sync until
    somebody does what the remedy says, and `stops` it where rows cannot be told apart without."""

    where: Where
    name: str
    property: str
    problem: Problem
    stops: bool
    sentence: Sentence
    remedy: Sentence | None = None

    @property
    def can_be_added(self) -> bool:
        """Whether `add` makes it."""
        return self.problem == "missing"


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """Both schemas and how they differ from ours. `is_earlier`: the pair is an earlier system's,
    and is adopted as it is."""

    ids: Ids
    services: Schema
    usages: Schema
    differences: tuple[Difference, ...]
    is_earlier: bool

    @property
    def can_sync(self) -> bool:
        """Whether nothing stands in the way of a sync."""
        return not any(one.stops for one in self.differences)


def ids_of(
    link: Link,
    services: str,
    usages: str,
    tables: tuple[str | None, str | None] = (None, None),
) -> Ids:
    """The tables of two databases, whose ids are what people paste; a call each. `tables` names
    the one that is meant where a database has several."""
    return Ids(
        services=table_of(link, services, tables[0]), usages=table_of(link, usages, tables[1])
    )


def check(
    link: Link,
    ids: Ids,
    currency: str | None = None,
    stored: Mapping[Where, Mapping[str, str]] | None = None,
) -> Checked:
    """Compares both tables with ours, for a report in a currency; two calls. `stored` are the ids
    of the properties as they were found last time, by our names."""
    services, rows = read(link, ids.services), read(link, ids.usages)
    return compare(ids, services, rows, currency, stored)


def compare(
    ids: Ids,
    services: Schema,
    rows: Schema,
    currency: str | None = None,
    stored: Mapping[Where, Mapping[str, str]] | None = None,
) -> Checked:
    """The same for schemas that were read. Raises SinkRefused where the two are exchanged."""
    wanted, known = usages(currency), stored or {}
    _are_not_exchanged(services, rows)
    is_earlier = is_of_earlier_system(rows)
    ours = differences("Services", services, SERVICES, known.get("Services"))
    theirs = differences("Usages", rows, wanted, known.get("Usages"), services, is_earlier)
    return Checked(
        ids=ids,
        services=services,
        usages=rows,
        differences=(*ours, *theirs),
        is_earlier=is_earlier,
    )


def differences(
    where: Where,
    schema: Schema,
    wanted: Mapping[str, Property],
    stored: Mapping[str, str] | None = None,
    services: Schema | None = None,
    is_earlier: bool = False,
) -> Iterator[Difference]:
    """One by one, in our order. A table of an earlier system tells its rows apart without keys."""
    found = located(schema, wanted, stored)
    taken = {composed(column.name) for column in schema.columns}
    for name, one in wanted.items():
        column = found.get(name)
        table = services.data_source if services else None
        problem = _problem(one, column, taken, table)
        if problem is None:
            continue
        stops = one.is_needed and problem != "renamed" and not (is_earlier and name == "key")
        text, remedy = _TOLD[problem]
        values = _values(where, one, column)
        yield Difference(
            where=where,
            name=name,
            property=one.name,
            problem=problem,
            stops=stops,
            sentence=Sentence(text, values),
            remedy=Sentence(remedy, values) if remedy else None,
        )


def is_of_earlier_system(rows: Schema) -> bool:
    """Whether at least two of the properties that only an earlier system has are there."""
    signs = {*EARLIER_ONLY, "Projet/API Key", "Mois", "Identifiant"}
    return len(signs & {composed(column.name) for column in rows.columns}) > 1


def add(link: Link, ids: Ids, currency: str | None = None) -> Checked:
    """Adds what is missing, after a fresh look, and says what then still differs; no call writes
    where nothing is missing."""
    before = check(link, ids, currency)
    wanted = usages(currency)
    heads = [one.name for one in before.differences if one.where == "Services" and _adds(one)]
    rows = [one.name for one in before.differences if one.where == "Usages" and _adds(one)]
    _add_plain(link, ids.services, {name: SERVICES[name] for name in heads})
    _add_plain(link, ids.usages, {name: wanted[name] for name in rows})
    if "service" in rows:
        _add_relation(link, ids, wanted["service"].name)
    if "service" in rows or any(name in ROLL_UPS for name in heads):
        _add_roll_ups(link, ids, wanted)
    return check(link, ids, currency) if heads or rows else before


def _adds(one: Difference) -> bool:
    return one.can_be_added


def _add_plain(link: Link, table: str, wanted: Mapping[str, Property]) -> None:
    alone = {
        one.name: definition(one)
        for one in wanted.values()
        if one.kind not in ("relation", "rollup")
    }
    if alone:
        link.update_data_source(table, alone)


def _add_relation(link: Link, ids: Ids, name: str) -> None:
    """Once: a relation that is added twice has two other sides. Where nobody knows, the table is
    read again, and the next run adds it if it is not there."""
    body: dict[str, Any] = {name: relation_to(ids.services)}
    try:
        link.update_data_source(ids.usages, body, is_repeatable=False)
    except Uncertain:
        if name not in {composed(one.name) for one in read(link, ids.usages).columns}:
            raise


def _add_roll_ups(link: Link, ids: Ids, wanted: Mapping[str, Property]) -> None:
    """Those that are missing, over the other side of the relation, which gets its name first."""
    services, rows = read(link, ids.services), read(link, ids.usages)
    found = resolve(rows, wanted, services=ids.services)
    relation = _other_side(services, found.get("service"))
    if relation is None:
        return
    there = {composed(one.name) for one in services.columns}
    name = SERVICES["usages"].name
    if name not in there:
        link.update_data_source(ids.services, {relation.id: {"name": name}})
    else:
        name = relation.name
    missing = {key: one for key, one in ROLL_UPS.items() if key not in located(services, SERVICES)}
    free = {key: one for key, one in missing.items() if one.name not in there}
    if added := roll_ups(free, name, found):
        link.update_data_source(ids.services, added)


def _other_side(services: Schema, relation: Column | None) -> Column | None:
    if relation is None or relation.synced is None:
        return None
    return next((one for one in services.columns if one.id == relation.synced), None)


def _problem(
    wanted: Property, column: Column | None, taken: set[str], services: str | None
) -> Problem | None:
    if column is None:
        return "taken" if wanted.name in taken else "missing"
    if column.kind not in wanted.accepted:
        return "retyped"
    if not fits(column, wanted, services):
        return "elsewhere"
    known = {wanted.name, *wanted.also}
    is_named = composed(column.name) in known or wanted.kind == "title"
    return None if is_named else "renamed"


_TOLD: Mapping[Problem, tuple[str, str]] = {
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
}


def _values(where: Where, wanted: Property, column: Column | None) -> dict[str, str]:
    """What fills the places of every sentence above."""
    return {
        "where": where,
        "property": wanted.name,
        "actual": column.name if column else wanted.name,
        "kind": column.kind if column else "",
        "wanted": wanted.kind,
    }


def _are_not_exchanged(services: Schema, rows: Schema) -> None:
    def is_of_rows(schema: Schema) -> bool:
        return bool({"cost_usd", "status"} & set(resolve(schema, usages())))

    if is_of_rows(services) and not is_of_rows(rows):
        raise SinkRefused(
            "The two databases of Notion are exchanged: {services} holds the usages",
            remedy="Exchange the ids of services and usages in [notion].",
            services=services.title or SERVICES_TITLE,
        )
