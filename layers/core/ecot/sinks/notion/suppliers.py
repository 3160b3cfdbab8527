"""Which row of Services is which supplier: by its key, by the page we remember, by its title."""

from collections.abc import Iterable, Mapping

from ecot.sinks.notion.difference import key_on
from ecot.sinks.notion.pages import Page
from ecot.sinks.notion.reading import text_of
from ecot.sinks.notion.rows import ServiceRow
from ecot.sinks.notion.schema import loosely
from ecot.sinks.notion.view import Table


def matched(
    table: Table, rows: Iterable[ServiceRow], remembered: Mapping[str, str]
) -> dict[str, Page]:
    """The page of each service that has one, by its key; no page is two services. The oldest of two
    that would do is taken."""
    free = {page.id: page for page in table.pages}
    wanted = {row.key: row for row in rows}
    found: dict[str, Page] = {}

    def take(key: str, page: Page | None) -> None:
        if page is not None:
            found[key] = free.pop(page.id)

    for key in wanted:
        take(key, _first(free.values(), {loosely(key)}, table, by_title=False))
    for key in [key for key in wanted if key not in found]:
        take(key, free.get(remembered.get(key, "")))
    for key in [key for key in wanted if key not in found]:
        titles = {loosely(key), loosely(wanted[key].title)}
        take(key, _first(free.values(), titles, table, by_title=True))
    return found


def has_key(page: Page, key: str, table: Table) -> bool:
    """Whether the key stands there, in whatever letters."""
    return loosely(key_on(page, table.columns) or "") == loosely(key)


def _first(pages: Iterable[Page], names: set[str], table: Table, *, by_title: bool) -> Page | None:
    for page in pages:
        title = text_of(page.cell(table.columns.get("title")))
        said = title if by_title else key_on(page, table.columns)
        if said and loosely(said) in names:
            return page
    return None
