"""One row after the other, written as it is wanted; what concerns one stops none of the others."""

from collections.abc import Mapping

from ecot.sinks.notion.cells import Cell, cell, is_same
from ecot.sinks.notion.difference import Columns, changes, title_of, wanted_cells
from ecot.sinks.notion.errors import Full, NotFound, RowRefused
from ecot.sinks.notion.lost import look_for
from ecot.sinks.notion.making import by_name, make
from ecot.sinks.notion.pages import Page
from ecot.sinks.notion.progress import Progress, named
from ecot.sinks.notion.reading import is_ticked
from ecot.sinks.notion.rows import UsageRow
from ecot.sinks.notion.typed import title_on
from ecot.sinks.notion.view import Table

_COSTS = ("cost_usd", "cost")


class Rows:
    """Writes rows of Usages. `linked` are the pages of their services, and `titles` what these are
    called, by provider."""

    def __init__(
        self,
        progress: Progress,
        table: Table,
        linked: Mapping[str, str],
        titles: Mapping[str, str],
    ) -> None:
        self._progress, self._table, self._linked, self._titles = progress, table, linked, titles
        self._columns: Columns = table.columns

    def write(self, row: UsageRow, page: Page | None) -> None:
        """The row as it is wanted, on its page where it has one."""
        try:
            self._write(row, page)
        except Full as error:
            self._progress.make_room(error)
            self._leave_unmade()
        except (RowRefused, NotFound) as error:
            self._progress.tell(error)
            self._progress.count("skipped")

    def _write(self, row: UsageRow, page: Page | None) -> None:
        if page is None:
            page, is_over = self._returned(row)
            if is_over:
                self._progress.count("skipped")
                return
        if page is not None:
            self._update(row, page)
        elif self._progress.full is not None:
            self._leave_unmade()
        else:
            self._create(row)

    def _returned(self, row: UsageRow) -> tuple[Page | None, bool]:
        """The page that we have written once, where it is; and whether it is to stay away."""
        progress, known = self._progress, self._progress.pages.get(row.key)
        if row.key in progress.gone and progress.policy.on_deleted_row == "ignore":
            progress.leave_deleted(row.key, self._title(row))
            return None, True
        if known is None:
            return None, False
        found = look_for(progress.link, known, self._table.data_source, progress.policy)
        if found.fate == "moved":
            progress.gone.add(row.key)
            progress.warn(
                'The row "{row}" was moved to another table of Notion and stays there',
                row=self._title(row),
            )
        elif found.fate == "deleted":
            progress.leave_deleted(row.key, self._title(row))
        return (found.page if found.fate == "there" else None), found.fate in ("moved", "deleted")

    def _create(self, row: UsageRow) -> None:
        cells = wanted_cells(row, self._columns, self._linked.get(row.provider))
        if title := cell("title", self._title(row)):
            cells["title"] = title
        known_by = "key" if "key" in self._columns else "title"
        page = make(self._progress.link, self._table.data_source, self._columns, cells, known_by)
        self._remember(row, page, "created")

    def _update(self, row: UsageRow, page: Page) -> None:
        cells = wanted_cells(row, self._columns, self._linked.get(row.provider))
        if is_ticked(page.cell(self._columns.get("locked"))):
            self._tell_locked(page, cells)
            self._remember(row, page, "skipped")
            return
        change = changes(
            row,
            page,
            self._columns,
            cells,
            self._progress.now,
            is_settled=page.id in self._progress.settled,
        )
        if change.otherwise:
            self._progress.warn(
                'In the row "{row}" of Notion somebody typed another {columns} than the ledger has:'
                " it stays as it was typed",
                row=title_on(page, self._columns),
                columns=named([self._columns[name].name for name in change.otherwise]),
            )
        if change.replaces_dollars:
            self._progress.warn(
                'In the row "{row}" of Notion the dollars are those of its own amount now',
                row=title_on(page, self._columns),
            )
        if change.cells:
            self._progress.link.update_page(page.id, by_name(change.cells, self._columns))
        self._remember(row, page, "updated" if change.cells else "unchanged")

    def _tell_locked(self, page: Page, cells: Mapping[str, Cell]) -> None:
        """A row with another cost than the ledger's makes another sum in Notion."""
        otherwise = [
            self._columns[name].name
            for name in _COSTS
            if name in cells and not is_same(page.cell(self._columns[name]), cells[name])
        ]
        if otherwise:
            self._progress.warn(
                'The row "{row}" of Notion is locked, with another {columns} than the ledger has',
                row=title_on(page, self._columns),
                columns=named(otherwise),
            )

    def _remember(self, row: UsageRow, page: Page, what: str) -> None:
        self._progress.count(what)
        self._progress.pages[row.key] = page.id
        self._progress.gone.discard(row.key)

    def _leave_unmade(self) -> None:
        self._progress.leave_unmade()
        self._progress.count("skipped")

    def _title(self, row: UsageRow) -> str:
        return title_of(row, self._titles.get(row.provider, row.provider), self._columns)
