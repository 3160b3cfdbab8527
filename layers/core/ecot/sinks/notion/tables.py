"""Which table of a database is meant: people paste the id of a database, and rows are in tables."""

from ecot.errors import SinkRefused
from ecot.sinks.notion.answers import Body
from ecot.sinks.notion.errors import NotFound
from ecot.sinks.notion.link import Link
from ecot.sinks.notion.schema import loosely, plain, undashed


def table_of(link: Link, database: str, named: str | None = None) -> str:
    """The id of the one table that a database holds, or of the one that is `named` (its id or its
    name); one call. A table's own id will do too. Raises SinkRefused where nobody can tell which,
    or it is in the trash."""
    try:
        body = link.database(database)
    except NotFound as error:
        return _itself(link, database, error)
    if body.get("in_trash"):
        raise SinkRefused(
            "The database {database} is in the trash of Notion",
            remedy="Restore it there, or take its id out of [notion].",
            database=plain(body.get("title")) or database,
        )
    tables = body["data_sources"]
    if named is not None:
        tables = [one for one in tables if undashed(named) == undashed(one["id"])] or [
            one for one in tables if loosely(named) == loosely(one["name"])
        ]
    if len(tables) != 1:
        raise _not_one(body, named)
    return str(tables[0]["id"])


def _itself(link: Link, table: str, error: NotFound) -> str:
    """Notion's menu also copies the id of a table, which is no database's."""
    try:
        return str(link.data_source(table)["id"])
    except SinkRefused:
        raise error from None


def _not_one(body: Body, named: str | None) -> SinkRefused:
    names = ", ".join(f"{one['name']} ({one['id']})" for one in body["data_sources"]) or "—"
    text = "The database {database} holds more than one table, or none: {names}"
    return SinkRefused(
        text
        if named is None
        else "The database {database} has no single table called {named}: {names}",
        remedy="Say which of them is meant, or keep one table in each database.",
        database=plain(body.get("title")) or str(body["id"]),
        names=names,
        named=named or "",
    )
