"""Makes both databases under a page, related both ways: six calls, and one pair however often.

A set-up that was cut short is taken up where it stopped. What it had made is found by listing the
page, which is read as it is; the search of Notion has an index that comes later. A database is ours
by how its description begins, so that it may be renamed.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from ecot.errors import SinkRefused
from ecot.sinks.notion.answers import Body, strange
from ecot.sinks.notion.definitions import ROLL_UPS, plain_definitions, relation_to, roll_ups
from ecot.sinks.notion.errors import Denied, Uncertain
from ecot.sinks.notion.link import Link
from ecot.sinks.notion.names import (
    MARK,
    SERVICES,
    SERVICES_TITLE,
    USAGES_TITLE,
    Property,
    usages,
)
from ecot.sinks.notion.schema import Column, Ids, Schema, located, plain, read, schema_of, undashed

DESCRIPTIONS: Mapping[str, str] = {
    SERVICES_TITLE: f"{MARK} {SERVICES_TITLE} : une ligne par fournisseur.",
    USAGES_TITLE: f"{MARK} {USAGES_TITLE} : une ligne par compte, sous-compte et mois.",
}


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """What a set-up has made, or found. `services` and `usages` are the ids of the databases, for
    the settings; `ids` those of their tables."""

    services: str
    usages: str
    ids: Ids


class _Database(msgspec.Struct, frozen=True):
    id: str
    table: str


def set_up(link: Link, page: str, currency: str | None = None) -> Pair:
    """The pair under a page that the integration may edit, made as far as it is not there. Raises
    SinkRefused where the page is not shared, or holds halves of different pairs."""
    wanted = usages(currency)
    made = _ours(link, page)
    services = made.get(SERVICES_TITLE) or _create(
        link, page, SERVICES_TITLE, plain_definitions(SERVICES)
    )
    relation = {wanted["service"].name: relation_to(services.table)}
    rows = made.get(USAGES_TITLE) or _create(
        link, page, USAGES_TITLE, plain_definitions(wanted) | relation
    )
    _relate(link, services, read(link, rows.table), wanted)
    ids = Ids(services=services.table, usages=rows.table)
    return Pair(services=services.id, usages=rows.id, ids=ids)


def _relate(link: Link, services: _Database, rows: Schema, wanted: Mapping[str, Property]) -> None:
    """Gives the other side of the relation its name, and Services the roll-ups it lacks."""
    found = located(rows, wanted)
    side = _other_side(services, found.get("service"))
    renamed = {side: {"name": SERVICES["usages"].name}}
    schema = schema_of(link.update_data_source(services.table, renamed))
    there = located(schema, SERVICES)
    missing = {one.name: one for name, one in ROLL_UPS.items() if name not in there}
    if added := roll_ups(missing, SERVICES["usages"].name, found):
        link.update_data_source(services.table, added)


def _other_side(services: _Database, relation: Column | None) -> str:
    """The id, on Services, of the relation's other side."""
    target = undashed(relation.target or "") if relation else None
    if relation is None or relation.synced is None or target != undashed(services.table):
        raise SinkRefused(
            "The databases of Ecot under this page do not belong together: {usages} is not related"
            " to {services}",
            remedy="Restore the one that was deleted, or delete both in Notion and set up again.",
            usages=USAGES_TITLE,
            services=SERVICES_TITLE,
        )
    return relation.synced


def _create(link: Link, page: str, title: str, properties: Mapping[str, Any]) -> _Database:
    """The new database. Where nobody knows whether it was made, the page is looked at before it is
    made once more."""
    described = DESCRIPTIONS[title]
    try:
        return _database(link.create_database(page, title, properties, described))
    except Uncertain as error:
        if error.committed:
            return _database(link.database(error.committed))
        if found := _ours(link, page).get(title):
            return found
        return _database(link.create_database(page, title, properties, described))


def _ours(link: Link, page: str) -> dict[str, _Database]:
    """Our databases directly under the page, by what they are; the first of each."""
    blocks = [block for block in link.children(page) if block["type"] == "child_database"]
    found: dict[str, _Database] = {}
    for body in filter(None, (_looked_at(link, block["id"]) for block in blocks)):
        title = _role(body)
        if title is not None and not body.get("in_trash"):
            found.setdefault(title, _database(body))
    return found


def _looked_at(link: Link, database: str) -> Body | None:
    """A database on the page; None for a view of one that is elsewhere, which has no interface."""
    try:
        return link.database(database)
    except Denied:
        raise
    except SinkRefused:
        return None


def _role(body: Body) -> str | None:
    text = plain(body.get("description"))
    begins = {title: described.partition(" :")[0] for title, described in DESCRIPTIONS.items()}
    return next((title for title, begin in begins.items() if text.startswith(begin)), None)


def _database(body: Body) -> _Database:
    if not body["data_sources"]:
        raise strange(f"GET /databases/{body['id']}", "a database without a table")
    return _Database(body["id"], body["data_sources"][0]["id"])
