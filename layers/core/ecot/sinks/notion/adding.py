"""Adds what is missing in the two databases.

Nothing of the user's is ever deleted or made into another kind: what is there under a name is left
as it is, and only what has no name there is added, after a fresh look.
"""

from collections.abc import Mapping

from ecot.sinks.notion.check import Checked, Where, check
from ecot.sinks.notion.definitions import ROLL_UPS, plain_definitions, relation_to, roll_ups
from ecot.sinks.notion.errors import Uncertain
from ecot.sinks.notion.link import Link
from ecot.sinks.notion.names import SERVICES, Property, usages
from ecot.sinks.notion.schema import Column, Ids, Schema, composed, located, read, resolve


def add(
    link: Link,
    ids: Ids,
    currency: str | None = None,
    stored: Mapping[Where, Mapping[str, str]] | None = None,
) -> Checked:
    """Adds what is missing, and says what then still differs; where nothing is missing the two
    calls of a check are all. Say what is `stored`, as for a check: what was only renamed is else
    added once more, under our name."""
    before = check(link, ids, currency, stored)
    wanted = usages(currency)
    heads = {name: SERVICES[name] for name in before.missing("Services")}
    rows = {name: wanted[name] for name in before.missing("Usages")}
    if not heads and not rows:
        return before
    _add_plain(link, ids.services, heads)
    _add_plain(link, ids.usages, rows)
    if "service" in rows:
        _add_relation(link, ids, wanted["service"].name)
    if "service" in rows or ROLL_UPS.keys() & heads:
        _add_roll_ups(link, ids, wanted, stored or {})
    return check(link, ids, currency, stored)


def _add_plain(link: Link, table: str, missing: Mapping[str, Property]) -> None:
    if alone := plain_definitions(missing):
        link.update_data_source(table, alone)


def _add_relation(link: Link, ids: Ids, name: str) -> None:
    """Once: a relation that is added twice has two other sides. Where nobody knows, what the table
    now holds says it."""
    body = {name: relation_to(ids.services)}
    doubt: Uncertain | None = None
    try:
        link.update_data_source(ids.usages, body, is_repeatable=False)
    except Uncertain as error:
        doubt = error
    added = _named(read(link, ids.usages), name)
    if added is None and doubt is not None:
        raise doubt
    if added is not None and added.synced is not None:
        _name_other_side(link, ids, added.synced)


def _name_other_side(link: Link, ids: Ids, side: str) -> None:
    """Our name for it, where no property of the user's has it."""
    name = SERVICES["usages"].name
    if _named(read(link, ids.services), name) is None:
        link.update_data_source(ids.services, {side: {"name": name}})


def _add_roll_ups(
    link: Link,
    ids: Ids,
    wanted: Mapping[str, Property],
    stored: Mapping[Where, Mapping[str, str]],
) -> None:
    """Those that are missing, over the other side of the relation, whatever it is called; and those
    that have lost it once more, under their ids."""
    services, rows = read(link, ids.services), read(link, ids.usages)
    found = resolve(rows, wanted, stored.get("Usages"), ids.services)
    relation = _other_side(services, found.get("service"))
    there = located(services, SERVICES, stored.get("Services"))
    lost = {
        there[name].id: ROLL_UPS[name]
        for name in ROLL_UPS.keys() & there
        if not there[name].is_whole
    }
    missing = {one.name: one for name, one in ROLL_UPS.items() if name not in there}
    free = {name: one for name, one in missing.items() if _named(services, name) is None}
    if relation and (added := roll_ups(lost | free, relation.name, found)):
        link.update_data_source(ids.services, added)


def _named(schema: Schema, name: str) -> Column | None:
    return next((one for one in schema.columns if composed(one.name) == name), None)


def _other_side(services: Schema, relation: Column | None) -> Column | None:
    side = relation.synced if relation else None
    return next((one for one in services.columns if one.id == side), None)
