"""The rows of Services that a sync needs: found, given their keys, and made where there is none."""

from collections.abc import Mapping, Sequence

from ecot.sinks.notion.cells import cell, is_empty
from ecot.sinks.notion.difference import service_cells
from ecot.sinks.notion.errors import Full, NotFound, RowRefused
from ecot.sinks.notion.lost import look_for
from ecot.sinks.notion.making import by_name, make
from ecot.sinks.notion.pages import Page
from ecot.sinks.notion.progress import Progress
from ecot.sinks.notion.rows import ServiceRow
from ecot.sinks.notion.suppliers import has_key, matched
from ecot.sinks.notion.view import Table


def link_services(
    progress: Progress, table: Table, rows: Sequence[ServiceRow]
) -> Mapping[str, str]:
    """The page of each service, by its key. One that Notion refuses, or that somebody deleted, has
    none: its rows are written without it."""
    found = matched(table, rows, progress.memory.services)
    linked: dict[str, str] = {}
    for row in rows:
        try:
            page = found.get(row.key) or _returned(progress, table, row)
            page = page or _made(progress, table, row)
            if page is not None:
                linked[row.key] = page.id
                _give_key(progress, table, row, page)
        except Full as error:
            progress.make_room(error)
        except (RowRefused, NotFound) as error:
            progress.tell(error)
    progress.services |= linked
    progress.gone -= linked.keys()
    _tell_doubles(progress, table, rows, found)
    return linked


def _tell_doubles(
    progress: Progress, table: Table, rows: Sequence[ServiceRow], found: Mapping[str, Page]
) -> None:
    """A second row of a service is told and stays: rows of usages may be related to it."""
    used = {page.id for page in found.values()}
    others = [page for page in table.pages if page.id not in used]
    for row in rows:
        if row.key in found and any(has_key(page, row.key, table) for page in others):
            progress.warn(
                "The service {service} is twice in Notion: the rows go with one of the two",
                service=row.title,
            )


def _returned(progress: Progress, table: Table, row: ServiceRow) -> Page | None:
    """The service that we have written once, where it is not deleted for good."""
    page_id = progress.memory.services.get(row.key)
    if page_id is None or (row.key in progress.gone and progress.policy.on_deleted_row == "ignore"):
        return None
    found = look_for(progress.link, page_id, table.data_source, progress.policy)
    if found.fate in ("deleted", "moved"):
        progress.gone.add(row.key)
    elif found.fate == "make":
        progress.gone.discard(row.key)
    return found.page if found.fate == "there" else None


def _made(progress: Progress, table: Table, row: ServiceRow) -> Page | None:
    if row.key in progress.gone:
        progress.warn(
            "The service {service} was deleted in Notion and stays deleted: its rows have none",
            service=row.title,
        )
        return None
    if progress.full is not None:
        return None
    columns = table.columns
    known_by = "key" if "key" in columns and columns["key"].kind != "select" else "title"
    page = make(progress.link, table.data_source, columns, service_cells(row, columns), known_by)
    progress.count("services")
    return page


def _give_key(progress: Progress, table: Table, row: ServiceRow, page: Page) -> None:
    """A service that was found by its title or its page gets its key; one that has another, and
    that we do not know, keeps it."""
    column = table.columns.get("key")
    if column is None or has_key(page, row.key, table):
        return
    is_known = progress.memory.services.get(row.key) == page.id
    written = cell(column.kind, row.key)
    if written is not None and (is_known or is_empty(page.cell(column))):
        progress.link.update_page(page.id, by_name({"key": written}, table.columns))
        progress.count("services")
