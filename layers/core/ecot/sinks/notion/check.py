"""What is missing, renamed or of another kind in the two databases."""

from collections.abc import Iterator, Mapping
from typing import Literal

import msgspec

from ecot.errors import SinkRefused
from ecot.model.sentence import Sentence
from ecot.sinks.notion.link import Link
from ecot.sinks.notion.names import (
    EARLIER_ONLY,
    SERVICES,
    SERVICES_TITLE,
    Property,
    usages,
)
from ecot.sinks.notion.problems import TOLD, Problem, problem_of, values_of
from ecot.sinks.notion.schema import (
    Column,
    Ids,
    Schema,
    composed,
    located,
    read,
    resolve,
)
from ecot.sinks.notion.tables import table_of

Where = Literal["Services", "Usages"]


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One property that is not as ours: in which database, which (`name`, ours; `what`, the
    French one), and what about it. A `renamed` one works as it is; every other is left out until
    somebody does what the remedy says, and it `stops` a sync that cannot do without it."""

    where: Where
    name: str
    what: str
    problem: Problem
    stops: bool
    sentence: Sentence
    remedy: Sentence | None = None

    @property
    def can_be_added(self) -> bool:
        """Whether `adding.add` makes or mends it, as far as what it rests on is there."""
        return self.problem in ("missing", "lost")


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """Both schemas and how they differ from ours. `is_earlier`: the pair is an earlier system's,
    and is adopted as it is."""

    ids: Ids
    services: Schema
    usages: Schema
    differences: tuple[Difference, ...]
    is_earlier: bool

    def missing(self, where: Where) -> tuple[str, ...]:
        """Our names for what `adding.add` makes in one of the two."""
        ours = (one for one in self.differences if one.where == where)
        return tuple(one.name for one in ours if one.can_be_added)

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
    relation = located(rows, wanted, known.get("Usages")).get("service")
    heads = {**known.get("Services", {}), **_other_side_id(relation)}
    ours = differences("Services", services, SERVICES, heads, relation=relation)
    theirs = differences(
        "Usages", rows, wanted, known.get("Usages"), services=services, is_earlier=is_earlier
    )
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
    *,
    services: Schema | None = None,
    relation: Column | None = None,
    is_earlier: bool = False,
) -> Iterator[Difference]:
    """One by one, in our order. `services` is where the relation of Usages has to lead, `relation`
    the one whose other side Services has to hold. A table of an earlier system tells its rows apart
    without keys."""
    found = located(schema, wanted, stored)
    taken = {composed(column.name) for column in schema.columns}
    for name, one in wanted.items():
        column = found.get(name)
        table = services.data_source if services else None
        problem = problem_of(one, column, taken, table)
        if problem is None:
            continue
        if name == "usages" and relation is not None and problem == "missing":
            problem = "one_sided"
        stops = one.is_needed and problem != "renamed" and not (is_earlier and name == "key")
        text, remedy = TOLD[problem]
        values = values_of(where, one, column)
        yield Difference(
            where=where,
            name=name,
            what=one.name,
            problem=problem,
            stops=stops,
            sentence=Sentence(text, values),
            remedy=Sentence(remedy, values) if remedy else None,
        )


def is_of_earlier_system(rows: Schema) -> bool:
    """Whether at least two of the properties that only an earlier system has are there."""
    signs = {*EARLIER_ONLY, "Projet/API Key", "Mois", "Identifiant"}
    return len(signs & {composed(column.name) for column in rows.columns}) > 1


def _other_side_id(relation: Column | None) -> dict[str, str]:
    return {"usages": relation.synced} if relation is not None and relation.synced else {}


def _are_not_exchanged(services: Schema, rows: Schema) -> None:
    def is_of_rows(schema: Schema) -> bool:
        return bool({"cost_usd", "status"} & set(resolve(schema, usages())))

    if is_of_rows(services) and not is_of_rows(rows):
        raise SinkRefused(
            "The two databases of Notion are exchanged: {services} holds the usages",
            remedy="Exchange the ids of services and usages in [notion].",
            services=services.title or SERVICES_TITLE,
        )
